// cdrate audit: does what is stored hold what is promised?
import type { Command } from "commander";
import type { CdrateClient } from "../../client/client.ts";
import type { CommandParts } from "../command-parts.ts";
import { instantFlag } from "../flag-values.ts";
import { EXIT } from "../output.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../service-client.ts";

interface AuditOptions extends ServiceOptions {
  from?: string;
  to?: string;
  all?: boolean;
  json?: boolean;
}

export function addAuditCommand(program: Command, parts: CommandParts): void {
  const { output, exit } = parts;
  const command = program
    .command("audit")
    .description(
      "check the invariants on what is stored; exit code 1 when one does not hold or could not be checked",
    )
    .option("--from <time>", "calls from (RFC 3339)")
    .option("--to <time>", "calls before (RFC 3339)")
    .option("--all", "price every CDR again, not about a thousand")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (options: AuditOptions) => {
    const { from, to } = options;
    const period = {
      ...(from === undefined ? {} : { from: instantFlag(from, "from") }),
      ...(to === undefined ? {} : { to: instantFlag(to, "to") }),
    };
    const audit = async (client: CdrateClient) => {
      const answer = await client.call("audit.run", {
        period,
        explain: options.all === true ? "all" : "sample",
      });
      if (answer.checks.some(({ ok }) => ok !== true)) exit(EXIT.failed);
      if (options.json === true) return output.printJson(answer);
      for (const { name, ok, detail } of answer.checks) {
        output.print(`${verdict(ok)} ${name}: ${detail}`);
      }
    };
    await withClient(parts, options, audit, PATIENT);
  });
}

/** Null: what is stored could not be compared. */
function verdict(ok: boolean | null): string {
  if (ok === null) return "NOT CHECKED";
  return ok ? "ok   " : "FAULT";
}
