// The sums of a longer piece of time, of those of the shorter ones in it.
import type { Dimension, Rollup } from "./kinds.ts";
import type { RollupSums } from "./quarter.ts";
import {
  addTable,
  type Column,
  columnsOf,
  createDictionary,
  createTable,
  type GrowingTable,
  type SumColumns,
} from "./table.ts";

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
      const places = placesIn(
        sums.table,
        (index, value) => dictionaries[index]?.indexOf(value) ?? 0,
      );
      const targets = new Int32Array(sums.table.size);
      const target = dimensions.map(() => 0);
      for (let row = 0; row < targets.length; row += 1) {
        for (let index = 0; index < target.length; index += 1) {
          target[index] = places[index]?.[row] ?? 0;
        }
        targets[row] = table.rowOf(target);
      }
      addTable(table, sums.table, targets);
      for (const dimension of sums.mixed) mixed.add(dimension);
    },
    end: () => ({ table: columnsOf(table), mixed }),
  };
}

/** Of each dimension, the places that the values of the rows have elsewhere; each value is looked up once. */
export function placesIn(
  { dictionaries, places, size }: SumColumns,
  elsewhere: (dimension: number, value: string | null) => number,
): Int32Array[] {
  return dictionaries.map(({ values }, dimension) =>
    placesOf({ column: places[dimension] ?? null, size, count: values.length }, (place) =>
      elsewhere(dimension, values[place] ?? null),
    ),
  );
}

interface PlaceColumn {
  column: Column;
  /** Rows. */
  size: number;
  /** Places that there are. */
  count: number;
}

/** Of each row, what the place of its value becomes; each place is looked up once. */
export function placesOf(
  { column, size, count }: PlaceColumn,
  elsewhere: (place: number) => number,
): Int32Array {
  const found = new Int32Array(size);
  if (size === 0) return found;
  if (column === null) return found.fill(elsewhere(0));
  const { numbers, first, step } = column;
  const known = new Int32Array(count).fill(-1);
  for (let row = 0, at = first; row < size; row += 1, at += step) {
    const place = numbers[at] ?? 0;
    let other = known[place] ?? -1;
    if (other < 0) {
      other = elsewhere(place);
      known[place] = other;
    }
    found[row] = other;
  }
  return found;
}
