// cdrate routes: the carriers that could take a call, best first, and those that could not.
import type { Command } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { callFlags } from "./call-flags.ts";

type Call = Params<"rating.routes">;

export function addRoutesCommand(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const called = program
    .command("routes")
    .description("the carriers that could take a call, best first, and those that could not");
  const command = callFlags(called)
    .option("--usage <length>", "duration text, or seconds; else a minute")
    .option("--end-time <time>", "held against the usage")
    .option("--tor <type>", "type of record: *voice, *data, *sms …")
    .option("--tariff-version <version>", "a loaded version instead of the one in force")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (options: Call & ServiceOptions & { json?: boolean }) => {
    const { json, url: _url, token: _token, usage, ...call } = options;
    await withClient(parts, options, async (client) => {
      const request = { ...call, ...(usage === undefined ? {} : { usage: asUsage(usage) }) };
      const answer = await client.call("rating.routes", request);
      if (json === true) output.printJson(answer);
      else output.print(routesText(answer));
    });
  });
}

/** A bare number is one of seconds or units, anything else a duration. */
function asUsage(text: number | string): number | string {
  return typeof text === "string" && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

const HEADERS = ["carrier", "plan", "prefix", "amount", "a minute", "margin", "gateway"];

function routesText({ routes, rejected, reason }: Result<"rating.routes">): string {
  const rows = routes.map((route) => [
    route.carrier,
    route.plan,
    route.prefix ?? "—",
    `${route.amount ?? "—"} ${route.currency}`,
    route.ratePerMinute,
    route.margin ?? "—",
    route.gateway ?? "—",
  ]);
  return [
    ...(reason === undefined ? [] : [`no route: ${reason}`]),
    ...(rows.length === 0 ? [] : [table(HEADERS, rows)]),
    ...rejected.map(({ carrier, plan, reason: why }) => `not ${carrier} (${plan}): ${why}`),
  ].join("\n");
}
