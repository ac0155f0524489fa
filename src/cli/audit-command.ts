// cdrate audit: does what is stored hold what is promised?
import type { Command } from "commander";
import type { CommandParts } from "./command-parts.ts";
import { EXIT } from "./output.ts";
import { readInstant } from "./tariff-commands.ts";
import { withEngine } from "./with-engine.ts";

export function addAuditCommand(program: Command, parts: CommandParts): void {
  const { output, exit } = parts;
  program
    .command("audit")
    .description("check the invariants on what is stored; exit code 1 when one does not hold")
    .option("--from <time>", "calls from (RFC 3339)")
    .option("--to <time>", "calls before (RFC 3339)")
    .option("--all", "price every CDR again, not about a thousand")
    .option("--json", "answer as JSON")
    .action(async (options: { from?: string; to?: string; all?: boolean; json?: boolean }) => {
      const { from, to } = options;
      const period = {
        ...(from === undefined ? {} : { fromMs: readInstant(from, "from") }),
        ...(to === undefined ? {} : { toMs: readInstant(to, "to") }),
      };
      await withEngine(parts, async (engine) => {
        const checks = await engine.audits.run({
          period,
          explain: options.all === true ? "all" : "sample",
        });
        if (checks.some(({ ok }) => !ok)) exit(EXIT.failed);
        if (options.json === true) return output.printJson({ checks });
        for (const { name, ok, detail } of checks) {
          output.print(`${ok ? "ok   " : "FAULT"} ${name}: ${detail}`);
        }
      });
    });
}
