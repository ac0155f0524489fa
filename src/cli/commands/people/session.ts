// cdrate session: what users are signed in by.
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface ListOptions extends ServiceOptions {
  user?: string;
  limit: number;
  cursor?: string;
  json?: boolean;
}

export function addSessionCommands(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const session = program.command("session").description("what users are signed in by");
  const list = session
    .command("list")
    .description("list the sessions that hold")
    .option("--user <name>", "of this user")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON");
  serviceFlags(list).action(async (options: ListOptions) => {
    const { user, limit, cursor, json } = options;
    await withClient(parts, options, async (client) => {
      const answer = await client.call("session.list", {
        limit,
        ...(user === undefined ? {} : { user }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (json === true) return output.printJson(answer);
      if (answer.sessions.length === 0) output.print("Nobody is signed in.");
      for (const one of answer.sessions) {
        output.print(`${one.user} ${one.address} began ${one.began} seen ${one.seen} ${one.id}`);
      }
      if (answer.nextCursor !== undefined) output.print(`more: --cursor ${answer.nextCursor}`);
    });
  });
  const revoke = session
    .command("revoke <id>")
    .description("end a session: at once here, within 2 seconds in other processes")
    .option("--json", "answer as JSON");
  serviceFlags(revoke).action(async (id: string, options: ServiceOptions & { json?: boolean }) => {
    await withClient(parts, options, async (client) => {
      const answer = await client.call("session.revoke", { id });
      if (options.json === true) return output.printJson(answer);
      output.print("The session has ended.");
    });
  });
}
