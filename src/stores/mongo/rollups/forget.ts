// Marks quarter hours of a MongoDB store so that their sums are made anew, also those that have lost
// their mark, or never had one.
import { Timestamp } from "mongodb";
import { quarterOf, stretchOf } from "../../../rollups/pieces.ts";
import type { StoreCollections } from "../schema.ts";

/** The server writes its own time where both are 0. */
const LONG_AGO = new Timestamp({ t: 1, i: 1 });
/** The last time that a date may have. */
const LATEST_MS = 8.64e15;
/** Quarter hours that one write marks. */
const MOST_AT_ONCE = 1000;

export function quarterForgetter(
  { cdrs, rollupQuarters, rollupPieces }: StoreCollections,
  maxTimeMS: number,
): (first: number, end: number) => Promise<number> {
  /** The first quarter hour of a stretch that has a CDR. */
  async function nextIn(first: number, end: number): Promise<number | null> {
    const from = new Date(stretchOf(first, 1).fromMs);
    const toMs = stretchOf(end, 1).fromMs;
    const to = toMs > LATEST_MS ? {} : { $lt: new Date(toMs) };
    const found = await cdrs
      .find({ "keys.callTime": { $gte: from, ...to } }, { maxTimeMS })
      .project<{ keys: { callTime: Date } }>({ "keys.callTime": 1 })
      .sort({ "keys.callTime": 1 })
      .limit(1)
      .next();
    return found === null ? null : quarterOf(found.keys.callTime.getTime());
  }

  /** Quarter hours with CDRs between two that have marks. */
  async function* unmarked(first: number, end: number): AsyncGenerator<number> {
    for (let next = await nextIn(first, end); next !== null; next = await nextIn(next + 1, end)) {
      yield next;
      if (next + 1 >= end) return;
    }
  }

  /** Higher than any sums that were made of it or over it: none of these is taken for a later one. */
  async function addMark(quarter: number): Promise<void> {
    const pieces = ([1, 4, 96] as const).map((level) => ({
      level,
      quarter: quarter - (quarter % level),
    }));
    const [latest] = await rollupPieces
      .find({ $or: pieces }, { projection: { version: 1 }, maxTimeMS })
      .sort({ version: -1 })
      .limit(1)
      .toArray();
    await rollupQuarters.updateOne(
      { _id: quarter },
      {
        $inc: { marked: (latest?.version ?? 0) + 1 },
        $set: { isDirty: true },
        $setOnInsert: { built: 0, edition: "", markedAt: LONG_AGO },
      },
      { upsert: true },
    );
  }

  /** Those in [first, end) that have none, between these that have marks. */
  async function addMarks(first: number, end: number, known: readonly number[]): Promise<number> {
    let [added, at] = [0, first];
    for (const border of [...known, end]) {
      if (border > at) {
        for await (const quarter of unmarked(at, border)) {
          await addMark(quarter);
          added += 1;
        }
      }
      at = border + 1;
    }
    return added;
  }

  return async (first, end) => {
    let marked = 0;
    for (let at = first; at < end; ) {
      const documents = await rollupQuarters
        .find({ _id: { $gte: at, $lt: end } }, { projection: { _id: 1 }, maxTimeMS })
        .sort({ _id: 1 })
        .limit(MOST_AT_ONCE)
        .toArray();
      const known = documents.map(({ _id }) => _id);
      const until = known.length < MOST_AT_ONCE ? end : (known.at(-1) ?? end) + 1;
      marked += await addMarks(at, until, known);
      const update = { $inc: { marked: 1 }, $set: { isDirty: true } };
      marked += (await rollupQuarters.updateMany({ _id: { $in: known } }, update)).matchedCount;
      at = until;
    }
    return marked;
  };
}
