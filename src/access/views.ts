// What there is for whom: members of the filter, keys of sums, columns, figures. What somebody does
// not see does not exist for them: it is answered like a name that nobody knows.
import type { CdrConditions } from "../queries/cdr-query.ts";
import { EXPORT_COLUMNS, isBuyColumn } from "../queries/export-columns.ts";
import {
  extraNameOf,
  type GroupKey,
  isBuyKey,
  isExtraKey,
  isPeriod,
} from "../queries/group-keys.ts";

/**
 * `whole`: both sides. `sell`: every member but those that tell of the buy side. `customer`: single
 * accounts without their buy side, of which only what is listed here is seen.
 */
export type View = "whole" | "sell" | "customer";

export interface Seen {
  readonly view: View;
  /** Names of extra fields that a customer sees. */
  readonly fields: readonly string[];
}

/** The least that a view must see for it. */
type Least = "buy" | "sell" | "customer";

/** A member that is not here does not compile. */
const MEMBERS = {
  ids: "customer",
  tenants: "customer",
  accounts: "customer",
  subjects: "sell",
  categories: "sell",
  destinations: "customer",
  destinationPrefixes: "customer",
  carriers: "buy",
  countries: "customer",
  outcomes: "customer",
  reasons: "customer",
  sources: "sell",
  batchIds: "sell",
  disconnectCauses: "customer",
  directions: "sell",
  callerNumbers: "customer",
  callerNumberParts: "customer",
  callerNumberPrefixes: "customer",
  callerNumberEndings: "customer",
  destinationParts: "customer",
  destinationEndings: "customer",
  accountParts: "customer",
  accountPrefixes: "customer",
  accountEndings: "customer",
  queues: "sell",
  agents: "sell",
  trunks: "buy",
  callTime: "customer",
  answerTime: "customer",
  setupTime: "customer",
  receivedAt: "customer",
  ratedAt: "customer",
  usage: "customer",
  duration: "customer",
  sell: "customer",
  buy: "buy",
  margin: "buy",
  tariffVersions: "sell",
  warnings: "sell",
  // What a switch sends of its trunks and gateways stands there.
  extra: "buy",
} satisfies { [Member in keyof Required<CdrConditions>]: Least };

const CUSTOMER_KEYS: ReadonlySet<string> = new Set<GroupKey>([
  "tenant",
  "account",
  "destination",
  "country",
  "prefix",
  "plan",
  "outcome",
  "reason",
  "disconnectCause",
  "callerNumber",
]);

const CUSTOMER_COLUMNS: ReadonlySet<string> = new Set([
  "id",
  "tenant",
  "receivedAt",
  "tor",
  "account",
  "callerNumber",
  "destination",
  "setupTime",
  "answerTime",
  "endTime",
  "usage",
  "duration",
  "pdd",
  "disconnectCause",
  "outcome",
  "reason",
  "revision",
  "ratedAt",
  "normalized",
  "country",
  "sellAmount",
  "sellCurrency",
  "sellPlan",
  "sellPrefix",
  "sellDestination",
  "sellBilledSeconds",
  "sellReason",
]);
const BUY_FIGURES = ["buyBilledSeconds", "buy", "margin", "marginCalls", "buyOnly"];

function reaches(view: View, least: Least): boolean {
  return view === "whole" || least === "customer" || (least === "sell" && view === "sell");
}

/** Whether there is a member of the filter; of `extra` only the fields of a customer. */
export function isSeenMember({ view, fields }: Seen, member: keyof CdrConditions): boolean {
  if (member === "extra" && view === "customer") return fields.length > 0;
  return reaches(view, MEMBERS[member]);
}

/** Whether the filter may name an extra field. */
export function isSeenField({ view, fields }: Seen, field: string): boolean {
  return view === "whole" || (view === "customer" && fields.includes(field));
}

export function isSeenKey(seen: Seen, key: GroupKey): boolean {
  const { view } = seen;
  if (isExtraKey(key)) return isSeenField(seen, extraNameOf(key));
  if (view === "whole" || isPeriod(key)) return true;
  return view === "customer" ? CUSTOMER_KEYS.has(key) : !isBuyKey(key);
}

const EXTRA_COLUMN = "extra.";

export function isSeenColumn(seen: Seen, name: string): boolean {
  const { view, fields } = seen;
  if (view === "whole") return true;
  if (name.startsWith(EXTRA_COLUMN)) return isSeenField(seen, name.slice(EXTRA_COLUMN.length));
  if (view === "sell") return !isBuyColumn(name);
  return CUSTOMER_COLUMNS.has(name) || (name === "extra" && fields.length > 0);
}

/** Whether a report may be in the order of it. */
export function isSeenFigure({ view }: Seen, figure: string): boolean {
  return view === "whole" || !BUY_FIGURES.includes(figure);
}

/** The columns of an export that names none. */
export function seenColumns(seen: Seen): readonly string[] {
  return EXPORT_COLUMNS.filter((name) => isSeenColumn(seen, name));
}

/** The keys of sums, extra fields apart. */
export function seenKeys<Key extends GroupKey>(seen: Seen, keys: readonly Key[]): Key[] {
  return keys.filter((key) => isSeenKey(seen, key));
}
