// The whole answer of one number, its trace as lines: what tables of tests compare with.
import { type NumberContext, normalizeNumber } from "../../src/numbering/normalize.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";

/** Every member of the answer but `raw`; a step is written `step: before > after (note)`. */
export function wholeAnswer(
  text: string,
  settings: string | RuleSetSettings,
  context?: NumberContext,
): Record<string, unknown> {
  const ruleSet = typeof settings === "string" ? { preset: settings } : settings;
  const { raw, steps, ...number } = normalizeNumber(text, ruleSet, context);
  if (raw !== text) throw new Error(`raw is ${raw}, not ${text}`);
  return {
    ...number,
    steps: steps.map(
      ({ step, before, after, note }) =>
        `${step}: ${before} > ${after}${note === undefined ? "" : ` (${note})`}`,
    ),
  };
}

/** The members of a number that was not understood. */
export function refused(reason: string, normalized = ""): Record<string, unknown> {
  return {
    kind: "invalid",
    normalized,
    e164: null,
    country: null,
    match: "prefix",
    prefix: null,
    reason,
  };
}

/** The members of a number that is matched whole: short, emergency, internal or nobody's. */
export function whole(kind: string, normalized: string, country: string | null = null) {
  return { kind, normalized, e164: null, country, match: "whole", prefix: null };
}

/** The members of an E.164 number. */
export function e164Number(
  kind: "national" | "international",
  e164: string,
  country: string,
  prefix: string,
  type?: string,
): Record<string, unknown> {
  return {
    kind,
    normalized: e164.slice(1),
    e164,
    country,
    match: "prefix",
    prefix,
    ...(type === undefined ? {} : { type }),
  };
}
