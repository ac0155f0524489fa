// The figures of reports written plainly over the records that cdr.find answers.
import { Decimal } from "decimal.js";
import { DateTime } from "luxon";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { CdrFilter } from "../../../src/queries/cdr-query.ts";
import type { Unit } from "../../../src/reports/calendar.ts";
import { CONGESTION_CAUSES, EFFECTIVE_CAUSES } from "../../../src/reports/causes.ts";
import type { RowFigures } from "../../../src/reports/figures.ts";
import type { Fold } from "../../../src/reports/folds.ts";
import type { Store } from "../../../src/stores/store.ts";
import { callsOf, naiveAttempts } from "../../stores/contracts/naive-attempts.ts";
import { naiveSum } from "../../stores/contracts/naive-query.ts";

export async function findAll(store: Store, filter: CdrFilter): Promise<StoredCdr[]> {
  const all: StoredCdr[] = [];
  for await (const page of store.cdrs.scan(filter)) all.push(...page);
  return all;
}

export function callTimeOf({ primary, receivedAtMs }: StoredCdr): number {
  const { answerTime, setupTime, endTime, tor, usage } = primary;
  const ended = endTime && endTime.atMs - (tor === "*voice" ? usage : 0);
  return answerTime?.atMs ?? setupTime?.atMs ?? ended ?? receivedAtMs;
}

export function bucketBy(by: Unit | Fold, zone: string, atMs: number): string {
  const local = DateTime.fromMillis(atMs, { zone });
  const quarter = String(local.minute - (local.minute % 15)).padStart(2, "0");
  const formats: Record<Unit | Fold, string> = {
    quarterHour: `${local.toFormat("yyyy-MM-dd'T'HH")}:${quarter}${local.toFormat("ZZ")}`,
    hour: local.toFormat("yyyy-MM-dd'T'HH':00'ZZ"),
    day: local.toFormat("yyyy-MM-dd"),
    week: local.toFormat("kkkk-'W'WW"),
    month: local.toFormat("yyyy-MM"),
    year: local.toFormat("yyyy"),
    hourOfDay: local.toFormat("HH"),
    weekday: String(local.weekday),
    hourOfWeek: `${local.weekday}T${local.toFormat("HH")}`,
  };
  return formats[by];
}

type Figures = Record<keyof RowFigures, unknown>;

/** Of each group and pair of currencies, by `JSON [group, currency, buyCurrency]`. */
export function naiveFigures(
  cdrs: StoredCdr[],
  groupOf: (cdr: StoredCdr) => unknown,
): Map<string, Figures> {
  const calls = callsOf(cdrs, callTimeOf);
  const groups = new Map<string, StoredCdr[]>();
  for (const cdr of cdrs) {
    const { sell, buy } = cdr.rating;
    const name = JSON.stringify([
      groupOf(cdr),
      (sell ?? buy)?.currency ?? null,
      buy?.currency ?? null,
    ]);
    groups.set(name, [...(groups.get(name) ?? []), cdr]);
  }
  return new Map([...groups].map(([name, members]) => [name, figuresOf(name, members, calls)]));
}

function figuresOf(name: string, members: StoredCdr[], calls: StoredCdr[][]): Figures {
  const [, currency, buyCurrency] = JSON.parse(name);
  const terms = { effectiveCauses: EFFECTIVE_CAUSES, congestionCauses: CONGESTION_CAUSES };
  const counted = naiveAttempts(members, calls, terms);
  const voice = members.filter(({ primary }) => primary.tor === "*voice");
  const sum = (list: StoredCdr[], of: (cdr: StoredCdr) => number) =>
    list.reduce((total, cdr) => total + of(cdr), 0);
  const amounts = (side: "sell" | "buy" | "margin") =>
    members.map((cdr) => cdr.rating[side]?.amount ?? null);
  const count = (test: (sell: string | null, buy: string | null) => boolean) =>
    members.filter(({ rating }) => test(rating.sell?.amount ?? null, rating.buy?.amount ?? null))
      .length;
  const pdds = members.filter(({ primary }) => primary.pddMs !== undefined);
  return {
    currency,
    buyCurrency,
    cdrs: members.length,
    calls: counted.calls,
    answeredCalls: counted.answeredCalls,
    attempts: counted.attempts,
    answered: counted.answered,
    bids: counted.bids,
    seconds: sum(voice, ({ primary }) => primary.usage) / 1000,
    billedSeconds: sum(voice, ({ rating }) => rating.sell?.billedSeconds ?? 0),
    buyBilledSeconds: sum(voice, ({ rating }) => rating.buy?.billedSeconds ?? 0),
    units: sum(members, ({ primary }) => (primary.tor === "*voice" ? 0 : primary.usage)),
    sell: naiveSum(amounts("sell")),
    buy: naiveSum(amounts("buy")),
    margin: naiveSum(amounts("margin")),
    marginCalls: amounts("margin").filter((amount) => amount !== null).length,
    sellOnly: count((sell, buy) => sell !== null && buy === null),
    buyOnly: count((sell, buy) => sell === null && buy !== null),
    asr: ratio(counted.answered, counted.attempts, 6),
    ner: ratio(counted.effective, counted.attempts, 6),
    abr: ratio(counted.answered, counted.bids, 6),
    acd: ratio(counted.talkMs / 1000, counted.answered, 3),
    callAsr: ratio(counted.answeredCalls, counted.calls, 6),
    callAcd: ratio(counted.callTalkMs / 1000, counted.answeredCalls, 3),
    pdd: ratio(sum(pdds, ({ primary }) => primary.pddMs ?? 0) / 1000, pdds.length, 3),
    longest: counted.longestMs / 1000,
  };
}

function ratio(part: number, whole: number, decimals: number): number | null {
  if (whole === 0) return null;
  return new Decimal(part).div(whole).toDecimalPlaces(decimals, Decimal.ROUND_HALF_UP).toNumber();
}
