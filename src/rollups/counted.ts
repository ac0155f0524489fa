// What a record adds to the sums of its quarter hour.

import type { Dimension } from "./kinds.ts";
import {
  COLUMN,
  type Count,
  LONGEST_COLUMN,
  MONEY,
  moneyColumn,
  type Value,
  WIDTH,
} from "./table.ts";

/** A record as rollups count it, as a store reads it; what is 0 or 1 is a condition. */
export type CountedRecord = Readonly<Record<Dimension, Value>> & {
  readonly isTimed: number;
  readonly usage: number;
  readonly pddMs: number | null;
  readonly billedMs: number;
  readonly buyBilledMs: number;
  /** Voice that is not voided and that the leg policy bills. */
  readonly isVoice: number;
  /** Its record names a destination channel, and it is empty. */
  readonly lacksChannel: number;
  readonly callId: string | null;
  /** Units and parts of amounts that fit two integers (`amount-parts.ts` of the stores). */
  readonly sellUnits: number | null;
  readonly sellParts: number | null;
  readonly buyUnits: number | null;
  readonly buyParts: number | null;
  readonly marginUnits: number | null;
  readonly marginParts: number | null;
  /** Amounts that do not fit, as decimal texts. */
  readonly longSell: string | null;
  readonly longBuy: string | null;
  readonly longMargin: string | null;
};

/** Causes as sets: of an attempt that reached the called side, and of one without a way on. */
export interface CountingTerms {
  readonly effective: ReadonlySet<string>;
  readonly congestion: ReadonlySet<string>;
}

function isAttempt(record: CountedRecord): boolean {
  return record.isVoice === 1 && record.lacksChannel === 0;
}

/** An attempt of a call that may have others. */
export function callOf(record: CountedRecord): string | null {
  return isAttempt(record) && record.callId !== null && record.callId !== "" ? record.callId : null;
}

const AMOUNTS = [
  { units: "sellUnits", parts: "sellParts", long: "longSell", count: COLUMN.sellRecords },
  { units: "buyUnits", parts: "buyParts", long: "longBuy", count: COLUMN.buyRecords },
  { units: "marginUnits", parts: "marginParts", long: "longMargin", count: COLUMN.marginRecords },
] as const;

export function createFigures(): Float64Array {
  return new Float64Array(WIDTH);
}

/** Fills the figures in place, and answers the amounts that they do not hold, by amount. */
export function countRecord(
  figures: Float64Array,
  record: CountedRecord,
  { effective, congestion }: CountingTerms,
): { money: number; amount: string }[] {
  figures.fill(0);
  const { usage, isTimed, disconnectCause } = record;
  const set = (name: Count, value: number): void => {
    figures[COLUMN[name]] = value;
  };
  const isAnswered = usage > 0 ? 1 : 0;
  set("records", 1);
  set("answeredRecords", isAnswered);
  set("voiceRecords", isTimed);
  set("voiceAnswered", isTimed * isAnswered);
  set(isTimed === 1 ? "usageMs" : "units", usage);
  if (record.pddMs !== null) {
    set("pddMs", record.pddMs);
    set("pddRecords", 1);
  }
  if (isTimed === 1) {
    set("billedMs", record.billedMs);
    set("buyBilledMs", record.buyBilledMs);
  }
  if (record.isVoice === 1) {
    const isAmong = (causes: ReadonlySet<string>) =>
      disconnectCause !== null && causes.has(disconnectCause);
    const isSentOn = record.lacksChannel === 0;
    if (isSentOn || isAmong(congestion)) set("bids", 1);
    if (isSentOn) {
      set("attempts", 1);
      set("answered", isAnswered);
      set("talkMs", usage);
      figures[LONGEST_COLUMN] = usage;
      if (isAnswered === 1 || isAmong(effective)) set("effective", 1);
      if (callOf(record) === null) countCall(figures, usage);
    }
  }
  return countAmounts(figures, record);
}

/** Of a call that is counted here, whose attempts talked so long. */
export function countCall(figures: Float64Array, talkMs: number): void {
  figures[COLUMN.calls] = 1;
  figures[COLUMN.answeredCalls] = talkMs > 0 ? 1 : 0;
  figures[COLUMN.callTalkMs] = talkMs;
}

function countAmounts(
  figures: Float64Array,
  record: CountedRecord,
): { money: number; amount: string }[] {
  const rest: { money: number; amount: string }[] = [];
  for (let money = 0; money < MONEY.length; money += 1) {
    const amount = AMOUNTS[money];
    if (amount === undefined) continue;
    const { units, parts, long, count } = amount;
    const column = moneyColumn(money);
    const text = record[long];
    if (record[units] !== null) {
      figures[column] = record[units] ?? 0;
      figures[column + 1] = record[parts] ?? 0;
    } else if (text !== null) rest.push({ money, amount: text });
    else continue;
    figures[count] = 1;
  }
  const [hasSell, hasBuy] = [figures[COLUMN.sellRecords], figures[COLUMN.buyRecords]];
  if (hasSell === 1 && hasBuy !== 1) figures[COLUMN.sellOnly] = 1;
  if (hasBuy === 1 && hasSell !== 1) figures[COLUMN.buyOnly] = 1;
  return rest;
}
