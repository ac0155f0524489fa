// How many bytes MongoDB keeps for a document in each index: reckoned by the format of its keys
// (KeyString, version 1), not measured. Neighbours share what they begin with alike (prefix
// compression), so that on disk and in memory it is less.
import { Binary, type Document, Timestamp } from "mongodb";
import { MONGO_STEPS } from "../src/stores/mongo/migrations/steps.ts";

/** The end of the fields, and the number of the document: five bytes up to 2^30 documents. */
const TAIL_BYTES = 1 + 5;

function fieldBytes(value: unknown): number {
  if (typeof value === "string") return 1 + Buffer.byteLength(value) + 1;
  if (value instanceof Binary) return 1 + 1 + 1 + value.length();
  if (value instanceof Date || value instanceof Timestamp) return 1 + 8;
  if (value === undefined || value === null) return 1;
  throw new Error(`no index has a ${typeof value}`);
}

function valueAt(document: Document, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((at, name) => (at as Document | undefined)?.[name], document);
}

/** Fields of every index of CDRs, by its name. */
function cdrIndexes(): Map<string, readonly string[]> {
  const all = MONGO_STEPS.flatMap(({ indexes = [] }) => indexes);
  const own = all.flatMap(({ collection, wanted }) => (collection === "cdrs" ? wanted : []));
  return new Map([
    ["_id_", ["_id"]],
    ...own.map(({ name, key }) => [name, [...key.keys()]] as const),
  ]);
}

/** Bytes of the entries of one document by index, with the sum. */
export function indexBytes(document: Document): { sum: number; count: number } {
  const indexes = [...cdrIndexes().values()];
  // A document that is stored has the time of its write.
  const stored = { changedAt: new Timestamp({ t: 1, i: 1 }), ...document };
  const sizes = indexes.map((fields) =>
    fields.reduce((sum, field) => sum + fieldBytes(valueAt(stored, field)), TAIL_BYTES),
  );
  return { sum: sizes.reduce((sum, size) => sum + size, 0), count: indexes.length };
}
