// The figures of a row of a report: what is counted, and the shares and means of it (ITU-T E.425).
import type { Sums } from "../queries/sums.ts";

/** Six decimals, half up; null without a base. */
function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part * 1_000_000) / whole) / 1_000_000;
}

/** Seconds to the millisecond, half up; null without a base. */
function meanSeconds(sumMs: number, count: number): number | null {
  return count === 0 ? null : Math.round(sumMs / count) / 1000;
}

/** What each figure is; `docs/reports.md` says how it is counted. */
export const FIGURES = {
  currency: "of the sell side, else the buy side; null: neither",
  buyCurrency: "of the buy side",
  cdrs: "records",
  calls: "attempts of one callId are one, in the row of the first",
  answeredCalls: "those of which one attempt was answered",
  attempts: "voice records that were sent on",
  answered: "those of them that were answered",
  bids: "attempts, and records that found no way on",
  seconds: "usage of voice records",
  billedSeconds: "of voice, billed by the sell side",
  buyBilledSeconds: "of voice, billed by the buy side",
  units: "usage of records that are no voice",
  sell: "sum of rounded amounts; null: no record has one",
  buy: "sum of rounded amounts; null: no record has one",
  margin: "over the records with both sides",
  marginCalls: "records with both sides",
  sellOnly: "records with a sell amount alone",
  buyOnly: "records with a buy amount alone",
  asr: "answered ⁄ attempts",
  ner: "answered, busy, no answer, rejected ⁄ attempts",
  abr: "answered ⁄ bids",
  acd: "mean seconds of an answered attempt",
  callAsr: "answered calls ⁄ calls",
  callAcd: "mean seconds of an answered call",
  pdd: "mean seconds of post-dial delay",
  longest: "seconds of the longest attempt",
} as const;

export type Figure = keyof typeof FIGURES;
export type Figures = Record<Figure, string | number | null>;
/** Those that a report can be in the order of. */
export const SORT_FIGURES = (Object.keys(FIGURES) as Figure[]).filter(
  (name) => name !== "currency" && name !== "buyCurrency",
);
export type SortFigure = Exclude<Figure, "currency" | "buyCurrency">;

export function figuresOf(sums: Sums) {
  const { attempts: counted, calls: cdrs, pddMs, pddCalls } = sums;
  const { attempts, answered, bids, calls, answeredCalls, talkMs, callTalkMs } = counted;
  return {
    currency: sums.currency,
    buyCurrency: sums.buyCurrency,
    cdrs,
    calls,
    answeredCalls,
    attempts,
    answered,
    bids,
    seconds: sums.usageMs / 1000,
    billedSeconds: sums.billedMs / 1000,
    buyBilledSeconds: sums.buyBilledMs / 1000,
    units: sums.units,
    sell: sums.sell,
    buy: sums.buy,
    margin: sums.margin,
    marginCalls: sums.marginCalls,
    sellOnly: sums.sellOnly,
    buyOnly: sums.buyOnly,
    asr: share(answered, attempts),
    ner: share(counted.effective, attempts),
    abr: share(answered, bids),
    acd: meanSeconds(talkMs, answered),
    callAsr: share(answeredCalls, calls),
    callAcd: meanSeconds(callTalkMs, answeredCalls),
    pdd: meanSeconds(pddMs, pddCalls),
    longest: counted.longestMs / 1000,
  } satisfies Figures;
}

export type RowFigures = ReturnType<typeof figuresOf>;
