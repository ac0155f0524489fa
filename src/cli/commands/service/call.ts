// cdrate call: the calls that are under way.
import type { Command } from "commander";
import type { CdrateClient, Params, Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

type Query = Params<"call.list">;
type Answer = Result<"call.list">;

interface Options extends ServiceOptions {
  state?: string[];
  tenant?: string[];
  account?: string[];
  source?: string[];
  caller?: string[];
  destination?: string[];
  direction?: string[];
  limit: number;
  cursor?: string;
  json?: boolean;
}

export function addCallCommands(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const call = program.command("call").description("calls that are under way");
  const list = call
    .command("list")
    .description("list the calls that are under way, the longest first")
    .option("--state <states...>", "ringing | up")
    .option("--tenant <names...>", "of these tenants")
    .option("--account <names...>", "of these accounts")
    .option("--source <names...>", "of these sources")
    .option("--caller <numbers...>", "from these numbers, as sent")
    .option("--destination <numbers...>", "to these numbers, as dialled")
    .option("--direction <directions...>", "inbound | outbound | internal | external")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON");
  serviceFlags(list).action(async (options: Options) => {
    await withClient(parts, options, async (client: CdrateClient) => {
      const answer = await client.call("call.list", queryOf(options));
      if (options.json === true) return output.printJson(answer);
      for (const line of linesOf(answer)) output.print(line);
    });
  });
}

/** The service says which word is none. */
function queryOf({ limit, cursor, ...lists }: Options): Query {
  const { state, tenant, account, source, caller, destination, direction } = lists;
  const given = {
    ...{ states: state, tenants: tenant, accounts: account, sources: source },
    ...{ callerNumbers: caller, destinations: destination, directions: direction, cursor },
  };
  const there = Object.entries(given).filter(([, value]) => value !== undefined);
  return { limit, ...Object.fromEntries(there) } as Query;
}

function linesOf({ calls, total, asOf, current, complete, feeds, nextCursor }: Answer): string[] {
  const news =
    asOf === null
      ? "no feed tells of calls under way"
      : [
          `${total} calls as of ${asOf}`,
          ...(current ? [] : ["a switch is out of reach: its calls are those of before"]),
          ...(complete ? [] : ["older calls may be missing"]),
        ].join(" · ");
  return [
    news,
    ...calls.map(({ since, state, source, account, callerNumber, destination, callId }) =>
      [since, state, source, account ?? "-", callerNumber ?? "-", destination ?? "-", callId].join(
        " ",
      ),
    ),
    ...feeds
      .filter(({ asOf: heard }) => heard === null)
      .map(({ feed }) => `${feed} tells of none: its user may have no read class call`),
    ...(nextCursor === undefined ? [] : [`more: --cursor ${nextCursor}`]),
  ];
}
