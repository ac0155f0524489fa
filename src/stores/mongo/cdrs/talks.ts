// Answered attempts in the order of their beginnings, in parts.
import type { Collection, Document } from "mongodb";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import { placesOf } from "../../../queries/group-keys.ts";
import {
  LONG_CALL_MS,
  type StoredTalk,
  type TalkQuery,
  talkFilters,
} from "../../../queries/talks.ts";
import type { ReadOptions } from "../../ports/cdrs.ts";
import type { CdrDocument } from "../documents.ts";
import { ATTEMPT } from "./attempts.ts";
import type { CdrBounds } from "./bounds.ts";

const PART_TALKS = 5000;

interface TalkDocument extends Document {
  at: Date;
  usage: number;
  group: string | null;
}

/** No index goes by usage: for long calls everything before the span is looked through. */
export function cdrTalks(
  collection: Collection<CdrDocument>,
  { bounds, maxTimeMS }: { bounds: CdrBounds; maxTimeMS: number },
) {
  async function* part(
    query: TalkQuery,
    which: "long" | "near",
    options: ReadOptions,
  ): AsyncGenerator<StoredTalk[], void> {
    const { index, match } = await bounds.of({ filter: talkFilters(query)[which] });
    const fewest = which === "long" ? LONG_CALL_MS : 1;
    const group = query.by === undefined ? null : placesOf(query.by, undefined).mongo;
    const stages: Document[] = [
      { $match: { $and: [match, ATTEMPT, { "primary.usage": { $gte: fewest } }] } },
      { $project: { _id: 0, at: "$keys.callTime", usage: "$primary.usage", group } },
      { $sort: { at: 1 } },
    ];
    const found = await bounds.through(index, async (hint) => {
      const opened = collection.aggregate<TalkDocument>(stages, {
        allowDiskUse: true,
        batchSize: PART_TALKS,
        maxTimeMS,
        ...options,
        ...hint,
      });
      // Asks for the first documents, so that a hint that the server refuses is met here.
      await opened.hasNext();
      return opened;
    });
    let talks: StoredTalk[] = [];
    for await (const { at, usage, group: name } of found) {
      if (isTurnOver()) await ownTurn();
      if (at.getTime() + usage <= query.fromMs) continue;
      talks.push({ fromMs: at.getTime(), usageMs: usage, group: name ?? null });
      if (talks.length < PART_TALKS) continue;
      yield talks;
      talks = [];
    }
    if (talks.length > 0) yield talks;
  }

  return async function* (query: TalkQuery, options: ReadOptions = {}) {
    yield* part(query, "long", options);
    yield* part(query, "near", options);
  };
}
