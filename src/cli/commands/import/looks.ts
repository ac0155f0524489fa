// cdrate imports list|get|cancel: imports that were begun.
import type { Command } from "commander";
import type { Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface ListOptions extends ServiceOptions {
  limit: number;
  cursor?: string;
  json?: boolean;
}

const ON_ONE = [
  { verb: "get", method: "import.get", does: "show an import" },
  { verb: "cancel", method: "import.cancel", does: "end an import; what it brought stays" },
] as const;

export function addImportLooks(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const imports = program.command("imports").description("imports that were begun");
  const list = imports
    .command("list")
    .description("list imports, latest first")
    .option("--limit <number>", "at most so many, to 1000", pageLimitFlag, 100)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON: { imports, nextCursor }");
  serviceFlags(list).action(async ({ limit, cursor, ...options }: ListOptions) => {
    await withClient(parts, options, async (client) => {
      const page = cursor === undefined ? { limit } : { limit, cursor };
      const answer = await client.call("import.list", page);
      if (options.json === true) return output.printJson(answer);
      for (const one of answer.imports) output.print(importLine(one));
      if (answer.nextCursor !== undefined) {
        output.print(`there are more: --cursor ${answer.nextCursor}`);
      }
    });
  });
  for (const { verb, method, does } of ON_ONE) {
    const command = imports
      .command(`${verb} <job>`)
      .description(does)
      .option("--json", "answer as JSON");
    serviceFlags(command).action(
      async (job: string, options: ServiceOptions & { json?: boolean }) => {
        await withClient(parts, options, async (client) => {
          const answer = await client.call(method, { job });
          if (options.json === true) output.printJson(answer);
          else output.print(importLine(answer));
        });
      },
    );
  }
}

export function importLine({ job, state, file, batch, outcomes }: Result<"import.get">): string {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return [
    `${job}  ${state}  ${file}`,
    ...(batch === null ? [] : [`batch ${batch}`]),
    ...(counts.length === 0 ? [] : [counts.join(", ")]),
  ].join("  ");
}
