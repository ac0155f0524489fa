// cdrate search: saved searches, and the CDRs that one selects now.
import { type Command, Option } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter, timeRange } from "../../filter-flags.ts";
import { pageLimitFlag, TIME_FORMS, timeZoneFlag } from "../../flag-values.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

type Search = Result<"search.get">;
type Wanted = Params<"search.save">;

interface Options extends ServiceOptions {
  owner?: string;
  limit?: number;
  cursor?: string;
  json?: boolean;
}

interface SaveOptions extends FilterOptions, ServiceOptions {
  columns?: string;
  sort: NonNullable<Wanted["sort"]>["by"];
  descending?: boolean;
  zone: string;
  shared: Wanted["shared"];
  json?: boolean;
}

const SORTS = ["callTime", "setupTime", "receivedAt", "usage", "duration"];
const OWNER = "whose: `token NAME`, `user NAME` or `loopback`; your own when not said";

export function addSearchCommands(program: Command, parts: CommandParts): void {
  const searches = program.command("search").description("filters that are kept by a name");
  addSave(searches, parts);
  addOne(searches, parts, "get", "show one with its filter");
  addList(searches, parts);
  addRun(searches, parts);
  addOne(searches, parts, "remove", "take one away");
}

function addSave(searches: Command, parts: CommandParts): void {
  const command = searches
    .command("save <name>")
    .description("keep a filter by a name; the same name again replaces it")
    .option("--columns <names>", "columns, with commas between them; extra.NAME for an extra field")
    .addOption(new Option("--sort <key>", "order").choices(SORTS).default("callTime"))
    .option("--descending", "the last first")
    .option("--zone <zone>", "IANA zone by whose clocks times are written", "UTC")
    .addOption(
      new Option("--shared <with>", "who may run it, too")
        .choices(["nobody", "peers", "everyone"])
        .default("nobody"),
    )
    .option("--json", "answer as JSON");
  filterFlags(serviceFlags(command)).action(async (name: string, options: SaveOptions) => {
    const { columns, sort, descending = false, zone, shared } = options;
    await withClient(parts, options, async (client) => {
      const saved = await client.call("search.save", {
        ...{ name, filter: readFilter(options), sort: { by: sort, descending }, zone, shared },
        ...(columns !== undefined && { columns: columns.split(",") }),
      });
      printOne(parts, options, saved);
    });
  });
}

function addOne(
  searches: Command,
  parts: CommandParts,
  verb: "get" | "remove",
  does: string,
): void {
  const command = searches
    .command(`${verb} <name>`)
    .description(does)
    .option("--owner <owner>", OWNER)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (name: string, { owner, ...options }: Options) => {
    await withClient(parts, options, async (client) => {
      const asked = { name, ...(owner !== undefined && { owner }) };
      printOne(parts, options, await client.call(`search.${verb}`, asked));
    });
  });
}

function addList(searches: Command, parts: CommandParts): void {
  const command = searches
    .command("list")
    .description("list your searches, and those that are shared with you")
    .option("--limit <count>", "so many; 50", pageLimitFlag)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async ({ limit, ...options }: Options) => {
    await withClient(parts, options, async (client) => {
      const answer = await client.call("search.list", limit === undefined ? {} : { limit });
      if (options.json === true) return parts.output.printJson(answer);
      if (answer.searches.length === 0) return parts.output.print("There are no searches.");
      for (const one of answer.searches) parts.output.print(lineOf(one));
    });
  });
}

function addRun(searches: Command, parts: CommandParts): void {
  const command = searches
    .command("run <name>")
    .description("list the CDRs that one selects, of what you may see")
    .option("--owner <owner>", OWNER)
    .option("--from <time>", `call time from, in place of its own: ${TIME_FORMS}`)
    .option("--to <time>", "call time before")
    .option("--limit <count>", "so many; 50", pageLimitFlag)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON");
  timeZoneFlag(serviceFlags(command)).action(
    async (name: string, options: Options & Pick<FilterOptions, "from" | "to" | "timeZone">) => {
      const { owner, limit, cursor } = options;
      const callTime = timeRange(options);
      const asked = {
        ...{ name, ...(owner !== undefined && { owner }) },
        ...(callTime !== undefined && { callTime }),
        ...(limit !== undefined && { limit }),
        ...(cursor !== undefined && { cursor }),
      };
      await withClient(parts, options, async (client) => {
        const page = await client.call("search.run", asked);
        if (options.json === true) return parts.output.printJson(page);
        const { columns, rows, nextCursor } = page;
        parts.output.print(
          table(
            columns,
            rows.map((row) => row.map(cellText)),
          ),
        );
        parts.output.print(
          `${rows.length} CDRs${nextCursor === undefined ? "" : "; there are more"}`,
        );
        if (nextCursor !== undefined) parts.output.print(`--cursor ${nextCursor}`);
      });
    },
  );
}

function cellText(cell: unknown): string {
  if (cell === null) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

function printOne({ output }: CommandParts, { json }: { json?: boolean }, one: Search): void {
  if (json === true) output.printJson(one);
  else output.print(lineOf(one));
}

function lineOf({ name, owner, filter, columns, shared }: Search): string {
  return [
    `${name} (${owner}): ${JSON.stringify(filter)}`,
    ...(columns === null ? [] : [columns.join(",")]),
    ...(shared === "nobody" ? [] : [`shared with ${shared}`]),
  ].join(" · ");
}
