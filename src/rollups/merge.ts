// The sums of a longer piece of time, of those of the shorter ones in it.
import type { Dimension, Rollup } from "./kinds.ts";
import type { RollupSums } from "./quarter.ts";
import { addTable, createDictionary, createTable, type GrowingTable, type Table } from "./table.ts";

export interface Merge {
  add(sums: RollupSums): void;
  end(): RollupSums;
}

export function mergeSums({ dimensions }: Rollup): Merge {
  const dictionaries = dimensions.map(createDictionary);
  const table: GrowingTable = createTable(dictionaries);
  const mixed = new Set<Dimension>();
  return {
    add(sums) {
      const placeOf = placesIn(sums.table, (index, value) => {
        return dictionaries[index]?.indexOf(value) ?? 0;
      });
      const target = dimensions.map(() => 0);
      addTable(table, sums.table, (row) => {
        for (let index = 0; index < target.length; index += 1) target[index] = placeOf(row, index);
        return table.rowOf(target);
      });
      for (const dimension of sums.mixed) mixed.add(dimension);
    },
    end: () => ({ table, mixed }),
  };
}

/** The place that the value of a row has elsewhere; each value is looked up once. */
export function placesIn(
  { dictionaries, places }: Table,
  elsewhere: (dimension: number, value: string | null) => number,
): (row: number, dimension: number) => number {
  const known = dictionaries.map(({ values }) => new Int32Array(values.length).fill(-1));
  const width = dictionaries.length;
  return (row, dimension) => {
    const place = places[row * width + dimension] ?? 0;
    const found = known[dimension]?.[place] ?? -1;
    if (found >= 0) return found;
    const made = elsewhere(dimension, dictionaries[dimension]?.values[place] ?? null);
    const own = known[dimension];
    if (own !== undefined) own[place] = made;
    return made;
  };
}
