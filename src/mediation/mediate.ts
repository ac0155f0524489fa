// From a raw CDR to a CDR: the steps of mediation, in their order, each refusal with its field.
import type { Cdr, Leg, PrimaryFields } from "../cdr/cdr.ts";
import {
  DEFAULT_CATEGORY,
  DEFAULT_DIRECTION,
  DEFAULT_REQUEST_TYPE,
  DEFAULT_TENANT,
} from "../cdr/defaults.ts";
import type { JsonObject } from "../cdr/json.ts";
import type { PrimaryFieldName } from "../cdr/primary-fields.ts";
import type { BilledSides } from "../cdr/rating.ts";
import { typeOfRecord } from "../cdr/usage.ts";
import type { RawCdr } from "../formats/format.ts";
import { type CallTimes, TIME_FIELDS } from "./call-times.ts";
import { mapCause } from "./cause-map.ts";
import { cdrId, contentHashOf, textHash } from "./content-hash.ts";
import { readDescription } from "./description/fields.ts";
import {
  fault,
  type Mediation,
  type MediationFault,
  type SemanticsAt,
  shown,
  textOf,
} from "./field-reading.ts";
import { limitFault } from "./limits.ts";
import { bareUnitOf, type Measured, readLength, readTimesAndUsage } from "./read-usage.ts";
import type { SourceSettings } from "./source-settings.ts";

export type MediationResult = { ok: true; cdr: Cdr; warnings: string[] } | MediationFault;

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

type Texts = { [field in (typeof TEXT_FIELDS)[number]]?: string };

/** `nowMs` is the time of receipt: it bounds the times of the record and is kept with it. */
export function mediate(
  raw: RawCdr,
  source: SourceSettings,
  nowMs: number,
  semanticsAt: SemanticsAt = () => null,
): MediationResult {
  const job: Mediation = { raw, source, nowMs, semanticsAt, warnings: [...raw.warnings] };
  // A switch sends hundreds of them: they are listed once.
  const extraNames = Object.keys(raw.extra);
  const overLimit = limitFault(raw, extraNames);
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
  if (texts.originId === undefined && raw.identity === undefined) {
    return fault(job, "id-missing", "originId", "is missing");
  }
  const tor = typeOfRecord(texts.tor);
  const measured = readTimesAndUsage(job, { tor, tenant: texts.tenant ?? DEFAULT_TENANT });
  if ("ok" in measured) {
    return measured;
  }
  const originId = texts.originId ?? madeId(raw.identity, measured.times);
  if (originId === undefined) {
    return fault(job, "id-missing", "setupTime", "is missing, which the id is made of");
  }
  const pddMs = readLength(job, "pdd");
  if (typeof pddMs === "object") {
    return pddMs;
  }
  const described = readDescription(job, bareUnitOf(job, raw.descriptive?.["duration"]));
  const primary = primaryFields(described, texts, { originId, tor, measured });
  if (pddMs !== undefined) primary.pddMs = pddMs;
  if (raw.sentCost !== undefined) primary.sentCost = raw.sentCost;
  if (raw.sentUsageNs !== undefined) {
    // What was begun is billed, however short it is: it counts as the next millisecond.
    primary.usage = Math.ceil(raw.sentUsageNs / 1e6);
    primary.sentUsageNs = raw.sentUsageNs;
  }
  if (texts.direction === undefined && !isRatedWay(job, primary)) primary.direction = "*in";
  const cdr = cdrOf(job, primary, extraNames);
  const doubts = [...(raw.doubts ?? [])];
  if (measured.isAmbiguous) doubts.unshift("ambiguous-local-time");
  if (doubts.length > 0) cdr.warnings = doubts;
  return { ok: true, cdr, warnings: job.warnings };
}

/** Whether calls that go its way are billed, by its source, else by what its format says. */
function isRatedWay({ raw, source }: Mediation, { callDirection }: PrimaryFields): boolean {
  const rated = source.ratedDirections ?? raw.ratedDirections;
  return rated === undefined || callDirection === undefined || rated.includes(callDirection);
}

/**
 * The id of a record whose sender has none. The instant counts, not its text: feeds of one switch
 * may say it in different zones.
 */
function madeId(identity: RawCdr["identity"], { setupTime }: CallTimes): string | undefined {
  if (identity === undefined || (identity.hasSetupTime && setupTime === undefined))
    return undefined;
  const { hashed, parts, hasSetupTime } = identity;
  const start = setupTime === undefined ? "" : new Date(setupTime.atMs).toISOString();
  const made = hashed === undefined ? parts : [textHash(hashed), ...parts];
  return [...made, ...(hasSetupTime ? [start] : [])].join("|");
}

/** Whose record it is and which, before anything else of it is read; null without an origin id. */
export function identityOf({ primary }: RawCdr): { id: string; tenant: string } | null {
  const originId = textOf(primary["originId"]);
  if (originId === undefined || originId === null) return null;
  return {
    id: cdrId(originId, textOf(primary["originHost"]) ?? ""),
    tenant: tenantOf({ primary }),
  };
}

/** Whose record it is. */
export function tenantOf({ primary }: Pick<RawCdr, "primary">): string {
  return textOf(primary["tenant"]) ?? DEFAULT_TENANT;
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

/** CGRateS's older spelling of a value, without its star. */
function starred(text: string | undefined, plain: string, meant: string): string | undefined {
  return text === plain ? meant : text;
}

/**
 * Written member by member into what was read of the description: every record comes here, and copies of
 * so many members cost more than reading them.
 */
function primaryFields(
  described: ReturnType<typeof readDescription>,
  texts: Texts,
  { originId, tor, measured }: { originId: string; tor: string; measured: Measured },
): PrimaryFields {
  const primary: Partial<PrimaryFields> = described;
  for (const field of TEXT_FIELDS) {
    const text = texts[field];
    if (text !== undefined) primary[field] = text;
  }
  setDefaults(primary, originId, tor);
  for (const field of TIME_FIELDS) {
    const time = measured.times[field];
    if (time !== undefined) primary[field] = time;
  }
  primary.usage = measured.usage;
  return primary as PrimaryFields;
}

/** The defaults of CGRateS. */
function setDefaults(primary: Partial<PrimaryFields>, originId: string, tor: string): void {
  primary.originId = originId;
  primary.originHost ??= "";
  primary.source ??= "";
  // Until 2015 CGRateS took these words without their star; `none` would be rated if it stayed.
  primary.requestType =
    starred(starred(primary.requestType, "rated", "*rated"), "none", "*none") ??
    DEFAULT_REQUEST_TYPE;
  primary.direction ??= DEFAULT_DIRECTION;
  primary.tenant ??= DEFAULT_TENANT;
  primary.category ??= DEFAULT_CATEGORY;
  primary.tor = tor;
  primary.account ??= "";
  primary.subject ??= primary.account;
  primary.destination ??= "";
}

function cdrOf(job: Mediation, primary: PrimaryFields, extraNames: string[]): Cdr {
  const { raw, source } = job;
  const contentHash = contentHashOf(raw, extraNames);
  let extra = keptExtra(raw.extra, source);
  for (const name of extraNames) {
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
  const cdr: Cdr = {
    id: cdrId(primary.originId, primary.originHost),
    tenant: primary.tenant,
    source: source.name,
    receivedAtMs: job.nowMs,
    primary,
    extra,
    contentHash,
  };
  if (raw.leg !== undefined) cdr.leg = raw.leg;
  if (raw.callId !== undefined) cdr.callId = raw.callId;
  cdr.billedSides = billedSidesOf(source.legPolicy, raw.leg);
  if (source.ruleSet !== undefined) cdr.ruleSet = source.ruleSet;
  return cdr;
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
