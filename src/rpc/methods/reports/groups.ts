// JSON-RPC: the reports by a key, one method for each declaration of reports/groups.ts.
import { z } from "zod";
import { language } from "../../../master/fields.ts";
import { GROUP_REPORTS, type GroupReport, type GroupReportName } from "../../../reports/groups.ts";
import { filterParameter, toFilter } from "../../filter-shape.ts";
import { method, type TypedMethod } from "../../method.ts";
import { name } from "../../shapes.ts";
import { figures, sortFigure, summedFrom } from "./figures.ts";

const MOST_ROWS = 10_000;

const params = z.strictObject({
  filter: filterParameter.optional(),
  timeZone: name.default("UTC"),
  language: language.default("en").describe("Of the words of causes."),
  sort: z
    .strictObject({ by: sortFigure, descending: z.boolean().default(true) })
    .optional()
    .describe("By which figure; absent: the busiest first, of margins the losses."),
  top: z
    .number()
    .int()
    .min(1)
    .max(MOST_ROWS)
    .default(100)
    .describe("So many rows; what is in none of them is in `others`."),
});

const result = z
  .object({
    rows: z.array(
      figures
        .catchall(z.union([z.string(), z.number(), z.boolean(), z.null()]))
        .meta({ id: "FiguresByKey" }),
    ),
    others: z.array(figures).describe("what is in none of the rows, one a pair of currencies"),
    totals: z.array(figures).describe("rows and others, one a pair of currencies"),
    count: z.number().describe("how many rows there are without `top`"),
    from: summedFrom,
  })
  .meta({ id: "GroupReport" });

function groupMethod(report: GroupReport & { name: GroupReportName }) {
  return method({
    name: `report.${report.name}`,
    summary: report.summary,
    permission: "cdr.read",
    writes: false,
    repeatable: true,
    heavy: true,
    errors:
      report.tellsOfBuy === true ? ["timeout", "too-large", "forbidden"] : ["timeout", "too-large"],
    params,
    result,
    example: { top: 3 },
    async run({ filter, language: said, ...asked }, { engine, caller, signal }) {
      const request = { report: report.name, filter: toFilter(filter), ...asked };
      const { rows, ...sums } = await engine.reports.group(request, {
        scope: caller.scope,
        signal,
      });
      const { scope } = caller;
      const keys = rows.map((row) => row.keys);
      const { tenants } = request.filter;
      const names = await engine.master.names.of(keys, { tenants, language: said, scope });
      const named = rows.map((row, at) => ({ ...row.keys, ...names[at], ...row.figures }));
      return { rows: named, ...sums };
    },
  });
}

type MethodsOf<Reports extends readonly GroupReport[]> = {
  readonly [Index in keyof Reports]: TypedMethod<
    `report.${Reports[Index]["name"]}`,
    typeof params,
    typeof result,
    true
  >;
};

/** In the order of the declarations. */
export const GROUP_METHODS = GROUP_REPORTS.map(groupMethod) as unknown as MethodsOf<
  typeof GROUP_REPORTS
>;
