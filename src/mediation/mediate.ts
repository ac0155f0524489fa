// From a raw CDR to a CDR: the steps of mediation, in their order, each refusal with its field.
import type { Cdr, Leg, PrimaryFields } from "../cdr/cdr.ts";
import {
  DEFAULT_CATEGORY,
  DEFAULT_DIRECTION,
  DEFAULT_REQUEST_TYPE,
  DEFAULT_TENANT,
} from "../cdr/defaults.ts";
import type { Json, JsonObject } from "../cdr/json.ts";
import type { PrimaryFieldName } from "../cdr/primary-fields.ts";
import type { BilledSides } from "../cdr/rating.ts";
import type { Reason } from "../cdr/reasons.ts";
import { isTimed, typeOfRecord } from "../cdr/usage.ts";
import type { RawCdr } from "../formats/format.ts";
import { mapCause } from "./cause-map.ts";
import { cdrId, contentHashOf } from "./content-hash.ts";
import { LONGEST_MS, readDuration } from "./duration-text.ts";
import { limitFault } from "./limits.ts";
import type { SourceSettings } from "./source-settings.ts";
import { parseTime } from "./time-text.ts";

interface MediationFault {
  ok: false;
  reason: Reason;
  /** Canonical name of the primary field, or the path of an extra one. */
  field: string;
  /** One sentence that names source, field and value. */
  detail: string;
}

export type MediationResult = { ok: true; cdr: Cdr; warnings: string[] } | MediationFault;

const DAY_MS = 86_400_000;
const TEXT_FIELDS = [
  "originId",
  "originHost",
  "source",
  "requestType",
  "direction",
  "tenant",
  "category",
  "tor",
  "account",
  "subject",
  "destination",
  "supplier",
  "disconnectCause",
  "callerNumber",
] as const satisfies readonly PrimaryFieldName[];
const TIME_FIELDS = ["setupTime", "answerTime", "endTime"] as const;

type Texts = { [field in (typeof TEXT_FIELDS)[number]]?: string };
type Times = Pick<PrimaryFields, (typeof TIME_FIELDS)[number]>;

interface Mediation {
  raw: RawCdr;
  source: SourceSettings;
  nowMs: number;
  warnings: string[];
}

/** `nowMs` is the time of receipt: it bounds the times of the record and is kept with it. */
export function mediate(raw: RawCdr, source: SourceSettings, nowMs: number): MediationResult {
  const job: Mediation = { raw, source, nowMs, warnings: [...raw.warnings] };
  const overLimit = limitFault(raw);
  if (overLimit !== null) {
    return fault(
      job,
      "over-limit",
      overLimit.field.slice(0, 80),
      `is over a limit: ${overLimit.detail}`,
    );
  }
  const texts = readTexts(job);
  if ("ok" in texts) {
    return texts;
  }
  if (texts.originId === undefined) {
    return fault(job, "id-missing", "originId", "is missing");
  }
  const times = readTimes(job);
  if ("ok" in times) {
    return times;
  }
  const tor = typeOfRecord(texts.tor);
  const usage = readUsage(job, tor, times);
  if (typeof usage !== "number") {
    return usage;
  }
  const pddMs = readLength(job, "pdd");
  if (typeof pddMs === "object") {
    return pddMs;
  }
  const primary: PrimaryFields = {
    ...withDefaults(texts, texts.originId, tor),
    ...times,
    usage,
    ...(pddMs === undefined ? {} : { pddMs }),
  };
  return { ok: true, cdr: cdrOf(job, primary), warnings: job.warnings };
}

/** Whose record it is and which, before anything else of it is read; null without an origin id. */
export function identityOf({ primary }: RawCdr): { id: string; tenant: string } | null {
  const originId = textOf(primary["originId"]);
  if (originId === undefined || originId === null) return null;
  return {
    id: cdrId(originId, textOf(primary["originHost"]) ?? ""),
    tenant: textOf(primary["tenant"]) ?? DEFAULT_TENANT,
  };
}

function fault(job: Mediation, reason: Reason, field: string, what: string): MediationFault {
  return { ok: false, reason, field, detail: `Source ${job.source.name}: ${field} ${what}.` };
}

/** Text of a primary field: numbers as text, blank is absent, null for anything else. */
function textOf(value: Json | undefined): string | undefined | null {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value === "number") {
    return String(value);
  }
  if (typeof value !== "string") {
    return null;
  }
  return value.trim() === "" ? undefined : value;
}

function readTexts(job: Mediation): Texts | MediationFault {
  const texts: Texts = {};
  for (const field of TEXT_FIELDS) {
    const text = textOf(job.raw.primary[field]);
    if (text === null) {
      return fault(job, "invalid-field", field, `is ${shown(job.raw.primary[field])}, not a text`);
    }
    if (text !== undefined) {
      texts[field] = text;
    }
  }
  return texts;
}

function readTimes(job: Mediation): Times | MediationFault {
  const times: Times = {};
  for (const field of TIME_FIELDS) {
    const text = textOf(job.raw.primary[field]);
    if (text === null) {
      return fault(job, "invalid-field", field, `is ${shown(job.raw.primary[field])}, not a time`);
    }
    const time = parseTime(text ?? "", job.source.timeZone);
    if (time.kind === "invalid") {
      return fault(job, "invalid-field", field, `cannot be read: ${time.detail}`);
    }
    if (time.kind === "absent") {
      continue;
    }
    if (time.moment.atMs < 0 || time.moment.atMs > job.nowMs + DAY_MS) {
      const what = time.moment.atMs < 0 ? "before 1970" : "more than a day ahead";
      return fault(job, "time-out-of-range", field, `is ${what}: ${text}`);
    }
    if (time.warning !== undefined) {
      job.warnings.push(`${field}: ${time.warning}`);
    }
    times[field] = time.moment;
  }
  const { answerTime, endTime } = times;
  if (answerTime !== undefined && endTime !== undefined && endTime.atMs < answerTime.atMs) {
    const { primary } = job.raw;
    const what = `${shown(primary["endTime"])} is before answerTime ${shown(primary["answerTime"])}`;
    return fault(job, "end-before-answer", "endTime", what);
  }
  return times;
}

function readUsage(job: Mediation, tor: string, times: Times): number | MediationFault {
  const value = job.raw.primary["usage"];
  const text = textOf(value);
  if (text === null) {
    return fault(job, "invalid-field", "usage", `is ${shown(value)}, not a length`);
  }
  const read = isTimed(tor) ? readLength(job, "usage") : readUnits(job, text);
  if (typeof read === "object") {
    return read;
  }
  if (read === undefined) {
    const { answerTime, endTime } = times;
    const known = isTimed(tor) && answerTime !== undefined && endTime !== undefined;
    return known ? endTime.atMs - answerTime.atMs : 0;
  }
  if (read > 0 && Object.keys(times).length === 0) {
    return fault(job, "time-missing", "usage", `is ${text}, but the record has no time at all`);
  }
  return read;
}

/** Milliseconds of a length, undefined when it is absent. */
function readLength(job: Mediation, field: PrimaryFieldName): number | undefined | MediationFault {
  const value = job.raw.primary[field];
  const text = textOf(value);
  if (text === null) {
    return fault(job, "invalid-field", field, `is ${shown(value)}, not a length`);
  }
  if (text === undefined) {
    return undefined;
  }
  const length = readDuration(typeof value === "number" ? value : text);
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

/** CGRateS's older spelling of a value, without its star. */
function starred(text: string | undefined, plain: string, meant: string): string | undefined {
  return text === plain ? meant : text;
}

type TextsOfCdr = Omit<PrimaryFields, keyof Times | "usage" | "pddMs">;

/** The defaults of CGRateS. */
function withDefaults(texts: Texts, originId: string, tor: string): TextsOfCdr {
  const account = texts.account ?? "";
  return {
    ...texts,
    originId,
    originHost: texts.originHost ?? "",
    source: texts.source ?? "",
    // Until 2015 CGRateS took these words without their star; `none` would be rated if it stayed.
    requestType:
      starred(starred(texts.requestType, "rated", "*rated"), "none", "*none") ??
      DEFAULT_REQUEST_TYPE,
    direction: texts.direction ?? DEFAULT_DIRECTION,
    tenant: texts.tenant ?? DEFAULT_TENANT,
    category: texts.category ?? DEFAULT_CATEGORY,
    tor,
    account,
    subject: texts.subject ?? account,
    destination: texts.destination ?? "",
  };
}

function cdrOf(job: Mediation, primary: PrimaryFields): Cdr {
  const { raw, source } = job;
  const contentHash = contentHashOf(raw);
  let extra = keptExtra(raw.extra, source);
  for (const name of Object.keys(raw.extra)) {
    if (name.length <= 5 && /^(?:cost|rated)$/i.test(name)) {
      job.warnings.push(`${name} is kept as an extra field; amounts are computed here.`);
    }
  }
  const cause = primary.disconnectCause;
  if (cause !== undefined && source.causeMap !== undefined) {
    const mapped = mapCause(cause, source.causeMap);
    if (mapped === null) {
      job.warnings.push(`disconnectCause ${cause} is in no cause table; it is kept as sent.`);
    } else if (mapped !== cause) {
      primary.disconnectCause = mapped;
      extra = { ...extra, [freeName(extra, "disconnectCauseSent")]: cause };
    }
  }
  return {
    id: cdrId(primary.originId, primary.originHost),
    tenant: primary.tenant,
    source: source.name,
    receivedAtMs: job.nowMs,
    primary,
    extra,
    contentHash,
    ...(raw.leg === undefined ? {} : { leg: raw.leg }),
    ...(raw.callId === undefined ? {} : { callId: raw.callId }),
    billedSides: billedSidesOf(source.legPolicy, raw.leg),
    ...(source.ruleSet === undefined ? {} : { ruleSet: source.ruleSet }),
  };
}

function freeName(taken: JsonObject, name: string): string {
  return Object.hasOwn(taken, name) ? freeName(taken, `${name}_`) : name;
}

function keptExtra(extra: JsonObject, { extraFields }: SourceSettings): JsonObject {
  return extraFields === "all"
    ? extra
    : Object.fromEntries(Object.entries(extra).filter(([name]) => extraFields.includes(name)));
}

/** A record that names no leg is billed on both sides. */
export function billedSidesOf(
  policy: SourceSettings["legPolicy"],
  leg: Leg | undefined,
): BilledSides {
  if (leg === undefined || policy === "all") {
    return "both";
  }
  if (policy === "split") {
    return leg === "a" ? "sell" : "buy";
  }
  return leg === policy ? "both" : "none";
}

function shown(value: Json | undefined): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
