// What a query of sums can be answered from: the narrowest rollup that has all it asks for, and how rows
// of that become rows of the answer.
import type { CdrConditions, CdrFilter, SummaryQuery, SummaryRow } from "../queries/cdr-query.ts";
import { conditionsOf, type MemberConditions } from "../queries/filter-members.ts";
import { type GroupKey, isExtraKey, isPeriod } from "../queries/group-keys.ts";
import { sellRow } from "../queries/sell-row.ts";
import { type Dimension, ROLLUPS, type Rollup } from "./kinds.ts";
import { placesIn } from "./merge.ts";
import type { RollupSums } from "./quarter.ts";
import {
  addTable,
  amountOf,
  COLUMN,
  type Count,
  createDictionary,
  createTable,
  type Dictionary,
  type GrowingTable,
  LONGEST_COLUMN,
  type Table,
  type Value,
  WIDTH,
} from "./table.ts";

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
  const { not = {}, callTime: _callTime, ...wanted } = filter;
  if (time !== "answer") return ["time"];
  const known = (conditions: CdrConditions) =>
    conditionsOf<Found>(MEMBERS, conditions).every((one) => one !== UNKNOWN);
  const membersOf = (conditions: object, prefix: string): [string, CdrConditions][] =>
    Object.entries(conditions).map(([name, value]) => [`${prefix}${name}`, { [name]: value }]);
  const members = [...membersOf(wanted, "filter."), ...membersOf(not, "filter.not.")];
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
  const found: Found[] = conditionsOf<Found>(MEMBERS, wanted as CdrConditions);
  for (const one of conditionsOf<Found>(MEMBERS, not)) {
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
    if (isExtraKey(key) || (key === "outcome" && side === "sell")) return null;
    found.push(key as Dimension);
  }
  return found;
}

/** The rows of an answer while pieces are added to it. */
export interface RollupAnswer {
  /** `labels`: of the periods that the query groups by, in their order, those of the piece. */
  add(sums: RollupSums, labels: readonly string[]): void;
  rows(): SummaryRow[];
  readonly size: number;
}

export function rollupAnswer(plan: RollupPlan, query: SummaryQuery): RollupAnswer {
  const { groupBy, side } = query;
  const dictionaries = [...groupBy, "currency", "buyCurrency"].map(createDictionary);
  const table = createTable(dictionaries);
  const column = (name: Dimension) => plan.rollup.dimensions.indexOf(name);
  const keys = groupBy.map((key) => {
    if (isPeriod(key)) return null;
    return { column: column(key as Dimension), isOfSell: side === "sell" && key in OF_SELL };
  });
  return {
    add(sums, labels) {
      const target = targetOf({ plan, side, dictionaries, keys }, sums.table, labels);
      addTable(table, sums.table, target(table));
    },
    rows: () => Array.from({ length: table.size }, (_none, row) => rowOf(table, row, query)),
    get size() {
      return table.size;
    },
  };
}

/** Keys that are of the row of the sell side, for who does not see the other one. */
const OF_SELL = { prefix: true, destination: true, plan: true };

interface Target {
  plan: RollupPlan;
  side: "sell" | undefined;
  dictionaries: readonly Dictionary[];
  /** Of each key of the query its column in the rollup; null: a period. */
  keys: readonly ({ column: number; isOfSell: boolean } | null)[];
}

/** The row of the answer that a row of the piece is added to; −1: the filter leaves it out. */
function targetOf(
  { plan, side, dictionaries, keys }: Target,
  from: Table,
  labels: readonly string[],
): (to: GrowingTable) => (row: number) => number {
  const { rollup, conditions, owners } = plan;
  const width = rollup.dimensions.length;
  const column = (name: Dimension) => rollup.dimensions.indexOf(name);
  const valueAt = (row: number, index: number): Value =>
    from.dictionaries[index]?.values[from.places[row * width + index] ?? 0] ?? null;
  const tests = conditions.map(({ dimension, matches }) => {
    const index = column(dimension);
    return { index, passes: from.dictionaries[index]?.values.map(matches) ?? [] };
  });
  const owned = owners && new Set(owners.map((one) => JSON.stringify([one.tenant, one.account])));
  const isWanted = (row: number): boolean => {
    for (const { index, passes } of tests) {
      if (passes[from.places[row * width + index] ?? 0] !== true) return false;
    }
    if (owned === undefined) return true;
    return owned.has(
      JSON.stringify([valueAt(row, column("tenant")), valueAt(row, column("account"))]),
    );
  };
  const [sellColumn, buyColumn] = [column("sellCurrency"), column("buyCurrency")];
  const pairs = dictionaries.slice(-2);
  const keyOf = keys.map((key, index) => {
    const own = dictionaries[index];
    if (key === null) return () => 0;
    const places = placesIn(from, (_dimension, value) => own?.indexOf(value) ?? 0);
    return (row: number) => {
      const isNone = key.isOfSell && valueAt(row, sellColumn) === null;
      return isNone ? (own?.indexOf(null) ?? 0) : places(row, key.column);
    };
  });
  const target = [...keys, null, null].map(() => 0);
  let period = 0;
  for (const [index, key] of keys.entries()) {
    if (key === null) target[index] = dictionaries[index]?.indexOf(labels[period++] ?? null) ?? 0;
  }
  return (to) => (row) => {
    if (!isWanted(row)) return -1;
    for (const [index, key] of keys.entries()) {
      if (key !== null) target[index] = keyOf[index]?.(row) ?? 0;
    }
    const [sell, buy] = [valueAt(row, sellColumn), valueAt(row, buyColumn)];
    target[keys.length] = pairs[0]?.indexOf(side === "sell" ? sell : (sell ?? buy)) ?? 0;
    target[keys.length + 1] = pairs[1]?.indexOf(side === "sell" ? null : buy) ?? 0;
    return to.rowOf(target);
  };
}

function rowOf(table: GrowingTable, row: number, query: SummaryQuery): SummaryRow {
  const { groupBy, side } = query;
  const count = (name: Count): number => table.values[row * WIDTH + COLUMN[name]] ?? 0;
  const width = table.dictionaries.length;
  const valueAt = (index: number): Value =>
    table.dictionaries[index]?.values[table.places[row * width + index] ?? 0] ?? null;
  const amount = (name: Count, money: number) =>
    count(name) === 0 ? null : amountOf(table, row, money);
  const found: SummaryRow = {
    keys: Object.fromEntries(groupBy.map((key, index) => [key, valueAt(index)])),
    currency: valueAt(groupBy.length),
    buyCurrency: valueAt(groupBy.length + 1),
    calls: count("records"),
    answered: count("answeredRecords"),
    voiceCalls: count("voiceRecords"),
    voiceAnswered: count("voiceAnswered"),
    usageMs: count("usageMs"),
    units: count("units"),
    pddMs: count("pddMs"),
    pddCalls: count("pddRecords"),
    billedMs: count("billedMs"),
    buyBilledMs: count("buyBilledMs"),
    marginCalls: count("marginRecords"),
    sellOnly: count("sellOnly"),
    buyOnly: count("buyOnly"),
    sell: amount("sellRecords", 0),
    buy: amount("buyRecords", 1),
    margin: amount("marginRecords", 2),
    attempts: {
      attempts: count("attempts"),
      answered: count("answered"),
      talkMs: count("talkMs"),
      longestMs: table.values[row * WIDTH + LONGEST_COLUMN] ?? 0,
      effective: count("effective"),
      bids: count("bids"),
      calls: count("calls"),
      answeredCalls: count("answeredCalls"),
      callTalkMs: count("callTalkMs"),
    },
  };
  return side === "sell" ? sellRow(found, count("sellRecords")) : found;
}
