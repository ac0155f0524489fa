// cdrate explain: how a stored amount came about, for a person to check with pencil and paper.
import type { Command } from "commander";
import type { Json, JsonObject } from "../cdr/json.ts";
import { explainCdr } from "../engine/explain-cdr.ts";
import { engineError } from "../errors.ts";
import type { CommandParts } from "./commands.ts";
import { EXIT } from "./output.ts";
import { withEngine } from "./tariff-commands.ts";

export function addExplainCommand(program: Command, parts: CommandParts): void {
  const { output, exit } = parts;
  program
    .command("explain <id>")
    .description("price a stored CDR again, step by step, and compare")
    .option("--revision <number>", "an older revision of its rating")
    .option("--json", "answer as JSON")
    .action(async (id: string, options: { revision?: string; json?: boolean }) => {
      await withEngine(parts, async (engine) => {
        const cdr = await engine.store.get(id);
        if (cdr === null) throw engineError("not-found", `There is no CDR ${id}.`, { path: "id" });
        const revision = options.revision === undefined ? undefined : Number(options.revision);
        const explanation = await explainCdr(engine, { cdr, revision });
        if (!explanation.matches) exit(EXIT.failed);
        if (options.json === true) return output.printJson(explanation);
        const { rating, trace, matches, differences } = explanation;
        output.print(`CDR ${id}, revision ${rating.revision}: ${rating.outcome}`);
        output.print(`tariff version ${rating.tariffVersion ?? "none"}, ${rating.semantics}`);
        output.print(indented(trace));
        output.print(
          matches ? "Every stored member comes out again." : "It does NOT come out again:",
        );
        for (const { path, stored, again } of differences) {
          output.print(
            `  ${path}: stored ${JSON.stringify(stored)}, again ${JSON.stringify(again)}`,
          );
        }
      });
    });
}

/** A JSON trace as indented lines: names, and values that are no container beside them. */
function indented(value: JsonObject | Json[], depth = 0): string {
  const lines: string[] = [];
  const margin = "  ".repeat(depth);
  for (const [name, member] of Object.entries(value)) {
    const label = Array.isArray(value) ? "-" : `${name}:`;
    if (typeof member !== "object" || member === null) {
      lines.push(`${margin}${label} ${member ?? "—"}`);
    } else if (Object.keys(member).length > 0) {
      lines.push(`${margin}${label}`, indented(member, depth + 1));
    }
  }
  return lines.join("\n");
}
