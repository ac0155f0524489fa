// The order in which the rows of a table are read, and places in it.
import { readTime } from "../../mediation/time-text.ts";

/** Something that is read row by row in an order of its own. */
export interface PulledRow {
  /** Its place in the order. */
  key: string;
  /** All that it says; equal rows have equal ones. */
  hash: string;
}

export interface Order {
  /** No two rows have one place. */
  isUnique: boolean;
  compare(one: string, other: string): number;
  /**
   * Where places are times: the time of one, as if its clock showed UTC; null: that cannot be told.
   * Absent: places only grow, whatever the clocks say.
   */
  timeOf?(key: string): number | null;
  /** Where places are times: when that was in truth. */
  instantOf?(key: string): number | null;
  /** The place right before one, where that can be told. */
  before?(key: string): string;
}

const WHOLE = /^-?\d{1,20}$/;

export function isWholeKey(key: string): boolean {
  return WHOLE.test(key);
}

/** Whole numbers that the table itself gives, each once and ever higher ones. */
export const BY_NUMBER: Order = {
  isUnique: true,
  compare: (one, other) => compareValues(BigInt(one), BigInt(other)),
  before: (key) => String(BigInt(key) - 1n),
};

/** Times, of which several rows may have one. */
export function byTime(timeZone: string): Order {
  return {
    isUnique: false,
    compare: compareTimes,
    timeOf: (key) => instantIn(key, "UTC"),
    instantOf: (key) => instantIn(key, timeZone),
  };
}

/** The ids that MongoDB's drivers make: they begin with the clock of who wrote them. */
export const BY_OBJECT_ID: Order = {
  isUnique: true,
  compare: compareValues,
  timeOf: secondsOfObjectId,
  instantOf: secondsOfObjectId,
  before: (key) => (BigInt(`0x${key}`) - 1n).toString(16).padStart(24, "0"),
};

function secondsOfObjectId(key: string): number {
  return Number.parseInt(key.slice(0, 8), 16) * 1000;
}

function instantIn(text: string, zone: string): number | null {
  const seconds = /^(\d{10})\.\d+$/.exec(text)?.[1];
  const read = readTime(seconds ?? text, zone);
  return read.kind === "moments" ? read.readings[0].atMs : null;
}

const NUMBER = /^\d{1,15}(?:\.\d+)?$/;

/** As a data base orders them: numbers by value, texts of one form by their letters. */
function compareTimes(one: string, other: string): number {
  if (NUMBER.test(one) && NUMBER.test(other)) return compareValues(Number(one), Number(other));
  return compareValues(one, other);
}

function compareValues<T extends bigint | number | string>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
