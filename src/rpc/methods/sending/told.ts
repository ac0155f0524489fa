// Which reports a schedule may send, and the params of each: those of its method, but for the period.
import { z } from "zod";
import { type Asker, ownerOf, ownerText } from "../../../access/owner.ts";
import { type Scope, seenBy } from "../../../access/scope.ts";
import type { JsonObject } from "../../../cdr/json.ts";
import type { Told } from "../../../engine/schedules/model.ts";
import { EngineError, engineError } from "../../../errors.ts";
import { UNITS } from "../../../reports/calendar.ts";
import { FOLDS } from "../../../reports/folds.ts";
import { GROUP_REPORTS, type GroupReportName } from "../../../reports/groups.ts";
import { filterParameter, seenFilter, toFilter } from "../../filter-shape.ts";
import { createParamsReader } from "../../request/params.ts";
import { ofBuySide } from "../../request/seen-params.ts";
import { name } from "../../shapes.ts";
import { searchName, searchOwner } from "../cdr/search.ts";
import { sortFigure } from "../reports/figures.ts";

const GROUPS = GROUP_REPORTS.map((report): GroupReportName => report.name);
const searchParams = z.strictObject({ search: searchName, owner: searchOwner.optional() });
const readSearch = createParamsReader(searchParams);

export const REPORT_NAMES = ["daily", "traffic", "statement", "search", ...GROUPS] as const;
type ReportName = (typeof REPORT_NAMES)[number];

const filter = seenFilter(filterParameter.omit({ callTime: true }))
  .optional()
  .describe("Which CDRs; the period of each occasion is their call time.");

const readDaily = createParamsReader(z.strictObject({ filter }));
const readTraffic = createParamsReader(
  z.strictObject({ filter, by: z.enum([...UNITS, ...FOLDS]).default("hour") }),
);
const readGroup = createParamsReader(
  z.strictObject({
    filter,
    sort: z.strictObject({ by: sortFigure, descending: z.boolean().default(true) }).optional(),
    top: z.number().int().min(1).max(10_000).default(100),
  }),
);
const readStatement = createParamsReader(
  z
    .strictObject({
      account: name.optional(),
      carrier: ofBuySide(name.optional()),
      tenant: name.optional(),
    })
    .refine(({ account, carrier }) => (account === undefined) !== (carrier === undefined), {
      error: "say whose: `account` or `carrier`",
      path: ["account"],
    }),
);

/** @throws `invalid-params` that names the member within `params` */
export function readTold(
  report: ReportName,
  params: JsonObject,
  caller: Asker & { scope: Scope },
): Told {
  try {
    return told(report, params, caller);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { path } = error.detail;
    throw engineError(error.code, `params: ${error.message}`, {
      ...error.detail,
      path: path === undefined ? "params" : `params.${path}`,
    });
  }
}

function told(report: ReportName, params: JsonObject, caller: Asker & { scope: Scope }): Told {
  const seen = seenBy(caller.scope);
  if (report === "search") {
    const { search, owner = ownerText(ownerOf(caller)) } = readSearch(params);
    return { kind: "search", name: search, owner };
  }
  if (report === "statement") return { kind: "statement", ...readStatement(params, seen) };
  if (report === "daily") {
    return { kind: "daily", filter: toFilter(readDaily(params, seen).filter) };
  }
  if (report === "traffic") {
    const { by, filter: given } = readTraffic(params, seen);
    return { kind: "traffic", by, filter: toFilter(given) };
  }
  const { filter: given, ...order } = readGroup(params, seen);
  return { kind: "group", report, filter: toFilter(given), ...order };
}
