// cdrate audit: does what is stored hold what is promised?
import type { Command } from "commander";
import type { CdrateClient } from "../../../client/client.ts";
import type { Engine } from "../../../engine/engine.ts";
import type { CommandParts } from "../../command-parts.ts";
import { timeRange } from "../../filter-flags.ts";
import { TIME_FORMS, timeZoneFlag } from "../../flag-values.ts";
import { EXIT } from "../../output.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { createProgressBar } from "../../text/progress-bar.ts";

interface AuditOptions extends ServiceOptions {
  from?: string;
  to?: string;
  timeZone?: string;
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
    .option("--from <time>", `calls from: ${TIME_FORMS}`)
    .option("--to <time>", "calls before")
    .option("--all", "price every CDR again, not about a thousand")
    .option("--json", "answer as JSON");
  serviceFlags(timeZoneFlag(command)).action(async (options: AuditOptions) => {
    const period = timeRange(options);
    const audit = async (client: CdrateClient, engine: Engine | null) => {
      const answer = await watched(engine, () =>
        client.call("audit.run", {
          ...(period === undefined ? {} : { period }),
          explain: options.all === true ? "all" : "sample",
        }),
      );
      if (answer.checks.some(({ ok }) => ok !== true)) exit(EXIT.failed);
      if (options.json === true) return output.printJson(answer);
      for (const { name, ok, detail } of answer.checks) {
        output.print(`${verdict(ok)} ${name}: ${detail}`);
      }
    };
    await withClient(parts, options, audit, PATIENT);
  });
}

const LOOK_MS = 200;

/** Says on a terminal how far the audit is; a service tells nothing but that it is at work. */
async function watched<Answer>(
  engine: Engine | null,
  audit: () => Promise<Answer>,
): Promise<Answer> {
  const bar = createProgressBar();
  const startMs = performance.now();
  const timer = setInterval(() => {
    const progress = engine?.audits.underWay() ?? null;
    if (progress !== null) bar.show("audit", progress);
    else bar.say(`audit: at work for ${Math.floor((performance.now() - startMs) / 1000)} s`);
  }, LOOK_MS);
  try {
    return await audit();
  } finally {
    clearInterval(timer);
    bar.end();
  }
}

/** Null: what is stored could not be compared. */
function verdict(ok: boolean | null): string {
  if (ok === null) return "NOT CHECKED";
  return ok ? "ok   " : "FAULT";
}
