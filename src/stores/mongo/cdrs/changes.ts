// What changed in a MongoDB store, by the time of the server at each write.

import { BSON, type Document, Timestamp } from "mongodb";
import { engineError } from "../../../errors.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import { readAll } from "../../key-faults.ts";
import { addToPage, BATCH_DOCUMENTS, emptyPage, PAGE_BYTES } from "../../page-bytes.ts";
import type { ChangePage, ChangesQuery, ReadOptions } from "../../ports/cdrs.ts";
import { type CdrDocument, toCdr } from "../documents.ts";
import type { IndexHints } from "../indexes/hints.ts";
import type { StoreCollections } from "../schema.ts";
import { serverTime } from "./change-time.ts";
import { filterQuery } from "./filter.ts";
import { type CdrKeying, keyOfText, keyText } from "./key.ts";

/**
 * A write counts at the time of the server that took it, and readers see it once a majority has it.
 * So many seconds after its time a change is surely seen, whatever the clocks of the servers of the
 * replica set, or of the shards, differ by, and although inserts carry a time that is read before. No clock of a process of cdrate takes part.
 */
export const SAFETY_LAG_SECONDS = 10;

/** Where a reader is. */
interface Place {
  /** Absent: among the CDRs that were written before writes had a time. */
  at?: { t: number; i: number };
  /** Text of the document's key; empty: before all. */
  id: string;
  /** Second from which it begins again once it has come to the end: nothing before was missed. */
  back?: number;
}

/** At the first write of all times. */
const BEGIN: Place = { id: "" };
const EPOCH = { t: 0, i: 0 };

function readPlace(after: string | undefined): Place {
  if (after === undefined) return BEGIN;
  try {
    const [id, t, i, back] = JSON.parse(Buffer.from(after, "base64url").toString("utf8"));
    const areWhole = [t, i, back].every((value) => value === null || isUint32(value));
    if (typeof id === "string" && areWhole && (t === null) === (i === null)) {
      return { id, ...(t !== null && { at: { t, i } }), ...(back !== null && { back }) };
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
  }
  throw engineError("invalid-params", `after: ${after} is no place of this store.`, {
    path: "after",
    hint: "Give the `next` of an answer before, or leave it out to begin with the first change.",
  });
}

function isUint32(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32;
}

function placeText({ at, id, back }: Place): string {
  const members = [id, at?.t ?? null, at?.i ?? null, back ?? null];
  return Buffer.from(JSON.stringify(members), "utf8").toString("base64url");
}

/** After the place, in the order of the index. */
function beyond({ at, id }: Place, keying: CdrKeying): Document {
  const _id = { $gt: keyOfText(keying, id) };
  if (at === undefined) return { changedAt: null, _id };
  const changedAt = new Timestamp(at);
  return {
    changedAt: { $gte: changedAt },
    $or: [{ changedAt: { $gt: changedAt } }, { changedAt, _id }],
  };
}

export function cdrChanges(
  { cdrs, meta }: Pick<StoreCollections, "cdrs" | "meta">,
  {
    keying,
    lagSeconds = SAFETY_LAG_SECONDS,
    maxTimeMS,
    hints,
  }: { keying: CdrKeying; lagSeconds?: number | undefined; maxTimeMS: number; hints: IndexHints },
) {
  async function readPage(
    place: Place,
    query: ChangesQuery,
    options: ReadOptions & { hint?: Document },
  ) {
    const match = filterQuery(query.filter, { keying, everyOutcome: true });
    const documents = cdrs
      .find({ $and: [beyond(place, keying), match] }, { maxTimeMS, ...options })
      .sort([
        ["changedAt", 1],
        ["_id", 1],
      ])
      .limit(query.limit + 1)
      .batchSize(Math.min(query.limit + 1, BATCH_DOCUMENTS));
    const page = emptyPage<CdrDocument>();
    const limits = { rows: query.limit, bytes: PAGE_BYTES };
    for await (const row of documents) {
      if (!addToPage(page, { row, bytes: BSON.calculateObjectSize(row) }, limits)) break;
      if (isTurnOver()) await ownTurn();
    }
    return page;
  }

  const read = (place: Place, query: ChangesQuery, options: ReadOptions) =>
    hints.through({ collection: "cdrs", index: "changed" }, (hint) =>
      readPage(place, query, { ...options, ...hint }),
    );

  return async function changes(
    query: ChangesQuery,
    options: ReadOptions = {},
  ): Promise<ChangePage> {
    let place = readPlace(query.after);
    // Before it is read: what is written from here on has a later time.
    const safe = Math.max(0, (await serverTime({ meta })).t - lagSeconds);
    const back = Math.min(place.back ?? safe, safe);
    let page = await read(place, query, options);
    if (page.rows.length === 0 && place.at === undefined) {
      place = { at: EPOCH, id: "" };
      page = await read(place, query, options);
    }
    const next = nextPlace(placeOf(page.rows.at(-1)) ?? place, { isMore: page.isMore, back });
    return { cdrs: readAll(page.rows, toCdr), next: placeText(next) };
  };
}

function placeOf(document: CdrDocument | undefined): Place | null {
  if (document === undefined) return null;
  const { _id, changedAt } = document;
  const id = keyText(_id);
  return changedAt === undefined ? { id } : { id, at: { t: changedAt.t, i: changedAt.i } };
}

/** At the end of what is there it goes back to where everything was surely seen. */
function nextPlace({ at, id }: Place, { isMore, back }: { isMore: boolean; back: number }): Place {
  if (at === undefined) return { id, back };
  if (isMore) return { at, id, back };
  return at.t < back ? { at, id } : { at: { t: back, i: 0 }, id: "" };
}
