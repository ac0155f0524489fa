// Instants as the engine reads and writes them.
import { parseTimestamp } from "../../cgrates/folder/field-values.ts";
import type { ExactMoment } from "../../cgrates/semantics/descriptor.ts";
import { ApiError } from "../method.ts";
import { goDuration } from "./duration.ts";

/** Go's zero time, which stands for none. */
export const ZERO_TIME = "0001-01-01T00:00:00Z";

const ZERO_MS = Date.parse(ZERO_TIME);

const ZERO_MOMENT: ExactMoment = { atMs: ZERO_MS, offsetMinutes: 0 };

export function isZero({ atMs }: ExactMoment): boolean {
  return atMs <= ZERO_MS;
}

const SHAPE = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/;
const ZONE = /([+-])(\d\d):?(\d\d)$/;
/** Go's own text of an instant. */
const GO_TEXT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d\d)(\d\d) [A-Z]{1,5}$/;
/** A number of microseconds. */
const MICROSECONDS = /^\d{16}$/;
/** Milliseconds behind a point without zone, as some switches write them. */
const BROADSOFT = /^(\d{14})\.(\d{3})$/;

/** @throws ApiError with the engine's words */
export function readTime(written: string, nowMs: number): ExactMoment {
  const text = written.trimStart();
  if (text === "" || text === "0" || text === "*unlimited") return ZERO_MOMENT;
  const relative = relativeTime(text, nowMs);
  if (relative !== null) return relative;
  requirePossible(text);
  const read = parseTimestamp(plainForm(text));
  if (read.kind === "always") return ZERO_MOMENT;
  if (read.kind === "instant") {
    return { atMs: read.atMs, ns: read.atNs, offsetMinutes: offsetOf(text) };
  }
  throw new ApiError("Unsupported time format");
}

/** A form that is known where the others are read. */
function plainForm(text: string): string {
  const go = GO_TEXT.exec(text);
  if (go !== null) return `${go[1]}T${go[2]}${go[3]}:${go[4]}`;
  if (MICROSECONDS.test(text)) return `${text}000`;
  const broadsoft = BROADSOFT.exec(text);
  if (broadsoft !== null) {
    const parts = (broadsoft[1] as string).replace(
      /^(....)(..)(..)(..)(..)(..)$/,
      "$1-$2-$3T$4:$5:$6",
    );
    return `${parts}.${broadsoft[2]}Z`;
  }
  return text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2");
}

function offsetOf(text: string): number {
  const zone = /\d[T ]\d\d:\d\d/.test(text) ? ZONE.exec(text.replace(/ [A-Z]{1,5}$/, "")) : null;
  if (zone === null) return 0;
  const minutes = Number(zone[2]) * 60 + Number(zone[3]);
  return zone[1] === "-" ? -minutes : minutes;
}

function relativeTime(text: string, nowMs: number): ExactMoment | null {
  if (text === "*now") return { atMs: nowMs, offsetMinutes: 0 };
  if (/^[+-]/.test(text)) {
    const ns = goDuration(text.slice(1));
    const ms = Number(ns / 1_000_000n) * (text.startsWith("-") ? -1 : 1);
    return { atMs: nowMs + ms, offsetMinutes: 0 };
  }
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const clock = nowMs - Date.UTC(year, month, day);
  const atMs = {
    "*daily": Date.UTC(year, month, day + 1) + clock,
    "*monthly": Date.UTC(year, month + 1, day) + clock,
    "*yearly": Date.UTC(year + 1, month, day) + clock,
    "*month_end": Date.UTC(year, month + 1, 1) - 1000,
  }[text];
  return atMs === undefined ? null : { atMs, offsetMinutes: 0 };
}

/** Numbers that no date has are told in Go's words. @throws ApiError */
function requirePossible(text: string): void {
  const parts = SHAPE.exec(text);
  if (parts === null) return;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  const days = new Date(Date.UTC(year as number, month as number, 0)).getUTCDate();
  const checks: [string, boolean][] = [
    ["month", (month as number) >= 1 && (month as number) <= 12],
    ["day", (day as number) >= 1 && (day as number) <= days],
    ["hour", (hour as number) < 24],
    ["minute", (minute as number) < 60],
    ["second", (second as number) < 60],
  ];
  const wrong = checks.find(([, isPossible]) => !isPossible);
  if (wrong === undefined) return;
  throw new ApiError(`parsing time ${JSON.stringify(text)}: ${wrong[0]} out of range`);
}

/** RFC 3339 with the fraction as far as there is one. `wholeSeconds` leaves it out. */
export function timeText(moment: ExactMoment, wholeSeconds = false): string {
  const { atMs, ns = 0, offsetMinutes } = moment;
  if (isZero(moment)) return ZERO_TIME;
  const local = new Date(atMs + offsetMinutes * 60_000).toISOString();
  const rest = String(((atMs % 1000) + 1000) % 1000).padStart(3, "0");
  const fraction = `${rest}${String(ns).padStart(6, "0")}`.replace(/0+$/, "");
  const shown = wholeSeconds || fraction === "" ? "" : `.${fraction}`;
  return `${local.slice(0, 19)}${shown}${zoneText(offsetMinutes)}`;
}

function zoneText(offsetMinutes: number): string {
  if (offsetMinutes === 0) return "Z";
  const size = Math.abs(offsetMinutes);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
