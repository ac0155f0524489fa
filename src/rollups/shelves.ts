// Rollups whose sums of a piece are kept as one: what makes a piece is then few writes, and what reads one
// rollup reads little of others.
import { decodeSums, encodeSums } from "./codec.ts";
import { ROLLUPS, type Rollup } from "./kinds.ts";
import type { RollupSums } from "./quarter.ts";

export interface Shelf {
  name: string;
  rollups: readonly Rollup[];
}

const named = (...names: string[]) => ROLLUPS.filter(({ name }) => names.includes(name));

/** Every rollup has its place on one; those that have few rows stand together. */
export const SHELVES: readonly Shelf[] = [
  { name: "narrow", rollups: named("source", "direction", "cause", "carrier", "country") },
  { name: "rates", rollups: named("rate") },
  { name: "accounts", rollups: named("unrated", "account") },
];

export interface ShelfPlace {
  shelf: Shelf;
  /** Among the rollups of the shelf. */
  place: number;
}

export function shelfOf(rollup: Rollup): ShelfPlace {
  for (const shelf of SHELVES) {
    const place = shelf.rollups.indexOf(rollup);
    if (place >= 0) return { shelf, place };
  }
  throw new RangeError(`no shelf has ${rollup.name}`);
}

const LENGTH_BYTES = 4;
/** Numbers of sums begin at multiples of this, as their bytes do. */
const ALIGNMENT = 8;

function headLength({ rollups }: Shelf): number {
  return Math.ceil((LENGTH_BYTES * rollups.length) / ALIGNMENT) * ALIGNMENT;
}

/** The lengths of the sums of each rollup in their order, then the sums. */
export function shelve(shelf: Shelf, sumsOf: (rollup: Rollup) => RollupSums): Uint8Array {
  const parts = shelf.rollups.map((rollup) => encodeSums(sumsOf(rollup)));
  let offset = headLength(shelf);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, offset));
  const head = new DataView(bytes.buffer);
  for (const [index, part] of parts.entries()) {
    head.setUint32(index * LENGTH_BYTES, part.length, true);
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** The sums of all rollups, in their order, as bytes of each shelf. */
export function shelveAll(sums: readonly RollupSums[]): Uint8Array[] {
  return SHELVES.map((shelf) =>
    shelve(shelf, (rollup) => {
      const found = sums[ROLLUPS.indexOf(rollup)];
      if (found === undefined) throw new RangeError(`there are no sums of ${rollup.name}`);
      return found;
    }),
  );
}

/** @throws where the bytes are not those of `shelve` */
export function takeSums(bytes: Uint8Array, { shelf, place }: ShelfPlace): RollupSums {
  const head = new DataView(bytes.buffer, bytes.byteOffset);
  let offset = headLength(shelf);
  for (let before = 0; before < place; before += 1) {
    offset += head.getUint32(before * LENGTH_BYTES, true);
  }
  const length = head.getUint32(place * LENGTH_BYTES, true);
  return decodeSums(bytes.subarray(offset, offset + length));
}
