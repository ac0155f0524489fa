// JSON-RPC: periods that are closed, corrected, listed and read.
import { z } from "zod";
import type { CloseRequest } from "../../../engine/periods/request.ts";
import { method } from "../../method.ts";
import { ofBuySide } from "../../request/seen-params.ts";
import { cursor, instant, name, pageLimit } from "../../shapes.ts";
import { currency, decimal, reporting } from "./reporting.ts";
import { statementLine, statementSums } from "./statement.ts";

const why = z.string().max(1000).default("").describe("for who reads it later");
const number = z.string().min(1).max(64).describe("of a closing or a correction");
/** Which statement. */
const named = {
  number,
  tenant: name.optional().describe("which one, where several have the number"),
};

export const periodShape = z.object({
  id: z.string(),
  number: z.string(),
  kind: z.enum(["closing", "correction"]),
  tenant: z.string(),
  account: z.string().optional(),
  carrier: z.string().optional(),
  from: z.string(),
  to: z.string(),
  timeZone: z.string(),
  closedAt: z.string(),
  by: z.string(),
  why: z.string(),
  corrects: z.string().nullable().describe("number of the closing; null: it is one"),
  cdrs: z.number().describe("CDRs that it names"),
  cdrsHash: z.string(),
  totals: z.array(statementSums).describe("one a currency; differences in a correction"),
  reporting: z
    .object({
      currency: z.string(),
      rates: z.array(z.object({ from: z.string(), rate: z.string(), date: z.string() })),
      decimals: z.number(),
      rounding: z.string(),
      totals: z.array(z.object({ from: z.string(), amount: z.string() })),
    })
    .nullable(),
  hash: z.string().describe("sha256 of its bytes"),
});

const billed = z.object({
  revision: z.number(),
  day: z.string(),
  destination: z.string().nullable(),
  currency: z.string().nullable(),
  amount: z.string().nullable(),
  answered: z.number(),
  usageMs: z.number(),
  billedMs: z.number(),
  units: z.number(),
});

export const closeMethod = method({
  name: "period.close",
  summary:
    "Begins a job that freezes the statement of an account or a carrier for a period under the next number; with `dryRun` it only says what would be closed.",
  permission: "period.close",
  writes: true,
  heavy: true,
  errors: ["conflict", "forbidden", "ambiguous", "too-large", "too-busy", "timeout"],
  params: z.strictObject({
    account: name.optional().describe("by the sell side; this or `carrier`"),
    carrier: name.optional().describe("by the buy side"),
    tenant: name.optional().describe("which one, where several have calls of it"),
    period: z
      .union([
        z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "a month, e.g. 2026-03"),
        z.strictObject({ from: instant, to: instant }),
      ])
      .describe("a month by the clocks of `timeZone`, or a half-open span; it must be over"),
    timeZone: name.default("UTC"),
    number: number.optional().describe("instead of the next one; not of digits alone"),
    why,
    expected: z
      .array(z.strictObject({ currency, amount: decimal }))
      .max(100)
      .optional()
      .describe("every total; where it comes out otherwise, nothing is closed"),
    reporting: reporting.optional(),
    dryRun: z.boolean().default(false).describe("only says what would be closed"),
  }),
  result: z.object({
    job: z.string().nullable().describe("see `job.show`; null in a dry run"),
    preview: z
      .object({
        number: z.string(),
        from: z.string(),
        to: z.string(),
        totals: z.array(statementSums),
      })
      .optional(),
  }),
  example: { account: "1001", tenant: "example.com", period: "2026-02", dryRun: true },
  async run({ period: of, dryRun, ...asked }, { engine, caller, signal }) {
    const span = typeof of === "string" ? of : { fromMs: of.from, toMs: of.to };
    const request: CloseRequest = { ...asked, period: span };
    const { name: by, scope } = caller;
    if (dryRun) {
      const { number: next, statement } = await engine.periods.preview(request, {
        ...{ by, scope, signal },
      });
      const { from, to, totals } = statement;
      return { job: null, preview: { number: next, from, to, totals } };
    }
    const subject = asked.account ?? asked.carrier ?? "";
    const { id } = await engine.acts.noted(
      { by: caller, act: "period.close", subject, tenant: asked.tenant ?? null },
      {
        run: () => engine.periods.close(request, { by, scope, signal }),
        after: ({ body }) => ({ from: body.fromMs, to: body.toMs, why: body.why }),
        tenantOf: ({ body }) => body.tenant,
      },
    );
    return { job: id };
  },
});

export const correctMethod = method({
  name: "period.correct",
  summary:
    "Begins a job that writes what came to a closed period since, each CDR with its difference, as the next statement; where nothing came there is none. With `dryRun` it only says what would be corrected.",
  permission: "period.close",
  writes: true,
  heavy: true,
  errors: ["not-found", "conflict", "forbidden", "ambiguous", "too-large", "too-busy", "timeout"],
  params: z.strictObject({
    number: number.describe("of the closing, or of one of its corrections"),
    tenant: name.optional().describe("which one, where several have the number"),
    as: number.optional().describe("its own number instead of the next one; not of digits alone"),
    why,
    dryRun: z.boolean().default(false).describe("only says what would be corrected"),
  }),
  result: z.object({
    job: z.string().nullable().describe("see `job.show`; null in a dry run"),
    preview: z
      .object({
        number: z.string().nullable().describe("null: nothing is to be corrected"),
        corrects: z.string().describe("number of the closing"),
        cdrs: z.number().describe("CDRs that it would name"),
        totals: z.array(statementSums).describe("differences, one a currency"),
      })
      .optional(),
  }),
  example: { number: "$period" },
  async run({ dryRun, ...asked }, { engine, caller, signal }) {
    const { name: by, scope } = caller;
    if (dryRun) {
      const preview = await engine.periods.previewCorrection(asked, { by, scope, signal });
      return { job: null, preview };
    }
    const { id } = await engine.acts.noted(
      { by: caller, act: "period.correct", subject: asked.number, tenant: asked.tenant ?? null },
      {
        run: () => engine.periods.correct(asked, { by, scope, signal }),
        after: ({ body }) => ({ why: body.why }),
        tenantOf: ({ body }) => body.tenant,
      },
    );
    return { job: id };
  },
});

export const listMethod = method({
  name: "period.list",
  summary: "Closed periods and their corrections, the latest first.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  errors: [],
  heavy: false,
  params: z.strictObject({
    tenants: z.array(name).max(1000).optional().describe("those of these tenants"),
    account: name.optional().describe("those of this account"),
    carrier: ofBuySide(name.optional().describe("those of this carrier")),
    job: z.string().min(1).max(64).optional().describe("what this job wrote"),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({ periods: z.array(periodShape), nextCursor: z.string().optional() }),
  example: {},
  async run({ cursor: before, ...query }, { engine, caller }) {
    const place = before === undefined ? {} : { before: Number(before) };
    const { periods, next } = await engine.periods.list({ ...query, ...place }, caller.scope);
    return { periods, ...(next === undefined ? {} : { nextCursor: String(next) }) };
  },
});

export const getMethod = method({
  name: "period.get",
  summary: "A closed statement or a correction, whole; `text` is its bytes, of which `hash` is.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found", "ambiguous"],
  params: z.strictObject({
    ...named,
  }),
  result: z.object({
    period: periodShape,
    lines: z.array(statementLine),
    text: z.string(),
  }),
  example: { number: "$period" },
  run: (asked, { engine, caller }) => engine.periods.get(asked, caller.scope),
});

export const linesMethod = method({
  name: "period.lines",
  summary:
    "What a statement says of each CDR: as it billed it, and in a correction what it was before, the difference and why.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found", "ambiguous"],
  params: z.strictObject({
    ...named,
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({
    cdrs: z.array(
      z.object({
        id: z.string(),
        was: billed.nullable().describe("by the statements before; null: none billed it"),
        now: billed.nullable().describe("null: it is no part of the period any more"),
        difference: z.string().nullable().describe("of the amounts"),
        why: z
          .enum(["late", "moved-here", "moved-away", "voided", "rerated", "corrected"])
          .nullable(),
      }),
    ),
    nextCursor: z.string().optional(),
  }),
  example: { number: "$period" },
  async run({ cursor: after, ...asked }, { engine, caller }) {
    const { cdrs, next } = await engine.periods.cdrs({ ...asked, after }, caller.scope);
    return { cdrs, ...(next === undefined ? {} : { nextCursor: next }) };
  },
});
