// Master data: what can be said of accounts, carriers, gateways and causes, and how the settings say it.
import { z } from "zod";
import { DEFAULT_TENANT } from "../cdr/defaults.ts";
import { isZone, LANGUAGES } from "../reports/language/languages.ts";

const name = z.string().min(1).max(256);
const short = z.string().trim().min(1).max(200);
const long = z.string().trim().min(1).max(4000);
const zone = name.refine(isZone, "an IANA zone, e.g. Europe/Madrid");

const contact = z.strictObject({
  person: short.optional(),
  role: short.optional().describe("What they are there for: noc, billing …"),
  mail: z.email().max(254).optional(),
  phone: short.optional(),
  address: z.string().trim().min(1).max(500).optional(),
});
const contacts = z.array(contact).max(20).describe("Whom to ask, 20 at most.");
const addresses = z
  .array(z.string().trim().min(1).max(253))
  .max(100)
  .describe("IP addresses, CIDR ranges or names of its machines, 100 at most.");

export const accountFields = {
  name: short.describe("How people call it."),
  description: long.describe("For those who run the service; a customer is not shown it."),
  contact: contact.describe("Person, role, mail, phone and address."),
  parent: name.describe("The account of the same tenant that it is sold through."),
  timeZone: zone.describe("IANA zone of its days and months."),
};
export const carrierFields = {
  name: short.describe("How people call it."),
  ...{ contacts, addresses },
  notes: long.describe("Free text."),
};
export const gatewayFields = {
  ...carrierFields,
  carrier: name.describe("The carrier that it belongs to."),
};
export const causeFields = {
  name: short.describe("The cause in a few words."),
  description: long.describe("What it means, and what to do about it."),
};

export const causeCode = z
  .number()
  .int()
  .min(0)
  .max(999)
  .describe("Q.850 code, or one of the switch's own up to 999.");
export const language = z.enum(LANGUAGES);

type Shape = Record<string, z.ZodType>;
/** Each may be left out: it stays as it is; null: it is said no more. */
export function changesOf<Fields extends Shape>(fields: Fields) {
  const entries = Object.entries(fields).map(([key, field]) => {
    const text = `${field.description ?? ""} null: it is said no more.`.trim();
    return [key, field.nullable().optional().describe(text)];
  });
  return Object.fromEntries(entries) as {
    [Key in keyof Fields]: z.ZodOptional<z.ZodNullable<Fields[Key]>>;
  };
}

/** Null: it is not said. */
export function shownOf<Fields extends Shape>(fields: Fields) {
  const entries = Object.entries(fields).map(([key, field]) => [key, field.nullable()]);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: z.ZodNullable<Fields[Key]> };
}

function optional<Fields extends Shape>(fields: Fields) {
  const entries = Object.entries(fields).map(([key, field]) => [key, field.optional()]);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: z.ZodOptional<Fields[Key]> };
}

const tenant = name.default(DEFAULT_TENANT);

/** Each key once. */
function once<Row>(keyOf: (row: Row) => unknown) {
  return (rows: Row[], context: z.RefinementCtx) => {
    const seen = new Set<string>();
    rows.forEach((row, index) => {
      const key = JSON.stringify(keyOf(row));
      if (seen.has(key)) {
        context.addIssue({ code: "custom", path: [index], message: "is named twice" });
      }
      seen.add(key);
    });
  };
}

/** `master` of the settings: the base that no method changes. */
export const masterSettings = z.strictObject({
  accounts: z
    .array(z.strictObject({ tenant, account: name, ...optional(accountFields) }))
    .superRefine(once((row) => [row.tenant, row.account]))
    .default([]),
  carriers: z
    .array(z.strictObject({ tenant, carrier: name, ...optional(carrierFields) }))
    .superRefine(once((row) => [row.tenant, row.carrier]))
    .default([]),
  gateways: z
    .array(z.strictObject({ tenant, gateway: name, ...optional(gatewayFields) }))
    .superRefine(once((row) => [row.tenant, row.gateway]))
    .default([]),
  causes: z
    .array(
      z.strictObject({
        code: causeCode,
        language: language.default("en"),
        ...optional(causeFields),
      }),
    )
    .superRefine(once((row) => [row.code, row.language]))
    .default([]),
});
export type MasterSettings = z.output<typeof masterSettings>;
