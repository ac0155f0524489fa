// Collections that a new data base is made with, because they take options that none can be given
// later. The others are made by their first document.
import { type Db, type Document, MongoServerError } from "mongodb";
import { outcomeOf, UNAUTHORIZED } from "../faults.ts";
import type { StoreCollections } from "../schema.ts";

/** Those that grow: their documents say much alike, which zstd makes half as large as snappy does. */
const LARGE: readonly (keyof StoreCollections)[] = [
  "cdrs",
  "suspense",
  "jobLines",
  "tariffChunks",
  "uploadParts",
  "queueEvents",
  "periodCdrs",
];

const ZSTD = { storageEngine: { wiredTiger: { configString: "block_compressor=zstd" } } };
/** The server itself keeps another form of key out. */
const BYTES_ALONE = { validator: { _id: { $type: "binData" } } };

const ALREADY_THERE = 48;

/** True for an answer that another attempt would get too: not of an outage, nor of a user without the right. */
function isAnswer(error: unknown): error is MongoServerError {
  if (!(error instanceof MongoServerError) || error.code === UNAUTHORIZED) return false;
  const outcome = outcomeOf(error);
  return outcome === "ours" || outcome === "refused";
}

/** With the first of these options that the server takes; with none, its first document makes it. */
async function make(database: Db, name: string, wishes: readonly Document[]): Promise<void> {
  for (const options of wishes) {
    try {
      await database.createCollection(name, options);
      return;
    } catch (error) {
      if (!isAnswer(error)) throw error;
      if (error.code === ALREADY_THERE) return;
    }
  }
}

/** May be repeated: what is there stays as it is. */
export async function makeCollections(database: Db): Promise<void> {
  for (const name of LARGE) {
    const own = name === "cdrs" ? BYTES_ALONE : {};
    await make(database, name, [{ ...ZSTD, ...own }, ZSTD, own]);
  }
}
