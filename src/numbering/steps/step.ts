// What a step of normalisation is: a pure function from a reading to the change it makes, or null.
import type { NumberKind } from "../../cdr/rating.ts";
import type { NormalizedNumberAnswer, NumberContext } from "../answer.ts";
import type { NumberReason } from "../reasons.ts";
import type { CompiledRules } from "../rule-sets/compiled.ts";

/** Facts met on the way, as they stand in the answer. */
export type SideFacts = Partial<
  Pick<
    NormalizedNumberAnswer,
    | "techPrefix"
    | "serviceCode"
    | "identityHidden"
    | "extension"
    | "postDial"
    | "routingNumber"
    | "portabilityDipped"
    | "carrierCode"
    | "areaCode"
    | "formerly"
    | "name"
    | "type"
  >
>;

/** What the number was found to be. */
export interface Verdict {
  kind: NumberKind;
  /** Digits without +, for decks. */
  normalized: string;
  e164: string | null;
  country: string | null;
  match: "prefix" | "whole";
  reason?: NumberReason;
}

/** A number half read. */
export interface Reading {
  /** What is left to read. */
  text: string;
  facts: SideFacts;
  /** Host of a SIP address, in small letters; empty when there was none. */
  host: string;
  verdict: Verdict | null;
}

export interface Change {
  text?: string;
  facts?: SideFacts;
  host?: string;
  verdict?: Verdict;
  note?: string;
}

export type StepFunction = (
  reading: Reading,
  rules: CompiledRules,
  context: NumberContext,
) => Change | null;

export interface Step {
  id: string;
  /** `open`: only while nothing is decided; `decided`: only afterwards. */
  when: "open" | "decided";
  /** It changes what stands around or between digits, and nothing of digits alone. */
  leavesDigits: boolean;
  run: StepFunction;
}

/** Digits and nothing else, but a + in front: what nearly every number is. */
export const BARE = /^\+?[0-9]+$/;

/** Digits of a text that is nothing else, its + dropped; empty for any other text. */
export function digitsOf(text: string): string {
  if (!BARE.test(text)) return "";
  return text.startsWith("+") ? text.slice(1) : text;
}

/** Not understood: kept as it came, still matchable when it is all digits. */
export function invalid(text: string, reason: NumberReason): Verdict {
  return {
    kind: "invalid",
    normalized: digitsOf(text),
    e164: null,
    country: null,
    match: "prefix",
    reason,
  };
}
