// cdrate feed: the feeds of the settings, their state, and whether they run.
import type { Command } from "commander";
import type { CdrateClient } from "../../../client/client.ts";
import type { FeedView } from "../../../engine/ports.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, pageLimitFlag, TIME_FORMS, timeZoneFlag } from "../../flag-values.ts";
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
  addQueueEvents(feed, parts);
  for (const { verb, method, does } of ON_ONE) {
    const command = feed
      .command(`${verb} <name>`)
      .description(does)
      .option("--json", "answer as JSON");
    serviceFlags(command).action(async (name: string, options: FeedOptions) => {
      await withClient(parts, options, async (client: CdrateClient) => {
        const answer = await client.call(method, { name });
        if (options.json === true) return output.printJson(answer);
        for (const line of feedLines(answer)) output.print(line);
      });
    });
  }
}

interface QueueOptions extends FeedOptions {
  from: string;
  to: string;
  timeZone?: string;
  queue?: string[];
  agent?: string[];
  limit: number;
  cursor?: string;
}

function addQueueEvents(feed: Command, parts: CommandParts): void {
  const { output } = parts;
  const command = timeZoneFlag(feed.command("queue-events"))
    .description("what happened in the queues of switches, in the order of time")
    .requiredOption("--from <time>", `events from: ${TIME_FORMS}`)
    .requiredOption("--to <time>", `events before: ${TIME_FORMS}`)
    .option("--queue <names...>", "of these queues")
    .option("--agent <names...>", "of these members")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (options: QueueOptions) => {
    await withClient(parts, options, async (client: CdrateClient) => {
      const { from, to, timeZone, queue, agent, limit, cursor } = options;
      const answer = await client.call("feed.queueEvents", {
        from: instantFlag(from, "from", timeZone),
        to: instantFlag(to, "to", timeZone),
        limit,
        ...(queue === undefined ? {} : { queues: queue }),
        ...(agent === undefined ? {} : { agents: agent }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (options.json === true) return output.printJson(answer);
      for (const { at, event, queue: name, agent: member, uniqueId, facts } of answer.events) {
        output.print([at, name, event, member ?? "-", uniqueId, JSON.stringify(facts)].join(" "));
      }
      if (answer.nextCursor !== undefined) output.print(`more: --cursor ${answer.nextCursor}`);
    });
  });
}

function feedLines(feed: FeedView): string[] {
  const { position, gaps, warnings } = feed.state;
  return [
    feedLine(feed),
    ...warnings.map((warning) => `  warning: ${warning}`),
    ...(position === null ? [] : [`  position ${JSON.stringify(position)}`]),
    ...gaps.map(({ from, to, filledBy, reason }) => {
      const by = filledBy === null ? "" : ` (filled by ${filledBy})`;
      return `  gap from ${from ?? "the beginning"} to ${to}${by}: ${reason}`;
    }),
  ];
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
