// The JSON of a request, as JSON-RPC answers its faults.
import { type EngineError, engineError } from "../../errors.ts";
import { turnFor } from "../../event-loop.ts";
import { nestingOf, readJson } from "../../formats/json-text.ts";

/** Parsing deeper text than this takes seconds a megabyte, and nothing that is meant is so deep. */
const MOST_NESTING = 10_000;

/** The deepest text whose long numbers are read digit for digit. */
const CAREFUL_NESTING = 128;

/** Digits or exponents that a double may not hold: two ids of a switch must never become one. */
const LONG_NUMBER = /\d{16}|\d[eE]\+?\d{3}/;

type Parsed = { ok: true; value: unknown } | { ok: false; error: EngineError };

/** Parses long texts one in each turn of the event loop: many that come at once hold up nobody. */
export async function parseRequest(text: string): Promise<Parsed> {
  await turnFor(text.length);
  if (text.length > 2 * MOST_NESTING && nestingOf(text) > MOST_NESTING) {
    const detail = `The request is nested deeper than ${MOST_NESTING}.`;
    return { ok: false, error: engineError("too-large", detail) };
  }
  await turnFor(text.length);
  if (LONG_NUMBER.test(text)) {
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
