// What a query of sums can be answered from: the narrowest rollup that has all it asks for.
import type { CdrConditions, CdrFilter, SummaryQuery } from "../queries/cdr-query.ts";
import { conditionsOf, type MemberConditions } from "../queries/filter-members.ts";
import { type GroupKey, isExtraKey, isPeriod } from "../queries/group-keys.ts";
import { type Dimension, ROLLUPS, type Rollup } from "./kinds.ts";
import type { Value } from "./table.ts";

interface Condition {
  dimension: Dimension;
  matches(value: Value): boolean;
}

/** A member that no rollup has anything of. */
const UNKNOWN = "unknown";
type Found = Condition | typeof UNKNOWN;

const among =
  (dimension: Dimension) =>
  (values: readonly string[]): Found[] => {
    const wanted = new Set(values);
    return [{ dimension, matches: (value) => value !== null && wanted.has(value) }];
  };
const unknown = (): Found[] => [UNKNOWN];

const MEMBERS = {
  tenants: among("tenant"),
  accounts: among("account"),
  countries: among("country"),
  outcomes: among("outcome"),
  reasons: among("reason"),
  sources: among("source"),
  disconnectCauses: among("disconnectCause"),
  directions: among("callDirection"),
  carriers(carriers) {
    const wanted = new Set(carriers.map((carrier) => carrier.toLowerCase()));
    const matches = (value: Value) => value !== null && wanted.has(value.toLowerCase());
    return [{ dimension: "carrier", matches }];
  },
  /** By pieces of time. */
  callTime: () => [],
  ids: unknown,
  subjects: unknown,
  categories: unknown,
  destinations: unknown,
  destinationPrefixes: unknown,
  batchIds: unknown,
  callerNumbers: unknown,
  callerNumberParts: unknown,
  callerNumberPrefixes: unknown,
  callerNumberEndings: unknown,
  destinationParts: unknown,
  destinationEndings: unknown,
  accountParts: unknown,
  accountPrefixes: unknown,
  accountEndings: unknown,
  queues: unknown,
  agents: unknown,
  trunks: unknown,
  answerTime: unknown,
  setupTime: unknown,
  receivedAt: unknown,
  ratedAt: unknown,
  usage: unknown,
  duration: unknown,
  sell: unknown,
  buy: unknown,
  margin: unknown,
  tariffVersions: unknown,
  warnings: unknown,
  extra: unknown,
} satisfies MemberConditions<Found>;

/** Whether a side has an amount is not told apart by outcome and reason of both. */
const SELL_MEMBERS: MemberConditions<Found> = { ...MEMBERS, outcomes: unknown, reasons: unknown };

function membersOf({ side }: CdrFilter): MemberConditions<Found> {
  return side === "sell" ? SELL_MEMBERS : MEMBERS;
}

export interface RollupPlan {
  rollup: Rollup;
  conditions: readonly Condition[];
  owners: CdrFilter["owners"];
  /**
   * What the filter tells records apart by, beside what attempts of one call share: where attempts of
   * a call differ in one, its first one is another with the filter than without.
   */
  named: readonly Dimension[];
}

/** Every call has one of each: they make it a call. */
const OF_A_CALL: readonly Dimension[] = ["tenant", "source"];

/** Null: no rollup has what it asks for. */
export function planOf(query: SummaryQuery): RollupPlan | null {
  const { filter, groupBy, time, side, attempts } = query;
  if (time !== "answer" || attempts === undefined || filter.not?.callTime !== undefined)
    return null;
  if (filter.anyNumber !== undefined) return null;
  const conditions = conditionsIn(filter);
  const keys = dimensionsOf(groupBy, side);
  if (conditions === null || keys === null) return null;
  const filtered = conditions.map(({ dimension }) => dimension);
  if (filter.owners !== undefined) filtered.push("tenant", "account");
  const rollup = ROLLUPS.find(({ dimensions, outcomes }) => {
    const holdsAll = [...keys, ...filtered].every((name) => dimensions.includes(name));
    return holdsAll && (outcomes === undefined || isWithin(filter.outcomes, outcomes));
  });
  if (rollup === undefined) return null;
  const isWhole = isWithin(rollup.outcomes, filter.outcomes ?? []);
  const named = filtered.filter(
    (name) => !OF_A_CALL.includes(name) && !(name === "outcome" && isDefault(filter, isWhole)),
  );
  return { rollup, conditions, owners: filter.owners, named };
}

/**
 * What of a query no rollup has, as its members are called; where each is had, but not all of them
 * together, all that it tells apart by. Empty: `planOf` has a plan.
 */
export function lackedBy(query: SummaryQuery): string[] {
  if (planOf(query) !== null) return [];
  const { filter, groupBy, time, side } = query;
  const { not = {}, callTime: _callTime, side: _side, ...wanted } = filter;
  if (time !== "answer") return ["time"];
  const known = (conditions: CdrConditions) =>
    conditionsOf<Found>(membersOf(filter), conditions).every((one) => one !== UNKNOWN);
  const named = (conditions: object, prefix: string): [string, CdrConditions][] =>
    Object.entries(conditions).map(([name, value]) => [`${prefix}${name}`, { [name]: value }]);
  const members = [...named(wanted, "filter."), ...named(not, "filter.not.")];
  const unknownMembers = members
    .filter(([name, one]) => name !== "filter.owners" && !known(one))
    .map(([name]) => name);
  if (not.callTime !== undefined) unknownMembers.push("filter.not.callTime");
  const unknownKeys = groupBy
    .filter((key) => dimensionsOf([key], side) === null || !isHad(key))
    .map((key) => `groupBy ${key}`);
  const lacked = [...unknownMembers, ...unknownKeys];
  if (lacked.length > 0) return lacked;
  const keys = groupBy.filter((key) => !isPeriod(key)).map((key) => `groupBy ${key}`);
  return [...members.map(([name]) => name), ...keys];
}

function isHad(key: GroupKey): boolean {
  return isPeriod(key) || ROLLUPS.some(({ dimensions }) => dimensions.includes(key as Dimension));
}

/** Attempts are never voided: where nothing names outcomes, none of them is left out. */
function isDefault(filter: CdrFilter, isWhole: boolean): boolean {
  if (filter.not?.outcomes !== undefined) return false;
  return filter.outcomes === undefined || isWhole;
}

function isWithin(some: readonly string[] | undefined, all: readonly string[]): boolean {
  return some?.every((one) => all.includes(one)) === true;
}

function conditionsIn(filter: CdrFilter): Condition[] | null {
  const { not = {}, ...wanted } = filter;
  const members = membersOf(filter);
  const found: Found[] = conditionsOf<Found>(members, wanted as CdrConditions);
  for (const one of conditionsOf<Found>(members, not)) {
    found.push(one === UNKNOWN ? one : { ...one, matches: (value) => !one.matches(value) });
  }
  if (filter.outcomes === undefined) {
    found.push({ dimension: "outcome", matches: (value) => value !== "voided" });
  }
  const known = found.filter((one) => one !== UNKNOWN);
  return known.length === found.length ? known : null;
}

function dimensionsOf(groupBy: readonly GroupKey[], side: "sell" | undefined): Dimension[] | null {
  const found: Dimension[] = [];
  for (const key of groupBy) {
    if (isPeriod(key)) continue;
    if (isExtraKey(key)) return null;
    if (side === "sell" && (key === "outcome" || key === "reason")) return null;
    found.push(key as Dimension);
  }
  return found;
}
