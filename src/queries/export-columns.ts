// The columns of an export: each a name and how its value is read from a stored CDR.
import type { StoredCdr } from "../cdr/cdr.ts";
import type { Json } from "../cdr/json.ts";
import { type Moment, momentText } from "../cdr/moment.ts";
import type { Side } from "../cdr/rating.ts";
import { isTimed } from "../cdr/usage.ts";

type Read = (cdr: StoredCdr) => Json | undefined;

const time = (moment: Moment | undefined): string | undefined => moment && momentText(moment);
const instant = (atMs: number): string => new Date(atMs).toISOString();

function sideColumns(name: "sell" | "buy"): Record<string, Read> {
  const member =
    (key: keyof Side): Read =>
    (cdr) =>
      cdr.rating[name]?.[key];
  return {
    [`${name}Amount`]: member("amount"),
    [`${name}Currency`]: member("currency"),
    [`${name}Plan`]: member("plan"),
    [`${name}Prefix`]: member("prefix"),
    [`${name}Destination`]: member("destination"),
    [`${name}BilledSeconds`]: member("billedSeconds"),
    [`${name}Reason`]: member("reason"),
  };
}

/** In the order of the default export; lengths in seconds (`usage` in units where not voice). */
const COLUMNS: Readonly<Record<string, Read>> = {
  id: (cdr) => cdr.id,
  tenant: (cdr) => cdr.tenant,
  source: (cdr) => cdr.source,
  receivedAt: (cdr) => instant(cdr.receivedAtMs),
  batchId: (cdr) => cdr.batchId,
  batchLine: (cdr) => cdr.batchLine,
  leg: (cdr) => cdr.leg,
  callId: (cdr) => cdr.callId,
  originId: (cdr) => cdr.primary.originId,
  originHost: (cdr) => cdr.primary.originHost,
  sentSource: (cdr) => cdr.primary.source,
  requestType: (cdr) => cdr.primary.requestType,
  direction: (cdr) => cdr.primary.direction,
  category: (cdr) => cdr.primary.category,
  tor: (cdr) => cdr.primary.tor,
  account: (cdr) => cdr.primary.account,
  subject: (cdr) => cdr.primary.subject,
  callerNumber: (cdr) => cdr.primary.callerNumber,
  callerName: (cdr) => cdr.primary.callerName,
  destination: (cdr) => cdr.primary.destination,
  setupTime: (cdr) => time(cdr.primary.setupTime),
  answerTime: (cdr) => time(cdr.primary.answerTime),
  endTime: (cdr) => time(cdr.primary.endTime),
  usage: ({ primary }) => (isTimed(primary.tor) ? primary.usage / 1000 : primary.usage),
  duration: ({ primary }) =>
    primary.durationMs === undefined ? undefined : primary.durationMs / 1000,
  pdd: ({ primary }) => (primary.pddMs === undefined ? undefined : primary.pddMs / 1000),
  supplier: (cdr) => cdr.primary.supplier,
  disconnectCause: (cdr) => cdr.primary.disconnectCause,
  callDirection: (cdr) => cdr.primary.callDirection,
  queue: (cdr) => cdr.primary.queue,
  agent: (cdr) => cdr.primary.agent,
  trunk: (cdr) => cdr.primary.trunk,
  outcome: (cdr) => cdr.rating.outcome,
  reason: (cdr) => cdr.rating.reason,
  revision: (cdr) => cdr.rating.revision,
  ratedAt: (cdr) => instant(cdr.rating.ratedAtMs),
  tariffVersion: (cdr) => cdr.rating.tariffVersion,
  semantics: (cdr) => cdr.rating.semantics,
  voipPlan: (cdr) => cdr.rating.assignment?.voipPlan,
  normalized: (cdr) => cdr.rating.normalized.destination.normalized,
  country: (cdr) => cdr.rating.normalized.destination.country,
  ...sideColumns("sell"),
  ...sideColumns("buy"),
  carrier: (cdr) => cdr.rating.buy?.carrier,
  gateway: (cdr) => cdr.rating.buy?.gateway,
  marginAmount: (cdr) => cdr.rating.margin?.amount,
  marginCurrency: (cdr) => cdr.rating.margin?.currency,
  marginReason: (cdr) => cdr.rating.margin?.reason,
  /** Every extra field, as one JSON object. */
  extra: (cdr) => cdr.extra,
};

type ReadTime = (cdr: StoredCdr) => number | undefined;

/** Columns that are instants, epoch milliseconds. */
const TIMES: Readonly<Record<string, ReadTime>> = {
  receivedAt: (cdr) => cdr.receivedAtMs,
  setupTime: (cdr) => cdr.primary.setupTime?.atMs,
  answerTime: (cdr) => cdr.primary.answerTime?.atMs,
  endTime: (cdr) => cdr.primary.endTime?.atMs,
  ratedAt: (cdr) => cdr.rating.ratedAtMs,
};

/** Undefined for a column that is no instant. */
export function timeOfColumn(name: string): ReadTime | undefined {
  return Object.hasOwn(TIMES, name) ? TIMES[name] : undefined;
}

const NUMBERS: ReadonlySet<string> = new Set([
  ...["batchLine", "usage", "duration", "pdd", "revision", "marginAmount"],
  ...["sell", "buy"].flatMap((side) => [`${side}Amount`, `${side}BilledSeconds`]),
]);

/** Whether it holds numbers; codes and phone numbers are texts, so that no zero of them is lost. */
export function isNumberColumn(name: string): boolean {
  return NUMBERS.has(name);
}

export const EXPORT_COLUMNS: readonly string[] = Object.keys(COLUMNS);
const EXTRA = "extra.";

/** Extra fields too: what a switch sends of its trunks and gateways stands there. */
const OF_BUY = /^(supplier|trunk|carrier|gateway|extra|(buy|margin)[A-Z]\w*|extra\..+)$/;

/** Whether a column tells of the buy side. */
export function isBuyColumn(name: string): boolean {
  return OF_BUY.test(name);
}

/** A name of the list, or `extra.NAME` for one extra field. */
export function isExportColumn(name: string): boolean {
  return Object.hasOwn(COLUMNS, name) || (name.startsWith(EXTRA) && name.length > EXTRA.length);
}

/** The value of one column, null where the CDR has none. @throws RangeError for no column */
export function columnReader(name: string): (cdr: StoredCdr) => Json {
  const read = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
  if (read !== undefined) return (cdr) => read(cdr) ?? null;
  if (!isExportColumn(name)) throw new RangeError(`${name} is not a column of an export`);
  const field = name.slice(EXTRA.length);
  return ({ extra }) => (Object.hasOwn(extra, field) ? (extra[field] ?? null) : null);
}
