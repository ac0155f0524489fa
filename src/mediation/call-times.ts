// The times of one record read together: a local time that a clock change has doubled is the one
// that fits the others and the usage.
import { type Moment, momentText } from "../cdr/moment.ts";
import type { Reason } from "../cdr/reasons.ts";
import { timesFault, type UsageRules } from "./plausible-usage.ts";
import type { ClockDoubt } from "./time-text.ts";

export const TIME_FIELDS = ["setupTime", "answerTime", "endTime"] as const;
export type TimeField = (typeof TIME_FIELDS)[number];
export type CallTimes = { [field in TimeField]?: Moment };

export interface FieldReadings {
  readings: readonly [Moment, ...Moment[]];
  doubt?: ClockDoubt;
}
export type TimesToRead = { [field in TimeField]?: FieldReadings };

export interface TimesRequest {
  /** Times count for its length: `*voice`. */
  tor: string;
  /** As sent, in milliseconds or units; absent: it is made from the times. */
  usage: number | undefined;
  rules: UsageRules;
  /** No time is later. */
  latestMs: number;
}

export interface TimesFault {
  ok: false;
  reason: Extract<
    Reason,
    "time-out-of-range" | "end-before-answer" | "setup-after-answer" | "usage-exceeds-times"
  >;
  field: TimeField | "usage";
  detail: string;
}

export type TimesAnswer =
  | { ok: true; times: CallTimes /** Other readings fit as well. */; isAmbiguous: boolean }
  | TimesFault;

const DAY_MS = 86_400_000;

/**
 * Readings in which setup ≤ answer ≤ end, the usage fits and no time is out of range. One left: it
 * is taken. Several: where the usage is made from the times, those with the least usage; then the
 * earliest answer, the latest set-up, the earliest end. None: a fault that names the readings.
 *
 * Times that can be read in one way only are tested as they are; that a call was set up after its
 * answer, which switches do say by a rounded second, is then no fault. The hour that a clock change
 * skips is read with the offset before it, with the one after it only where that does not fit.
 */
export function readTogether(fields: TimesToRead, request: TimesRequest): TimesAnswer {
  const only = onlyReading(fields);
  if (only !== null) {
    return readingFault(only, request, false) ?? { ok: true, times: only, isAmbiguous: false };
  }
  const plain = combinations(fields, isRepeated);
  if (plain.length === 1) {
    const [times = {}] = plain;
    const fault = readingFault(times, request, false);
    if (fault === null) return { ok: true, times, isAmbiguous: false };
    const all = combinations(fields, () => true);
    return all.length === 1 ? fault : choose(all, request, fields);
  }
  const chosen = choose(plain, request, fields);
  if (chosen.ok) return chosen;
  const all = combinations(fields, () => true);
  return all.length === plain.length ? chosen : choose(all, request, fields);
}

/** The times of a record of which each can be read in one way, as nearly all can; null: several fit. */
function onlyReading(fields: TimesToRead): CallTimes | null {
  const times: CallTimes = {};
  for (const name of TIME_FIELDS) {
    const readings = fields[name]?.readings;
    if (readings === undefined) continue;
    if (readings.length > 1) return null;
    times[name] = readings[0];
  }
  return times;
}

function isRepeated({ doubt }: FieldReadings): boolean {
  return doubt === "repeated";
}

/** Every reading of the record; of a field that is not to be varied only the first. */
function combinations(
  fields: TimesToRead,
  isVaried: (field: FieldReadings) => boolean,
): CallTimes[] {
  return TIME_FIELDS.reduce<CallTimes[]>(
    (sofar, name) => {
      const field = fields[name];
      if (field === undefined) return sofar;
      const readings = isVaried(field) ? field.readings : field.readings.slice(0, 1);
      return sofar.flatMap((times) => readings.map((moment) => ({ ...times, [name]: moment })));
    },
    [{}],
  );
}

function choose(all: CallTimes[], request: TimesRequest, fields: TimesToRead): TimesAnswer {
  const faults = all.map((times) => readingFault(times, request, true));
  const fitting = all.filter((_times, index) => faults[index] === null);
  const [best] = [...fitting].sort((left, right) => compareReadings(left, right, request));
  if (best !== undefined) return { ok: true, times: best, isAmbiguous: fitting.length > 1 };
  const [furthest] = faults
    .filter((fault) => fault !== null)
    .sort((left, right) => STEPS.indexOf(right.reason) - STEPS.indexOf(left.reason));
  if (furthest === undefined) throw new Error("a record has at least one reading");
  const detail = `${furthest.detail}; no reading of the times fits: ${readingsText(fields)}`;
  return { ...furthest, detail };
}

/** The order of the tests: of several readings the one that got furthest says what is wrong. */
const STEPS: TimesFault["reason"][] = [
  "time-out-of-range",
  "end-before-answer",
  "setup-after-answer",
  "usage-exceeds-times",
];

function readingFault(
  times: CallTimes,
  request: TimesRequest,
  isStrict: boolean,
): TimesFault | null {
  for (const field of TIME_FIELDS) {
    const what = rangeFault(times[field], request.latestMs);
    if (what !== null) return { ok: false, reason: "time-out-of-range", field, detail: what };
  }
  const { setupTime, answerTime, endTime } = times;
  if (isAfter(answerTime, endTime)) {
    const detail = `is before answerTime: ${shown(endTime)} and ${shown(answerTime)}`;
    return { ok: false, reason: "end-before-answer", field: "endTime", detail };
  }
  if (isStrict && (isAfter(setupTime, answerTime) || isAfter(setupTime, endTime))) {
    const detail = `is after the answer or the end: ${shown(setupTime)}`;
    return { ok: false, reason: "setup-after-answer", field: "setupTime", detail };
  }
  const { tor, usage = 0, rules } = request;
  const fault = timesFault({ tor, usage, ...times }, rules);
  if (fault === null) return null;
  return { ok: false, reason: "usage-exceeds-times", field: "usage", detail: fault.detail };
}

/** A clock that was never set counts from 1970 on. */
function rangeFault(moment: Moment | undefined, latestMs: number): string | null {
  if (moment === undefined) return null;
  if (moment.atMs < 0) return `is before 1970: ${shown(moment)}`;
  if (moment.atMs <= DAY_MS) {
    return `is within a day of 1970-01-01, as of a clock that was not set: ${shown(moment)}`;
  }
  return moment.atMs > latestMs ? `is more than a day ahead: ${shown(moment)}` : null;
}

function isAfter(left: Moment | undefined, right: Moment | undefined): boolean {
  return left !== undefined && right !== undefined && left.atMs > right.atMs;
}

function compareReadings(left: CallTimes, right: CallTimes, { usage }: TimesRequest): number {
  const lengths = usage === undefined ? lengthOf(left) - lengthOf(right) : 0;
  return (
    lengths ||
    atMs(left.answerTime) - atMs(right.answerTime) ||
    atMs(right.setupTime) - atMs(left.setupTime) ||
    atMs(left.endTime) - atMs(right.endTime)
  );
}

/** The usage that the times make. */
function lengthOf({ answerTime, endTime }: CallTimes): number {
  return answerTime === undefined || endTime === undefined ? 0 : endTime.atMs - answerTime.atMs;
}

function atMs(moment: Moment | undefined): number {
  return moment?.atMs ?? 0;
}

function shown(moment: Moment | undefined): string {
  return moment === undefined ? "none" : momentText(moment);
}

/** Each field with every reading that it has. */
export function readingsText(fields: TimesToRead): string {
  return TIME_FIELDS.flatMap((name) => {
    const field = fields[name];
    return field === undefined ? [] : [`${name} ${field.readings.map(shown).join(" or ")}`];
  }).join(", ");
}
