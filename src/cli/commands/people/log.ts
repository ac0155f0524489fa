// cdrate log: who changed what.
import { type Command, Option } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import { csvLine } from "../../../queries/csv-text.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, pageLimitFlag, TIME_FORMS } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface FilterOptions extends ServiceOptions {
  by?: string[];
  act?: string[];
  subject?: string[];
  address?: string[];
  road?: ("http" | "tcp" | "cli")[];
  from?: string;
  to?: string;
}

interface FindOptions extends FilterOptions {
  limit: number;
  cursor?: string;
  json?: boolean;
}

interface ExportOptions extends FilterOptions {
  format: "csv" | "jsonl";
}

type Act = Result<"log.find">["acts"][number];

const EXPORT_PAGE = 1000;
const COLUMNS = [
  "sequence",
  "id",
  "at",
  "by",
  "road",
  "address",
  "act",
  "subject",
  "tenant",
  "why",
];
const LAST_COLUMNS = ["before", "after", "previous", "hash"];

export function addLogCommands(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const log = program.command("log").description("the log of acts");
  const find = log
    .command("find")
    .description("who changed what, the latest first")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON");
  filterFlags(serviceFlags(find)).action(async (options: FindOptions) => {
    const { limit, cursor, json } = options;
    const page = { ...filterOf(options), limit, ...(cursor !== undefined && { cursor }) };
    await withClient(parts, options, async (client) => {
      const answer = await client.call("log.find", page);
      if (json === true) return output.printJson(answer);
      if (answer.acts.length === 0) output.print("Nothing was found.");
      for (const act of answer.acts) output.print(lineOf(act));
      if (answer.nextCursor !== undefined) output.print(`more: --cursor ${answer.nextCursor}`);
    });
  });
  const all = log
    .command("export")
    .description("every act that is found, the latest first, on standard output")
    .addOption(
      new Option("--format <format>", "CSV, or a JSON object a line")
        .choices(["csv", "jsonl"])
        .default("csv"),
    );
  filterFlags(serviceFlags(all)).action(async (options: ExportOptions) => {
    const isCsv = options.format === "csv";
    await withClient(parts, options, async (client) => {
      if (isCsv) await output.write(csvLine([...COLUMNS, ...LAST_COLUMNS]));
      for (let cursor: string | undefined; ; ) {
        const from = cursor === undefined ? {} : { cursor };
        const asked = { ...filterOf(options), ...from, limit: EXPORT_PAGE };
        const { acts, nextCursor } = await client.call("log.find", asked);
        await output.write(acts.map(isCsv ? csvOf : jsonOf).join(""));
        if (nextCursor === undefined) return;
        cursor = nextCursor;
      }
    });
  });
}

function filterFlags(command: Command): Command {
  return command
    .option("--by <names...>", "of these credentials, users (`user NAME`) or `command line`")
    .option("--act <methods...>", "as the methods are named, e.g. tariff.activate")
    .option("--subject <names...>", "done to these")
    .option("--address <addresses...>", "from these addresses")
    .addOption(new Option("--road <roads...>", "how they came in").choices(["http", "tcp", "cli"]))
    .option("--from <time>", `from then on; ${TIME_FORMS}`, instantFlag)
    .option("--to <time>", "before then", instantFlag);
}

function filterOf(options: FilterOptions): Params<"log.find"> {
  const { by, act: acts, subject: subjects, address: addresses, road: roads, from, to } = options;
  const given = { by, acts, subjects, addresses, roads, from, to };
  const there = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there);
}

function lineOf({ at, by, address, act, subject, why, before, after }: Act): string {
  const who = address === null ? by : `${by} (${address})`;
  const change = `${JSON.stringify(before)} → ${JSON.stringify(after)}`;
  return [at, who, act, subject, change, ...(why === null ? [] : [`because: ${why}`])].join(" ");
}

function csvOf({ link, before, after, ...act }: Act): string {
  const { sequence = null, previous = null, hash = null } = link ?? {};
  const named: Record<string, string | number | null> = { ...act, sequence };
  const first = COLUMNS.map((column) => named[column] ?? null);
  return csvLine([...first, JSON.stringify(before), JSON.stringify(after), previous, hash]);
}

function jsonOf(act: Act): string {
  return `${JSON.stringify(act)}\n`;
}
