// The JSON of a request, as JSON-RPC answers its faults.
import { type EngineError, engineError } from "../../errors.ts";
import { LARGE_BYTES, ownTurn } from "../../event-loop.ts";
import { nestingOf, readJson } from "../../formats/json-text.ts";

/** Parsing deeper text than this takes seconds a megabyte, and nothing that is meant is so deep. */
const MOST_NESTING = 10_000;

/** The deepest text whose long numbers are read digit for digit. */
const CAREFUL_NESTING = 128;

/** Digits of a number that a double may not hold: two ids of a switch must never become one. */
const LONG_DIGITS = 16;
/** And of its exponent. The letter comes first: there are fewer of them than digits. */
const LONG_EXPONENT = /[eE](?<=\d[eE])\+?\d{3}/;

type Parsed = { ok: true; value: unknown } | { ok: false; error: EngineError };

/** Parses long texts one in each turn of the event loop, so that many at once hold up nobody; others now. */
export function parseRequest(text: string): Parsed | Promise<Parsed> {
  return text.length < LARGE_BYTES ? parseChecked(text) : parseInTurns(text);
}

async function parseInTurns(text: string): Promise<Parsed> {
  await ownTurn();
  const fault = nestingFault(text);
  if (fault !== null) return { ok: false, error: fault };
  await ownTurn();
  return parse(text);
}

function parseChecked(text: string): Parsed {
  const fault = nestingFault(text);
  return fault === null ? parse(text) : { ok: false, error: fault };
}

function nestingFault(text: string): EngineError | null {
  if (text.length <= 2 * MOST_NESTING || nestingOf(text) <= MOST_NESTING) return null;
  return engineError("too-large", `The request is nested deeper than ${MOST_NESTING}.`);
}

function parse(text: string): Parsed {
  if (hasLongNumber(text)) {
    const read = readJson(text, {
      nesting: CAREFUL_NESTING,
      values: Number.POSITIVE_INFINITY,
    });
    if (read.ok) return { ok: true, value: read.value };
    return { ok: false, error: engineError("parse-error", `Not JSON: ${read.detail}`) };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, error: engineError("parse-error", `Not JSON: ${message}`, { cause }) };
  }
}

/** Whether a number of a JSON text, or digits of a string in it, may have more digits than a double. */
export function hasLongNumber(text: string): boolean {
  return hasLongDigits(text) || LONG_EXPONENT.test(text);
}

/** So many digits in a row stand at one place of as many: no other has to be looked at. */
function hasLongDigits(text: string): boolean {
  for (let at = LONG_DIGITS - 1; at < text.length; at += LONG_DIGITS) {
    if (!isDigit(text, at)) continue;
    let [start, end] = [at, at + 1];
    while (isDigit(text, start - 1)) start -= 1;
    while (isDigit(text, end)) end += 1;
    if (end - start >= LONG_DIGITS) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}
