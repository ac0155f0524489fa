// Reads an `Event: Cdr` of the Asterisk Manager Interface into a raw CDR.
import type { CdrWarning } from "../../cdr/cdr.ts";
import type { FieldMap } from "../../cdr/primary-fields.ts";
import type { Format, FormatInput, FormatResult } from "../format.ts";
import { NOT_UTF8, shownName } from "../limits.ts";
import { decodeRecord, readableText } from "../utf8-text.ts";
import { type AmiField, type AmiMessage, readAmiMessage } from "./ami-message.ts";
import { NO_RULES, readFields } from "./record.ts";

/**
 * What cdr_manager.c writes into each event, in its order and one behind the other, under the names that
 * Asterisk's files have for them. Mapped fields follow.
 */
const STANDARD = new Map([
  ["accountcode", "accountcode"],
  ["source", "src"],
  ["destination", "dst"],
  ["destinationcontext", "dcontext"],
  ["callerid", "clid"],
  ["channel", "channel"],
  ["destinationchannel", "dstchannel"],
  ["lastapplication", "lastapp"],
  ["lastdata", "lastdata"],
  ["starttime", "start"],
  ["answertime", "answer"],
  ["endtime", "end"],
  ["duration", "duration"],
  ["billableseconds", "billsec"],
  ["disposition", "disposition"],
  ["amaflags", "amaflags"],
  ["uniqueid", "uniqueid"],
  ["userfield", "userfield"],
]);
/** Of the message, not of the call. */
const OF_THE_MESSAGE = new Set([
  ...["event", "privilege", "timestamp", "sequencenumber", "file", "line", "func"],
]);
/** Several of them are one list. */
const MAY_REPEAT = /^(?:chanvariable|variable|output)\b/;

type Refusal = Extract<FormatResult, { ok: false }>;

/**
 * One event, best with the empty line that ends it: without one its last field is taken for cut, and is
 * no primary field. `not-a-cdr`: another message. `broken-ami`: not all of its standard fields are there.
 * `injected-field`: one comes twice, or stands where Asterisk writes none. `id-missing`, `over-limit`: as
 * for files. With corrected fields what comes twice is left out.
 */
export function readAsteriskAmi(input: FormatInput, fieldMap?: FieldMap): FormatResult {
  const { rules = NO_RULES, corrected } = input;
  const text = decodeRecord(input.body);
  if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  const message = readAmiMessage(text);
  const [first] = message.fields;
  if (first?.key.toLowerCase() !== "event" || first.value.trim().toLowerCase() !== "cdr") {
    return { ok: false, reason: "not-a-cdr", detail: "The message is no event Cdr." };
  }
  const fault = faultOf(message, rules.mapped);
  if (fault !== null && corrected === undefined) return fault;
  const doubtful = fault === null ? new Set<string>() : repeatedNames(message.fields);
  const named = fieldsOfCall(message.fields).filter(({ name }) => !doubtful.has(name));
  const single = named.filter(({ name }) => !MAY_REPEAT.test(name));
  // A mapped value that was cut may read as another one: 3.5 of 3.505.
  const isMapped = ({ name }: NamedValue) => ![...STANDARD.values()].includes(name);
  const cut = message.isWhole ? undefined : single.slice(-1).find(isMapped);
  const kept = single.filter((field) => field !== cut);
  const fields = kept.map(({ name, value }): [string, string] => [name, value]);
  const read = readFields(fields, { rules, fieldMap, warnings: [] });
  if (!read.ok) return read;
  const { raw } = read;
  for (const { name, value } of named.filter((field) => MAY_REPEAT.test(field.name))) {
    const listed = raw.extra[name];
    raw.extra[name] = [...(Array.isArray(listed) ? listed : []), readableText(value).text];
  }
  if (cut !== undefined) {
    const doubt: CdrWarning = "record-cut";
    raw.doubts = [...(raw.doubts ?? []), doubt];
    raw.extra[cut.name] = readableText(cut.value).text;
    raw.warnings.push(`The event has no end: ${shownName(cut.name)} may be cut, and is only kept.`);
  }
  if (fault !== null) raw.partial = { reason: fault.reason, detail: fault.detail };
  return read;
}

/** Only feeds bring it: posts to a source of the kind are lines. */
export const ASTERISK_AMI: Format = {
  kind: "asterisk",
  paths: [],
  queryIsRecord: false,
  byRpc: false,
  duplicatesBy: "billed-facts",
  read: readAsteriskAmi,
};

interface NamedValue {
  name: string;
  value: string;
}

/** Without what the manager says of the message before the first of them. */
function fieldsOfCall(fields: readonly AmiField[]): NamedValue[] {
  const named = fields.map(({ key, value }) => ({ name: nameOf(key), value }));
  const begin = named.findIndex(({ name }) => name === "accountcode");
  return named.filter(({ name }, index) => index >= begin || !OF_THE_MESSAGE.has(name));
}

function nameOf(key: string): string {
  const name = key.trim().toLowerCase();
  return STANDARD.get(name) ?? name;
}

function repeatedNames(fields: readonly AmiField[]): Set<string> {
  const [once, twice] = [new Set<string>(), new Set<string>()];
  for (const { name } of fieldsOfCall(fields)) {
    if (MAY_REPEAT.test(name)) continue;
    (once.has(name) ? twice : once).add(name);
  }
  return twice;
}

/** What cdr_manager writes into every event and is not in this one. */
export function missingFields({ fields }: AmiMessage): string[] {
  const names = new Set(fields.map(({ key }) => key.trim().toLowerCase()));
  return [...STANDARD.keys()].filter((name) => !names.has(name));
}

/**
 * A line end inside of a value adds fields of a caller's making. Asterisk writes each of its fields
 * once, and nothing between them: what differs is not believed.
 */
function faultOf(message: AmiMessage, mapped: readonly string[] | undefined): Refusal | null {
  const injected = (detail: string): Refusal => ({ ok: false, reason: "injected-field", detail });
  const names = message.fields.map(({ key }) => key.trim().toLowerCase());
  const [twice] = repeatedNames(message.fields);
  if (twice !== undefined) return injected(`The field ${shownName(twice)} comes twice.`);
  if (message.oddLine !== undefined) {
    return injected(`The line "${shownName(message.oddLine)}" has no colon.`);
  }
  const missing = missingFields(message);
  if (missing.length > 0) {
    const detail = `The event ends early, or is no event of cdr_manager: it has no ${missing.join(", ")}.`;
    return { ok: false, reason: "broken-ami", detail };
  }
  const places = [...STANDARD.keys()].map((name) => names.indexOf(name));
  const last = Math.max(...places);
  const between = names.slice(Math.min(...places), last + 1).find((name) => !STANDARD.has(name));
  if (between !== undefined) {
    return injected(`The field ${shownName(between)} stands among those of Asterisk itself.`);
  }
  const unknown = names
    .slice(last + 1)
    .find((name) => mapped !== undefined && !mapped.includes(name) && !MAY_REPEAT.test(name));
  if (unknown === undefined) return null;
  return injected(`The field ${shownName(unknown)} is not among those that are mapped.`);
}
