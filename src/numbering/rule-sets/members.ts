// The members of a number rule set: a preset by name, the settings that override it, dated changes.
import { z } from "zod";

/** Entries of one list. */
const MOST_IN_LIST = 100_000;

/** Dialled text: digits, feature signs and a leading +. */
const dialled = z.string().regex(/^\+?[0-9*#]{1,16}$/, "digits, * and #, at most 16");
const digits = z.string().regex(/^[0-9]{1,15}$/, "1 to 15 digits");
const pattern = z
  .string()
  .regex(/^(_[0-9A-Za-z*#+\-[\]]{1,64}[.!]?|[^_\s][^\s]{0,63})$/, "a number, or a pattern after _");
const lengths = z
  .strictObject({ min: z.int().min(1).max(15), max: z.int().min(1).max(15) })
  .refine((range) => range.min <= range.max, "min must not be above max");
/** Digits that YAML or JSON has as a number: as many as the text may have. */
const MOST_DIGITS = 999_999_999_999_999;
const prefixText = z.union([
  z.int().min(0).max(MOST_DIGITS).transform(String),
  z.string().regex(/^[0-9]{1,15}$/),
]);

/** A day (its midnight in the tariff's zone) or an instant with its offset. */
const validFrom = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

const overrides = {
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "ISO 3166 alpha-2")
    .optional(),
  callingCode: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .optional(),
  areaCode: digits.nullable().optional(),
  internationalPrefixes: z.array(pattern).max(MOST_IN_LIST).optional(),
  nationalPrefixes: z.array(pattern).max(MOST_IN_LIST).optional(),
  nationalPrefixRequired: z.boolean().optional(),
  nationalLengths: lengths.optional(),
  localLengths: lengths.nullable().optional(),
  emergency: z.array(pattern).max(MOST_IN_LIST).optional(),
  shortNumbers: z.record(pattern, z.string()).optional(),
  extensions: z
    .strictObject({
      lengths: lengths.optional(),
      patterns: z.array(pattern).max(MOST_IN_LIST).optional(),
    })
    .nullable()
    .optional(),
  techPrefixes: z.array(pattern).max(MOST_IN_LIST).optional(),
  serviceCodes: z.record(dialled, z.enum(["hidden", "shown", "none"])).optional(),
  outsideLine: z.array(digits).max(MOST_IN_LIST).optional(),
  bareInternational: z.boolean().optional(),
  vanity: z.boolean().optional(),
  validate: z.enum(["off", "flag", "refuse"]).optional(),
  portability: z.enum(["dialled", "routing-number"]).optional(),
  maxLength: z.int().min(1).max(256).optional(),
  blacklist: z.array(prefixText).max(MOST_IN_LIST).optional(),
  whitelist: z.array(prefixText).max(MOST_IN_LIST).optional(),
  PREFIX_TO_IGNORE: z.string().max(256).optional(),
  PN_MIN_DIGITS: z.int().min(0).max(64).optional(),
  PN_MAX_DIGITS: z.int().min(0).max(64).optional(),
  PREFIX_LIMIT_MIN: z.int().min(1).max(20).optional(),
  PREFIX_LIMIT_MAX: z.int().min(1).max(20).optional(),
  LOCAL_DIALCODE: z
    .union([z.int().min(0).max(MOST_DIGITS).transform(String), z.string().max(15)])
    .optional(),
  INTERNAL_CALL: z.int().min(0).max(256).optional(),
};

/** Unknown members are faults; what no single member can tell is in `ruleSetSettings`. */
export const ruleSetMembers = z.strictObject({
  preset: z.string().min(1),
  ...overrides,
  /** Dated changes: from its `from` on, a change's members replace those before it. */
  changes: z
    .array(z.strictObject({ from: validFrom, ...overrides }))
    .max(MOST_IN_LIST)
    .optional(),
});

export type RuleSetSettings = z.infer<typeof ruleSetMembers>;
