// The settings of tariff.yaml: their shape, and the faults of what does not fit it.
import { z } from "zod";
import { ruleSetSettings } from "../../numbering/rule-sets/schema.ts";
import { dialectSchema } from "../../tables/dialect.ts";
import { quoted } from "../csv/field-values.ts";
import type { FaultCode } from "../fault-codes.ts";
import type { FaultList } from "../fault-list.ts";
import { gateSettings } from "../gates.ts";
import { TARIFF_LIMITS } from "../limits.ts";
import { isCalendarDate, isTimeZone } from "../time/zoned.ts";
import type { SettingPath, YamlSettings } from "./yaml.ts";

/** Marks a refinement with the fault that it stands for. */
const fault = (code: FaultCode) => ({ params: { fault: code } });

/** A text; YAML reads unquoted digits as a number, which is the same text here. */
const text = z.preprocess(
  (value) => (typeof value === "number" ? String(value) : value),
  z.string().min(1),
);
const name = z
  .string()
  .min(1)
  .max(100)
  .refine((value) => value === value.trim(), "no blanks around a name");
const names = z
  .array(text)
  .refine((list) => new Set(list).size === list.length, "a name is there twice");

/** ISO 4217 is not looked up: operators also use units of their own. */
export const CURRENCY = /^[A-Z]{3}$/;
const currency = z.string().refine((code) => CURRENCY.test(code), fault("unknown-currency"));
const timeZone = z.string().refine(isTimeZone, fault("unknown-zone"));

const rules = {
  currency: currency.optional(),
  timeZone: timeZone.optional(),
  rounding: z
    .strictObject({
      decimals: z.int().min(0).max(10).optional(),
      mode: z.enum(["half-up", "half-down", "half-even", "up", "down"]).optional(),
    })
    .optional(),
  usage: z
    .strictObject({ round: z.enum(["none", "up", "half-up", "half-down", "down"]).optional() })
    .optional(),
  intervalPrice: z.enum(["start", "each-second"]).optional(),
};

export const DAY_NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const day = z.enum(DAY_NAMES);
const bandDate = z
  .string()
  .refine(
    (date) => isCalendarDate(date.length === 5 ? `2000-${date}` : date),
    "a date is YYYY-MM-DD, or MM-DD for every year",
  );
const bandDates = z.array(bandDate).min(1).max(TARIFF_LIMITS.bandDates);
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day is HH:MM");
const clockEnd = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "a time of day is HH:MM");

const band = z.strictObject({
  days: z.preprocess(oneOrMany, z.array(day).min(1)).optional(),
  monthDays: z.preprocess(oneOrMany, z.array(z.int().min(1).max(31)).min(1)).optional(),
  months: z.preprocess(oneOrMany, z.array(z.int().min(1).max(12)).min(1)).optional(),
  dates: z.preprocess(oneOrMany, bandDates).optional(),
  exceptDates: z.preprocess(oneOrMany, bandDates).optional(),
  from: clock.optional(),
  to: clockEnd.optional(),
  timeZone: timeZone.optional(),
});

/** How a deck is written: a name under `dialects`; without one it is a native deck. */
const dialect = text.optional();

const priority = z.int().min(0).max(1_000_000).optional();
/** Days between the news of an increase and its first day. */
const noticeDays = z.int().min(0).max(365).optional();

const decimal = z.preprocess(
  (value) => (typeof value === "number" ? String(value) : value),
  z.string().regex(/^\d{1,12}(\.\d{1,10})?$/, "a decimal number of 0 or more, with a point"),
);

/** How the deck is made again from what carriers charge. */
const markupSettings = z.strictObject({
  of: names.min(1).describe("carrier plans"),
  take: z
    .enum(["dearest", "cheapest"])
    .default("dearest")
    .describe("of the carriers that take a code"),
  percent: decimal.default("0").describe("on what it charges, fees too"),
  add: decimal.default("0").describe("money a minute besides"),
  atLeast: decimal.default("0").describe("money a minute, at least"),
  rounding: z
    .strictObject({
      decimals: z.int().min(0).max(10).default(4),
      mode: z.enum(["up", "half-up", "down"]).default("up"),
    })
    .default({ decimals: 4, mode: "up" }),
});

const retailPlan = z.strictObject({
  deck: text,
  dialect,
  noticeDays,
  priority,
  markup: markupSettings.optional(),
  ...rules,
});

/** What `check` tells. */
const lint = z.strictObject({
  priceJump: z.number().positive().max(1_000_000).optional(),
  lossGuard: z.enum(["cheapest", "dearest"]).optional(),
  noticeDays,
});

const carrierPlan = z.strictObject({
  carrier: text,
  gateway: text.optional(),
  deck: text,
  dialect,
  noticeDays,
  priority,
  weight: z.int().min(0).max(1_000_000).optional(),
  ...rules,
});

const banPrefix = z.preprocess(
  (value) => (typeof value === "number" ? String(value) : value),
  z
    .string()
    .refine((prefix) => /^(\d{1,15}|\*)$/.test(prefix), {
      ...fault("invalid-prefix"),
      error: ({ input }) => `${quoted(String(input))} is none, nor \`*\``,
    })
    .transform((prefix) => (prefix === "*" ? "" : prefix)),
);

const voipPlan = z.strictObject({
  retail: names.optional(),
  carriers: names.optional(),
  ban: names.optional(),
  routing: z.enum(["lowest-cost", "priority", "weight", "quality"]).optional(),
});

/** CDR-Stats's own names of its window. */
const window = z.int().min(1).max(15).optional();
const selection = z.union([
  z.literal("cdr-stats"),
  z
    .strictObject({
      rule: z.literal("cdr-stats"),
      PREFIX_LIMIT_MIN: window,
      PREFIX_LIMIT_MAX: window,
    })
    .refine(
      ({ PREFIX_LIMIT_MIN: least = 2, PREFIX_LIMIT_MAX: most = 5 }) => least <= most,
      "PREFIX_LIMIT_MIN is above PREFIX_LIMIT_MAX",
    ),
]);

const tariffSettings = z.strictObject({
  ...rules,
  tenant: text,
  currency,
  bands: z
    .record(name, band)
    .refine(
      (bands) => Object.keys(bands).length <= TARIFF_LIMITS.bands,
      `at most ${TARIFF_LIMITS.bands} bands`,
    )
    .optional(),
  dialects: z.record(name, dialectSchema).optional(),
  numbering: z.record(name, ruleSetSettings).optional(),
  defaultNumbering: text.optional(),
  unknownNumbers: z.enum(["unrated", "match-digits"]).optional(),
  selection: selection.optional(),
  retailPlans: z.record(name, retailPlan).optional(),
  carrierPlans: z.record(name, carrierPlan).optional(),
  banPlans: z.record(name, z.strictObject({ prefixes: z.array(banPrefix) })).optional(),
  voipPlans: z.record(name, voipPlan),
  accounts: text.optional(),
  exchange: text.optional(),
  lint: lint.optional(),
  gates: gateSettings.optional(),
});

export type TariffSettings = z.infer<typeof tariffSettings>;
export type BandSettings = z.infer<typeof band>;
export type RuleSettings = Omit<
  z.infer<typeof retailPlan>,
  "deck" | "dialect" | "noticeDays" | "priority" | "markup"
>;

function oneOrMany(value: unknown): unknown {
  return Array.isArray(value) || value === undefined ? value : [value];
}

/** The settings, or null when there are faults; each has the place of the setting it is about. */
export function checkSettings(
  file: string,
  yaml: YamlSettings,
  faults: FaultList,
): TariffSettings | null {
  const read = tariffSettings.safeParse(yaml.value);
  if (read.success) return read.data;
  for (const issue of read.error.issues) addIssue(file, issue, yaml, faults);
  return null;
}

function addIssue(file: string, issue: z.core.$ZodIssue, yaml: YamlSettings, faults: FaultList) {
  const { path } = issue;
  const setting = path.length === 0 ? "The file" : path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const full = [...path, key];
      faults.add(file, yaml.keyPlace(full), "not-supported", `Setting: ${full.join(".")}.`);
    }
  } else if (issue.code === "invalid_key") {
    const detail = `${setting}: ${issue.issues[0]?.message ?? issue.message}.`;
    faults.add(file, yaml.keyPlace(path), "invalid-setting", detail);
  } else if (!isGiven(yaml.value, path)) {
    faults.add(file, yaml.place(path), "missing-setting", `Setting: ${setting}.`);
  } else {
    faults.add(file, yaml.place(path), faultOf(issue), `${setting}: ${issue.message}.`);
  }
}

function faultOf(issue: z.core.$ZodIssue): FaultCode {
  if (issue.code === "custom" && issue.params?.["fault"] !== undefined) {
    return issue.params["fault"];
  }
  return issue.code === "invalid_value" ? "not-supported" : "invalid-setting";
}

function isGiven(value: unknown, path: SettingPath): boolean {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) {
      // A single value that stands for a list of one.
      return at !== undefined && typeof at !== "object" && typeof step === "number";
    }
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return true;
}
