// Sums that a MongoDB store keeps by pieces of time.
import { Binary, Timestamp } from "mongodb";
import { OUTCOMES } from "../../../cdr/rating.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { AttemptTerms } from "../../../queries/attempts.ts";
import type { TimeRange } from "../../../queries/cdr-query.ts";
import {
  ALL_TIMES,
  type Piece,
  type Quarter,
  stretchOf,
  touchedQuarters,
} from "../../../rollups/pieces.ts";
import { countingTerms, countQuarter } from "../../../rollups/quarter.ts";
import { SHELVES, shelveAll } from "../../../rollups/shelves.ts";
import type {
  CdrStore,
  JoinedPiece,
  ReadOptions,
  RollupState,
  RollupStore,
} from "../../ports/cdrs.ts";
import { editionOf } from "../../rollups/edition.ts";
import { joinSums } from "../../rollups/join.ts";
import { countedRecord } from "../../rollups/record.ts";
import { type RollupSource, rollupSums } from "../../rollups/sums.ts";
import { serverTime } from "../cdrs/change-time.ts";
import type { Calls } from "../connection/calls.ts";
import type { StoreCollections } from "../schema.ts";
import { pieceId, type RollupPieceDocument, toQuarter } from "./documents.ts";
import { quarterForgetter } from "./forget.ts";
import { type MongoLook, mongoLook } from "./look.ts";
import { markQuarters } from "./marks.ts";
import { unjoinedPieces } from "./unjoined.ts";

/** A document may have 16 MB; larger sums are not kept, and stay with the CDRs. */
const MOST_BYTES = 15_000_000;

interface Parts {
  collections: StoreCollections;
  scan: CdrStore["scan"];
  source: Pick<RollupSource, "sums" | "calls">;
  maxTimeMS: number;
  /** After so long a write is surely seen, and its mark may be taken away. */
  lagSeconds: number;
  /** False while processes may write that mark nothing. */
  isMarked(): Promise<boolean>;
}

function pieceDocuments(
  bytes: readonly Uint8Array[],
  piece: Piece,
  edition: string,
): RollupPieceDocument[] {
  const { level, quarter, version } = piece;
  return SHELVES.map(({ name: rollup }, index) => ({
    _id: pieceId(rollup, piece, edition),
    ...{ rollup, level, quarter, version, edition },
    bytes: new Binary(bytes[index] ?? new Uint8Array()),
  }));
}

function rollupParts({ collections, scan, source: given, maxTimeMS }: Parts) {
  const { rollupQuarters, rollupPieces, rollupCrossing } = collections;
  const source: RollupSource & MongoLook = {
    ...{ ...given, ...mongoLook(collections, maxTimeMS) },
    marksFirst: true,
  };

  /** Of this version, then those of older ones go. */
  async function putPiece(bytes: readonly Uint8Array[], piece: Piece, edition: string) {
    const documents = pieceDocuments(bytes, piece, edition);
    await rollupPieces.bulkWrite(
      documents.map(({ _id, ...document }) => ({
        updateOne: { filter: { _id }, update: { $set: document }, upsert: true },
      })),
      { ordered: false },
    );
  }
  async function dropOlder({ level, quarter, version }: Piece): Promise<void> {
    await rollupPieces.deleteMany({ level, quarter, version: { $lt: version } });
  }

  /** What sums may count those calls is marked first, then nobody counts them there any more. */
  async function putCrossing(quarter: number, callIds: readonly string[]): Promise<void> {
    if (callIds.length === 0) return;
    const attempts = (await source.quartersOf(callIds)).map((one) => {
      return { _id: JSON.stringify([one.quarter, one.callId]), ...one };
    });
    const ids = attempts.map(({ _id }) => _id);
    const known = new Set<string>(await rollupCrossing.distinct("_id", { _id: { $in: ids } }));
    const added = attempts.filter(({ _id }) => !known.has(_id));
    const others = added.map((one) => one.quarter).filter((other) => other !== quarter);
    await markQuarters(rollupQuarters, others);
    if (added.length === 0) return;
    await rollupCrossing.bulkWrite(
      added.map(({ _id, ...one }) => {
        return { updateOne: { filter: { _id }, update: { $set: one }, upsert: true } };
      }),
      { ordered: false },
    );
  }

  async function count(quarter: number, terms: AttemptTerms, { signal }: ReadOptions) {
    const counting = countQuarter(countingTerms(terms));
    const filter = { callTime: stretchOf(quarter, 1), outcomes: [...OUTCOMES] };
    for await (const cdrs of scan(filter, 1000, signal && { signal })) {
      for (const cdr of cdrs) counting.add(countedRecord(cdr));
      if (isTurnOver()) await ownTurn();
    }
    const known = await source.crossingIn(quarter);
    const others = counting.callIds().filter((callId) => !known.has(callId));
    const crossing = await source.outside(quarter, others);
    const { sums } = counting.end(new Set([...known, ...crossing]));
    return { bytes: shelveAll(sums), crossing };
  }

  async function make(
    { quarter, marked }: Quarter,
    terms: AttemptTerms,
    options: ReadOptions,
  ): Promise<boolean> {
    const edition = editionOf(terms);
    const { bytes, crossing } = await count(quarter, terms, options);
    if (bytes.some((some) => some.length > MOST_BYTES)) return false;
    await putCrossing(quarter, crossing);
    const piece: Piece = { level: 1, quarter, version: marked };
    await putPiece(bytes, piece, edition);
    const built = { built: marked, edition, isDirty: false };
    const { matchedCount } = await rollupQuarters.updateOne(
      { _id: quarter, marked },
      { $set: built },
    );
    if (matchedCount === 1) await dropOlder(piece);
    return matchedCount === 1;
  }

  return { source, make, putPiece, dropOlder };
}

function within(range: Required<TimeRange> = ALL_TIMES): { $gte: number; $lt: number } {
  const { first, end } = touchedQuarters(range);
  return { $gte: first, $lt: end };
}

export function rollupsThrough({ read, sum, write }: Calls, parts: Parts): RollupStore {
  const { collections, lagSeconds, isMarked } = parts;
  const { rollupQuarters } = collections;
  const { source, make, putPiece, dropOlder } = rollupParts(parts);

  /** Not yet those that were marked a moment ago: what they are marked for may not be seen yet. */
  async function dirty(
    terms: AttemptTerms,
    limit: number,
    range?: Required<TimeRange>,
  ): Promise<Quarter[]> {
    if (!(await isMarked())) return [];
    const edition = editionOf(terms);
    const { t } = await serverTime(collections);
    const settled = new Timestamp({ t: t - lagSeconds, i: 0xffff_ffff });
    const found = rollupQuarters.find({
      _id: within(range),
      markedAt: { $lte: settled },
      $or: [{ isDirty: true }, { edition: { $ne: edition } }],
    });
    const sorted = found.sort({ _id: range === undefined ? -1 : 1 }).limit(limit);
    return (await sorted.toArray()).map(toQuarter(edition));
  }

  async function join(piece: JoinedPiece, terms: AttemptTerms, options: ReadOptions) {
    const edition = editionOf(terms);
    const made = await joinSums(source, { piece, edition }, options);
    if (made === null || made.bytes.some((some) => some.length > MOST_BYTES)) return false;
    const whole = { ...piece, version: made.version };
    await putPiece(made.bytes, whole, edition);
    await dropOlder(whole);
    return true;
  }

  const unjoined = unjoinedPieces(collections, parts.maxTimeMS);
  const mark = quarterForgetter(collections, parts.maxTimeMS);
  function forget(range: Required<TimeRange>): Promise<number> {
    const { first, end } = touchedQuarters(range);
    return mark(first, end);
  }

  async function state(terms: AttemptTerms, range?: Required<TimeRange>): Promise<RollupState> {
    const edition = editionOf(terms);
    const _id = within(range);
    const quarters = await rollupQuarters.countDocuments({ _id });
    const clean = { _id, isDirty: false, edition };
    return { quarters, dirty: quarters - (await rollupQuarters.countDocuments(clean)) };
  }

  return {
    summarize: (query, options = {}) =>
      sum(async () => {
        if (await isMarked()) return rollupSums(source, query, options);
        return { rows: await source.sums(query, options), from: "cdrs" };
      }),
    dirty: (terms, limit, range) => read(() => dirty(terms, limit, range)),
    make: (quarter, terms, options = {}) => write(() => make(quarter, terms, options)),
    unjoined: (terms, before) => read(() => unjoined(editionOf(terms), before)),
    join: (piece, terms, options = {}) => write(() => join(piece, terms, options)),
    forget: (range) => write(() => forget(range)),
    state: (terms, range) => read(() => state(terms, range)),
  };
}
