// cdrate changes: the CDRs that were inserted, revised or voided.
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter } from "../../filter-flags.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface ChangesOptions extends FilterOptions, ServiceOptions {
  after?: string;
  limit: number;
}

/** One JSON object a line, so that a program can read them while they come. */
export function addChangesCommand(program: Command, parts: CommandParts): void {
  const command = program
    .command("changes")
    .description("CDRs that were inserted, revised or voided, as JSON lines; the last line is next")
    .option("--after <next>", "the `next` of the run before; else from the first change")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50);
  filterFlags(serviceFlags(command)).action(async (options: ChangesOptions) => {
    await withClient(parts, options, async (client) => {
      const { after } = options;
      const page = await client.call("cdr.changes", {
        filter: readFilter(options),
        limit: options.limit,
        ...(after === undefined ? {} : { after }),
      });
      for (const cdr of page.cdrs) parts.output.print(JSON.stringify(cdr));
      for (const period of page.periods) parts.output.print(JSON.stringify({ period }));
      parts.output.print(JSON.stringify({ next: page.next }));
    });
  });
}
