// cdrate cdr count: how many CDRs a filter selects.
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter } from "../../filter-flags.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

export function addCountCommand(cdr: Command, { output, ...rest }: CommandParts): void {
  const command = cdr
    .command("count")
    .description("how many CDRs the flags select")
    .option("--json", "answer as JSON: { count }");
  filterFlags(serviceFlags(command)).action(
    async (options: FilterOptions & ServiceOptions & { json?: boolean }) => {
      await withClient({ output, ...rest }, options, async (client) => {
        const answer = await client.call("cdr.count", { filter: readFilter(options) });
        if (options.json === true) output.printJson(answer);
        else output.print(`${answer.count}`);
      });
    },
  );
}
