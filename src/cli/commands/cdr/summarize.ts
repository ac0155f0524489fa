// cdrate summarize: sums of CDRs by any keys, as a table or JSON.
import { type Command, Option } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter } from "../../filter-flags.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

type Query = NonNullable<Params<"cdr.summarize">>;
type GroupKey = NonNullable<Query["groupBy"]>[number];

interface SummarizeOptions extends FilterOptions, ServiceOptions {
  by?: GroupKey[];
  timeZone: string;
  time: NonNullable<Query["time"]>;
  json?: boolean;
}

export function addSummarizeCommand(program: Command, parts: CommandParts): void {
  const command = program
    .command("summarize")
    .description("sums of calls, seconds and amounts; currencies apart")
    .option("--by <key...>", "day, account, prefix, carrier, plan, outcome, extra.NAME …")
    .addOption(
      new Option("--time <which>", "the time that makes the day")
        .choices(["answer", "setup", "received"])
        .default("answer"),
    )
    .option("--json", "answer as JSON: { rows }");
  filterFlags(serviceFlags(command)).action(async (options: SummarizeOptions) => {
    const { by = [], timeZone, time } = options;
    await withClient(parts, options, async (client) => {
      const filter = readFilter(options);
      const answer = await client.call("cdr.summarize", { filter, groupBy: by, timeZone, time });
      if (options.json === true) parts.output.printJson(answer);
      else parts.output.print(sumsTable(by, answer.rows));
    });
  });
}

const MEASURES = [
  "calls",
  "answered",
  "seconds",
  "billedSeconds",
  "buyBilledSeconds",
  "sell",
  "buy",
  "margin",
  "sellOnly",
  "buyOnly",
  "asr",
  "acd",
] as const;
/** Left out of the table where they are 0 in every row. */
const SELDOM: ReadonlySet<string> = new Set(["buyBilledSeconds", "sellOnly", "buyOnly"]);
const DECIMALS: Record<string, number> = { asr: 3, acd: 1 };

type Row = Result<"cdr.summarize">["rows"][number];

function sumsTable(keys: string[], rows: Row[]): string {
  const measures = MEASURES.filter((name) => !SELDOM.has(name) || rows.some((row) => row[name]));
  const cell = (name: (typeof MEASURES)[number], value: string | number | null): string => {
    if (value === null) return "—";
    const decimals = DECIMALS[name];
    return typeof value === "number" && decimals !== undefined
      ? value.toFixed(decimals)
      : String(value);
  };
  return table(
    [...keys, "currency", ...measures],
    rows.map((row) => [
      ...keys.map((key) => String(row[key] ?? "—")),
      row.currency ?? "—",
      ...measures.map((name) => cell(name, row[name])),
    ]),
  );
}
