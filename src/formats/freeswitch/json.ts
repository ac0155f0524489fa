// Reads a post of mod_json_cdr or mod_xml_cdr, in every spelling that the switch produces, into a
// raw CDR.
import { type Json, type JsonObject, keepMemberTexts } from "../../cdr/json.ts";
import type { FieldMap } from "../../cdr/primary-fields.ts";
import { isStandardSpelling } from "../field-split.ts";
import type { Format, FormatInput, FormatResult, RawCdr } from "../format.ts";
import { FORMAT_LIMITS, NOT_UTF8 } from "../limits.ts";
import { percentDecode } from "../percent-text.ts";
import { brokenUnits, readableText } from "../utf8-text.ts";
import { readBodyText } from "./body.ts";
import {
  asObject,
  callerProfileOf,
  type FreeswitchDocument,
  legOf,
  setMember,
} from "./document.ts";
import { freeswitchDescription, freeswitchFields, statedLengths } from "./fields.ts";
import { type DocumentResult, readJsonDocument } from "./json-document.ts";
import { decodeVariables, valuesAreEncoded } from "./values.ts";
import { readXmlDocument } from "./xml-document.ts";

/** Over this, a name is over the limit of mediation in any case. */
const LONGEST_NAME = 512;

/** A surrogate in a text, or the escape of one: only then can it stand alone. */
const SURROGATE = /[\ud800-\udfff]|\\u[dD]/;

/**
 * The document is kept whole in the extra fields: variables by their names, the other top-level
 * members beside them. The primary fields are what the field map reads from it; lengths are Go
 * duration text with the switch's own unit. Reasons: `broken-json`, `broken-xml`, `broken-encoding`
 * (the lossy double encoding, not repairable), `not-a-cdr` (no variables), `over-limit`.
 */
export function readFreeswitchJson(input: FormatInput, fieldMap?: FieldMap): FormatResult {
  const { corrected } = input;
  const body = readBodyText(input.body);
  if (!body.ok) {
    return body;
  }
  if (brokenUnits(body.text) > FORMAT_LIMITS.brokenBytes) {
    return NOT_TEXT;
  }
  const inPart = corrected !== undefined;
  const parsed = body.text.startsWith("<")
    ? readXmlDocument(body.text, inPart)
    : readJsonDocument(body.text, { percentEncoded: body.percentEncoded, inPart });
  if (!parsed.ok) {
    return parsed;
  }
  const { members } = parsed;
  const variables = asObject(members["variables"]);
  // Nearly every document has this one: no list of hundreds of names is made to see that there are some.
  if (!Object.hasOwn(variables, "uuid") && Object.keys(variables).length === 0) {
    return { ok: false, reason: "not-a-cdr", detail: "The document has no `variables`." };
  }
  const encoded = !parsed.repaired && valuesAreEncoded(variables);
  if (encoded) {
    decodeVariables(variables);
  }
  correctVariables(variables, corrected);
  const doubtful = SURROGATE.test(body.text) || (encoded && holdsSurrogate(variables));
  if (encoded && doubtful && brokenIn(variables) > FORMAT_LIMITS.brokenBytes) {
    return NOT_TEXT;
  }
  const document = { members, variables, callerProfile: callerProfileOf(members) };
  const raw = rawCdr(document, uuidOfQuery(input.query), parsed, fieldMap);
  if (doubtful) return { ok: true, raw: readableDocument(raw) };
  if (parsed.texts !== undefined && !inPart) {
    // A value that was decoded is another one than the text has.
    const same = encoded
      ? parsed.texts.map((one) => (one?.includes("%") ? null : one))
      : parsed.texts;
    keepMemberTexts(variables, same);
  }
  return { ok: true, raw };
}

export const FREESWITCH_JSON: Format = {
  kind: "freeswitch",
  paths: ["/freeswitch_json"],
  queryIsRecord: false,
  byRpc: true,
  read: readFreeswitchJson,
};

const NOT_TEXT: FormatResult = {
  ok: false,
  reason: "over-limit",
  detail: NOT_UTF8,
};

function brokenIn(variables: JsonObject): number {
  return Object.values(variables).reduce<number>(
    (sum, value) => sum + (typeof value === "string" ? brokenUnits(value) : 0),
    0,
  );
}

/** Corrected variables by the switch's own names; the spellings of `cdr.process` are not these. */
function correctVariables(variables: JsonObject, corrected: JsonObject = {}): void {
  for (const [name, value] of Object.entries(corrected)) {
    if (!isStandardSpelling(name)) setMember(variables, name, value);
  }
}

function rawCdr(
  document: FreeswitchDocument,
  queryUuid: string,
  { warnings, partial }: Extract<DocumentResult, { ok: true }>,
  fieldMap: FieldMap | undefined,
): RawCdr {
  const primary = freeswitchFields(document, fieldMap);
  if (primary["originId"] === undefined && queryUuid !== "") {
    primary["originId"] = queryUuid;
  }
  const ownUuid = String(primary["originId"] ?? "");
  if (queryUuid !== "" && queryUuid !== ownUuid) {
    warnings.push(`The query names uuid ${queryUuid}, the document ${ownUuid}.`);
  }
  const leg = legOf(document, ownUuid);
  const lengths = statedLengths(document);
  // Read before the variables become the extra fields.
  const descriptive = freeswitchDescription(document, fieldMap);
  return {
    primary,
    descriptive,
    extra: extraOf(document),
    ...leg,
    lengths,
    warnings,
    ...(partial === undefined ? {} : { partial }),
  };
}

/**
 * Variables keep their names; another member of the same name is moved to `document_NAME`. The
 * object of the variables becomes that of the extra fields: copying it would cost as much as
 * parsing it.
 */
function extraOf({ members, variables }: FreeswitchDocument): JsonObject {
  for (const [name, value] of Object.entries(members)) {
    if (name !== "variables") {
      setMember(variables, freeName(variables, name), value);
    }
  }
  return variables;
}

function freeName(taken: JsonObject, name: string): string {
  let free = name;
  // A name over its limit is refused with its record: there the search may end.
  while (Object.hasOwn(taken, free) && free.length <= LONGEST_NAME) {
    free = `document_${free}`;
  }
  return free;
}

function holdsSurrogate(variables: JsonObject): boolean {
  return Object.values(variables).some(
    (value) => typeof value === "string" && SURROGATE.test(value),
  );
}

/** Bytes that were not UTF-8 read as U+FFFD; the exact values stand in `rawValues` by their path. */
function readableDocument(raw: RawCdr): RawCdr {
  const rawValues = new Map<string, Json>();
  const primary = asObject(readableValue(raw.primary, "", new Map()));
  const descriptive = asObject(readableValue(raw.descriptive ?? {}, "", new Map()));
  const extra = asObject(readableValue(raw.extra, "", rawValues));
  if (rawValues.size > 0) {
    const name = freeName(extra, "rawValues");
    extra[name] = Object.fromEntries(rawValues);
    raw.warnings.push(`Not UTF-8 throughout: ${[...rawValues.keys()].join(", ")}; see ${name}.`);
  }
  return { ...raw, primary, descriptive, extra };
}

function readableValue(value: Json, path: string, rawValues: Map<string, Json>): Json {
  if (typeof value === "string") {
    const { text, raw } = readableText(value);
    if (raw !== null) {
      rawValues.set(path, raw);
    }
    return text;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => readableValue(item, `${path}[${index}]`, rawValues));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(([name, member]): [string, Json] => {
    const readableName = readableText(name).text;
    return [readableName, readableValue(member, joined(path, readableName), rawValues)];
  });
  return Object.fromEntries(entries);
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The leg's uuid of `?uuid=`; sibling modules mark an a-leg with the prefix `a_`. */
function uuidOfQuery(query: string): string {
  const pair = query.split("&").find((text) => text.startsWith("uuid="));
  return percentDecode(pair?.slice("uuid=".length) ?? "").replace(/^a_/, "");
}
