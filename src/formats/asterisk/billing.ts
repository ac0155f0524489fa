// What of a call Asterisk, and switches built on it, say is to be billed: billsec, disposition, AMAFlags.
import type { CdrWarning } from "../../cdr/cdr.ts";
import type { RawCdr, RecordRules } from "../format.ts";

const SECONDS = /^\d+(?:\.\d+)?$/;

/** What the switch itself says; empty where it says nothing. */
export interface BilledFields {
  duration: string;
  disposition: string;
  amaFlags: string;
}

/**
 * Usage is billsec, in seconds whatever unit the source's other records have, and whatever the
 * disposition says: over 0 without ANSWERED it is doubtful, or nothing where `answered` is the
 * disposition. OMIT asks for no rating. `duration`, the whole call, is held against the usage.
 */
export function readBilling(raw: RawCdr, fields: BilledFields, { answered }: RecordRules): void {
  const { duration, disposition, amaFlags } = fields;
  if (isOmitted(amaFlags)) raw.primary["requestType"] ??= "*none";
  if (SECONDS.test(duration)) {
    const text = `${duration}s`;
    raw.lengths = [{ name: "duration", text, resolutionMs: 1000, isElapsed: true }];
  }
  const { usage } = raw.primary;
  if (typeof usage !== "string" || !SECONDS.test(usage.trim())) return;
  raw.primary["usage"] = `${usage.trim()}s`;
  if (isRoundedUp(Number(usage))) raw.extra["billsec"] ??= usage.trim();
  if (Number(usage) === 0 || isAnswered(disposition)) return;
  if (answered === "disposition") {
    raw.extra["billsec"] ??= usage;
    raw.primary["usage"] = "0s";
    return;
  }
  const doubt: CdrWarning = "billed-without-answer";
  raw.doubts = [...(raw.doubts ?? []), doubt];
  raw.warnings.push(`billsec is ${usage}, but the disposition is not ANSWERED; billsec counts.`);
}

/** To the millisecond it is a whole second that feeds which cut have not reached. */
function isRoundedUp(seconds: number): boolean {
  const ms = Math.round(seconds * 1000);
  return ms % 1000 === 0 && Math.floor(seconds) * 1000 !== ms;
}

/** "Omit": the dialplan said that the call is not to be billed; 1 is its number. */
function isOmitted(amaFlags: string): boolean {
  return amaFlags === "1" || amaFlags.toUpperCase() === "OMIT";
}

/** `NO ANSWER`, `NO_ANSWER`, `no-answer`: one word. */
export function foldedDisposition(disposition: string): string {
  return disposition.replace(/[\s_-]/g, "").toUpperCase();
}

/** 8 is Asterisk's number of ANSWERED. */
function isAnswered(disposition: string): boolean {
  const folded = foldedDisposition(disposition);
  return folded === "ANSWERED" || folded === "8" || folded === "";
}

/** A number of seconds with its unit; anything else as it is, for a fault or a warning that shows it. */
export function inSeconds(text: string): string {
  const trimmed = text.trim();
  return SECONDS.test(trimmed) ? `${trimmed}s` : text;
}
