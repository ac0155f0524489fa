// cdrate report: traffic by buckets of time, and the reports by a key, as a table, CSV or JSON.
import { type Command, Option } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import { UNITS } from "../../../reports/calendar.ts";
import { SORT_FIGURES, type SortFigure } from "../../../reports/figures.ts";
import { FOLDS } from "../../../reports/folds.ts";
import { GROUP_REPORTS, type GroupReportName } from "../../../reports/groups.ts";
import { COMPARISONS } from "../../../reports/periods.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter } from "../../filter-flags.ts";
import { wholeNumberFlag } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { reportCells, reportCsv, reportTable } from "../../text/report.ts";
import { addConcurrent } from "./concurrent.ts";
import { addQueueReports } from "./queues.ts";
import { addStatement } from "./statement.ts";
import { writeWorkbook } from "./workbook.ts";

type TrafficParams = Params<"report.traffic">;
type Comparison = NonNullable<TrafficParams["compare"]>;

interface ReportOptions extends FilterOptions, ServiceOptions {
  json?: boolean;
  csv?: boolean;
  xlsx?: string;
}

interface TrafficOptions extends ReportOptions {
  by: TrafficParams["by"];
  compare?: Comparison["to"];
  periods?: number;
}

interface GroupOptions extends ReportOptions {
  top: number;
  sort?: SortFigure;
  ascending?: boolean;
}

export function addReportCommands(program: Command, parts: CommandParts): void {
  const report = program.command("report").description("traffic, quality and money of stored CDRs");
  addTraffic(report, parts);
  addConcurrent(report, parts);
  addStatement(report, parts);
  addQueueReports(report, parts);
  for (const { name, summary } of GROUP_REPORTS) addGroup(report, parts, { name, summary });
}

function reportFlags(command: Command): Command {
  command
    .option("--csv", "answer as CSV with every figure")
    .option("--xlsx <file>", "write a workbook with every figure")
    .option("--json", "answer as JSON: { rows, others, totals, … }");
  return filterFlags(serviceFlags(command));
}

function addTraffic(report: Command, parts: CommandParts): void {
  const command = report
    .command("traffic")
    .description("by buckets of time, empty ones too")
    .addOption(
      new Option("--by <bucket>", "how time is cut, or folded")
        .choices([...UNITS, ...FOLDS])
        .default("day"),
    )
    .addOption(new Option("--compare <with>", "other periods beside it").choices([...COMPARISONS]))
    .option(
      "--periods <count>",
      "how many of them; 1",
      wholeNumberFlag("periods", { min: 1, max: 31 }),
    );
  reportFlags(command).action(async (options: TrafficOptions) => {
    const { by, timeZone, compare: to, periods: count } = options;
    await withClient(parts, options, async (client) => {
      const answer = await client.call("report.traffic", {
        by,
        filter: readFilter(options),
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(to === undefined ? {} : { compare: { to, ...(count && { count }) } }),
      });
      const totals = totalsBeside(answer);
      const shown = { others: answer.others, totals, whole: answer };
      await print(parts, options, { keys: ["bucket"], answer: shown, rows: withCompared(answer) });
    });
  });
}

/** What is shown of a period beside: `cdrs-1` of the latest, `cdrs-2` of the one before it … */
const BESIDE = ["cdrs", "seconds", "sell"] as const;
type Traffic = Result<"report.traffic">;
type Figures = Traffic["totals"][number];

function besideFigures(compared: readonly (Figures | null | undefined)[]) {
  const entries = compared.flatMap((figures, index) =>
    BESIDE.map((name) => [`${name}-${index + 1}`, figures?.[name] ?? null] as const),
  );
  return Object.fromEntries(entries);
}

function withCompared({ rows }: Traffic) {
  return rows.map(({ compared = [], isPartial, ...row }) => ({
    ...row,
    bucket: isPartial ? `${row.bucket} (part)` : row.bucket,
    ...besideFigures(compared),
  }));
}

/** The totals of each period beside those of the same currencies. */
function totalsBeside({ totals, compared }: Traffic): Figures[] {
  const same = (left: Figures) => (right: Figures) =>
    left.currency === right.currency && left.buyCurrency === right.buyCurrency;
  return totals.map((row) => ({
    ...row,
    ...besideFigures(compared.map((period) => period.totals.find(same(row)))),
  }));
}

function addGroup(
  report: Command,
  parts: CommandParts,
  { name, summary }: { name: GroupReportName; summary: string },
): void {
  const command = report
    .command(name)
    .description(summary)
    .option(
      "--top <count>",
      "so many rows; the rest is one",
      wholeNumberFlag("top", { min: 1, max: 10_000 }),
      20,
    )
    .addOption(new Option("--sort <figure>", "what decides on the order").choices(SORT_FIGURES))
    .option("--ascending", "with --sort: the least first");
  reportFlags(command).action(async (options: GroupOptions) => {
    const { top, sort: by, ascending = false, timeZone } = options;
    await withClient(parts, options, async (client) => {
      const answer = await client.call(`report.${name}`, {
        filter: readFilter(options),
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(by === undefined ? {} : { sort: { by, descending: !ascending } }),
        top,
      });
      const { rows } = answer;
      const keys = Object.keys(rows[0] ?? {});
      const shown = { ...answer, whole: answer };
      await print(parts, options, {
        keys: keys.slice(0, keys.indexOf("currency")),
        answer: shown,
        rows,
      });
    });
  });
}

type Rows = Parameters<typeof reportTable>[1];

async function print(
  { output }: CommandParts,
  { json, csv, xlsx }: ReportOptions,
  shown: {
    keys: string[];
    /** `whole` is what JSON shows. */
    answer: Pick<Traffic, "others" | "totals"> & { whole: unknown };
    rows: Rows;
  },
): Promise<void> {
  const { keys, answer, rows } = shown;
  if (json === true) {
    output.printJson(answer.whole);
  } else if (xlsx !== undefined) {
    await writeWorkbook(xlsx, reportCells(keys, rows), { texts: keys });
    output.print(`${xlsx}: ${rows.length} rows`);
  } else if (csv === true) {
    output.print(reportCsv(reportCells(keys, rows)));
  } else {
    const last = [
      ...answer.others.map((row) => ["others", row] as const),
      ...answer.totals.map((row) => ["total", row] as const),
    ];
    output.print(reportTable(keys, rows, last));
  }
}
