// cdrate rollup rebuild: the sums that reports are answered from made anew from the CDRs.
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, TIME_FORMS, timeZoneFlag } from "../../flag-values.ts";
import { EXIT } from "../../output.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { jobLine, waitForJob } from "../../text/job.ts";

interface RebuildOptions extends ServiceOptions {
  from?: string;
  to?: string;
  timeZone: string;
  wait: boolean;
  json?: boolean;
}

export function addRollupCommands(program: Command, parts: CommandParts): void {
  const { output, exit } = parts;
  const command = program
    .command("rollup")
    .description("the sums that reports are answered from")
    .command("rebuild")
    .description("make them anew from the CDRs; reports are right all the while")
    .option("--from <time>", `calls from then on: ${TIME_FORMS}`)
    .option("--to <time>", "calls before")
    .option("--wait", "until the job is done (default)", true)
    .option("--no-wait", "leave the work to the running server")
    .option("--json", "answer as JSON, as job.show does");
  serviceFlags(timeZoneFlag(command)).action(async (options: RebuildOptions) => {
    const { from, to, timeZone, wait, json } = options;
    const period = {
      ...(from !== undefined && { from: instantFlag(from, "from", timeZone) }),
      ...(to !== undefined && { to: instantFlag(to, "to", timeZone) }),
    };
    await withClient(
      parts,
      options,
      async (client) => {
        const { job } = await client.call("rollup.rebuild", { period });
        const view = wait ? await waitForJob(client, job) : await client.call("job.show", { job });
        if (view.state === "failed") exit(EXIT.failed);
        if (json === true) output.printJson(view);
        else output.print(jobLine(view));
      },
      PATIENT,
    );
  });
}
