// cdr.correct: new facts for a stored CDR become a new content revision, and it is rated anew.
import { isDeepStrictEqual } from "node:util";
import type { CdrContent, PrimaryFields, StoredCdr } from "../../cdr/cdr.ts";
import type { Json, JsonObject } from "../../cdr/json.ts";
import { momentText } from "../../cdr/moment.ts";
import { isTimed } from "../../cdr/usage.ts";
import { engineError } from "../../errors.ts";
import { splitFields } from "../../formats/field-split.ts";
import type { RawCdr } from "../../formats/format.ts";
import { TIME_FIELDS } from "../../mediation/call-times.ts";
import { factsHashOf } from "../../mediation/content-hash.ts";
import { rawDescription, splitDescription } from "../../mediation/description/fields.ts";
import type { SemanticsAt } from "../../mediation/field-reading.ts";
import { mediate } from "../../mediation/mediate.ts";
import { originNow } from "../../mediation/origin-now.ts";
import { type SourceSettings, sourceSettings } from "../../mediation/source-settings.ts";
import { parseTime } from "../../mediation/time-text.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import type { RateBatchParts } from "../pricing/rate-batch.ts";
import { type Change, rateContent, requireUnmasked, reviseCdr } from "./revise.ts";

export interface Correction extends CdrKey {
  /** Fields by any accepted spelling, primary or extra; null takes a field away. */
  fields: JsonObject;
  note?: string | undefined;
}

/** They make the id, or say whose record it is. */
const IDENTITY = ["originId", "originHost", "tenant"] as const;
/** Where mediation keeps the cause as it was sent, when a cause map changed it. */
const SENT_CAUSE = "disconnectCauseSent";

/**
 * Facts that stay as they are make no revision, so that a repeated call changes nothing.
 * @throws `invalid-params` naming the field, `not-found`, `conflict`, `store-unavailable`
 */
export function correctCdr(
  parts: RateBatchParts,
  sources: readonly SourceSettings[],
  { tenant, id, fields, note }: Correction,
): Promise<StoredCdr> {
  return reviseCdr(parts, { tenant, id }, async (stored): Promise<Change | null> => {
    requireUnmasked(stored);
    if (stored.rating.outcome === "voided") {
      throw engineError("conflict", `CDR ${id} is voided.`, {
        path: "id",
        hint: "Post the call again: a voided CDR takes new facts and is priced.",
      });
    }
    const source =
      sources.find(({ name }) => name === stored.source) ??
      sourceSettings.parse({ name: stored.source });
    const content = correctedContent(stored, fields, {
      source,
      nowMs: parts.clock(),
      semanticsAt: parts.snapshots.semanticsAt,
    });
    if (content === null) return null;
    const origin = originNow(stored, sources) ?? stored;
    const change = await rateContent(parts, stored, { content, origin });
    return note === undefined ? change : { ...change, rating: { ...change.rating, note } };
  });
}

/** Null when the facts stay the same. */
function correctedContent(
  stored: StoredCdr,
  fields: JsonObject,
  {
    source,
    nowMs,
    semanticsAt,
  }: { source: SourceSettings; nowMs: number; semanticsAt: SemanticsAt },
): CdrContent | null {
  const change = splitFields(Object.entries(fields), source.fieldMap);
  const isCauseNew = change.primary["disconnectCause"] !== undefined;
  const { causeMap, ...settings } = source;
  const mediated = mediate(
    mergedRaw(stored, change, { isCauseNew, timeZone: source.timeZone }),
    // What was kept stays kept; a cause that was mapped already is not mapped again.
    // A person gives a usage in seconds, whatever unit the source sends.
    // The direction stays what it was made of at arrival, unless the correction says another one.
    {
      ...settings,
      usageUnit: "s",
      extraFields: "all",
      directions: [],
      ...(isCauseNew && causeMap ? { causeMap } : {}),
    },
    nowMs,
    semanticsAt,
  );
  if (!mediated.ok) {
    throw engineError("invalid-params", mediated.detail, {
      path: `fields.${mediated.field}`,
      data: { reason: mediated.reason },
    });
  }
  const { primary, extra } = mediated.cdr;
  requireReadable(change, primary);
  for (const name of IDENTITY) {
    if (primary[name] === stored.primary[name]) continue;
    throw engineError("invalid-params", `${name} is part of the identity and cannot change.`, {
      path: `fields.${name}`,
      hint: "Void this CDR and post the call under its right identity.",
    });
  }
  const isSame =
    isDeepStrictEqual(primary, stored.primary) && isDeepStrictEqual(extra, stored.extra);
  // Nobody sent these facts in this form: whoever sends them is known by the facts themselves.
  if (isSame) return null;
  // Who corrects a time has looked at it; the others stay as doubtful as they were.
  const isTimeNew = TIME_FIELDS.some((name) => change.primary[name] !== undefined);
  const warnings = mediated.cdr.warnings ?? (isTimeNew ? undefined : stored.warnings);
  const contentHash = factsHashOf({ primary, extra });
  return { primary, extra, contentHash, ...(warnings === undefined ? {} : { warnings }) };
}

/** A sender's odd description is left out; a person is told. @throws `invalid-params` */
function requireReadable({ descriptive = {} }: RawCdr, primary: PrimaryFields): void {
  const read = rawDescription(primary);
  for (const [name, value] of Object.entries(descriptive)) {
    if (value === null || value === "" || read[name] !== undefined) continue;
    throw engineError("invalid-params", `${name} cannot be read.`, { path: `fields.${name}` });
  }
}

function mergedRaw(
  stored: StoredCdr,
  change: RawCdr,
  { isCauseNew, timeZone }: { isCauseNew: boolean; timeZone: string },
): RawCdr {
  const { [SENT_CAUSE]: sentCause, ...extra } = stored.extra;
  const kept = isCauseNew || sentCause === undefined ? extra : stored.extra;
  const { sentCost, sentUsageNs } = stored.primary;
  const { usage, ...others } = rawPrimary(stored.primary);
  const primary: Record<string, Json> = { ...others, ...change.primary };
  const isUsageKept =
    change.primary["usage"] === undefined && !isUsageNew(stored, { change, primary, timeZone });
  if (isUsageKept) primary["usage"] = usage ?? null;
  return {
    primary,
    extra: withoutNulls({ ...kept, ...change.extra }, change.extra),
    descriptive: { ...rawDescription(stored.primary), ...change.descriptive },
    warnings: [],
    ...(stored.leg === undefined ? {} : { leg: stored.leg }),
    ...(stored.callId === undefined ? {} : { callId: stored.callId }),
    ...(sentCost === undefined ? {} : { sentCost }),
    ...(isUsageKept && sentUsageNs !== undefined ? { sentUsageNs } : {}),
  };
}

/**
 * Usage that is the time from answer to end follows a correction of either, as far as both are
 * there after it. Whether it was sent so or derived makes no difference.
 */
function isUsageNew(
  stored: StoredCdr,
  after: { change: RawCdr; primary: Record<string, Json>; timeZone: string },
): boolean {
  const { answerTime, endTime, tor, usage } = stored.primary;
  if (!isTimed(tor) || answerTime === undefined || endTime === undefined) return false;
  const names = ["answerTime", "endTime"] as const;
  if (names.every((name) => after.change.primary[name] === undefined)) return false;
  const areBothThere = names.every(
    (name) => parseTime(String(after.primary[name] ?? ""), after.timeZone).kind !== "absent",
  );
  return areBothThere && usage === endTime.atMs - answerTime.atMs;
}

/** Only a null of the correction takes a field away; one that was sent is a value. */
function withoutNulls(extra: JsonObject, change: Record<string, Json>): JsonObject {
  return Object.fromEntries(Object.entries(extra).filter(([name]) => change[name] !== null));
}

/** Primary fields as a sender would write them, to be read again with the new ones. */
function rawPrimary(primary: PrimaryFields): Record<string, Json> {
  const { facts } = splitDescription(primary);
  const {
    setupTime,
    answerTime,
    endTime,
    usage,
    pddMs,
    subject,
    sentCost: _cost,
    sentUsageNs: _exact,
    ...texts
  } = facts;
  return {
    ...texts,
    // A subject that was not sent follows the account.
    ...(subject === primary.account ? {} : { subject }),
    ...(setupTime === undefined ? {} : { setupTime: momentText(setupTime) }),
    ...(answerTime === undefined ? {} : { answerTime: momentText(answerTime) }),
    ...(endTime === undefined ? {} : { endTime: momentText(endTime) }),
    usage: isTimed(primary.tor) ? `${usage}ms` : usage,
    ...(pddMs === undefined ? {} : { pdd: `${pddMs}ms` }),
  };
}
