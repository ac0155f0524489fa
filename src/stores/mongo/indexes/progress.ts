// How far the building of an index is, as the server tells those who may ask.
import { type Db, type Document, MongoServerError } from "mongodb";

export interface BuildProgress {
  /** Documents gone through. */
  done: number;
  total: number;
}

/** The two that a server may send as a number of 64 bits. */
function progressOf({ progress }: Document): BuildProgress | null {
  const [done, total] = [Number(progress?.done), Number(progress?.total)];
  return Number.isFinite(done) && Number.isFinite(total) && total > 0 ? { done, total } : null;
}

/**
 * The build of one of these collections that has the most before it; null where none is seen: other
 * servers than MongoDB do not tell, and a user without the action `inprog` sees only its own work.
 */
export async function buildProgress(
  database: Db,
  collections: readonly string[],
): Promise<BuildProgress | null> {
  const ours = new Set(collections.map((name) => `${database.databaseName}.${name}`));
  for (const allUsers of [true, false]) {
    try {
      const found = await database.client
        .db("admin")
        .aggregate([{ $currentOp: { allUsers } }, { $match: { progress: { $exists: true } } }])
        .toArray();
      const builds = found
        .filter(({ ns, command, msg }) => ours.has(placeOf(ns, command)) && /index/i.test(msg))
        .flatMap((operation) => progressOf(operation) ?? []);
      const left = ({ done, total }: BuildProgress) => total - done;
      return builds.sort((a, b) => left(b) - left(a))[0] ?? null;
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error;
    }
  }
  return null;
}

/** The thread that builds says the collection; the call that waits for it says the command. */
function placeOf(namespace: unknown, command: Document | undefined): string {
  const { createIndexes, $db } = command ?? {};
  return createIndexes === undefined ? String(namespace) : `${$db}.${createIndexes}`;
}
