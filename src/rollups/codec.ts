// Sums of a piece of time as bytes: a header of JSON, then every column that is not all 0 in as few bytes
// a number as its values need. Numbers are little-endian, as the machines are that this runs on.
import type { Dimension } from "./kinds.ts";
import { placesIn } from "./merge.ts";
import type { RollupSums } from "./quarter.ts";
import { createDictionary, type Table, type Value, WIDTH } from "./table.ts";

interface Header {
  rows: number;
  values: Value[][];
  /** Bytes of a number of each dimension's places, then of each column; 0: there is none. */
  widths: number[];
  rest: [number, string][];
  mixed: Dimension[];
}

/** Each column begins at a multiple of this. */
const ALIGNMENT = 8;
const HEADER_LENGTH_BYTES = 4;

type Numbers = Int8Array | Int16Array | Int32Array | Float64Array;

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/** Bytes a number of each column of a table whose rows have so many numbers. */
function widthsOf(numbers: ArrayLike<number>, rows: number, columns: number): number[] {
  const [least, most] = [new Float64Array(columns), new Float64Array(columns)];
  for (let row = 0, index = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1, index += 1) {
      const number = numbers[index] ?? 0;
      if (number > (most[column] ?? 0)) most[column] = number;
      else if (number < (least[column] ?? 0)) least[column] = number;
    }
  }
  return Array.from(most, (value, column) => widthOf(least[column] ?? 0, value));
}

function widthOf(least: number, most: number): number {
  if (least === 0 && most === 0) return 0;
  const size = Math.max(most, -least - 1);
  if (size <= 0x7f) return 1;
  if (size <= 0x7fff) return 2;
  return size <= 0x7fffffff ? 4 : 8;
}

/** Those places that rows have, in dictionaries of these alone. */
function ownPlaces(table: Table): { places: Int32Array; dictionaries: { values: Value[] }[] } {
  const { size, dictionaries } = table;
  const own = dictionaries.map(createDictionary);
  const placeOf = placesIn(table, (index, value) => own[index]?.indexOf(value) ?? 0);
  const places = new Int32Array(size * own.length);
  for (let row = 0, at = 0; row < size; row += 1) {
    for (let index = 0; index < own.length; index += 1, at += 1) places[at] = placeOf(row, index);
  }
  return { places, dictionaries: own };
}

function view(bytes: Uint8Array, offset: number, { width, rows }: { width: number; rows: number }) {
  const { buffer } = bytes;
  const views: Record<number, () => Numbers> = {
    1: () => new Int8Array(buffer, offset, rows),
    2: () => new Int16Array(buffer, offset, rows),
    4: () => new Int32Array(buffer, offset, rows),
    8: () => new Float64Array(buffer, offset, rows),
  };
  const made = views[width]?.();
  if (made === undefined) throw new RangeError(`no column has ${width} bytes a number`);
  return made;
}

/** Its dictionaries hold what the rows have, and no more. */
export function encodeSums({ table, mixed }: RollupSums): Uint8Array {
  const { size: rows, values, rest } = table;
  const { places, dictionaries: own } = ownPlaces(table);
  const widths = [...widthsOf(places, rows, own.length), ...widthsOf(values, rows, WIDTH)];
  const header: Header = {
    rows,
    values: own.map((dictionary) => dictionary.values),
    widths,
    rest: [...rest],
    mixed: [...mixed],
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const begin = aligned(HEADER_LENGTH_BYTES + text.length);
  const length = widths.reduce((sum, width) => sum + aligned(width * rows), begin);
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, HEADER_LENGTH_BYTES);
  let offset = begin;
  for (const [index, width] of widths.entries()) {
    if (width === 0) continue;
    const column = view(bytes, offset, { width, rows });
    const isPlace = index < own.length;
    const [from, step] = isPlace ? [places, own.length] : [values, WIDTH];
    const first = isPlace ? index : index - own.length;
    for (let row = 0; row < rows; row += 1) column[row] = from[row * step + first] ?? 0;
    offset += aligned(width * rows);
  }
  return bytes;
}

/** @throws where the bytes are not those of `encodeSums` */
export function decodeSums(stored: Uint8Array): RollupSums {
  // Of its own buffer, whose first byte is the first of it: columns are aligned there.
  const bytes = Uint8Array.prototype.slice.call(stored);
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const text = bytes.subarray(HEADER_LENGTH_BYTES, HEADER_LENGTH_BYTES + length);
  const header = JSON.parse(new TextDecoder().decode(text)) as Header;
  const { rows, widths } = header;
  const dictionaries = header.values.map((values) => ({ values }));
  const wide = dictionaries.length;
  const places = new Array<number>(rows * wide).fill(0);
  const values = new Float64Array(rows * WIDTH);
  let offset = aligned(HEADER_LENGTH_BYTES + length);
  for (const [index, width] of widths.entries()) {
    if (width === 0) continue;
    const column = view(bytes, offset, { width, rows });
    const [to, step] = index < wide ? [places, wide] : [values, WIDTH];
    const first = index < wide ? index : index - wide;
    for (let row = 0; row < rows; row += 1) to[row * step + first] = column[row] ?? 0;
    offset += aligned(width * rows);
  }
  const table: Table = { dictionaries, places, size: rows, values, rest: new Map(header.rest) };
  return { table, mixed: new Set(header.mixed) };
}
