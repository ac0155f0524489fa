// What tells of the buy side in questions: it is refused by name to those who may not see it, so
// that nobody finds an amount or a carrier by asking again and again.
import { OUTCOMES } from "../cdr/rating.ts";
import { engineError } from "../errors.ts";
import type { CdrConditions, CdrFilter } from "../queries/cdr-query.ts";
import { EXPORT_COLUMNS, isBuyColumn } from "../queries/export-columns.ts";
import { type GroupKey, isBuyKey } from "../queries/group-keys.ts";

/** Whether a member of the filter tells of the buy side; one that is not here does not compile. */
const TELLS_OF_BUY = {
  ids: false,
  tenants: false,
  accounts: false,
  subjects: false,
  categories: false,
  destinations: false,
  destinationPrefixes: false,
  carriers: true,
  countries: false,
  // `partial` says that one of two sides has a price: see `isSeenOutcomes`.
  outcomes: false,
  reasons: true,
  sources: false,
  batchIds: false,
  disconnectCauses: false,
  directions: false,
  callerNumbers: false,
  callerNumberParts: false,
  callerNumberPrefixes: false,
  callerNumberEndings: false,
  destinationParts: false,
  destinationEndings: false,
  accountParts: false,
  accountPrefixes: false,
  accountEndings: false,
  queues: false,
  agents: false,
  trunks: true,
  callTime: false,
  answerTime: false,
  setupTime: false,
  receivedAt: false,
  ratedAt: false,
  usage: false,
  duration: false,
  sell: false,
  buy: true,
  margin: true,
  tariffVersions: false,
  warnings: false,
  // What a switch sends of its trunks and gateways stands there.
  extra: true,
} satisfies { [Member in keyof Required<CdrConditions>]: boolean };

const PRICED_OUTCOMES = OUTCOMES.filter((outcome) => outcome !== "voided");

/** All of those that differ by their sides, or none. */
function isSeenOutcomes(outcomes: CdrConditions["outcomes"]): boolean {
  const named = PRICED_OUTCOMES.filter((outcome) => outcomes?.includes(outcome));
  return named.length === 0 || named.length === PRICED_OUTCOMES.length;
}

function refused(path: string, hint?: string): Error {
  return engineError(
    "forbidden",
    `${path}: these credentials do not see the buy side, which this tells of.`,
    { path, ...(hint === undefined ? {} : { hint }) },
  );
}

/** @throws `forbidden` at the first member of a filter that tells of the buy side */
export function requireSeenMembers({ not, ...filter }: CdrFilter): void {
  requireSeenConditions(filter, "filter");
  if (not !== undefined) requireSeenConditions(not, "filter.not");
}

function requireSeenConditions(conditions: CdrConditions, path: string): void {
  const member = buyMemberOf(conditions);
  if (member !== undefined) throw refused(`${path}.${member}`);
  if (isSeenOutcomes(conditions.outcomes)) return;
  throw refused(`${path}.outcomes`, "`sell` selects by the amount; `voided` alone may be named.");
}

/** Whether a filter has a member that tells of the buy side. */
export function asksOfBuy({ not, ...filter }: CdrFilter): boolean {
  return [filter, not ?? {}].some(
    (conditions) => buyMemberOf(conditions) !== undefined || !isSeenOutcomes(conditions.outcomes),
  );
}

function buyMemberOf(conditions: CdrConditions): keyof CdrConditions | undefined {
  const named = Object.keys(TELLS_OF_BUY) as (keyof CdrConditions)[];
  return named.find((name) => TELLS_OF_BUY[name] && conditions[name] !== undefined);
}

/** @throws `forbidden` at a key of sums that tells of the buy side */
export function requireSeenKeys(groupBy: readonly GroupKey[]): void {
  const index = groupBy.findIndex(isBuyKey);
  if (index >= 0) throw refused(`groupBy.${index}`);
}

/** @throws `forbidden` at a column that tells of the buy side */
export function requireSeenColumns(columns: readonly string[]): void {
  const index = columns.findIndex(isBuyColumn);
  if (index >= 0) throw refused(`columns.${index}`);
}

/** The columns of an export that names none. */
export const SEEN_COLUMNS: readonly string[] = EXPORT_COLUMNS.filter((name) => !isBuyColumn(name));

/** @throws `forbidden` at a param that only the buy side has */
export function requireNoBuyParam(path: string, value: unknown): void {
  if (value !== undefined) throw refused(path);
}

/** @throws `forbidden` for what tells of the buy side whatever is asked of it */
export function requireSeesBuy({ seesBuy }: { readonly seesBuy: boolean }): void {
  if (seesBuy) return;
  throw engineError("forbidden", "These credentials do not see the buy side, which this tells of.");
}
