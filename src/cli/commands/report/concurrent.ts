// cdrate report concurrent: calls under way at once, as a table, CSV or JSON.
import { type Command, Option } from "commander";
import type { Params } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import { csvLine } from "../../../queries/csv-text.ts";
import { CONCURRENT_KEYS, CONCURRENT_STEPS } from "../../../reports/concurrency.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter } from "../../filter-flags.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

type Query = Params<"report.concurrent">;

interface ConcurrentOptions extends FilterOptions, ServiceOptions {
  step: NonNullable<Query["step"]>;
  by?: Query["by"];
  csv?: boolean;
  json?: boolean;
}

export function addConcurrent(report: Command, parts: CommandParts): void {
  const command = report
    .command("concurrent")
    .description("answered attempts under way at once: peak and mean")
    .addOption(
      new Option("--step <length>", "how long a row is")
        .choices([...CONCURRENT_STEPS])
        .default("hour"),
    )
    .addOption(
      new Option("--by <key>", "rows for each of these apart").choices([...CONCURRENT_KEYS]),
    )
    .option("--csv", "answer as CSV")
    .option("--json", "answer as JSON: { rows }");
  filterFlags(serviceFlags(command)).action(async (options: ConcurrentOptions) => {
    const { step, by, timeZone } = options;
    const { callTime: { from, to } = {}, ...filter } = readFilter(options);
    if (from === undefined || to === undefined) {
      const lacks = from === undefined ? "from" : "to";
      throw engineError("invalid-params", `--${lacks} is missing.`, { path: lacks });
    }
    await withClient(parts, options, async (client) => {
      const query = { from, to, step, filter, ...(by && { by }), ...(timeZone && { timeZone }) };
      const { rows } = await client.call("report.concurrent", query);
      if (options.json === true) parts.output.printJson({ rows });
      else show(parts, rows, { by, csv: options.csv === true });
    });
  });
}

type Rows = {
  from: string;
  to: string;
  group?: string | null | undefined;
  peak: number;
  mean: number;
  final: boolean;
}[];

function show(
  { output }: CommandParts,
  rows: Rows,
  { by, csv }: { by?: string | undefined; csv: boolean },
) {
  const keys = by === undefined ? [] : [by];
  const names = ["from", "to", ...keys, "peak", "mean", "final"];
  const cells = rows.map(({ from, to, group, peak, mean, final }) => [
    from,
    to,
    ...keys.map(() => group ?? null),
    peak,
    mean,
    final,
  ]);
  if (csv) output.print([names, ...cells].map(csvLine).join("").trimEnd());
  else
    output.print(
      table(
        names,
        cells.map((row) => row.map((cell) => String(cell ?? "—"))),
      ),
    );
}
