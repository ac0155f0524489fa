// The filter language, sorting and sums written plainly over arrays: what stores are compared with.
import { isDeepStrictEqual } from "node:util";
import { Decimal } from "decimal.js";
import { DateTime } from "luxon";
import type { PrimaryFields, StoredCdr } from "../../../src/cdr/cdr.ts";
import type { Json } from "../../../src/cdr/json.ts";
import type {
  CdrConditions,
  CdrFilter,
  CdrSort,
  NumberMatch,
  Range,
  SearchedNumber,
  SummaryQuery,
  SummaryRow,
} from "../../../src/queries/cdr-query.ts";
import {
  type ExtraKey,
  type GroupKey,
  type GroupValue,
  isExtraKey,
} from "../../../src/queries/group-keys.ts";
import { callsOf, naiveAttempts } from "./naive-attempts.ts";

/** Enough digits for every sum of the tests. */
const Exact = Decimal.clone({ precision: 200 });

type Test = (cdr: StoredCdr) => boolean;

export function callTime(cdr: StoredCdr): number {
  const { answerTime, setupTime, endTime, tor, usage }: PrimaryFields = cdr.primary;
  if (answerTime) return answerTime.atMs;
  if (setupTime) return setupTime.atMs;
  if (endTime) return tor === "*voice" ? endTime.atMs - usage : endTime.atMs;
  return cdr.receivedAtMs;
}

const sortValue: Record<CdrSort["by"], (cdr: StoredCdr) => number> = {
  callTime,
  setupTime: (cdr) => cdr.primary.setupTime?.atMs ?? callTime(cdr),
  receivedAt: (cdr) => cdr.receivedAtMs,
  usage: (cdr) => cdr.primary.usage,
  duration: (cdr) => cdr.primary.durationMs ?? 0,
};

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function inRange(value: number | undefined, low?: number, high?: number): boolean {
  if (value === undefined) return false;
  return (low === undefined || value >= low) && (high === undefined || value < high);
}

function moneyTest(name: "sell" | "buy" | "margin", range: Range<string>): Test {
  return (cdr) => {
    const amount = cdr.rating[name]?.amount ?? null;
    if (amount === null) return false;
    const exact = new Exact(amount);
    return (
      (range.min === undefined || exact.gte(range.min)) &&
      (range.max === undefined || exact.lt(range.max))
    );
  };
}

function extraTest(name: string, wanted: Json | Json[]): Test {
  const alternatives = Array.isArray(wanted) ? wanted : [wanted];
  return (cdr) =>
    Object.hasOwn(cdr.extra, name) &&
    alternatives.some((value) => isDeepStrictEqual(plain(cdr.extra[name]), plain(value)));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const LISTS: [keyof CdrConditions, (cdr: StoredCdr) => string | null | undefined][] = [
  ["ids", (cdr) => cdr.id],
  ["tenants", (cdr) => cdr.tenant],
  ["accounts", (cdr) => cdr.primary.account],
  ["subjects", (cdr) => cdr.primary.subject],
  ["categories", (cdr) => cdr.primary.category],
  ["countries", (cdr) => cdr.rating.normalized.destination.country],
  ["outcomes", (cdr) => cdr.rating.outcome],
  ["reasons", (cdr) => cdr.rating.reason],
  ["sources", (cdr) => cdr.source],
  ["batchIds", (cdr) => cdr.batchId],
  ["disconnectCauses", (cdr) => cdr.primary.disconnectCause],
  ["directions", (cdr) => cdr.primary.callDirection],
  ["callerNumbers", (cdr) => cdr.primary.callerNumber],
  ["queues", (cdr) => cdr.primary.queue],
  ["agents", (cdr) => cdr.primary.agent],
  ["trunks", (cdr) => cdr.primary.trunk],
  ["tariffVersions", (cdr) => cdr.rating.tariffVersion],
];

/** As a person would look for it. */
export function anyNumberMatches(cdr: StoredCdr, { how, texts, of }: NumberMatch): boolean {
  const { callerNumber, destination, account } = cdr.primary;
  const numbers: Record<SearchedNumber, string[]> = {
    caller: callerNumber === undefined ? [] : [callerNumber],
    destination: [destination, cdr.rating.normalized.destination.normalized],
    account: [account],
  };
  const is = (number: string, text: string) =>
    ({
      contains: number.includes(text),
      begins: number.startsWith(text),
      ends: number.endsWith(text),
    })[how];
  return of.some((name) => numbers[name].some((number) => texts.some((text) => is(number, text))));
}

/** One test per member; a range without bounds is no condition. */
function memberTests(conditions: CdrConditions): Test[] {
  const { destinations, destinationPrefixes, carriers, usage, duration, extra = {} } = conditions;
  const { accountParts, accountPrefixes, accountEndings } = conditions;
  const { callerNumberParts, callerNumberPrefixes, callerNumberEndings } = conditions;
  const { destinationParts, destinationEndings } = conditions;
  const { callTime: called, answerTime, setupTime, receivedAt, ratedAt } = conditions;
  const normalized = (cdr: StoredCdr) => cdr.rating.normalized.destination.normalized;
  const tests: Test[] = [];
  for (const [member, read] of LISTS) {
    const values = conditions[member] as string[] | undefined;
    if (values) tests.push((cdr) => values.includes(read(cdr) as string));
  }
  if (destinations) {
    tests.push((cdr) =>
      [cdr.primary.destination, normalized(cdr)].some((number) => destinations.includes(number)),
    );
  }
  const numbered: [NumberMatch["how"], SearchedNumber, readonly string[] | undefined][] = [
    ["contains", "caller", callerNumberParts],
    ["begins", "caller", callerNumberPrefixes],
    ["ends", "caller", callerNumberEndings],
    ["contains", "destination", destinationParts],
    ["ends", "destination", destinationEndings],
    ["contains", "account", accountParts],
    ["begins", "account", accountPrefixes],
    ["ends", "account", accountEndings],
  ];
  for (const [how, number, texts] of numbered) {
    if (texts) tests.push((cdr) => anyNumberMatches(cdr, { how, texts, of: [number] }));
  }
  if (destinationPrefixes) {
    tests.push((cdr) => destinationPrefixes.some((prefix) => normalized(cdr).startsWith(prefix)));
  }
  if (carriers) {
    const wanted = carriers.map((carrier) => carrier.toLowerCase());
    tests.push((cdr) => wanted.includes(cdr.rating.buy?.carrier?.toLowerCase() ?? "\0"));
  }
  const ranges: [number | undefined, number | undefined, (cdr: StoredCdr) => number | undefined][] =
    [
      [called?.fromMs, called?.toMs, callTime],
      [answerTime?.fromMs, answerTime?.toMs, (cdr) => cdr.primary.answerTime?.atMs],
      [setupTime?.fromMs, setupTime?.toMs, (cdr) => cdr.primary.setupTime?.atMs],
      [receivedAt?.fromMs, receivedAt?.toMs, (cdr) => cdr.receivedAtMs],
      [ratedAt?.fromMs, ratedAt?.toMs, (cdr) => cdr.rating.ratedAtMs],
      [
        usage?.min,
        usage?.max,
        (cdr) => (cdr.primary.tor === "*voice" ? cdr.primary.usage / 1000 : cdr.primary.usage),
      ],
      [duration?.min, duration?.max, ({ primary }) => seconds(primary.durationMs)],
    ];
  for (const [low, high, read] of ranges) {
    if (low !== undefined || high !== undefined) tests.push((cdr) => inRange(read(cdr), low, high));
  }
  for (const name of ["sell", "buy", "margin"] as const) {
    const range = conditions[name];
    if (range?.min !== undefined || range?.max !== undefined) tests.push(moneyTest(name, range));
  }
  const { warnings } = conditions;
  if (warnings) {
    tests.push((cdr) => (cdr.warnings ?? []).some((warning) => warnings.includes(warning)));
  }
  for (const [name, wanted] of Object.entries(extra)) tests.push(extraTest(name, wanted));
  return tests;
}

function matches(whole: StoredCdr, filter: CdrFilter): boolean {
  const cdr = filter.side === "sell" ? judgedBySell(whole) : whole;
  if (filter.outcomes === undefined && cdr.rating.outcome === "voided") return false;
  return (
    memberTests(filter).every((test) => test(cdr)) &&
    (filter.owners?.some(
      ({ tenant, account }) => tenant === cdr.tenant && account === cdr.primary.account,
    ) ??
      true) &&
    (filter.anyNumber === undefined || anyNumberMatches(cdr, filter.anyNumber)) &&
    memberTests(filter.not ?? {}).every((test) => !test(cdr))
  );
}

export function naiveFind(cdrs: StoredCdr[], filter: CdrFilter, sort: CdrSort): StoredCdr[] {
  const value = sortValue[sort.by];
  const direction = sort.descending ? -1 : 1;
  return cdrs
    .filter((cdr) => matches(cdr, filter))
    .filter(({ primary }) => sort.by !== "duration" || primary.durationMs !== undefined)
    .sort((a, b) => (value(a) - value(b) || (a.id < b.id ? -1 : 1)) * direction);
}

function groupKey(cdr: StoredCdr, key: GroupKey, query: SummaryQuery): GroupValue {
  const { primary, rating } = cdr;
  if (isExtraKey(key)) {
    const value = cdr.extra[key.slice("extra.".length)] ?? null;
    return typeof value === "object" ? null : value;
  }
  const matched = rating.sell ?? rating.buy;
  const at = {
    answer: callTime(cdr),
    setup: sortValue.setupTime(cdr),
    received: cdr.receivedAtMs,
  }[query.time];
  const local = DateTime.fromMillis(at, { zone: query.timeZone });
  const offset = local.toFormat("ZZ");
  const quarter = String(local.minute - (local.minute % 15)).padStart(2, "0");
  const values: Record<Exclude<GroupKey, ExtraKey>, string | null | undefined> = {
    month: local.toFormat("yyyy-MM"),
    weekday: String(local.weekday),
    hourOfDay: local.toFormat("HH"),
    hourOfWeek: `${local.weekday}T${local.toFormat("HH")}`,
    plan: matched?.plan,
    day: local.toFormat("yyyy-MM-dd"),
    hour: `${local.toFormat("yyyy-MM-dd'T'HH")}:00${offset}`,
    quarterHour: `${local.toFormat("yyyy-MM-dd'T'HH")}:${quarter}${offset}`,
    account: primary.account,
    tenant: cdr.tenant,
    destination: matched?.destination,
    country: rating.normalized.destination.country,
    prefix: matched?.prefix,
    carrier: rating.buy?.carrier,
    gateway: rating.buy?.gateway,
    outcome: rating.outcome,
    reason: query.side === "sell" ? sellReason(cdr) : rating.reason,
    source: cdr.source,
    category: primary.category,
    disconnectCause: primary.disconnectCause,
    callDirection: primary.callDirection,
    callerNumber: primary.callerNumber,
    queue: primary.queue,
    agent: primary.agent,
    trunk: primary.trunk,
  };
  return values[key] ?? null;
}

export function naiveSum(amounts: (string | null | undefined)[]): string | null {
  const known = amounts.filter((amount) => amount !== null && amount !== undefined);
  if (known.length === 0) return null;
  return known.reduce((sum, amount) => sum.plus(amount), new Exact(0)).toFixed();
}

function naiveUsage(cdrs: StoredCdr[], counts: (cdr: StoredCdr) => boolean): number {
  return cdrs.filter(counts).reduce((sum, cdr) => sum + cdr.primary.usage, 0);
}

/** Those of the sample CDRs that are of a side. */
const OF_SIDES: readonly string[] = ["no-rate", "banned", "blocked", "no-carrier"];

function sellReason({ rating }: StoredCdr): string | undefined {
  const { sell, reason } = rating;
  if ((sell?.amount ?? null) !== null && reason !== "unanswered") return undefined;
  const ofCall = reason !== undefined && !OF_SIDES.includes(reason) ? reason : undefined;
  const ofSell = sell?.reason === "other-side-without-rate" ? "no-rate" : sell?.reason;
  return ofSell ?? ofCall;
}

/** The CDR as if its buy side had never been asked for. */
function withoutBuy(cdr: StoredCdr): StoredCdr {
  const { sell, outcome } = cdr.rating;
  const judged = (sell?.amount ?? null) === null ? "unrated" : "rated";
  const seen = {
    outcome: outcome === "voided" ? outcome : judged,
    buy: null,
    margin: null,
  } as const;
  return { ...cdr, rating: { ...cdr.rating, ...seen } };
}

/** The same with the reason too; what is an attempt goes by the reason of the record. */
function judgedBySell(cdr: StoredCdr): StoredCdr {
  const { reason: _both, ...rating } = withoutBuy(cdr).rating;
  const reason = sellReason(cdr) as StoredCdr["rating"]["reason"];
  return { ...cdr, rating: { ...rating, ...(reason !== undefined && { reason }) } };
}

/** Rows in no particular order. */
export function naiveSummary(cdrs: StoredCdr[], query: SummaryQuery): SummaryRow[] {
  const groups = new Map<string, StoredCdr[]>();
  const seen = query.side === "sell" ? withoutBuy : (cdr: StoredCdr) => cdr;
  const selected = cdrs.filter((one) => matches(one, query.filter)).map(seen);
  const calls = callsOf(selected, callTime);
  for (const cdr of selected) {
    const { sell, buy } = cdr.rating;
    const keys = query.groupBy.map((key) => groupKey(cdr, key, query));
    const currency = sell?.currency ?? buy?.currency ?? null;
    const name = JSON.stringify([keys, currency, buy?.currency ?? null]);
    groups.set(name, [...(groups.get(name) ?? []), cdr]);
  }
  return [...groups].map(([name, members]) => {
    const [keys, currency, buyCurrency] = JSON.parse(name);
    return {
      keys: Object.fromEntries(query.groupBy.map((key, index) => [key, keys[index]])),
      currency,
      buyCurrency,
      calls: members.length,
      answered: members.filter((cdr) => cdr.primary.usage > 0).length,
      voiceCalls: members.filter((cdr) => cdr.primary.tor === "*voice").length,
      voiceAnswered: members.filter((cdr) => cdr.primary.tor === "*voice" && cdr.primary.usage > 0)
        .length,
      usageMs: naiveUsage(members, (cdr) => cdr.primary.tor === "*voice"),
      units: naiveUsage(members, (cdr) => cdr.primary.tor !== "*voice"),
      pddMs: members.reduce((sum, cdr) => sum + (cdr.primary.pddMs ?? 0), 0),
      pddCalls: members.filter((cdr) => cdr.primary.pddMs !== undefined).length,
      billedMs: naiveBilled(members, "sell"),
      buyBilledMs: naiveBilled(members, "buy"),
      marginCalls: members.filter((cdr) => (cdr.rating.margin?.amount ?? null) !== null).length,
      sellOnly: members.filter((cdr) => hasOnly(cdr, "sell", "buy")).length,
      buyOnly: members.filter((cdr) => hasOnly(cdr, "buy", "sell")).length,
      sell: naiveSum(members.map((cdr) => cdr.rating.sell?.amount)),
      buy: naiveSum(members.map((cdr) => cdr.rating.buy?.amount)),
      margin: naiveSum(members.map((cdr) => cdr.rating.margin?.amount)),
      ...(query.attempts && { attempts: naiveAttempts(members, calls, query.attempts) }),
    };
  });
}

type SideName = "sell" | "buy";

function hasOnly({ rating }: StoredCdr, one: SideName, other: SideName): boolean {
  const [has, lacks] = [rating[one]?.amount ?? null, rating[other]?.amount ?? null];
  return has !== null && lacks === null;
}

function naiveBilled(cdrs: StoredCdr[], side: SideName): number {
  const voice = cdrs.filter((cdr) => cdr.primary.tor === "*voice");
  return voice.reduce((sum, cdr) => sum + (cdr.rating[side]?.billedSeconds ?? 0) * 1000, 0);
}
