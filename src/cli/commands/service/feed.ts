// cdrate feed: the feeds of the settings, their state, and whether they run.
import type { Command } from "commander";
import type { CdrateClient } from "../../../client/client.ts";
import type { FeedView } from "../../../engine/ports.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface FeedOptions extends ServiceOptions {
  json?: boolean;
}

const ON_ONE = [
  { verb: "get", method: "feed.get", does: "show one feed with its position and gaps" },
  { verb: "start", method: "feed.start", does: "start a feed that was stopped" },
  { verb: "stop", method: "feed.stop", does: "stop a feed, in whatever process it runs" },
] as const;

export function addFeedCommands(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const feed = program.command("feed").description("the feeds of the settings");
  const list = feed
    .command("list")
    .description("list the feeds with their state")
    .option("--json", "answer as JSON");
  serviceFlags(list).action(async (options: FeedOptions) => {
    await withClient(parts, options, async (client: CdrateClient) => {
      const answer = await client.call("feed.list", {});
      if (options.json === true) return output.printJson(answer);
      if (answer.feeds.length === 0) return output.print("There are no feeds in the settings.");
      for (const one of answer.feeds) output.print(feedLine(one));
    });
  });
  for (const { verb, method, does } of ON_ONE) {
    const command = feed
      .command(`${verb} <name>`)
      .description(does)
      .option("--json", "answer as JSON");
    serviceFlags(command).action(async (name: string, options: FeedOptions) => {
      await withClient(parts, options, async (client: CdrateClient) => {
        const answer = await client.call(method, { name });
        if (options.json === true) return output.printJson(answer);
        output.print(feedLine(answer));
        const { position, gaps, warnings } = answer.state;
        for (const warning of warnings) output.print(`  warning: ${warning}`);
        if (position !== null) output.print(`  position ${JSON.stringify(position)}`);
        for (const gap of gaps) {
          const by = gap.filledBy !== null ? ` (filled by ${gap.filledBy})` : "";
          output.print(
            `  gap from ${gap.from ?? "the beginning"} to ${gap.to}${by}: ${gap.reason}`,
          );
        }
      });
    });
  }
}

function feedLine({ name, kind, source, stopped, runs, state }: FeedView): string {
  const { connected, since, fault, lastRecord, lagSeconds, warnings, gaps } = state;
  const { records, faults, repeats, onlyHere } = state;
  const only = onlyHere === null ? "" : `, ${onlyHere} only here`;
  const lag = lagSeconds === null ? "" : `, ${lagSeconds} s after the end of its call`;
  return [
    `${name} (${kind}, source ${source}): ${stopped ? "stopped" : `runs ${runs}`}`,
    connected ? `connected since ${since}` : `not connected${fault === null ? "" : `: ${fault}`}`,
    `${records} records, ${faults} in suspense, ${repeats} repeats${only}, ${gaps.length} gaps`,
    lastRecord === null ? "no record yet" : `last record ${lastRecord}${lag}`,
    ...(warnings.length === 0 ? [] : [`${warnings.length} warnings`]),
  ].join(" · ");
}
