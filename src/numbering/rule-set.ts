// What a number rule set is: a preset by name, and the settings that override it.
import { z } from "zod";
import { ignoredPrefixes } from "./prefix-to-ignore.ts";
import { presetNamed } from "./presets.ts";

/** Dialled text: digits, feature signs and a leading +. */
const dialled = z.string().regex(/^\+?[0-9*#]{1,16}$/, "digits, * and #, at most 16");
const digits = z.string().regex(/^[0-9]{1,15}$/, "1 to 15 digits");
const pattern = z
  .string()
  .regex(/^(_[0-9A-Za-z*#+\-[\]]{1,64}[.!]?|[^_\s][^\s]{0,63})$/, "a number, or a pattern after _");
const lengths = z
  .strictObject({ min: z.int().min(1).max(15), max: z.int().min(1).max(15) })
  .refine((range) => range.min <= range.max, "min must not be above max");
const prefixText = z.union([z.int().min(0).transform(String), z.string().regex(/^[0-9]{1,15}$/)]);

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
  internationalPrefixes: z.array(pattern).optional(),
  nationalPrefixes: z.array(pattern).optional(),
  nationalPrefixRequired: z.boolean().optional(),
  nationalLengths: lengths.optional(),
  localLengths: lengths.nullable().optional(),
  emergency: z.array(pattern).optional(),
  shortNumbers: z.record(pattern, z.string()).optional(),
  extensions: z
    .strictObject({ lengths: lengths.optional(), patterns: z.array(pattern).optional() })
    .nullable()
    .optional(),
  techPrefixes: z.array(pattern).optional(),
  serviceCodes: z.record(dialled, z.enum(["hidden", "shown", "none"])).optional(),
  outsideLine: z.array(digits).optional(),
  bareInternational: z.boolean().optional(),
  vanity: z.boolean().optional(),
  validate: z.enum(["off", "flag", "refuse"]).optional(),
  portability: z.enum(["dialled", "routing-number"]).optional(),
  maxLength: z.int().min(1).max(256).optional(),
  blacklist: z.array(prefixText).optional(),
  whitelist: z.array(prefixText).optional(),
  PREFIX_TO_IGNORE: z.string().max(256).optional(),
  PN_MIN_DIGITS: z.int().min(0).max(64).optional(),
  PN_MAX_DIGITS: z.int().min(0).max(64).optional(),
  PREFIX_LIMIT_MIN: z.int().min(1).max(20).optional(),
  PREFIX_LIMIT_MAX: z.int().min(1).max(20).optional(),
  LOCAL_DIALCODE: z.union([z.int().min(0).transform(String), z.string().max(15)]).optional(),
  INTERNAL_CALL: z.int().min(0).max(256).optional(),
};

type Members = Record<string, unknown>;

interface Fault {
  path: (string | number)[];
  message: string;
}

const OF_EVERY_PRESET = new Set([
  "preset",
  "maxLength",
  "blacklist",
  "whitelist",
  "changes",
  "from",
]);

/** Members that count under the other kind of preset, and entries that cannot be applied. */
function memberFaults(members: Members, statsPreset: boolean): Fault[] {
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(members)) {
    const statsName = name === name.toUpperCase();
    if (value === undefined || OF_EVERY_PRESET.has(name) || statsName === statsPreset) continue;
    const message = statsPreset ? "is not of cdr-stats" : "counts under preset cdr-stats only";
    faults.push({ path: [name], message });
  }
  const ignored = members["PREFIX_TO_IGNORE"];
  if (typeof ignored === "string" && ignoredPrefixes(ignored) === null) {
    faults.push({ path: ["PREFIX_TO_IGNORE"], message: "an entry cannot be applied" });
  }
  return faults;
}

/** What no single member can tell, of the rule set and of each of its changes. */
function faultsOf(
  settings: Members & { preset: string; changes?: Members[] | undefined },
): Fault[] {
  const statsPreset = settings.preset === "cdr-stats";
  const changed = (settings.changes ?? []).flatMap((change, at) =>
    memberFaults(change, statsPreset).map(({ path, message }) => ({
      path: ["changes", at, ...path],
      message,
    })),
  );
  const faults = [...memberFaults(settings, statsPreset), ...changed];
  if (presetNamed(settings.preset) !== null) return faults;
  return [{ path: ["preset"], message: "there is no preset of this name" }, ...faults];
}

/** Settings of a rule set as they stand in a tariff or a request; unknown members are faults. */
export const ruleSetSettings = z
  .strictObject({
    preset: z.string().min(1),
    ...overrides,
    /** Dated changes: from its `from` on, a change's members replace those before it. */
    changes: z.array(z.strictObject({ from: validFrom, ...overrides })).optional(),
  })
  .superRefine((settings, context) => {
    for (const fault of faultsOf(settings)) context.addIssue({ code: "custom", ...fault });
  });

export type RuleSetSettings = z.infer<typeof ruleSetSettings>;
