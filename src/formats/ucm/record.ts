// The fields of a UCM's record, or of the form of CDR that posts name `callId`, as a raw CDR.
import type { Json } from "../../cdr/json.ts";
import type { DescriptiveFieldName, FieldMap } from "../../cdr/primary-fields.ts";
import { foldedDisposition, inSeconds, readBilling } from "../asterisk/billing.ts";
import { namesOver, splitFields } from "../field-split.ts";
import type { FormatResult, RawCdr, RecordRules } from "../format.ts";
import { boundedWarnings, shownName } from "../limits.ts";
import { readableText } from "../utf8-text.ts";
import { type Route, routeOf } from "./direction.ts";

/** A UCM's names of primary fields, then those of the form. */
const UCM_NAMES: FieldMap = {
  originId: ["acctid", "callid"],
  originHost: ["sn"],
  account: ["accountcode"],
  destination: ["dst", "calleenumber"],
  callerNumber: ["new_src", "src", "callernumber"],
  setupTime: ["start", "starttime"],
  answerTime: ["answer"],
  endTime: ["end", "endtime"],
  usage: ["billsec"],
  disconnectCause: ["disposition"],
};
const FORM_NAMES: FieldMap = { ...UCM_NAMES, usage: ["duration"] };
const NAMES = { leg: namesOver(UCM_NAMES), form: namesOver(FORM_NAMES) };

const NO_RULES: RecordRules = { source: "", identity: "channel", answered: "billsec" };

type Refusal = Extract<FormatResult, { ok: false }>;

/** A record while it is read. */
interface Reading {
  raw: RawCdr;
  rules: RecordRules;
  /** Trimmed text of a field, whatever the case of its name; empty where it is not there. */
  value(name: string): string;
}

/**
 * `not-a-cdr`: none of the fields of either form. `id-missing`: nothing to tell it from others by.
 * `invalid-field`: a form that does not say whether, or how long, somebody talked.
 */
export function readUcmFields(
  fields: Iterable<[string, Json]>,
  rules: RecordRules = NO_RULES,
  fieldMap?: FieldMap,
): FormatResult {
  const { texts, rawValues, warnings } = readable(fields);
  const named = new Map(texts.map(([name, value]) => [name.toLowerCase(), textOf(value)]));
  const value = (name: string) => named.get(name) ?? "";
  const isForm = value("acctid") === "" && value("dst") === "" && value("callid") !== "";
  if (![...UCM_FIELDS].some((name) => value(name) !== "")) {
    return { ok: false, reason: "not-a-cdr", detail: "It has none of the fields of a UCM's CDR." };
  }
  const raw = splitFields(texts, NAMES[isForm ? "form" : "leg"](fieldMap));
  if (rawValues.length > 0) raw.extra["rawValues"] = Object.fromEntries(rawValues);
  raw.warnings.push(...boundedWarnings(warnings));
  const reading: Reading = { raw, rules, value };
  const fault = isForm ? readForm(reading) : readRecord(reading);
  return fault ?? { ok: true, raw };
}

const UCM_FIELDS = new Set(
  Object.values(FORM_NAMES).flat().concat("uniqueid", "billsec") as string[],
);

function readable(fields: Iterable<[string, Json]>) {
  const texts: [string, Json][] = [];
  const rawValues: [string, Json][] = [];
  const warnings: string[] = [];
  for (const [sentName, sent] of fields) {
    const name = sentName.toWellFormed();
    if (typeof sent !== "string") {
      texts.push([name, sent]);
      continue;
    }
    const { text, raw } = readableText(sent);
    texts.push([name, text]);
    if (raw === null) continue;
    rawValues.push([name, raw]);
    warnings.push(`${shownName(name)} is not UTF-8 throughout; the exact value is in rawValues.`);
  }
  return { texts, rawValues, warnings };
}

function textOf(value: Json): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value.trim() : "";
}

/** One leg of a call through a UCM. */
function readRecord(reading: Reading): Refusal | null {
  const { raw, rules, value } = reading;
  if (isEmpty(raw.primary["originHost"])) raw.primary["originHost"] = rules.host ?? rules.source;
  const fault = readIdentity(reading);
  if (fault !== null) return fault;
  const callId = value("session") || value("uniqueid");
  if (callId !== "") raw.callId = callId;
  // A fork of a record counts what another one counts.
  if (/^forkcdr$/i.test(value("lastapp"))) raw.primary["requestType"] ??= "*none";
  const untold = readTalk(reading);
  if (untold !== null) return untold;
  const route = routeOf(value);
  if (route !== null) setRoute(reading, route);
  setMember(raw, "callerName", value("caller_name") || nameIn(value("clid")));
  const queue = /^queue\[(.*)\]$/i.exec(value("action_type"))?.[1] ?? "";
  setMember(raw, "queue", queue);
  if (queue !== "") setMember(raw, "agent", value("dstchannel_ext") || value("dstchanext"));
  return null;
}

/** The device's number of the record; else what tells legs apart, as in Asterisk's own records. */
function readIdentity({ raw, value }: Reading): Refusal | null {
  if (!isEmpty(raw.primary["originId"])) return null;
  delete raw.primary["originId"];
  const missing = (what: string): Refusal => ({
    ok: false,
    reason: "id-missing",
    detail: `The record has no AcctId and no ${what}, which its id is made of.`,
  });
  if (value("start") === "") return missing("start");
  const uniqueId = value("uniqueid");
  if (uniqueId !== "") {
    raw.identity = { parts: [uniqueId, value("dstchannel")], hasSetupTime: true };
    return null;
  }
  if (value("channel") === "") return missing("uniqueid or channel");
  const parts = [value("channel"), value("dstchannel"), value("dst")];
  raw.identity = { parts, hasSetupTime: true };
  return null;
}

const NOTHING = /^0+(?:\.0+)?s$/;

/** billsec counts seconds, and it alone says that somebody talked: legs that rang have answers too. */
function readTalk({ raw, rules, value }: Reading): Refusal | null {
  const [duration, disposition] = [value("duration"), value("disposition")];
  const billsec = textOf(raw.primary["usage"] ?? "");
  if (billsec === "") return refusal("billsec is missing: how long did they talk?");
  raw.primary["usage"] = billsec;
  readBilling(raw, { duration, disposition, amaFlags: value("amaflags") }, rules);
  if (raw.descriptive?.["duration"] === duration) raw.descriptive["duration"] = inSeconds(duration);
  if (NOTHING.test(textOf(raw.primary["usage"]))) withoutAnswer(raw);
  return null;
}

/** When a leg was answered that nobody talked on is kept as it was sent. */
function withoutAnswer({ primary, extra }: RawCdr): void {
  const { answerTime } = primary;
  delete primary["answerTime"];
  if (!isEmpty(answerTime)) extra["answer"] ??= answerTime as Json;
}

/** Who is called pays for nothing by default: `ratedDirections` of the source says what is billed. */
function setRoute({ raw, value }: Reading, { direction, from, to }: Route): void {
  const isOut = direction === "outbound" || direction === "external";
  setMember(raw, "callDirection", direction);
  setMember(raw, "trunk", isOut ? to : from);
  if (isOut && to !== "" && isEmpty(raw.primary["supplier"])) raw.primary["supplier"] = to;
  if (isEmpty(raw.primary["account"])) {
    // The extension, never a number of the world outside.
    const called = value("dstchannel_ext") || value("dstchanext") || value("dst");
    const account =
      direction === "outbound" ? value("src") : direction === "external" ? from : called;
    if (account !== "") raw.primary["account"] = account;
  }
  raw.ratedDirections = ["outbound", "external"];
}

/** `"Ann" <201>` and `Ann <201>`: the name, unless it is the number. */
function nameIn(clid: string): string {
  const [, quoted, bare, number] = /^\s*(?:"(.*)"|([^"<]*?))\s*<([^<>]*)>\s*$/.exec(clid) ?? [];
  const name = (quoted ?? bare ?? "").trim();
  return name === number ? "" : name;
}

/** What a field of this name says comes before what others tell. */
function setMember(raw: RawCdr, name: DescriptiveFieldName, value: string): void {
  raw.descriptive ??= {};
  if (value !== "" && isEmpty(raw.descriptive[name])) raw.descriptive[name] = value;
}

/**
 * `duration` may be the whole call or the talk: the usage is the duration, and the call was answered
 * that long before its end, which is right for both unless it rang.
 */
function readForm({ raw, rules, value }: Reading): Refusal | null {
  raw.primary["originHost"] = rules.host ?? rules.source;
  raw.callId = value("callid");
  const disposition = value("disposition");
  if (disposition === "") return refusal("disposition is missing: was the call answered?");
  const duration = textOf(raw.primary["usage"] ?? "");
  if (foldedDisposition(disposition) !== "ANSWERED") {
    if (duration !== "") raw.extra["duration"] ??= duration;
    raw.primary["usage"] = "0s";
    return null;
  }
  const usage = inSeconds(duration);
  if (usage === duration) return refusal(`duration is "${duration}", not a number of seconds.`);
  raw.primary["usage"] = usage;
  raw.isAnsweredBeforeEnd = true;
  return null;
}

function refusal(detail: string): Refusal {
  return { ok: false, reason: "invalid-field", detail };
}

function isEmpty(value: Json | undefined): boolean {
  return (
    value === undefined || value === null || (typeof value === "string" && value.trim() === "")
  );
}
