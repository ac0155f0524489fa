// cdrate log: who changed what.
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, pageLimitFlag, TIME_FORMS } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface LogOptions extends ServiceOptions {
  by?: string[];
  act?: string[];
  subject?: string[];
  from?: string;
  to?: string;
  limit: number;
  cursor?: string;
  json?: boolean;
}

export function addLogCommands(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const find = program
    .command("log")
    .description("the log of acts")
    .command("find")
    .description("who changed what, the latest first")
    .option("--by <names...>", "of these credentials, users (`user NAME`) or `command line`")
    .option("--act <methods...>", "as the methods are named, e.g. tariff.activate")
    .option("--subject <names...>", "done to these")
    .option("--from <time>", `from then on; ${TIME_FORMS}`, instantFlag)
    .option("--to <time>", "before then", instantFlag)
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON");
  serviceFlags(find).action(async (options: LogOptions) => {
    const { by, act: acts, subject: subjects, from, to, limit, cursor, json } = options;
    const given = { by, acts, subjects, from, to, cursor };
    const there = Object.entries(given).filter(([, value]) => value !== undefined);
    await withClient(parts, options, async (client) => {
      const answer = await client.call("log.find", { limit, ...Object.fromEntries(there) });
      if (json === true) return output.printJson(answer);
      if (answer.acts.length === 0) output.print("Nothing was found.");
      for (const { at, by: who, act, subject, before, after } of answer.acts) {
        const change = `${JSON.stringify(before)} → ${JSON.stringify(after)}`;
        output.print([at, who, act, subject, change].join(" "));
      }
      if (answer.nextCursor !== undefined) output.print(`more: --cursor ${answer.nextCursor}`);
    });
  });
}
