// Sums over CDRs in MongoDB, by group and currency, exact to the last digit.
import type { Collection, Decimal128, Document } from "mongodb";
import { engineError } from "../../../errors.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import { sumOf } from "../../../money/sum.ts";
import type { SummaryQuery, SummaryRow } from "../../../queries/cdr-query.ts";
import {
  extraNameOf,
  type GroupKey,
  type GroupValue,
  isExtraKey,
  isPeriod,
  PERIODS,
  placesOf,
} from "../../../queries/group-keys.ts";
import { sellRow } from "../../../queries/sell/row.ts";
import { noSums } from "../../../queries/sums.ts";
import type { ReadOptions } from "../../ports/cdrs.ts";
import type { SumParts } from "../../rollups/sums.ts";
import { requireGroups } from "../../summary-groups.ts";
import { compareSummaryRows } from "../../summary-order.ts";
import { periodLabels } from "../../zone-labels.ts";
import { serverZones } from "../connection/zones.ts";
import type { CdrDocument } from "../documents.ts";
import { encodeName } from "../names.ts";
import type { StoreCollections } from "../schema.ts";
import {
  type AttemptMembers,
  addCallMembers,
  attemptMembers,
  attemptSums,
  type CallMembers,
  callStages,
} from "./attempts.ts";
import type { CdrBounds } from "./bounds.ts";

const DECIMAL128_DIGITS = 34;

const TIME_FIELDS = {
  answer: "$keys.callTime",
  setup: "$keys.setupTime",
  received: "$receivedAt",
} as const;

const IS_TIMED = { $eq: ["$primary.tor", "*voice"] };

function keyExpression(key: GroupKey, query: SummaryQuery): Document {
  if (isPeriod(key)) {
    const date = TIME_FIELDS[query.time];
    return PERIODS[key].mongo((format) => ({
      $dateToString: { date, format, timezone: query.timeZone },
    }));
  }
  if (isExtraKey(key)) {
    const name = encodeName(extraNameOf(key));
    // What has a hash is an array or an object.
    const isStructured = { $gt: [`$extraHashes.${name}`, null] };
    return { $cond: [isStructured, null, { $ifNull: [`$extra.${name}`, null] }] };
  }
  return { $ifNull: [placesOf(key, query.side).mongo, null] };
}

function countIf(condition: Document): Document {
  return { $sum: { $cond: [condition, 1, 0] } };
}

const HAS_SELL = { $gt: ["$rating.sell.amount", null] };
const HAS_BUY = { $gt: ["$rating.buy.amount", null] };

/** Seconds that a side of voice was billed for. */
function billedSeconds(side: "sell" | "buy"): Document {
  const seconds = { $ifNull: [`$rating.${side}.billedSeconds`, 0] };
  return { $sum: { $cond: [IS_TIMED, seconds, 0] } };
}

function moneySums(name: "sell" | "buy" | "margin"): Document {
  const amount = `$rating.${name}.amount`;
  return { [name]: { $sum: amount }, [`${name}Count`]: countIf({ $gt: [amount, null] }) };
}

function currencies({ side }: SummaryQuery): Document {
  return side === "sell"
    ? { currency: { $ifNull: ["$rating.sell.currency", null] }, buyCurrency: null }
    : {
        currency: { $ifNull: ["$keys.currency", null] },
        buyCurrency: { $ifNull: ["$keys.buyCurrency", null] },
      };
}

interface GroupDocument extends AttemptMembers {
  _id: Record<string, GroupValue>;
  calls: number;
  answered: number;
  voiceCalls: number;
  voiceAnswered: number;
  usageMs: number;
  units: number;
  pddMs: number;
  pddCalls: number;
  billedSeconds: number;
  buyBilledSeconds: number;
  bothSides: number;
  sell: Decimal128;
  sellCount: number;
  buy: Decimal128;
  buyCount: number;
  margin: Decimal128;
  marginCount: number;
}

/** A sum that fills all digits of a Decimal128 may have been rounded: it is not answered. */
function sumText(sum: Decimal128): string {
  const text = sum.toString();
  const digits = text
    .replace(/[eE].*$/, "")
    .replaceAll(/\D/g, "")
    .replace(/^0+/, "");
  if (digits.length >= DECIMAL128_DIGITS) {
    throw engineError("not-supported", "A sum has more than 33 digits.", {
      hint: "Ask for a shorter period or for more groups.",
    });
  }
  return sumOf(text, "0");
}

/** The server writes the offset of an hour, or a quarter of one, without a colon. */
function keyValue(key: GroupKey, text: GroupValue | undefined): GroupValue {
  if (text === undefined || text === null) return null;
  return (key === "hour" || key === "quarterHour") && typeof text === "string"
    ? text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2")
    : text;
}

function textOf(value: GroupValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function toSummaryRow(query: SummaryQuery, group: GroupDocument): SummaryRow {
  const money = (sum: Decimal128, count: number) => (count === 0 ? null : sumText(sum));
  return {
    ...keysOf(query, group._id),
    calls: group.calls,
    answered: group.answered,
    voiceCalls: group.voiceCalls,
    voiceAnswered: group.voiceAnswered,
    usageMs: group.usageMs,
    units: group.units,
    pddMs: group.pddMs,
    pddCalls: group.pddCalls,
    billedMs: Math.round(group.billedSeconds * 1000),
    buyBilledMs: Math.round(group.buyBilledSeconds * 1000),
    marginCalls: group.marginCount,
    sellOnly: group.sellCount - group.bothSides,
    buyOnly: group.buyCount - group.bothSides,
    sell: money(group.sell, group.sellCount),
    buy: money(group.buy, group.buyCount),
    margin: money(group.margin, group.marginCount),
    ...(query.attempts && { attempts: attemptSums(group) }),
  };
}

interface SummaryOptions {
  bounds: CdrBounds;
  /** After which the server itself ends it. */
  maxTimeMS: number;
  /** Groups that one sum may have; 100,000 when not said. */
  mostGroups?: number | undefined;
}

/** Groups come in parts of so many. */
const BATCH_GROUPS = 1000;

/** @throws `invalid-params` for a zone that Node or the server does not know, `too-large` for too many groups */
export function cdrSummary(
  { cdrs, meta }: Pick<StoreCollections, "cdrs" | "meta">,
  options: SummaryOptions,
) {
  const requireZone = serverZones(meta, "schema");

  async function bounded(query: SummaryQuery) {
    periodLabels(query.timeZone);
    if (query.groupBy.some(isPeriod)) await requireZone(query.timeZone);
    return options.bounds.of({ filter: query.filter });
  }

  async function sums(
    query: SummaryQuery,
    reading: ReadOptions = {},
    parts?: SumParts,
  ): Promise<SummaryRow[]> {
    const { index, match: whole } = await bounded(query);
    const match = parts === undefined ? whole : { $and: [whole, partsOf(parts)] };
    const exceptCalls = parts?.exceptCalls ?? [];
    const rows = await options.bounds.through(index, (hint) =>
      readGroups(cdrs, { query, match, exceptCalls }, { ...options, ...reading, ...hint }),
    );
    return rows.sort(compareSummaryRows(query.groupBy));
  }

  /** Rows in which these calls alone are counted. */
  async function calls(
    query: SummaryQuery,
    reading: ReadOptions,
    callIds: readonly string[],
  ): Promise<SummaryRow[]> {
    const { match: whole } = await bounded(query);
    const rows: SummaryRow[] = [];
    for (let start = 0; start < callIds.length; start += MOST_CALLS) {
      const callId = { $in: callIds.slice(start, start + MOST_CALLS) };
      const stages = callStages({ $and: [whole, { callId }] }, groupId(query));
      const found = groupsOf<CallMembers & Document>(cdrs, stages, { ...options, ...reading });
      for await (const group of found) rows.push(callRow(query, group));
    }
    return rows;
  }
  return Object.assign(sums, { calls });
}

/** Calls that one query looks up. */
const MOST_CALLS = 500;

function partsOf({ ranges }: SumParts): Document {
  const within = ranges.map(({ fromMs, toMs }) => ({
    "keys.callTime": {
      ...(fromMs !== undefined && { $gte: new Date(fromMs) }),
      ...(toMs !== undefined && { $lt: new Date(toMs) }),
    },
  }));
  return { $or: within };
}

/** A row of calls of which nothing else is counted. */
function callRow(query: SummaryQuery, group: CallMembers & Document): SummaryRow {
  const { keys, currency, buyCurrency } = keysOf(query, group["_id"]);
  const { attempts, ...none } = noSums({ currency, buyCurrency });
  addCallMembers(attempts, group);
  return { keys, ...none, attempts };
}

/** What the id of a group says. */
function keysOf(
  query: SummaryQuery,
  id: GroupDocument["_id"],
): Pick<SummaryRow, "keys" | "currency" | "buyCurrency"> {
  return {
    keys: Object.fromEntries(
      query.groupBy.map((key, index) => [key, keyValue(key, id[`key${index}`])]),
    ),
    currency: textOf(id["currency"]),
    buyCurrency: textOf(id["buyCurrency"]),
  };
}

function groupId(query: SummaryQuery): Document {
  const keys = query.groupBy.map((key, index) => [`key${index}`, keyExpression(key, query)]);
  return { ...Object.fromEntries(keys), ...currencies(query) };
}

/** What the server is asked to sum, and by what. */
export function groupStage(query: SummaryQuery): Document {
  return {
    _id: groupId(query),
    calls: { $sum: 1 },
    answered: countIf({ $gt: ["$primary.usage", 0] }),
    voiceCalls: countIf(IS_TIMED),
    voiceAnswered: countIf({ $and: [IS_TIMED, { $gt: ["$primary.usage", 0] }] }),
    usageMs: { $sum: { $cond: [IS_TIMED, "$primary.usage", 0] } },
    units: { $sum: { $cond: [IS_TIMED, 0, "$primary.usage"] } },
    pddMs: { $sum: "$primary.pddMs" },
    pddCalls: countIf({ $gt: ["$primary.pddMs", null] }),
    billedSeconds: billedSeconds("sell"),
    buyBilledSeconds: billedSeconds("buy"),
    bothSides: countIf({ $and: [HAS_SELL, HAS_BUY] }),
    ...moneySums("sell"),
    ...moneySums("buy"),
    ...moneySums("margin"),
    ...(query.attempts && attemptMembers(query.attempts)),
  };
}

function rowOf(query: SummaryQuery, group: GroupDocument): SummaryRow {
  const row = toSummaryRow(query, group);
  return query.side === "sell" ? sellRow(row, group.sellCount) : row;
}

type Reading = SummaryOptions & ReadOptions & { hint?: Document };
interface Matched {
  query: SummaryQuery;
  match: Document;
  /** Calls that are counted elsewhere. */
  exceptCalls: readonly string[];
}

/** Documents as they come: never are all of the server in memory. */
async function* groupsOf<Group extends Document>(
  collection: Collection<CdrDocument>,
  stages: Document[],
  { maxTimeMS, signal, hint }: Reading,
): AsyncGenerator<Group, void> {
  const groups = collection.aggregate<Group>(stages, {
    allowDiskUse: true,
    batchSize: BATCH_GROUPS,
    maxTimeMS,
    ...(signal && { signal }),
    ...(hint && { hint }),
  });
  for await (const group of groups) {
    if (isTurnOver()) await ownTurn();
    yield group;
  }
}

/** Each group is turned into its row as it comes. */
async function readGroups(
  collection: Collection<CdrDocument>,
  { query, match, exceptCalls }: Matched,
  reading: Reading,
): Promise<SummaryRow[]> {
  const stages = [{ $match: match }, { $group: groupStage(query) }];
  const rows: SummaryRow[] = [];
  for await (const group of groupsOf<GroupDocument>(collection, stages, reading)) {
    rows.push(rowOf(query, group));
    requireGroups(rows.length, reading.mostGroups);
  }
  if (query.attempts !== undefined)
    await addCallsTo(rows, collection, { query, match, exceptCalls }, reading);
  return rows;
}

/** Calls of several attempts go to the row of their first. */
async function addCallsTo(
  rows: SummaryRow[],
  collection: Collection<CdrDocument>,
  { query, match, exceptCalls }: Matched,
  reading: Reading,
): Promise<void> {
  const nameOf = ({ keys, currency, buyCurrency }: SummaryRow) =>
    JSON.stringify([query.groupBy.map((key) => keys[key] ?? null), currency, buyCurrency]);
  const byName = new Map(rows.map((row) => [nameOf(row), row]));
  const counted =
    exceptCalls.length === 0 ? match : { $and: [match, { callId: { $nin: [...exceptCalls] } }] };
  const stages = callStages(counted, groupId(query));
  for await (const group of groupsOf<CallMembers & Document>(collection, stages, reading)) {
    const sums = byName.get(nameOf(callRow(query, group)))?.attempts;
    // A call whose record came after the groups were read is of a later answer.
    if (sums !== undefined) addCallMembers(sums, group);
  }
}
