// Reads a line of Asterisk's Master.csv (cdr_csv) or of a cdr_custom file into a raw CDR.
import type { Json } from "../../cdr/json.ts";
import { FIELD_SPELLINGS, type FieldMap, PRIMARY_FIELD_NAMES } from "../../cdr/primary-fields.ts";
import { splitFields } from "../field-split.ts";
import type { Format, FormatInput, FormatResult, RawCdr, RecordRules } from "../format.ts";
import { boundedWarnings, NOT_UTF8, shownName } from "../limits.ts";
import { decodeRecord, readableText } from "../utf8-text.ts";
import { inSeconds, readBilling } from "./billing.ts";
import { layoutOf } from "./columns.ts";
import { readCsvLine } from "./csv-line.ts";
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
/** What a mapping may set by columns that have these names. */
const NAMED_AS_THEY_ARE = ["tenant", "category", "subject", "supplier"] as const;

/** The names that count: no column but those of the source's `fieldMap` is an id or a direction. */
function fieldMapOf(own: FieldMap = {}): FieldMap {
  return Object.fromEntries(
    PRIMARY_FIELD_NAMES.map((field) => {
      const isOpen = (NAMED_AS_THEY_ARE as readonly string[]).includes(field);
      const names = ASTERISK_NAMES[field] ?? (isOpen ? FIELD_SPELLINGS[field] : []);
      return [field, own[field] ?? names];
    }),
  );
}

const NO_RULES: RecordRules = { source: "", identity: "channel", answered: "billsec" };

/**
 * One line a record, with its line end or without. `broken-csv`: a quote is not closed, or there are
 * several lines. `not-a-cdr`: empty, or the columns are none that are known or set. `id-missing`: what
 * the source's identity is made of is not there. `over-limit`: bytes that are not UTF-8.
 */
export function readAsteriskCsv(input: FormatInput, fieldMap?: FieldMap): FormatResult {
  const rules = input.rules ?? NO_RULES;
  const text = decodeRecord(input.body);
  if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  const line = text.replace(/^\uFEFF/, "").replace(/\r?\n$/, "");
  if (line.trim() === "") {
    return { ok: false, reason: "not-a-cdr", detail: "The line is empty." };
  }
  const read = readCsvLine(line);
  if (read === null) {
    return { ok: false, reason: "broken-csv", detail: "The last quote of the line is not closed." };
  }
  const columns = layoutOf(read.fields, rules.columns);
  if (columns === null) {
    const detail = `The line has ${read.fields.length} columns, which is no form that Asterisk writes by itself; \`columns\` of the source names those of a cdr_custom mapping.`;
    return { ok: false, reason: "not-a-cdr", detail };
  }
  const warnings = read.oddQuotes.map(
    (number) => `Column ${number} has a quote that is not doubled; it is part of the value.`,
  );
  const values = new Map<string, string>();
  const rawValues: [string, Json][] = [];
  for (const [index, name] of columns.entries()) {
    const { text: value, raw } = readableText(read.fields[index] ?? "");
    values.set(name, value);
    if (raw === null) continue;
    rawValues.push([name, raw]);
    warnings.push(`${shownName(name)} is not UTF-8 throughout; the exact value is in rawValues.`);
  }
  const raw = rawCdrOf(values, rules, fieldMap);
  if ("ok" in raw) return raw;
  if (rawValues.length > 0) raw.extra["rawValues"] = Object.fromEntries(rawValues);
  raw.warnings.push(...boundedWarnings(warnings));
  return { ok: true, raw };
}

export const ASTERISK_CSV: Format = {
  kind: "asterisk",
  paths: [],
  queryIsRecord: false,
  byRpc: false,
  duplicatesBy: "billed-facts",
  lines: {
    isWhole(text, rules) {
      const read = readCsvLine(text.replace(/\r?\n$/, ""));
      return read !== null && layoutOf(read.fields, rules.columns) !== null;
    },
  },
  read: readAsteriskCsv,
};

type Values = ReadonlyMap<string, string>;
type Refusal = Extract<FormatResult, { ok: false }>;

function rawCdrOf(values: Values, rules: RecordRules, fieldMap?: FieldMap): RawCdr | Refusal {
  const raw = splitFields(values, fieldMapOf(fieldMap));
  raw.primary["originHost"] ??= rules.source;
  if (raw.primary["originId"] === undefined) {
    const identity = identityOf(values, rules);
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

function trimmed(values: Values, name: string): string {
  return values.get(name)?.trim() ?? "";
}

/**
 * UniqueID repeats among the legs of a call: with the destination channel and the start it is one
 * leg's own. A record without one is told by its channels, start and destination.
 */
function identityOf(values: Values, rules: RecordRules): NonNullable<RawCdr["identity"]> | Refusal {
  const value = (name: string) => trimmed(values, name);
  const missing = (what: string): Refusal => ({
    ok: false,
    reason: "id-missing",
    detail: `The record has no ${what}, which its id is made of.`,
  });
  const uniqueId = value("uniqueid");
  if (rules.identity === "sequence" && uniqueId !== "") {
    const sequence = value("sequence");
    if (sequence === "") return missing("sequence");
    return { parts: [uniqueId, sequence], hasSetupTime: false };
  }
  if (value("start") === "") return missing("start");
  if (uniqueId !== "") return { parts: [uniqueId, value("dstchannel")], hasSetupTime: true };
  if (value("channel") === "") return missing("uniqueid and no channel");
  const parts = [value("channel"), value("dstchannel"), value("dst")];
  return { parts, hasSetupTime: true };
}
