// cdrate explain: how a stored amount came about, for a person to check with pencil and paper.
import type { Command } from "commander";
import type { JsonObject } from "../../cdr/json.ts";
import type { CommandParts } from "../command-parts.ts";
import { wholeNumberFlag } from "../flag-values.ts";
import { EXIT } from "../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../service-client.ts";
import { traceText } from "../text/trace.ts";

interface ExplainOptions extends ServiceOptions {
  revision?: number;
  json?: boolean;
}

export function addExplainCommand(program: Command, parts: CommandParts): void {
  const { output, exit } = parts;
  const command = program
    .command("explain <id>")
    .description("price a stored CDR again, step by step, and compare")
    .option(
      "--revision <number>",
      "an older revision of its rating",
      wholeNumberFlag("revision", { min: 1, max: Number.MAX_SAFE_INTEGER }),
    )
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (id: string, options: ExplainOptions) => {
    await withClient(parts, options, async (client) => {
      const revision = options.revision === undefined ? {} : { revision: options.revision };
      const explanation = await client.call("cdr.explain", { id, ...revision });
      if (!explanation.matches) exit(EXIT.failed);
      if (options.json === true) return output.printJson(explanation);
      const { tor, rating, trace, matches, differences } = explanation;
      output.print(`CDR ${id}, revision ${explanation.revision}: ${rating["outcome"]}`);
      output.print(`tariff version ${rating["tariffVersion"] ?? "none"}, ${rating["semantics"]}`);
      output.print(traceText({ tor, rating: rating as JsonObject, trace }));
      output.print(
        matches ? "Every stored member comes out again." : "It does NOT come out again:",
      );
      for (const { path, stored, again } of differences) {
        output.print(`  ${path}: stored ${JSON.stringify(stored)}, again ${JSON.stringify(again)}`);
      }
    });
  });
}
