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
    .option("--by <key...>", "day, hour, month, account, tenant, prefix, carrier, outcome …")
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

const MEASURES = ["calls", "answered", "seconds", "sell", "buy", "margin", "asr", "acd"] as const;
const DECIMALS = { asr: 3, acd: 1 } as const;

function sumsTable(keys: string[], rows: Result<"cdr.summarize">["rows"]): string {
  const cells = rows.map((row) => [
    ...keys.map((key) => String(row[key] ?? "—")),
    row.currency ?? "—",
    ...MEASURES.map((name) => {
      const value = row[name];
      if (value === null) return "—";
      return name === "asr" || name === "acd" ? row[name]?.toFixed(DECIMALS[name]) : String(value);
    }),
  ]);
  return table(
    [...keys, "currency", ...MEASURES],
    cells.map((line) => line.map((cell) => cell ?? "—")),
  );
}
