// The engine's filter of CDRs: what of it a store can select, and what is looked at run by run.
import type { ChargerChange } from "../../cgrates/plan.ts";
import { cdrId } from "../../mediation/content-hash.ts";
import type { CdrFilter, TimeRange } from "../../queries/cdr-query.ts";
import type { Decoded } from "../codec/go-decode.ts";
import { any, int, map, struct, text, textMap, texts } from "../codec/go-type.ts";
import { ApiError, serverError } from "../method.ts";
import type { CdrRow } from "../views/cdr-rows.ts";
import { readDuration } from "./duration.ts";
import { isZero, readTime } from "./time.ts";

/** Lists of the filter, with the member of a row that each is about. */
const LISTS = {
  CGRIDs: "CGRID",
  RunIDs: "RunID",
  OriginIDs: "OriginID",
  OriginHosts: "OriginHost",
  Sources: "Source",
  ToRs: "ToR",
  RequestTypes: "RequestType",
  Tenants: "Tenant",
  Categories: "Category",
  Accounts: "Account",
  Subjects: "Subject",
} as const satisfies Record<string, keyof CdrRow>;

const TIMES = ["SetupTime", "AnswerTime", "CreatedAt", "UpdatedAt"] as const;

const numbers = { ...texts, name: "[]float64", of: { kind: "float", name: "float64" } as const };

const FILTER = struct("utils.RPCCDRsFilter", {
  ...Object.fromEntries(
    Object.keys(LISTS).flatMap((list) => [
      [list, texts],
      [`Not${list}`, texts],
    ]),
  ),
  DestinationPrefixes: texts,
  NotDestinationPrefixes: texts,
  Costs: numbers,
  NotCosts: numbers,
  ExtraFields: textMap,
  NotExtraFields: textMap,
  ...Object.fromEntries(
    TIMES.flatMap((time) => [
      [`${time}Start`, text],
      [`${time}End`, text],
    ]),
  ),
  MinUsage: text,
  MaxUsage: text,
  OrderBy: text,
  ExtraArgs: map(any),
  Limit: int,
  Offset: int,
});

/** As params embed it. */
export const filterFields = FILTER;

export interface RowOrder {
  /** Null: in the order in which they were stored. */
  compare: ((a: CdrRow, b: CdrRow) => number) | null;
  /** As they were stored, the last one first. */
  isLatestFirst: boolean;
  /** Rows have to be priced to be compared. */
  isOfCost: boolean;
}

export interface RowFilter {
  /** What the store selects by. */
  filter: CdrFilter;
  /** Whether a run is selected by what it says, before it is priced. */
  passes(row: CdrRow): boolean;
  /** The same by its price; null: any price. */
  passesCost: ((row: CdrRow) => boolean) | null;
  order: RowOrder;
  limit: number | undefined;
  offset: number | undefined;
}

/** Lists that a store selects by, where every run of a CDR has what the CDR has. */
const STORED_LISTS = {
  Tenants: { field: "Tenant", member: "tenants" },
  Accounts: { field: "Account", member: "accounts" },
  Subjects: { field: "Subject", member: "subjects" },
  Categories: { field: "Category", member: "categories" },
} as const satisfies Partial<
  Record<keyof typeof LISTS, { field: keyof CdrRow; member: keyof CdrFilter }>
>;

/** Whether it matters what runs change: only then need it be looked for. */
export function asksOfRuns(params: Decoded): boolean {
  return Object.keys(STORED_LISTS).some((list) => setOf(params[list]) !== null);
}

export interface RowsAsked {
  nowMs: number;
  /** What a run may have otherwise than its CDR; null: anything. */
  runChanges: readonly ChargerChange[] | null;
  /** A tenant that is not seen is not asked the store for: it has no rows. */
  isSeen(tenant: string): boolean;
}

/** @throws ApiError with the engine's words */
export function rowFilter(params: Decoded, asked: RowsAsked): RowFilter {
  const tests: ((row: CdrRow) => boolean)[] = [];
  for (const [list, member] of Object.entries(LISTS)) {
    const wanted = setOf(params[list]);
    const others = setOf(params[`Not${list}`]);
    if (wanted !== null) tests.push((row) => wanted.has(String(row[member])));
    if (others !== null) tests.push((row) => !others.has(String(row[member])));
  }
  tests.push(...prefixTests(params), ...extraTests(params), ...usageTests(params));
  const { ExtraArgs = {} } = params;
  const orders = rangeOf(ExtraArgs, "OrderIDStart", "OrderIDEnd");
  if (orders !== null) tests.push((row) => orders(row.OrderID));
  return {
    filter: { ...storeFilter(params, asked.nowMs), ...listsOfStore(params, asked) },
    passes: (row) => tests.every((test) => test(row)),
    passesCost: costTest(params, ExtraArgs),
    order: orderOf(params.OrderBy),
    limit: params.Limit < 0 ? undefined : params.Limit,
    offset: params.Offset,
  };
}

function setOf(list: string[] | undefined): Set<string> | null {
  return list === undefined || list.length === 0 ? null : new Set(list);
}

/** No run of a CDR without one of the values has one, where no charger gives it to a run. */
function listsOfStore(params: Decoded, { runChanges, isSeen }: RowsAsked): CdrFilter {
  const filter: CdrFilter = {};
  if (runChanges === null) return filter;
  for (const [list, { field, member }] of Object.entries(STORED_LISTS)) {
    const wanted = setOf(params[list]);
    if (wanted === null) continue;
    const isGiven = runChanges.some(
      (change) =>
        change.field === field && (change.constant === null || wanted.has(change.constant)),
    );
    if (isGiven || (member === "tenants" && ![...wanted].every(isSeen))) continue;
    filter[member] = [...wanted];
  }
  return filter;
}

/** Runs keep the id and the times of their CDR. */
function storeFilter(params: Decoded, nowMs: number): CdrFilter {
  const filter: CdrFilter = {};
  const ids = params.CGRIDs?.length > 0 ? params.CGRIDs : madeIds(params);
  if (ids !== null) filter.ids = ids;
  const setup = timeRange(params, "SetupTime", nowMs);
  const answer = timeRange(params, "AnswerTime", nowMs);
  const received = timeRange(params, "CreatedAt", nowMs);
  const rated = timeRange(params, "UpdatedAt", nowMs);
  if (setup !== null) filter.setupTime = setup;
  if (answer !== null) filter.answerTime = answer;
  if (received !== null) filter.receivedAt = received;
  if (rated !== null) filter.ratedAt = rated;
  return filter;
}

/** Ids that are reckoned from what they are made of. */
const MOST_MADE = 1000;

/** Of every origin with every host, where both are listed: by their id CDRs are found at once. */
function madeIds({ OriginIDs = [], OriginHosts = [] }: Decoded): string[] | null {
  const count = OriginIDs.length * OriginHosts.length;
  if (count === 0 || count > MOST_MADE) return null;
  return OriginIDs.flatMap((id: string) => OriginHosts.map((host: string) => cdrId(id, host)));
}

function timeRange(params: Decoded, name: string, nowMs: number): TimeRange | null {
  const [from, to] = [`${name}Start`, `${name}End`].map((member) => instant(params[member], nowMs));
  if (from === undefined && to === undefined) return null;
  return {
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  };
}

function instant(written: string, nowMs: number): number | undefined {
  if (written === "") return undefined;
  const moment = inServer(() => readTime(written, nowMs));
  return isZero(moment) ? undefined : moment.atMs;
}

/** Words of a filter's faults are wrapped. */
function inServer<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof ApiError ? serverError(error.message) : error;
  }
}

function prefixTests(params: Decoded): ((row: CdrRow) => boolean)[] {
  const { DestinationPrefixes: wanted = [], NotDestinationPrefixes: others = [] } = params;
  const begins = (list: string[], { Destination }: CdrRow) =>
    list.some((prefix) => Destination.startsWith(prefix));
  return [
    ...(wanted.length > 0 ? [(row: CdrRow) => begins(wanted, row)] : []),
    ...(others.length > 0 ? [(row: CdrRow) => !begins(others, row)] : []),
  ];
}

/** Several fields are joined by "or", as the engine does over SQL. */
function extraTests(params: Decoded): ((row: CdrRow) => boolean)[] {
  const { ExtraFields: wanted = {}, NotExtraFields: others = {} } = params;
  const has = ({ ExtraFields }: CdrRow, [name, value]: [string, unknown]) =>
    value === "*exists" ? name in ExtraFields : ExtraFields[name] === value;
  return [
    ...(Object.keys(wanted).length > 0
      ? [(row: CdrRow) => Object.entries(wanted).some((one) => has(row, one))]
      : []),
    ...(Object.keys(others).length > 0
      ? [(row: CdrRow) => !Object.entries(others).some((one) => has(row, one))]
      : []),
  ];
}

function usageTests({ MinUsage, MaxUsage }: Decoded): ((row: CdrRow) => boolean)[] {
  const tests: ((row: CdrRow) => boolean)[] = [];
  if (MinUsage !== "") {
    const least = inServer(() => readDuration(MinUsage));
    tests.push((row) => row.usageNs >= least);
  }
  if (MaxUsage !== "") {
    const most = inServer(() => readDuration(MaxUsage));
    tests.push((row) => row.usageNs < most);
  }
  return tests;
}

/** @throws ApiError where an argument is no number */
function rangeOf(
  args: Record<string, unknown>,
  least: string,
  most: string,
): ((value: number) => boolean) | null {
  const [from, to] = [least, most].map((name) => numberOf(args[name]));
  if (from === undefined && to === undefined) return null;
  return (value) => (from === undefined || value >= from) && (to === undefined || value < to);
}

function numberOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return value;
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (!Number.isNaN(read)) return read;
  throw serverError(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`);
}

/** `MinCost` 0 with `MaxCost` −1 is what has no error, `MaxCost` −1 alone what was never rated. */
function costTest(
  { Costs = [], NotCosts = [] }: Decoded,
  args: Record<string, unknown>,
): ((row: CdrRow) => boolean) | null {
  const [least, most] = [numberOf(args["MinCost"]), numberOf(args["MaxCost"])];
  const tests: ((row: CdrRow) => boolean)[] = [];
  if (Costs.length > 0) tests.push(({ Cost }) => Costs.includes(Cost));
  if (NotCosts.length > 0) tests.push(({ Cost }) => !NotCosts.includes(Cost));
  if (most === -1) tests.push(least === 0 ? ({ Cost }) => Cost >= 0 : () => false);
  else if (least !== undefined || most !== undefined) {
    tests.push(
      ({ Cost }) => (least === undefined || Cost >= least) && (most === undefined || Cost < most),
    );
  }
  return tests.length === 0 ? null : (row) => tests.every((test) => test(row));
}

const ORDERS: Record<string, (row: CdrRow) => number> = {
  OrderID: ({ OrderID }) => OrderID,
  AnswerTime: ({ answerMs }) => answerMs,
  SetupTime: ({ setupMs }) => setupMs,
  Usage: ({ usageNs }) => usageNs,
  Cost: ({ Cost }) => Cost,
};

/** @throws ApiError for what cannot be ordered by */
function orderOf(written: string): RowOrder {
  const asStored = { compare: null, isLatestFirst: false, isOfCost: false };
  if (written === "") return asStored;
  const [name = "", direction = ""] = written.split(";");
  const key = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
  if (key === undefined) throw serverError(`Invalid value : ${name}`);
  const isDescending = direction === "desc";
  // As they were stored: where several came at once the number does not tell.
  if (name === "OrderID") return { ...asStored, isLatestFirst: isDescending };
  const sign = isDescending ? -1 : 1;
  const compare = (a: CdrRow, b: CdrRow) => sign * (key(a) - key(b));
  return { compare, isLatestFirst: false, isOfCost: name === "Cost" };
}
