// cdrate exports: exports that the service writes, and fetching them.

import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import { TIME_FORMS } from "../../../queries/written-time.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter, timeRange } from "../../filter-flags.ts";
import { pageLimitFlag, timeZoneFlag } from "../../flag-values.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

type Export = Result<"export.get">;

interface StartOptions extends FilterOptions, ServiceOptions {
  search?: string;
  owner?: string;
  format: string;
  columns?: string;
  times?: string;
  header?: boolean;
  trailer?: boolean;
  json?: boolean;
}
type Options = ServiceOptions & { json?: boolean };

export function addExportsCommands(program: Command, parts: CommandParts): void {
  const exports = program.command("exports").description("exports that the service writes");
  addStart(exports, parts);
  addList(exports, parts);
  addOne(exports, parts, "get", "show how far one is");
  addFetch(exports, parts);
  addCopy(exports, parts);
  addOne(exports, parts, "cancel", "end one that is not done");
  addOne(exports, parts, "remove", "take one away, with its file");
}

function addStart(exports: Command, parts: CommandParts): void {
  const command = exports
    .command("start")
    .description("begin one, of a filter or a saved search; a running service writes it")
    .option("--search <name>", "a saved search; --from and --to take the place of its own")
    .option("--owner <owner>", "whose search: `token NAME`, `user NAME` or `loopback`")
    .addOption(
      new Option("--format <format>", "of the file")
        .choices(["csv", "jsonl", "json", "yaml", "html", "xlsx"])
        .default("csv"),
    )
    .option("--columns <names>", "columns, with commas between them; extra.NAME for an extra field")
    .addOption(
      new Option("--times <form>", "how times are written, by the clocks of --time-zone").choices(
        TIME_FORMS,
      ),
    )
    .option("--no-header", "leave out the names of the columns")
    .option("--no-trailer", "leave out the sums and the count at the end")
    .option("--json", "answer as JSON");
  filterFlags(serviceFlags(command)).action(async (options: StartOptions) => {
    await withClient(parts, options, async (client) => {
      printOne(parts, options, await client.call("export.start", paramsOf(options)));
    });
  });
}

function paramsOf(options: StartOptions): Params<"export.start"> {
  const { search, owner, format, columns, times, timeZone } = options;
  const range = timeRange(options);
  const what =
    search === undefined
      ? { filter: readFilter(options) }
      : {
          search: { name: search, ...(owner !== undefined && { owner }) },
          ...(range !== undefined && { callTime: range }),
        };
  return {
    ...what,
    format,
    ...(columns !== undefined && { columns: columns.split(",") }),
    ...(times !== undefined && { times, timeZone }),
    ...(options.header === false && { header: false }),
    ...(options.trailer === false && { trailer: false }),
  } as Params<"export.start">;
}

function addOne(
  exports: Command,
  parts: CommandParts,
  verb: "get" | "cancel" | "remove",
  does: string,
): void {
  const command = exports
    .command(`${verb} <export>`)
    .description(does)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (id: string, options: Options) => {
    await withClient(parts, options, async (client) => {
      printOne(parts, options, await client.call(`export.${verb}`, { id }));
    });
  });
}

function addList(exports: Command, parts: CommandParts): void {
  const command = exports
    .command("list")
    .description("list exports, the latest first")
    .option("--limit <count>", "so many; 50", pageLimitFlag)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async ({ limit, ...options }: Options & { limit?: number }) => {
    await withClient(parts, options, async (client) => {
      const answer = await client.call("export.list", limit === undefined ? {} : { limit });
      if (options.json === true) return parts.output.printJson(answer);
      if (answer.exports.length === 0) return parts.output.print("There are no exports.");
      parts.output.print(
        table(
          ["export", "file", "state", "rows", "bytes", "by", "why"],
          answer.exports.map(({ id, fileName, state, rows, bytes, by, fault }) => [
            ...[id, fileName, state, String(rows), String(bytes), by, fault ?? ""],
          ]),
        ),
      );
    });
  });
}

function addCopy(exports: Command, parts: CommandParts): void {
  const command = exports
    .command("copy <export>")
    .description("begin the same one of other dates")
    .requiredOption("--from <time>", "call time from")
    .requiredOption("--to <time>", "call time before")
    .option("--json", "answer as JSON");
  timeZoneFlag(serviceFlags(command)).action(
    async (id: string, options: Options & Pick<FilterOptions, "from" | "to" | "timeZone">) => {
      const { from = "", to = "" } = timeRange(options) ?? {};
      await withClient(parts, options, async (client) => {
        printOne(parts, options, await client.call("export.copy", { id, from, to }));
      });
    },
  );
}

function addFetch(exports: Command, parts: CommandParts): void {
  const command = exports
    .command("fetch <export>")
    .description("write its file, when it is done")
    .requiredOption("--output <file>", "file to write");
  serviceFlags(command).action(async (id: string, options: Options & { output: string }) => {
    await withClient(parts, options, async (client) => {
      const { output: file } = options;
      const source = Readable.fromWeb((await client.fetchExport(id)) as never);
      await pipeline(source, createWriteStream(`${file}.unfinished`));
      await rename(`${file}.unfinished`, file);
      parts.output.print(file);
    });
  });
}

function printOne({ output }: CommandParts, { json }: { json?: boolean }, one: Export): void {
  const { id, fileName, state, rows, bytes, fault } = one;
  const size = state === "waiting" ? [] : [`${rows} CDRs, ${bytes} bytes`];
  const why = fault === null ? [] : [fault];
  if (json === true) output.printJson(one);
  else output.print([`${id}: ${fileName}`, state, ...size, ...why].join(" · "));
}
