// JSON-RPC: the statement of an account or a carrier.
import { z } from "zod";
import { method } from "../../method.ts";
import { ofBuySide } from "../../request/seen-params.ts";
import { instant, name } from "../../shapes.ts";
import { reporting } from "./reporting.ts";

export const statementSums = z.object({
  currency: z.string().nullable().describe("of the amount; null: these records have none"),
  cdrs: z.number().describe("records"),
  answered: z.number().describe("records with usage"),
  seconds: z.number().describe("usage of voice records"),
  billedSeconds: z.number().describe("what was billed of it"),
  units: z.number().describe("usage of records that are no voice"),
  amount: z.string().nullable().describe("sum of rounded amounts; null: these records have none"),
});

export const statementLine = statementSums.extend({
  day: z.string(),
  destination: z.string().nullable().describe("as the tariff names it; null: no row matched"),
});

export const statementMethod = method({
  name: "report.statement",
  summary:
    "What an account owes, or a carrier is owed, for a period: lines by day and destination, which give the totals.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["timeout", "too-large", "ambiguous"],
  params: z.strictObject({
    account: name.optional().describe("by the sell side; this or `carrier`"),
    carrier: ofBuySide(name.optional().describe("by the buy side, for those who see it")),
    tenant: name.optional().describe("which one, where several have the account"),
    period: z
      .union([
        z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "a month, e.g. 2026-03"),
        z.strictObject({ from: instant, to: instant }),
      ])
      .describe("a month by the clocks of `timeZone`, or a half-open span"),
    timeZone: name.default("UTC"),
    reporting: reporting.optional(),
  }),
  result: z.object({
    account: z.string().optional(),
    carrier: z.string().optional(),
    tenant: z.string().nullable().describe("null: nobody called, or a carrier of several tenants"),
    timeZone: z.string(),
    from: z.string(),
    to: z.string(),
    lines: z.array(
      statementLine.extend({
        reportingAmount: z.string().nullable().optional().describe("in the reporting currency"),
      }),
    ),
    totals: z.array(statementSums).describe("the sums of the lines, one a currency"),
    reporting: z
      .object({
        currency: z.string(),
        totals: z.array(z.object({ from: z.string(), amount: z.string() })),
        total: z.string().describe("of all own currencies"),
      })
      .optional(),
  }),
  example: { account: "1001", period: "2026-03", timeZone: "Europe/Madrid" },
  async run(
    { account, carrier, tenant, period, timeZone, reporting: asked },
    { engine, caller, signal },
  ) {
    const span = typeof period === "string" ? period : { fromMs: period.from, toMs: period.to };
    const statement = await engine.reports.statement(
      { account, carrier, tenant, period: span, timeZone, reporting: asked },
      { scope: caller.scope, signal },
    );
    return {
      ...(account !== undefined && { account }),
      ...(carrier !== undefined && { carrier }),
      timeZone,
      ...statement,
    };
  },
});
