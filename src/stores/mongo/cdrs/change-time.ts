// The time of the server that an insert carries: an insert cannot ask for it, so it is read before.
import type { Collection, Timestamp } from "mongodb";
import { type CdrDocument, SERVER_TIME } from "../documents.ts";
import type { StoreCollections } from "../schema.ts";

/** So long inserts share one reading: they are a second older to a reader at most. */
const SHARED_MS = 1000;
/** An insert that ends later after its reading takes a new time: half of what readers go back. */
const LATEST_MS = 5000;

/** The time that a write would have now. */
export async function serverTime({ meta }: Pick<StoreCollections, "meta">): Promise<Timestamp> {
  const found = await meta.findOneAndUpdate(
    { _id: "clock" },
    { $currentDate: { now: SERVER_TIME } },
    { upsert: true, returnDocument: "after" },
  );
  if (found?.now === undefined) throw new Error("the server did not say its time");
  return found.now;
}

export interface ChangeTimes {
  /** Inserts the documents with their time; whatever `work` throws, it throws. */
  during<T>(documents: CdrDocument[], work: (timed: CdrDocument[]) => Promise<T>): Promise<T>;
}

/** `elapsedMs`: a clock that only runs forward; how late it is does not matter. */
export function changeTimes(
  collections: Pick<StoreCollections, "meta"> & { cdrs: Collection<CdrDocument> },
  elapsedMs: () => number = () => performance.now(),
): ChangeTimes {
  let reading: { atMs: number; time: Promise<Timestamp> } | null = null;

  /** Counted from before it was asked for, so that it is never taken for younger than it is. */
  function read(): { atMs: number; time: Promise<Timestamp> } {
    const atMs = elapsedMs();
    if (reading !== null && atMs - reading.atMs < SHARED_MS) return reading;
    const next = { atMs, time: serverTime(collections) };
    reading = next;
    next.time.catch(() => {
      if (reading === next) reading = null;
    });
    return next;
  }

  return {
    async during(documents, work) {
      const { atMs, time } = read();
      const changedAt = await time;
      try {
        return await work(documents.map((document) => ({ ...document, changedAt })));
      } finally {
        // Readers may have passed the time by now: those that came in are seen at a new one.
        if (elapsedMs() - atMs > LATEST_MS) {
          await collections.cdrs.updateMany(
            { _id: { $in: documents.map(({ _id }) => _id) }, changedAt },
            { $currentDate: { changedAt: SERVER_TIME } },
          );
        }
      }
    },
  };
}
