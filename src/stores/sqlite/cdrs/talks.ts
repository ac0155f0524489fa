// Answered attempts in the order of their beginnings, in pages; long ones by an index of their own.
import type { Database } from "better-sqlite3";
import { placesOf } from "../../../queries/group-keys.ts";
import {
  LONG_CALL_MS,
  type StoredTalk,
  type TalkQuery,
  talkFilters,
} from "../../../queries/talks.ts";
import type { PagePosition } from "../../sort-keys.ts";
import { IS_ATTEMPT } from "./attempts.ts";
import type { IndexPath } from "./index-path.ts";
import { forEachPiece, type PieceWalk } from "./pieces.ts";

/** Spelled as the index is. */
const IS_LONG = `is_timed = 1 AND usage >= ${LONG_CALL_MS}`;
const LONG_CALLS: IndexPath = {
  index: "cdr_by_long_call",
  columns: [],
  combinations: [[]],
  only: IS_LONG,
  fromMs: Number.MIN_SAFE_INTEGER,
  toMs: Number.MAX_SAFE_INTEGER,
};

const PAGE_TALKS = 10_000;

interface TalkRow {
  call_ms: number;
  usage: number;
  talk_group: string | null;
  id: Buffer;
  tenant: string;
}

/** Where the next page begins; null: there is none. */
export interface TalkPlace {
  part: "long" | "near";
  after?: PagePosition;
}

export interface TalkPage {
  talks: StoredTalk[];
  next: TalkPlace | null;
}

export function talkPages(database: Database, indexedExtraFields: string[]) {
  return async (
    query: TalkQuery,
    { part, after }: TalkPlace,
    signal?: AbortSignal,
  ): Promise<TalkPage> => {
    const filter = talkFilters(query)[part];
    const group = query.by === undefined ? "NULL" : placesOf(query.by, undefined).sql;
    const path = { ...LONG_CALLS, toMs: filter.callTime?.toMs ?? LONG_CALLS.toMs };
    const walk: PieceWalk = {
      filter,
      descending: false,
      signal,
      ...(after && { after }),
      ...(part === "long" && { path }),
    };
    // Ids have no order to go on by: what they name is one page.
    const most = filter.ids === undefined ? PAGE_TALKS : Number.MAX_SAFE_INTEGER - 1;
    const rows: TalkRow[] = [];
    await forEachPiece(database, indexedExtraFields, walk, ({ from, where }) => {
      const select = database.prepare<unknown[], TalkRow>(
        `SELECT call_ms, usage, ${group} AS talk_group, id, tenant FROM ${from}
         WHERE ${where.sql} AND usage > 0 ${part === "long" ? `AND ${IS_LONG}` : ""} AND call_ms + usage > ? AND ${IS_ATTEMPT}
         ORDER BY call_ms, id, tenant LIMIT ?`,
      );
      rows.push(...select.all(...where.values, query.fromMs, most + 1 - rows.length));
      return rows.length <= most;
    });
    const shown = rows.slice(0, most);
    const last = rows.length > most ? shown.at(-1) : undefined;
    if (filter.ids !== undefined) shown.sort((left, right) => left.call_ms - right.call_ms);
    return { talks: shown.map(talkOf), next: nextOf(part, last) };
  };
}

function nextOf(part: TalkPlace["part"], last: TalkRow | undefined): TalkPlace | null {
  if (last !== undefined) {
    const { call_ms: key, id, tenant } = last;
    return { part, after: { key, id: id.toString("hex"), tenant } };
  }
  return part === "long" ? { part: "near" } : null;
}

function talkOf({ call_ms, usage, talk_group }: TalkRow): StoredTalk {
  return { fromMs: call_ms, usageMs: usage, group: talk_group };
}
