// A source's own rules for the direction of its calls: patterns over fields, the first match counts.
import { z } from "zod";
import { CALL_DIRECTIONS, type CallDirection } from "../../cdr/cdr.ts";
import type { Json } from "../../cdr/json.ts";
import type { RawCdr } from "../../formats/format.ts";
import { isMatch, patternFault } from "../../formats/pattern.ts";

const MOST_RULES = 100;
const MOST_FIELDS = 8;

/** A pattern of the settings that only says yes or no: it may be without a group. */
const pattern = z.string().superRefine((text, context) => {
  const fault = patternFault(text, "match");
  if (fault === null) return;
  context.addIssue({ code: "custom", message: `Not a pattern that may be used: ${fault}.` });
});

export const directionRules = z
  .array(
    z.strictObject({
      callDirection: z.enum(CALL_DIRECTIONS),
      when: z
        .record(z.string().min(1).max(256), pattern)
        .refine((when) => Object.keys(when).length <= MOST_FIELDS, {
          error: `At most ${MOST_FIELDS} fields.`,
        })
        .describe("Field: a pattern that it must match, without regard to case; all of them must."),
    }),
  )
  .max(MOST_RULES);

export type DirectionRules = z.output<typeof directionRules>;

/**
 * The direction of the first rule whose patterns all match; undefined: none does. A field is a
 * primary or descriptive one by its name here or by the name it was sent under, else an extra field,
 * all without regard to case. What is absent, empty or no text or number matches nothing.
 */
export function directionByRules(rules: DirectionRules, raw: RawCdr): CallDirection | undefined {
  if (rules.length === 0) return undefined;
  const fields = namedFields(raw);
  const holds = ([name, wanted]: [string, string]): boolean => {
    const value = fields.get(name.toLowerCase());
    const text = typeof value === "number" ? String(value) : value;
    return typeof text === "string" && text !== "" && isMatch(wanted, text);
  };
  return rules.find(({ when }) => Object.entries(when).every(holds))?.callDirection;
}

/** By lower-case names; where several have a name, extra fields come last. */
function namedFields({ primary, extra, descriptive = {}, sentNames }: RawCdr): Map<string, Json> {
  const fields = new Map<string, Json>();
  const addAll = (members: Record<string, Json>) => {
    for (const [name, value] of Object.entries(members)) fields.set(name.toLowerCase(), value);
  };
  addAll(extra);
  addAll(descriptive);
  for (const [name, field] of sentNames ?? []) {
    const value = primary[field];
    if (value !== undefined) fields.set(name, value);
  }
  addAll(primary);
  return fields;
}
