// cdrate report statement: what an account owes or a carrier is owed, as a table, CSV, JSON or a page to print.
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import { minutesText, statementPage } from "../../../reports/statement-page.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, TIME_FORMS, timeZoneFlag } from "../../flag-values.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { type ReportCells, reportCsv } from "../../text/report.ts";
import { type ReportingOptions, reportingOf } from "./reporting.ts";
import { writeWorkbook } from "./workbook.ts";

type Query = Params<"report.statement">;
type Statement = Result<"report.statement">;

interface StatementOptions extends ServiceOptions, ReportingOptions {
  account?: string;
  carrier?: string;
  tenant?: string;
  period?: string;
  from?: string;
  to?: string;
  timeZone: string;
  csv?: boolean;
  json?: boolean;
  html?: string;
  xlsx?: string;
}

export function addStatement(report: Command, parts: CommandParts): void {
  const command = report
    .command("statement")
    .description("what an account owes, or a carrier is owed, by day and destination")
    .option("--account <name>", "by what it was charged")
    .option("--carrier <name>", "by what it charges")
    .option("--tenant <name>", "which one, where several have the account")
    .option("--period <month>", "a month in --time-zone, e.g. 2026-03")
    .option("--from <time>", `instead of a month: ${TIME_FORMS}`)
    .option("--to <time>", "calls before")
    .option("--currency <code>", "a reporting currency beside the own one, with --rates")
    .option("--rates <file>", "CSV: from,rate,date")
    .option("--csv", "answer as CSV, without totals")
    .option("--json", "answer as JSON: { lines, totals, … }")
    .option("--html <file>", "write a page to print")
    .option("--xlsx <file>", "write a workbook, without totals");
  serviceFlags(timeZoneFlag(command)).action(async (options: StatementOptions) => {
    const { account, carrier, tenant, timeZone } = options;
    const query: Query = {
      ...{ account, carrier, tenant, period: periodOf(options), timeZone },
      reporting: reportingOf(options),
    };
    await withClient(parts, options, async (client) => {
      const statement = await client.call("report.statement", query);
      if (await writeStatementFile(statement, options, parts)) return;
      if (options.json === true) parts.output.printJson(statement);
      else
        parts.output.print(
          options.csv === true ? reportCsv(cellsOf(statement)) : tableOf(statement),
        );
    });
  });
}

/** Writes the file of `--html` or `--xlsx` and says so; false: neither was given. */
export async function writeStatementFile(
  statement: Parameters<typeof statementPage>[0] & Parameters<typeof cellsOf>[0],
  { html, xlsx }: Pick<StatementOptions, "html" | "xlsx">,
  { output }: CommandParts,
): Promise<boolean> {
  if (html !== undefined) writeFileSync(html, statementPage(statement));
  else if (xlsx !== undefined) {
    const texts = ["day", "destination", "currency"];
    await writeWorkbook(xlsx, cellsOf(statement), { texts });
  } else return false;
  output.print(`${html ?? xlsx}: ${statement.lines.length} lines`);
  return true;
}

export function periodOf({
  period,
  from,
  to,
  timeZone,
}: Pick<StatementOptions, "period" | "from" | "to" | "timeZone">): Query["period"] {
  if (period !== undefined) return period;
  if (from === undefined || to === undefined) {
    throw engineError("invalid-params", "Say --period, or --from and --to.", { path: "period" });
  }
  return { from: instantFlag(from, "from", timeZone), to: instantFlag(to, "to", timeZone) };
}

const COLUMNS = [
  "day",
  "destination",
  "currency",
  "cdrs",
  "answered",
  "seconds",
  "billedSeconds",
  "units",
  "amount",
] as const;

/** With a column for the reporting currency, where there is one. */
export function cellsOf({ lines }: Pick<Statement, "lines">): ReportCells {
  const isReported = lines.some(({ reportingAmount }) => reportingAmount !== undefined);
  const columns = isReported ? ([...COLUMNS, "reportingAmount"] as const) : COLUMNS;
  return {
    columns: [...columns],
    rows: lines.map((line) => columns.map((name) => line[name] ?? null)),
  };
}

interface Told extends Pick<Statement, "lines" | "totals"> {
  reporting?: Parameters<typeof statementPage>[0]["reporting"];
}

export function tableOf({ lines, totals, reporting = null }: Told): string {
  const second = (amount: string | null | undefined) => (reporting === null ? [] : [amount ?? "—"]);
  const row = (
    day: string,
    destination: string,
    sums: Statement["totals"][number] & { converted?: string | null | undefined },
  ) => [
    day,
    destination,
    sums.currency ?? "—",
    String(sums.cdrs),
    minutesText(sums.seconds),
    minutesText(sums.billedSeconds),
    sums.amount ?? "no price",
    ...second(sums.converted),
  ];
  const convertedOf = (from: string | null) =>
    reporting?.totals.find((total) => total.from === from)?.amount;
  const headings = ["day", "destination", "currency", "cdrs", "minutes", "billed", "amount"];
  return table(
    [...headings, ...(reporting === null ? [] : [reporting.currency])],
    [
      ...lines.map((line) =>
        row(line.day, line.destination ?? "—", { ...line, converted: line.reportingAmount }),
      ),
      ...totals.map((total) =>
        row("total", "", { ...total, converted: convertedOf(total.currency) }),
      ),
      ...(reporting?.total === undefined
        ? []
        : [["total", "", reporting.currency, "", "", "", "", reporting.total]]),
    ],
  );
}
