// JSON-RPC: traffic by buckets of time, beside other periods.
import { z } from "zod";
import { UNITS } from "../../../reports/calendar.ts";
import { FOLDS } from "../../../reports/folds.ts";
import { COMPARISONS } from "../../../reports/periods.ts";
import { filterParameter, toFilter } from "../../filter-shape.ts";
import { method } from "../../method.ts";
import { name } from "../../shapes.ts";
import { figures, summedFrom } from "./figures.ts";

const MOST_PERIODS = 31;

const row = figures.extend({
  bucket: z
    .string()
    .describe(
      "2026-10-25T02:15+02:00, 2026-10-25, 2026-W43, 2026-10, 2026; folded: 00 to 23, 1 (Monday) to 7, 1T00 to 7T23",
    ),
  from: z.string().nullable().describe("its first instant, with the offset that holds then"),
  to: z.string().nullable().describe("the instant after its last"),
  isPartial: z.boolean().describe("the range of the filter holds a part of it only"),
  compared: z
    .array(figures.nullable())
    .optional()
    .describe("of each compared period the bucket beside it; null: it has no such one"),
});

export const trafficMethod = method({
  name: "report.traffic",
  summary:
    "Records, calls, attempts, seconds and money by buckets of time, empty ones too, beside other periods.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["timeout", "too-large"],
  params: z.strictObject({
    by: z
      .enum([...UNITS, ...FOLDS])
      .describe("How time is cut, or folded: a call is whole in the bucket of its call time."),
    filter: filterParameter.optional(),
    timeZone: name.default("UTC"),
    compare: z
      .strictObject({
        to: z.enum(COMPARISONS),
        count: z.number().int().min(1).max(MOST_PERIODS).default(1),
      })
      .optional()
      .describe(
        "Periods before it, or the same days of so many weeks before; it needs a range of `callTime`.",
      ),
  }),
  result: z.object({
    by: z.string(),
    timeZone: z.string(),
    rows: z.array(row),
    others: z.array(figures),
    totals: z.array(figures).describe("one a pair of currencies"),
    compared: z.array(z.object({ from: z.string(), to: z.string(), totals: z.array(figures) })),
    from: summedFrom,
  }),
  example: {
    by: "day",
    filter: { callTime: { from: "2026-03-02T00:00:00Z", to: "2026-03-04T00:00:00Z" } },
    timeZone: "UTC",
    compare: { to: "previousPeriod", count: 1 },
  },
  async run({ by, filter, timeZone, compare }, { engine, caller, signal }) {
    const request = { by, filter: toFilter(filter), timeZone, compare };
    const report = await engine.reports.traffic(request, { scope: caller.scope, signal });
    return { by, timeZone, others: [], ...report };
  },
});
