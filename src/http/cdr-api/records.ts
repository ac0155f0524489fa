// The latest CDRs page by page, by `GET /api/cdr/records`.
import type { Context } from "koa";
import { requirePermission } from "../../access/permissions.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Engine } from "../../engine/engine.ts";
import { engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { cdrView } from "../../rpc/cdr-view.ts";
import type { Access } from "../access/access.ts";

const DEFAULT_LIMIT = 50;
const MOST_LIMIT = 200;
const MOST_PAGE = 1_000_000;
/** CDRs of the filter that one request reads: `contain` has no index. */
const MOST_READ = 100_000;
const READ_AT_ONCE = 1000;

type CdrFilter = Parameters<Engine["cdrs"]["find"]>[0]["filter"];

interface Asked {
  page: number;
  limit: number;
  filter: CdrFilter;
  src: string;
  dst: string;
}

/** @throws `invalid-params` at the name of the query's member; `too-large` for too many CDRs */
export async function answerRecords(
  engine: Engine,
  context: Context,
  access: Access,
): Promise<void> {
  requirePermission(access, "cdr.read");
  const { page, limit, filter, src, dst } = askedOf(context);
  const dispositions: Record<string, number> = {};
  const records: unknown[] = [];
  let total = 0;
  let read = 0;
  let cursor: string | undefined;
  do {
    const query = {
      filter,
      sort: { by: "callTime" as const, descending: true },
      limit: READ_AT_ONCE,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const found = await engine.cdrs.find(query, { scope: access.scope });
    for (const cdr of found.cdrs) {
      if (isTurnOver()) await ownTurn();
      if (!(contains(cdr.primary.callerNumber, src) && contains(cdr.primary.destination, dst))) {
        continue;
      }
      const cause = dispositionOf(cdr);
      dispositions[cause] = (dispositions[cause] ?? 0) + 1;
      if (total >= (page - 1) * limit && records.length < limit) records.push(cdrView(cdr));
      total += 1;
    }
    read += found.cdrs.length;
    cursor = found.nextCursor;
    if (cursor !== undefined && read >= MOST_READ) {
      throw engineError("too-large", `These are over ${MOST_READ} CDRs.`, {
        hint: "Ask for fewer by dateFrom and dateTo, or use cdr.find and cdr.summarize.",
      });
    }
  } while (cursor !== undefined);
  const pages = Math.ceil(total / limit);
  context.body = { page, limit, total, pages, dispositions, records };
}

function contains(text: string | undefined, part: string): boolean {
  return part === "" || (text ?? "").toLowerCase().includes(part);
}

/** As it was sent, where a cause map made a code of it. */
function dispositionOf({ primary, extra }: StoredCdr): string {
  const sent = extra["disconnectCauseSent"];
  return (typeof sent === "string" ? sent : primary.disconnectCause) ?? "";
}

function askedOf({ query }: Context): Asked {
  const known = ["page", "limit", "src", "dst", "disposition", "actionType", "dateFrom", "dateTo"];
  const unknown = Object.keys(query).find((name) => ![...known, "source"].includes(name));
  if (unknown !== undefined) {
    const message = `${unknown} is none of ${known.join(", ")}, source.`;
    throw engineError("invalid-params", message, { path: unknown });
  }
  const text = (name: string) => {
    const value = query[name];
    return (Array.isArray(value) ? value[0] : value)?.trim() ?? "";
  };
  const [dateFrom, dateTo] = [timeOf("dateFrom", text), timeOf("dateTo", text)];
  const [disposition, actionType, source] = ["disposition", "actionType", "source"].map(text);
  const callTime = {
    ...(dateFrom === undefined ? {} : { fromMs: dateFrom }),
    ...(dateTo === undefined ? {} : { toMs: dateTo }),
  };
  return {
    page: wholeOf("page", text, { preset: 1, most: MOST_PAGE }),
    limit: wholeOf("limit", text, { preset: DEFAULT_LIMIT, most: MOST_LIMIT }),
    src: text("src").toLowerCase(),
    dst: text("dst").toLowerCase(),
    filter: {
      ...(Object.keys(callTime).length === 0 ? {} : { callTime }),
      ...(disposition === "" ? {} : { disconnectCauses: spellingsOf(disposition ?? "") }),
      ...(actionType === "" ? {} : { extra: { action_type: actionType ?? "" } }),
      ...(source === "" ? {} : { sources: [source ?? ""] }),
    },
  };
}

type TextOf = (name: string) => string;

function wholeOf(name: string, text: TextOf, { preset, most }: { preset: number; most: number }) {
  const sent = text(name);
  if (sent === "") return preset;
  const value = /^\d{1,9}$/.test(sent) ? Number(sent) : 0;
  if (value >= 1 && value <= most) return value;
  throw engineError("invalid-params", `${name} is no whole number from 1 to ${most}.`, {
    path: name,
  });
}

/** RFC 3339, or a date: the beginning of that day in UTC. */
function timeOf(name: string, text: TextOf): number | undefined {
  const sent = text(name);
  if (sent === "") return undefined;
  const isKnown = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(
    sent,
  );
  const atMs = isKnown ? Date.parse(sent) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw engineError("invalid-params", `${name} is neither a date nor a time of RFC 3339.`, {
    path: name,
  });
}

/** `NO_ANSWER`, `NO ANSWER` and `NOANSWER` are one. */
function spellingsOf(disposition: string): string[] {
  const word = disposition.toUpperCase();
  const parts = word === "NOANSWER" ? ["NO", "ANSWER"] : word.split(/[\s_-]+/);
  return [...new Set([disposition, word, ...["_", " ", "-", ""].map((sign) => parts.join(sign))])];
}
