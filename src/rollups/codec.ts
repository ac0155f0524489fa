// Sums of a piece of time as bytes: a header of JSON, then every column that is not all 0 in as few bytes
// a number as its values need. Numbers are little-endian, as the machines are that this runs on.
import type { Dimension } from "./kinds.ts";
import { placesIn } from "./merge.ts";
import type { RollupSums } from "./quarter.ts";
import { type Column, createDictionary, type SumColumns, type Value } from "./table.ts";

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
const DECODER = new TextDecoder();

type Numbers = Int8Array | Int16Array | Int32Array | Float64Array;

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/** Bytes a number of a column; 0: every one is 0. */
function widthOf(column: Column, rows: number): number {
  if (column === null) return 0;
  const { numbers, first, step } = column;
  let [least, most] = [0, 0];
  for (let row = 0, at = first; row < rows; row += 1, at += step) {
    const number = numbers[at] ?? 0;
    if (number > most) most = number;
    else if (number < least) least = number;
  }
  if (least === 0 && most === 0) return 0;
  const size = Math.max(most, -least - 1);
  if (size <= 0x7f) return 1;
  if (size <= 0x7fff) return 2;
  return size <= 0x7fffffff ? 4 : 8;
}

/** Those places that rows have, in dictionaries of these alone. */
function ownPlaces(table: SumColumns): { places: Column[]; dictionaries: { values: Value[] }[] } {
  const own = table.dictionaries.map(createDictionary);
  const found = placesIn(table, (index, value) => own[index]?.indexOf(value) ?? 0);
  const places = found.map((numbers): Column => ({ numbers, first: 0, step: 1 }));
  return { places, dictionaries: own };
}

function view(
  bytes: Uint8Array,
  offset: number,
  { width, rows }: { width: number; rows: number },
): Numbers {
  const { buffer } = bytes;
  const at = bytes.byteOffset + offset;
  if (width === 1) return new Int8Array(buffer, at, rows);
  if (width === 2) return new Int16Array(buffer, at, rows);
  if (width === 4) return new Int32Array(buffer, at, rows);
  if (width === 8) return new Float64Array(buffer, at, rows);
  throw new RangeError(`no column has ${width} bytes a number`);
}

/** Its dictionaries hold what the rows have, and no more. */
export function encodeSums({ table, mixed }: RollupSums): Uint8Array {
  const { size: rows, figures, rest } = table;
  const { places, dictionaries: own } = ownPlaces(table);
  const columns = [...places, ...figures];
  const widths = columns.map((column) => widthOf(column, rows));
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
  for (const [index, column] of columns.entries()) {
    const width = widths[index] ?? 0;
    if (width === 0 || column === null) continue;
    const { numbers, first, step } = column;
    const to = view(bytes, offset, { width, rows });
    for (let row = 0, at = first; row < rows; row += 1, at += step) to[row] = numbers[at] ?? 0;
    offset += aligned(width * rows);
  }
  return bytes;
}

/** @throws where the bytes are not those of `encodeSums` */
export function decodeSums(stored: Uint8Array): RollupSums {
  const bytes = atColumns(stored);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = bytes.subarray(HEADER_LENGTH_BYTES, HEADER_LENGTH_BYTES + length);
  const header = JSON.parse(DECODER.decode(text)) as Header;
  const { rows, widths } = header;
  let offset = aligned(HEADER_LENGTH_BYTES + length);
  const columns = widths.map((width): Column => {
    if (width === 0) return null;
    const numbers = view(bytes, offset, { width, rows });
    offset += aligned(width * rows);
    return { numbers, first: 0, step: 1 };
  });
  const dictionaries = header.values.map((values) => ({ values }));
  const table: SumColumns = {
    ...{ dictionaries, size: rows, rest: new Map(header.rest) },
    places: columns.slice(0, dictionaries.length),
    figures: columns.slice(dictionaries.length),
  };
  return { table, mixed: new Set(header.mixed) };
}

/** Numbers of a column are read where they are: the first byte is to be at a place that they may begin at. */
function atColumns(stored: Uint8Array): Uint8Array {
  return stored.byteOffset % ALIGNMENT === 0 ? stored : Uint8Array.prototype.slice.call(stored);
}
