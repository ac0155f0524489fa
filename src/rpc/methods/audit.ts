// JSON-RPC: audit.run, the invariants checked on what is stored.
import { z } from "zod";
import { AUDIT_CHECKS } from "../../engine/audit/findings.ts";
import { toFilter } from "../filter-shape.ts";
import { method } from "../method.ts";
import { instant, name } from "../shapes.ts";

export const runMethod = method({
  name: "audit.run",
  summary:
    "Checks the invariants on what is stored: revisions, amounts, explanations, keys, sums, batches.",
  permission: "audit.run",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["store-unavailable"],
  params: z.strictObject({
    /** Of the call time, half-open; everything when it is left out. */
    period: z.strictObject({ from: instant.optional(), to: instant.optional() }).optional(),
    tenants: z.array(name).min(1).max(1000).optional(),
    /** How many are priced again: about a thousand, or all. */
    explain: z.enum(["sample", "all"]).default("sample"),
  }),
  result: z.object({
    checks: z.array(
      z.object({
        name: z.enum(AUDIT_CHECKS),
        ok: z.boolean().nullable().describe("null: it could not be checked"),
        detail: z.string(),
      }),
    ),
  }),
  example: {},
  async run({ period, tenants, explain }, { engine, caller, left }) {
    const { callTime } = toFilter(period === undefined ? {} : { callTime: period });
    const request = {
      explain,
      ...(left === undefined ? {} : { signal: left }),
      ...(callTime === undefined ? {} : { period: callTime }),
      ...(tenants === undefined ? {} : { tenants }),
    };
    return { checks: await engine.audits.run(request, caller.scope) };
  },
});
