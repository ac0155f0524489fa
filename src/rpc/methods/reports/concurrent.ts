// JSON-RPC: calls under way at once.
import { z } from "zod";
import { seenKeys } from "../../../access/views.ts";
import { CONCURRENT_KEYS, CONCURRENT_STEPS } from "../../../reports/concurrency.ts";
import { filterParameter, toFilter } from "../../filter-shape.ts";
import { method } from "../../method.ts";
import { narrowing } from "../../request/seen-params.ts";
import { instant, name } from "../../shapes.ts";

const concurrentKey = narrowing(z.enum(CONCURRENT_KEYS), (seen) =>
  z.enum(seenKeys(seen, CONCURRENT_KEYS)),
);

export const concurrentMethod = method({
  name: "report.concurrent",
  summary: "Answered attempts under way at once: the exact peak and mean of each step.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["timeout", "too-large", "forbidden"],
  params: z.strictObject({
    from: instant.describe("The first instant; calls that began before it count too."),
    to: instant.describe("The instant after the last."),
    step: z
      .enum(CONCURRENT_STEPS)
      .default("hour")
      .describe("How long a row is, by the clocks of the zone."),
    by: concurrentKey.optional().describe("Rows for each of these apart; absent: all together."),
    filter: filterParameter.optional(),
    timeZone: name.default("UTC"),
  }),
  result: z.object({
    rows: z.array(
      z.object({
        group: z.string().nullable().optional().describe("of `by`"),
        from: z.string(),
        to: z.string(),
        peak: z.number().describe("the most at one instant"),
        mean: z.number().describe("over the whole step, six decimals"),
        final: z.boolean().describe("false: a call of then may still be under way"),
      }),
    ),
  }),
  example: { from: "2026-03-02T09:00:00Z", to: "2026-03-02T11:00:00Z", step: "hour" },
  async run({ from: fromMs, to: toMs, filter, ...asked }, { engine, caller, signal }) {
    const request = { fromMs, toMs, filter: toFilter(filter), ...asked };
    const rows = await engine.reports.concurrent(request, { scope: caller.scope, signal });
    return { rows };
  },
});
