// JSON-RPC: notices to customers of what changes of their prices with a tariff version.
import { z } from "zod";
import { DEFAULT_TENANT } from "../../../cdr/defaults.ts";
import type { NoticeRow } from "../../../engine/schedules/notices/prices.ts";
import { isZone, LANGUAGES } from "../../../reports/language/languages.ts";
import { method } from "../../method.ts";
import { instant, name, pageLimit, versionId } from "../../shapes.ts";
import { delivery, deliveryView, instantText } from "./delivery.ts";

const language = z.enum(LANGUAGES).default("en").describe("Of words, numbers and dates.");
const zone = name
  .refine(isZone, "an IANA zone, e.g. Europe/Madrid")
  .default("UTC")
  .describe("IANA zone: times are by its clocks.");

const asked = {
  account: name,
  tenant: name.default(DEFAULT_TENANT),
  from: versionId.optional().describe("The version before; absent: the one in force."),
  to: versionId.describe("The version whose prices are told, activated already or not."),
  start: instant
    .optional()
    .describe("From when its prices hold; absent: as it is activated for the tenant."),
  days: z
    .int()
    .min(1)
    .max(3660)
    .optional()
    .describe("Only what the account called in so many days; absent: all of its plan."),
};
const cells = z.record(z.string(), z.string()).nullable().describe("columns of a native deck");

const preview = z.object({
  from: z.string(),
  to: z.string(),
  start: z.string(),
  called: z.object({ from: z.string(), to: z.string() }).nullable(),
  plans: z.array(z.string()).describe("retail plans of the account"),
  count: z.number().describe("rows of the whole notice"),
  rows: z
    .array(
      z.object({
        plan: z.string(),
        prefix: z.string(),
        change: z.string(),
        old: cells,
        new: cells,
        percent: z.string().nullable(),
        currency: z.string().nullable(),
        validFrom: z.string(),
      }),
    )
    .describe("the first `limit` of them"),
  hash: z.string().describe("of every row: `expected` of notice.send"),
  subject: z.string(),
  text: z.string().describe("of the mail"),
  html: z.string().describe("of the mail"),
});

function rowView({ plan, prefix, change, percent, currency, fromMs, ...sides }: NoticeRow) {
  const both = { old: sides.old, new: sides.new };
  return { ...{ plan, prefix, change, ...both, percent, currency }, validFrom: iso(fromMs) };
}

const iso = (atMs: number): string => instantText(atMs) ?? "";

export const previewMethod = method({
  name: "notice.preview",
  summary:
    "What a notice would tell a customer of a tariff version: which of its own prices change, from what to what and when.",
  permission: "schedule.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found", "forbidden", "not-supported", "too-large", "timeout"],
  params: z.strictObject({ ...asked, language, zone, limit: pageLimit }),
  result: preview,
  example: {
    ...{ account: "1001", from: "$version", to: "$version" },
    start: "2026-04-01T00:00:00Z",
  },
  async run({ language: own, zone: timeZone, limit, start, ...same }, { engine, caller }) {
    const to = { language: own, zone: timeZone };
    const wanted = { ...same, startMs: start };
    const found = await engine.notices.preview(wanted, to, caller.scope);
    const { notice, plans, rows, hash, subject, text, html } = found;
    const { called } = notice;
    return {
      ...{ from: notice.from, to: notice.to, start: iso(notice.startMs) },
      called: called === null ? null : { from: iso(called.fromMs), to: iso(called.toMs) },
      ...{ plans, count: rows.length, rows: rows.slice(0, limit).map(rowView) },
      ...{ hash, subject, text, html },
    };
  },
});

export const sendMethod = method({
  name: "notice.send",
  summary:
    "Mails a customer which of its own prices change with a tariff version; nobody gets one notice of a version twice.",
  permission: "schedule.write",
  writes: true,
  heavy: true,
  errors: ["not-found", "forbidden", "not-supported", "conflict", "too-large", "timeout"],
  params: z.strictObject({
    notice: z
      .string()
      .regex(/^[\w.-]{1,64}$/, "1 to 64 letters, digits, `.`, `_` or `-`")
      .describe("Its name; with account and version it is what a notice is known by."),
    ...asked,
    receivers: z
      .array(
        z.strictObject({
          address: z.string().min(3).max(254).describe("A mail address."),
          ...{ language, zone },
        }),
      )
      .min(1)
      .max(100)
      .describe("Who gets the mail, each of them once."),
    format: z
      .enum(["csv", "xlsx", "html", "json"])
      .default("csv")
      .describe("The attached file; `html`: none."),
    expected: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "64 hex digits")
      .optional()
      .describe("`hash` of a preview: nothing is sent where anything else would be told."),
  }),
  result: z.object({
    rows: z.number().describe("prices that change; 0: nothing is sent"),
    hash: z.string(),
    deliveries: z.array(delivery),
  }),
  example: {
    ...{ notice: "april", account: "1001" },
    ...{ from: "$version", to: "$version", start: "2026-04-01T00:00:00Z" },
    receivers: [{ address: "customer@example.com", language: "es", zone: "Europe/Madrid" }],
  },
  async run({ notice, start, ...same }, { engine, caller }) {
    return engine.acts.noted(
      { by: caller, act: "notice.send", subject: notice, tenant: same.tenant },
      {
        run: async () => {
          const wanted = { ...same, name: notice, startMs: start };
          const { rows, hash, deliveries } = await engine.notices.send(wanted, caller);
          return { rows, hash, deliveries: deliveries.map(deliveryView) };
        },
        after: ({ deliveries }) => deliveries.map(({ delivery: id }) => id),
      },
    );
  },
});
