// The hand-over table of CDR-Stats, as CDR-Pusher fills it: one row a call. What CDR-Stats has taken
// (`imported`) is never touched again, so that no call is there twice.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { isTimed } from "../../cdr/usage.ts";
import { sqlTime } from "./own-map.ts";
import type { Cell, Row, Rows } from "./row.ts";

export const CDR_STATS_TABLE = "cdr_import";

/** "2 api" of CDR-Stats' types of sources: a program handed it over. */
const SOURCE_TYPE = "2";
const DIRECTIONS: Readonly<Record<string, string>> = { inbound: "1", outbound: "2" };
const TAKEN = /^(t|true|1)$/i;

/** Answers false where CDR-Stats had taken the call before, so that its row stays as it was. */
export async function writeForCdrStats(rows: Rows, cdr: StoredCdr): Promise<boolean> {
  // It knows calls alone.
  if (!isTimed(cdr.primary.tor)) return true;
  const row = rowOf(cdr);
  const known = { callid: row["callid"] ?? null, switch: row["switch"] ?? null };
  const found = await rows.find(known, ["imported", "extradata"]);
  const isVoided = cdr.rating.outcome === "voided";
  if (found === undefined) {
    if (!isVoided) await rows.insert(row);
    return true;
  }
  if (TAKEN.test(found.get("imported") ?? "")) {
    return revisionOf(found.get("extradata") ?? "") === cdr.rating.revision;
  }
  if (isVoided) await rows.remove(known);
  else await rows.update(known, row);
  return true;
}

/** Of the row that is there, as it was written before a crash. */
function revisionOf(extradata: string): number {
  return Number(/"revision":\s*(\d+)/.exec(extradata)?.[1] ?? 0);
}

function rowOf({ id, tenant, source, receivedAtMs, primary, rating }: StoredCdr): Row {
  const { originHost, setupTime, answerTime, endTime, usage, durationMs = usage } = primary;
  const { sell, buy, normalized, revision } = rating;
  const begin = setupTime ?? answerTime ?? endTime;
  const cause = primary.disconnectCause ?? "";
  return {
    switch: text(originHost === "" ? source : originHost, 80),
    cdr_source_type: SOURCE_TYPE,
    callid: text(primary.originId, 80),
    caller_id_number: text(primary.callerNumber ?? primary.subject, 80),
    caller_id_name: text(primary.callerName ?? "", 80),
    destination_number: text(primary.destination, 80),
    dialcode: some(text(sell?.prefix ?? "", 10)),
    starting_date: `${sqlTime(begin?.atMs ?? receivedAtMs)}+00`,
    duration: seconds(durationMs),
    billsec: seconds(usage),
    answersec: seconds(Math.max(0, durationMs - usage)),
    hangup_cause_id: /^\d{1,5}$/.test(cause) ? cause : null,
    hangup_cause: some(text(cause, 80)),
    direction: DIRECTIONS[primary.callDirection ?? ""] ?? null,
    country_code: some(text(normalized.destination.country ?? "", 3)),
    accountcode: some(text(primary.account, 40)),
    sell_cost: sell?.amount ?? null,
    buy_cost: buy?.amount ?? null,
    extradata: JSON.stringify({ id, tenant, revision, sellCurrency: sell?.currency ?? null }),
  };
}

/** Whole seconds, as the column has them; begun halves count. */
function seconds(ms: number): string {
  return String(Math.round(ms / 1000));
}

/** No longer than its column. */
function text(value: string, most: number): string {
  return [...value].slice(0, most).join("");
}

function some(value: string): Cell {
  return value === "" ? null : value;
}
