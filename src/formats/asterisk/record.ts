// The named fields of one call, from whichever feed of an Asterisk, as a raw CDR.
import type { Json } from "../../cdr/json.ts";
import type { FieldMap } from "../../cdr/primary-fields.ts";
import { namesOver, splitFields } from "../field-split.ts";
import type { FormatResult, RawCdr, RecordRules } from "../format.ts";
import { boundedWarnings, shownName } from "../limits.ts";
import { readableText } from "../utf8-text.ts";
import { inSeconds, readBilling } from "./billing.ts";
import { describeCall } from "./description.ts";

/** Asterisk's names of primary fields. */
const ASTERISK_NAMES: FieldMap = {
  account: ["accountcode"],
  destination: ["dst"],
  callerNumber: ["src"],
  setupTime: ["start"],
  answerTime: ["answer"],
  endTime: ["end"],
  usage: ["billsecf", "billsec"],
  disconnectCause: ["disposition"],
};
/** The names that count: no column but those of the source's `fieldMap` is an id or a direction. */
const fieldMapOf = namesOver(ASTERISK_NAMES);

/** Of a record that comes from no source. */
export const NO_RULES: RecordRules = { source: "", identity: "channel", answered: "billsec" };

export interface Reading {
  rules: RecordRules;
  fieldMap?: FieldMap | undefined;
  /** Of what was read before. */
  warnings: readonly string[];
  /** A line of a file, and its number among the equal ones of that file: what has no id is told by. */
  line?: { text: string; occurrence: number } | undefined;
}

/**
 * Fields under their names in lower case as cdr_csv and cdr_custom have them, each name once; what is
 * not UTF-8 stands in them as lone surrogates. `id-missing`: what the source's identity is made of is
 * not there.
 */
export function readFields(
  fields: Iterable<[string, string]>,
  { rules, fieldMap, warnings, line }: Reading,
): FormatResult {
  const all = [...warnings];
  const values = new Map<string, string>();
  const rawValues: [string, Json][] = [];
  for (const [name, sent] of fields) {
    const { text: value, raw } = readableText(sent);
    values.set(name, value);
    if (raw === null) continue;
    rawValues.push([name, raw]);
    all.push(`${shownName(name)} is not UTF-8 throughout; the exact value is in rawValues.`);
  }
  const raw = rawCdrOf(values, { rules, fieldMap, line });
  if ("ok" in raw) return raw;
  if (rawValues.length > 0) raw.extra["rawValues"] = Object.fromEntries(rawValues);
  raw.warnings.push(...boundedWarnings(all));
  return { ok: true, raw };
}

type Values = ReadonlyMap<string, string>;
type Refusal = Extract<FormatResult, { ok: false }>;

function rawCdrOf(
  values: Values,
  { rules, fieldMap, line }: Omit<Reading, "warnings">,
): RawCdr | Refusal {
  const differing = billedSecondsFault(values);
  if (differing !== null) return differing;
  const raw = splitFields(values, fieldMapOf(fieldMap));
  raw.primary["originHost"] ??= rules.source;
  if (raw.primary["originId"] === undefined) {
    const identity = identityOf(values, rules, line);
    if ("ok" in identity) return identity;
    raw.identity = identity;
  }
  const callId = trimmed(values, "linkedid") || trimmed(values, "uniqueid");
  if (callId !== "") raw.callId = callId;
  const value = (name: string) => trimmed(values, name);
  const [duration, disposition] = [value("duration"), value("disposition")];
  readBilling(raw, { duration, disposition, amaFlags: value("amaflags") }, rules);
  raw.descriptive = describe(values, raw, { rules, fieldMap });
  return raw;
}

/** What the columns are called comes before what their values tell. */
function describe(
  values: Values,
  { descriptive = {} }: RawCdr,
  { rules, fieldMap }: { rules: RecordRules; fieldMap: FieldMap | undefined },
): Record<string, Json> {
  const named = Object.entries(descriptive).filter(([, value]) => value !== "");
  const described: Record<string, Json> = {
    ...describeCall(values, rules.trunks),
    ...Object.fromEntries(named),
  };
  const { duration } = described;
  if (typeof duration === "string" && fieldMap?.duration === undefined) {
    described["duration"] = inSeconds(duration);
  }
  return described;
}

/** The exact seconds are those that billsec cuts or rounds: another number is somebody else's. */
function billedSecondsFault(values: Values): Refusal | null {
  const [exact, whole] = [trimmed(values, "billsecf"), trimmed(values, "billsec")];
  if (exact === "" || whole === "") return null;
  if (!(Math.abs(Number(exact) - Number(whole)) >= 1)) return null;
  const detail = `billsecf is ${exact}, but billsec is ${whole}.`;
  return { ok: false, reason: "invalid-field", detail, at: "billsecf" };
}

function trimmed(values: Values, name: string): string {
  return values.get(name)?.trim() ?? "";
}

/**
 * UniqueID repeats among the legs of a call: with the destination channel and the start it is one
 * leg's own. A record without one is told by its channels, start and destination; one without channels
 * too by all that its line says, and which of the equal lines of its file it is.
 */
function identityOf(
  values: Values,
  rules: RecordRules,
  line: Reading["line"],
): NonNullable<RawCdr["identity"]> | Refusal {
  const value = (name: string) => trimmed(values, name);
  const missing = (what: string, at = what): Refusal => ({
    ok: false,
    reason: "id-missing",
    detail: `The record has no ${what}, which its id is made of.`,
    at,
  });
  const uniqueId = value("uniqueid");
  if (rules.identity === "sequence" && uniqueId !== "") {
    const sequence = value("sequence");
    if (sequence === "") return missing("sequence");
    return { parts: [uniqueId, sequence], hasSetupTime: false };
  }
  const hasNone = uniqueId === "" && value("channel") === "";
  if (hasNone && line !== undefined) {
    return { hashed: line.text, parts: [String(line.occurrence)], hasSetupTime: false };
  }
  if (value("start") === "") return missing("start");
  if (uniqueId !== "") return { parts: [uniqueId, value("dstchannel")], hasSetupTime: true };
  if (value("channel") === "") return missing("uniqueid and no channel", "channel");
  const parts = [value("channel"), value("dstchannel"), value("dst")];
  return { parts, hasSetupTime: true };
}
