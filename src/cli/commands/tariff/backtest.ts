// cdrate tariff backtest: what a version, a folder or a carrier's file would make of stored calls.
import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { CdrateClient, Params } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter } from "../../filter-flags.ts";
import {
  COMPAT_FLAG,
  instantFlag,
  readCompat,
  TIME_FORMS,
  wholeNumberFlag,
} from "../../flag-values.ts";
import { EXIT } from "../../output.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { backtestCsv, printBacktest } from "../../text/backtest.ts";
import { jobLine, waitForJob } from "../../text/job.ts";
import { AMENDMENT_FLAG, dialectOf, listOf } from "./dialect-flag.ts";
import { namedTariff } from "./given.ts";

type Backtest = Params<"tariff.backtest">;

interface BacktestOptions extends Omit<FilterOptions, "tariffVersion">, ServiceOptions {
  pricedBy?: string[];
  against?: string;
  plan?: string;
  dialect?: string;
  amendment?: boolean;
  compat?: NonNullable<Backtest["compat"]>;
  days?: number;
  as?: "dated" | "shifted";
  at?: string;
  wait: boolean;
  top?: number;
  csv?: string;
  json?: boolean;
}

export function addBacktestCommand(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("backtest <tried>")
    .description(
      "what a version, a folder, or a file in place of the deck of --plan would make of stored calls; changes nothing",
    )
    .option("--against <version>", "hold it against this version; else the one in force")
    .option("--plan <plan>", "of a file: whose deck it is")
    .option("--dialect <dialect>", "of the file: a stored name, or a .yaml or .json file")
    .option(...AMENDMENT_FLAG)
    .option(COMPAT_FLAG, "semantics of a CGRateS folder", readCompat)
    .option(
      "--days <number>",
      "calls of the last so many days, unless --from or --to say a time (default: 7)",
      wholeNumberFlag("days", { min: 1, max: 3660 }),
    )
    .addOption(
      new Option(
        "--as <way>",
        "dated: at their own time, as a rerate would; shifted: moved by whole weeks",
      ).choices(["dated", "shifted"]),
    )
    .option("--at <time>", `shifted: to this moment or after it: ${TIME_FORMS}`)
    .option(
      "--top <number>",
      "rows of each table before *others, to 1000 (default: 10, JSON and CSV 50)",
      wholeNumberFlag("top", { min: 1, max: 1000 }),
    )
    .option("--wait", "until the job is done (default)", true)
    .option("--no-wait", "leave the work to the running server")
    .option("--csv <file>", "write all tables as one CSV")
    .option("--json", "answer as JSON, as job.show does");
  // --version is that of the program.
  filterFlags(serviceFlags(command), { tariffVersion: "pricedBy" });
  command.action(async (tried: string, options: BacktestOptions) => {
    await withClient(
      parts,
      options,
      async (client) => {
        const request = await requestOf(client, tried, options);
        const { job } = await client.call("tariff.backtest", request);
        await report(client, parts, { ...options, job });
      },
      PATIENT,
    );
  });
}

async function requestOf(
  client: CdrateClient,
  tried: string,
  { pricedBy, against, days, as, at, ...options }: BacktestOptions,
): Promise<Backtest> {
  const flags = pricedBy === undefined ? options : { ...options, tariffVersion: pricedBy };
  const filter = readFilter(flags);
  const [tenant, ...others] = options.tenant ?? [];
  return {
    filter,
    ...(against === undefined ? {} : { from: against }),
    ...(tenant === undefined || others.length > 0 ? {} : { tenant }),
    ...(days === undefined ? {} : { days }),
    ...(as === undefined ? {} : { as }),
    ...(at === undefined ? {} : { at: instantFlag(at, "at", options.timeZone) }),
    ...(await triedOf(client, tried, options)),
  };
}

async function triedOf(
  client: CdrateClient,
  tried: string,
  options: Pick<BacktestOptions, "plan" | "dialect" | "amendment" | "compat">,
): Promise<Partial<Backtest>> {
  const { plan, dialect, amendment, compat } = options;
  const given = {
    ...listOf(amendment),
    ...(plan === undefined ? {} : { plan }),
    ...(compat === undefined ? {} : { compat }),
    ...(dialect === undefined ? {} : { dialect: await dialectOf(dialect) }),
  };
  const { kind: _kind, ...named } = await namedTariff(client, tried);
  return { ...named, ...given };
}

/** As many rows as one takes in at a glance. */
const TEXT_ROWS = 10;

async function report(
  client: CdrateClient,
  { output, exit }: CommandParts,
  { job, wait, top, csv, json }: BacktestOptions & { job: string },
): Promise<void> {
  const now = wait ? await waitForJob(client, job) : await client.call("job.show", { job });
  const isText = json !== true && csv === undefined;
  const rows = top ?? (isText ? TEXT_ROWS : undefined);
  const view = rows === undefined ? now : await client.call("job.show", { job, top: rows });
  if (view.state === "failed") exit(EXIT.failed);
  if (csv !== undefined && view.backtest !== undefined) {
    await writeFile(csv, backtestCsv(view.backtest));
  }
  if (json === true) return output.printJson(view);
  output.print(jobLine(view));
  if (view.backtest !== undefined && !view.underWay) printBacktest(output, view.backtest);
  if (csv !== undefined) output.print(`tables written to ${csv}`);
}
