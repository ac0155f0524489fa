// The times and the usage of a record, read together and held against each other.
import { callTimeOf } from "../cdr/call.ts";
import type { Json } from "../cdr/json.ts";
import type { PrimaryFieldName } from "../cdr/primary-fields.ts";
import { isTimed } from "../cdr/usage.ts";
import {
  type CallTimes,
  type FieldReadings,
  readingsText,
  readTogether,
  TIME_FIELDS,
  type TimesToRead,
} from "./call-times.ts";
import { type BareUnit, bareNumber, LONGEST_MS, readDuration } from "./duration-text.ts";
import { fault, type Mediation, type MediationFault, shown, textOf } from "./field-reading.ts";
import { isLeftToTariff, type UsageRules, usageFault, usageLimit } from "./plausible-usage.ts";
import { usageRulesOf } from "./source-settings.ts";
import { doubtText, readTime } from "./time-text.ts";

const DAY_MS = 86_400_000;

export interface Measured {
  times: CallTimes;
  /** Milliseconds of `*voice`, units of every other type of record. */
  usage: number;
  /** A local time has other readings that fit as well. */
  isAmbiguous: boolean;
}

/** Faults in this order: a field that cannot be read, the times, the usage against them. */
export function readTimesAndUsage(
  job: Mediation,
  { tor, tenant }: { tor: string; tenant: string },
): Measured | MediationFault {
  const fields = readTimes(job);
  if ("ok" in fields) {
    return fields;
  }
  const rules = usageRulesOf(job.source, null);
  const sent = readSentUsage(job, tor, rules);
  if (typeof sent === "object") {
    return sent;
  }
  const read = readTogether(fields, {
    tor,
    usage: sent,
    rules,
    latestMs: job.nowMs + DAY_MS,
  });
  if (!read.ok) {
    return fault(job, read.reason, read.field, read.detail);
  }
  const { times, isAmbiguous } = read;
  if (isAmbiguous && job.source.ambiguousTimes === "suspend") {
    const what = `can be read in several ways that fit: ${readingsText(fields)}`;
    return fault(job, "ambiguous-local-time", "answerTime", what);
  }
  noteDoubts(job, fields, isAmbiguous);
  const usage = sent ?? usageOfTimes(tor, times);
  const callTime = callTimeOf({ ...times, usage, tor });
  const semantics = job.semanticsAt(tenant, callTime?.atMs ?? job.nowMs);
  const judged = { tor, usage, times, rules: usageRulesOf(job.source, semantics) };
  return usageFaultOf(job, judged) ?? { times: withAnswer(job, times, usage), usage, isAmbiguous };
}

/** A sender without answer times: the length that it says was talked at the end of the call. */
function withAnswer({ raw }: Mediation, times: CallTimes, usage: number): CallTimes {
  const { setupTime, answerTime, endTime } = times;
  if (raw.isAnsweredBeforeEnd !== true || answerTime !== undefined || endTime === undefined) {
    return times;
  }
  const atMs = Math.max(endTime.atMs - usage, setupTime?.atMs ?? Number.NEGATIVE_INFINITY);
  return { ...times, answerTime: { ...endTime, atMs } };
}

function readTimes(job: Mediation): TimesToRead | MediationFault {
  const fields: TimesToRead = {};
  for (const name of TIME_FIELDS) {
    const text = textOf(job.raw.primary[name]);
    if (text === null) {
      return fault(job, "invalid-field", name, `is ${shown(job.raw.primary[name])}, not a time`);
    }
    const time = readTime(text ?? "", job.source.timeZone);
    if (time.kind === "invalid") {
      return fault(job, "invalid-field", name, `cannot be read: ${time.detail}`);
    }
    if (time.kind === "absent") {
      continue;
    }
    const { kind: _kind, ...field } = time;
    fields[name] = field satisfies FieldReadings;
  }
  return fields;
}

/** What a clock change made doubtful, for the log. */
function noteDoubts(job: Mediation, fields: TimesToRead, isAmbiguous: boolean): void {
  for (const name of TIME_FIELDS) {
    const doubt = fields[name]?.doubt;
    if (doubt === undefined || (doubt === "repeated" && !isAmbiguous)) continue;
    const sent = shown(job.raw.primary[name]);
    job.warnings.push(`${name}: ${doubtText(sent, job.source.timeZone, doubt)}`);
  }
}

function usageOfTimes(tor: string, { answerTime, endTime }: CallTimes): number {
  const isKnown = isTimed(tor) && answerTime !== undefined && endTime !== undefined;
  return isKnown ? endTime.atMs - answerTime.atMs : 0;
}

/** Milliseconds or units as they were sent; undefined where they were not. */
function readSentUsage(
  job: Mediation,
  tor: string,
  rules: UsageRules,
): number | undefined | MediationFault {
  const value = job.raw.primary["usage"];
  const text = textOf(value);
  if (text === null) {
    return fault(job, "invalid-field", "usage", `is ${shown(value)}, not a length`);
  }
  if (!isTimed(tor)) {
    return readUnits(job, text);
  }
  return readLength(job, "usage", bareUnitOf(job, text, rules));
}

/** From here on a whole number that is over the limit in seconds counts nanoseconds. */
const FEWEST_NS = 1_000_000n;

/**
 * What a number without a unit counts. `auto-ns`: the clients of CGRateS write nanoseconds where
 * others write seconds, and what nobody talks in seconds tells them apart.
 */
export function bareUnitOf(
  { source }: Mediation,
  value: Json | undefined,
  rules = usageRulesOf(source, null),
): BareUnit {
  if (source.usageUnit !== "auto-ns") {
    return source.usageUnit;
  }
  const whole = bareNumber(textOf(value) ?? "")?.whole ?? null;
  if (whole === null || whole < FEWEST_NS) {
    return "s";
  }
  return whole * 1000n > BigInt(Math.floor(usageLimit("*voice", rules))) ? "ns" : "s";
}

/** Milliseconds of a length, undefined when it is absent. */
export function readLength(
  job: Mediation,
  field: PrimaryFieldName,
  bare: BareUnit = "s",
): number | undefined | MediationFault {
  const value = job.raw.primary[field];
  const text = textOf(value);
  if (text === null) {
    return fault(job, "invalid-field", field, `is ${shown(value)}, not a length`);
  }
  if (text === undefined) {
    return undefined;
  }
  const length = readDuration(typeof value === "number" ? value : text, bare);
  if (length.ok) {
    return length.ms;
  }
  if (length.why === "negative") {
    return fault(job, "negative-duration", field, `is negative: ${text}`);
  }
  const what = length.why === "too-long" ? `is longer than ${LONGEST_MS} ms` : "is no length";
  return fault(job, "invalid-field", field, `${what}: ${text}`);
}

/** Units of a record that is not time: whole numbers only. */
function readUnits(job: Mediation, text: string | undefined): number | undefined | MediationFault {
  if (text === undefined) {
    return undefined;
  }
  if (/^-\d+$/.test(text.trim()) && Number(text) < 0) {
    return fault(job, "negative-duration", "usage", `is negative: ${text}`);
  }
  const units = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(units)
    ? units
    : fault(job, "invalid-field", "usage", `is no whole number of units: ${text}`);
}

interface Judged {
  tor: string;
  usage: number;
  times: CallTimes;
  rules: UsageRules;
}

function usageFaultOf(job: Mediation, judged: Judged): MediationFault | null {
  const { tor, usage, times, rules } = judged;
  if (usage > 0 && Object.keys(times).length === 0) {
    const sent = shown(job.raw.primary["usage"]);
    return fault(job, "time-missing", "usage", `is ${sent}, but the record has no time at all`);
  }
  const found = usageFault({ tor, usage, ...times }, rules);
  if (found !== null) {
    return fault(job, found.reason, "usage", found.detail);
  }
  const begun = times.answerTime ?? times.setupTime;
  const isAhead = isTimed(tor) && begun !== undefined && begun.atMs + usage > job.nowMs + DAY_MS;
  if (isAhead && !isLeftToTariff({ tor, usage }, rules)) {
    const what = `is ${usage / 1000} s, with which the call ends more than a day ahead`;
    return fault(job, "usage-implausible", "usage", what);
  }
  return lengthsFault(job, { tor, usage, slackMs: rules.slackMs });
}

/** What a switch says of one length in several ways holds against each other as times do. */
function lengthsFault(
  job: Mediation,
  { tor, usage, slackMs }: { tor: string; usage: number; slackMs: number },
): MediationFault | null {
  const { lengths: stated = [] } = job.raw;
  if (!isTimed(tor) || stated.length === 0) return null;
  const known = stated.flatMap(({ name, text, resolutionMs, isElapsed }) => {
    const read = readDuration(text);
    return read.ok ? [{ name, resolutionMs, isElapsed, ms: read.ms }] : [];
  });
  const lengths = [
    { name: "usage", ms: usage, resolutionMs: 1 },
    ...known.filter(({ isElapsed }) => !isElapsed),
  ];
  for (const one of lengths) {
    for (const other of known) {
      const slack = Math.max(slackMs, one.resolutionMs, other.resolutionMs);
      if (one.ms <= other.ms + slack) continue;
      const what = `says ${one.ms / 1000} s by ${one.name}, but ${other.ms / 1000} s by ${other.name}`;
      return fault(job, "usage-exceeds-times", "usage", what);
    }
  }
  return null;
}
