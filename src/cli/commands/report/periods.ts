// cdrate period: statements that are closed and corrected, listed and read.
import type { Command } from "commander";
import type { CdrateClient, Params, Result } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import { type Reporting, reportingAmount } from "../../../reports/closing/reporting.ts";
import type { CommandParts } from "../../command-parts.ts";
import { TIME_FORMS, timeZoneFlag } from "../../flag-values.ts";
import { EXIT, table } from "../../output.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { jobLine, waitForJob } from "../../text/job.ts";
import { reportCsv } from "../../text/report.ts";
import { reportingOf } from "./reporting.ts";
import { cellsOf, periodOf, tableOf, writeStatementFile } from "./statement.ts";

type Period = Result<"period.get">["period"];

interface CloseOptions extends ServiceOptions {
  account?: string;
  carrier?: string;
  tenant?: string;
  period?: string;
  from?: string;
  to?: string;
  timeZone: string;
  number?: string;
  why?: string;
  expect?: string[];
  currency?: string;
  rates?: string;
  dryRun?: boolean;
  json?: boolean;
}

export function addPeriodCommands(program: Command, parts: CommandParts): void {
  const period = program.command("period").description("statements that are closed for ever");
  addClose(period, parts);
  addCorrect(period, parts);
  addList(period, parts);
  addGet(period, parts);
  addLines(period, parts);
}

function addClose(period: Command, parts: CommandParts): void {
  const command = period
    .command("close")
    .description("freeze the statement of an account or a carrier, by number and hash")
    .option("--account <name>", "by what it was charged")
    .option("--carrier <name>", "by what it charges")
    .option("--tenant <name>", "which one, where several have calls of it")
    .option("--period <month>", "a month in --time-zone, e.g. 2026-03")
    .option("--from <time>", `instead of a month: ${TIME_FORMS}`)
    .option("--to <time>", "calls before")
    .option("--number <text>", "your own number instead of the next one")
    .option("--why <text>", "for who reads it later")
    .option("--expect <totals...>", "close only where the totals are these, e.g. 1204.50EUR")
    .option("--currency <code>", "a reporting currency, with --rates")
    .option("--rates <file>", "CSV: from,rate,date")
    .option("--dry-run", "only say what would be closed")
    .option("--json", "answer as JSON");
  serviceFlags(timeZoneFlag(command)).action(async (options: CloseOptions) => {
    const { account, carrier, tenant, timeZone, number, why, dryRun } = options;
    const request: Params<"period.close"> = {
      ...{ account, carrier, tenant, period: periodOf(options), timeZone, number, why, dryRun },
      expected: options.expect?.map(totalOf),
      reporting: reportingOf(options),
    };
    await withClient(
      parts,
      options,
      async (client) => {
        const { job, preview } = await client.call("period.close", request);
        if (job !== null) await tellWritten(client, job, { parts, json: options.json });
        else if (options.json === true || preview === undefined) parts.output.printJson(preview);
        else parts.output.print(tableOf({ lines: [], totals: preview.totals }));
      },
      PATIENT,
    );
  });
}

function addCorrect(period: Command, parts: CommandParts): void {
  const command = period
    .command("correct <number>")
    .description("what came to a closed period since, as its next correction")
    .option("--tenant <name>", "which one, where several have the number")
    .option("--as <text>", "your own number instead of the next one")
    .option("--why <text>", "for who reads it later")
    .option("--dry-run", "only say what would be corrected")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(
    async (
      number: string,
      options: ServiceOptions & {
        tenant?: string;
        as?: string;
        why?: string;
        dryRun?: boolean;
        json?: boolean;
      },
    ) => {
      const { tenant, as, why, dryRun } = options;
      await withClient(
        parts,
        options,
        async (client) => {
          const request = { number, tenant, as, why, dryRun };
          const { job, preview } = await client.call("period.correct", request);
          if (job !== null) await tellWritten(client, job, { parts, json: options.json });
          else if (options.json === true || preview === undefined) parts.output.printJson(preview);
          else if (preview.number === null) parts.output.print("Nothing is to be corrected.");
          else parts.output.print(tableOf({ lines: [], totals: preview.totals }));
        },
        PATIENT,
      );
    },
  );
}

function addList(period: Command, parts: CommandParts): void {
  const command = period
    .command("list")
    .description("closed periods and their corrections, the latest first")
    .option("--account <name>", "of this account")
    .option("--carrier <name>", "of this carrier")
    .option("--json", "answer as JSON lines");
  serviceFlags(command).action(
    async (options: ServiceOptions & { account?: string; carrier?: string; json?: boolean }) => {
      const { account, carrier, json } = options;
      await withClient(parts, options, async (client) => {
        const periods: Period[] = [];
        for await (const one of client.all("period.list", { account, carrier, limit: 1000 })) {
          if (json === true) parts.output.printJson(one);
          else periods.push(one);
        }
        if (json !== true) parts.output.print(listOf(periods));
      });
    },
  );
}

function addGet(period: Command, parts: CommandParts): void {
  const command = period
    .command("get <number>")
    .description("a closed statement or a correction, whole")
    .option("--tenant <name>", "which one, where several have the number")
    .option("--csv", "answer as CSV, without totals")
    .option("--json", "its bytes, of which the hash is")
    .option("--html <file>", "write a page to print")
    .option("--xlsx <file>", "write a workbook, without totals");
  serviceFlags(command).action(
    async (
      number: string,
      options: ServiceOptions & {
        tenant?: string;
        csv?: boolean;
        json?: boolean;
        html?: string;
        xlsx?: string;
      },
    ) => {
      const { tenant } = options;
      const { output } = parts;
      await withClient(parts, options, async (client) => {
        const found = await client.call("period.get", { number, tenant });
        const { reporting } = found.period;
        const statement = {
          ...found.period,
          // By the rates that are frozen with it.
          lines: found.lines.map((line) =>
            reporting === null
              ? line
              : { ...line, reportingAmount: reportingAmount(line, reporting as Reporting) },
          ),
        };
        if (await writeStatementFile(statement, options, parts)) return;
        if (options.json === true) output.print(found.text.trimEnd());
        else if (options.csv === true) output.print(reportCsv(cellsOf(statement)));
        else output.print(`${listOf([found.period])}\n${tableOf(statement)}`);
      });
    },
  );
}

function addLines(period: Command, parts: CommandParts): void {
  const command = period
    .command("lines <number>")
    .description("what a statement says of each CDR: JSON lines")
    .option("--tenant <name>", "which one, where several have the number");
  serviceFlags(command).action(
    async (number: string, options: ServiceOptions & { tenant?: string }) => {
      const { tenant } = options;
      await withClient(parts, options, async (client) => {
        for await (const one of client.all("period.lines", { number, tenant, limit: 1000 })) {
          parts.output.printJson(one);
        }
      });
    },
  );
}

/** Waits for the job, and tells what it wrote. */
async function tellWritten(
  client: CdrateClient,
  job: string,
  { parts, json }: { parts: CommandParts; json: boolean | undefined },
): Promise<void> {
  const { output, exit } = parts;
  const view = await waitForJob(client, job);
  if (view.state !== "done") {
    exit(EXIT.failed);
    output.print(jobLine(view));
    return;
  }
  const { periods } = await client.call("period.list", { job, limit: 1 });
  const [written] = periods;
  if (json === true) output.printJson(written ?? null);
  else output.print(written === undefined ? "nothing came since" : listOf([written]));
}

function listOf(periods: readonly Period[]): string {
  return table(
    ["number", "tenant", "of", "from", "to", "cdrs", "totals", "hash"],
    periods.map((one) => [
      one.corrects === null ? one.number : `${one.number} (corrects ${one.corrects})`,
      one.tenant,
      one.account ?? `carrier ${one.carrier ?? ""}`,
      one.from,
      one.to,
      String(one.cdrs),
      one.totals
        .flatMap(({ amount, currency }) => (amount === null ? [] : [`${amount} ${currency}`]))
        .join(", "),
      one.hash.slice(0, 16),
    ]),
  );
}

function totalOf(text: string): { amount: string; currency: string } {
  const [, amount, currency] = /^(-?\d+(?:\.\d+)?)\s*([A-Za-z]\S*)$/.exec(text) ?? [];
  if (amount !== undefined && currency !== undefined) return { amount, currency };
  throw engineError("invalid-params", `--expect ${text}: say an amount and its currency.`, {
    path: "expected",
    hint: "For example 1204.50EUR.",
  });
}
