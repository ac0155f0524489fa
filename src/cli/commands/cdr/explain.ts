// cdrate explain: how a stored amount came about, for a person to check with pencil and paper.
import type { Command } from "commander";
import type { JsonObject } from "../../../cdr/json.ts";
import type { Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { wholeNumberFlag } from "../../flag-values.ts";
import { EXIT } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { todayText, traceText } from "../../text/trace.ts";

interface ExplainOptions extends ServiceOptions {
  tenant?: string;
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
    .option("--tenant <tenant>", "whose CDR, where several tenants have the id")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (id: string, options: ExplainOptions) => {
    await withClient(parts, options, async (client) => {
      const revision = options.revision === undefined ? {} : { revision: options.revision };
      const tenant = options.tenant === undefined ? {} : { tenant: options.tenant };
      const explanation = await client.call("cdr.explain", { id, ...revision, ...tenant });
      if (!explanation.matches) exit(EXIT.failed);
      if (options.json === true) return output.printJson(explanation);
      output.print(explanationText(id, explanation));
    });
  });
}

type Explained = Result<"cdr.explain">;

function explanationText(id: string, explained: Explained): string {
  const { tor, rating, trace, matches, differences, rules, today, revision } = explained;
  const version = rating["tariffVersion"] ?? "none";
  const edition = today === undefined ? "" : `, rules of ${rules}`;
  return [
    `CDR ${id}, revision ${revision}: ${rating["outcome"]}`,
    `tariff version ${version}, ${rating["semantics"]}${edition}`,
    traceText({ tor, rating: rating as JsonObject, trace }),
    matches ? "Every stored member comes out again." : "It does NOT come out again:",
    ...differences.map(
      ({ path, stored, again }) =>
        `  ${path}: stored ${JSON.stringify(stored)}, again ${JSON.stringify(again)}`,
    ),
    ...(today === undefined ? [] : [todayText(today)]),
  ].join("\n");
}
