// cdrate privacy: what is held about a number, and numbers that are masked.
import type { Command } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, TIME_FORMS, timeZoneFlag, wholeNumberFlag } from "../../flag-values.ts";
import { EXIT } from "../../output.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { waitForJob } from "../../text/job.ts";

const DAYS = wholeNumberFlag("older-than", { min: 1, max: 36_500 });

type Masking = Result<"privacy.show">;
type Found = Result<"privacy.disclose">["found"][number];

interface PlanOptions extends ServiceOptions {
  number?: string;
  olderThan?: number;
  before?: string;
  why: string;
  tenant?: string[];
  timeZone: string;
  wait: boolean;
  json?: boolean;
}
type ApplyOptions = ServiceOptions & { wait: boolean; json?: boolean };

export function addPrivacyCommands(program: Command, parts: CommandParts): void {
  const privacy = program
    .command("privacy")
    .description("numbers of people: what is held about one, and masking them");
  addDisclose(privacy, parts);
  addPlan(privacy, parts);
  addApply(privacy, parts);
  const show = privacy
    .command("show <job>")
    .description("what a job found, masked and left")
    .option("--json", "answer as JSON, as privacy.show does");
  serviceFlags(show).action(async (job: string, options: ServiceOptions & { json?: boolean }) => {
    await withClient(parts, options, async (client) =>
      print(parts, await client.call("privacy.show", { job }), options.json),
    );
  });
}

function addDisclose(privacy: Command, parts: CommandParts): void {
  const disclose = privacy
    .command("disclose <number>")
    .description("everything that is held about a number, a line of JSON for each record")
    .option("--tenant <name...>", "of these alone");
  serviceFlags(disclose).action(
    async (number: string, options: ServiceOptions & { tenant?: string[] }) => {
      const { tenant } = options;
      const asked = { number, ...(tenant && { tenants: tenant }) };
      await withClient(
        parts,
        options,
        async (client) => {
          let cursor: string | undefined;
          do {
            const page = await client.call("privacy.disclose", {
              ...asked,
              ...(cursor !== undefined && { cursor }),
            });
            for (const one of page.found) parts.output.print(lineOf(one));
            cursor = page.next;
          } while (cursor !== undefined);
        },
        PATIENT,
      );
    },
  );
}

function lineOf(found: Found): string {
  return JSON.stringify(found);
}

function addPlan(privacy: Command, parts: CommandParts): void {
  const plan = privacy
    .command("plan")
    .description("counts whose numbers would be masked; nothing is")
    .option("--number <number>", "this one, wherever it stands")
    .option("--older-than <days>", "those of what is older than so many days", DAYS)
    .option("--before <time>", `those of what is older than this: ${TIME_FORMS}`)
    .requiredOption("--why <text>", "the reason, kept with the job")
    .option("--tenant <name...>", "of these alone")
    .option("--wait", "until it is planned (default)", true)
    .option("--no-wait", "leave the work to the running server")
    .option("--json", "answer as JSON, as privacy.show does");
  serviceFlags(timeZoneFlag(plan)).action(async (options: PlanOptions) => {
    const { number, olderThan, before, why, tenant, timeZone, wait, json } = options;
    const asked: Params<"privacy.plan"> = {
      why,
      ...(number !== undefined && { number }),
      ...(olderThan !== undefined && { olderThanDays: olderThan }),
      ...(before !== undefined && { before: instantFlag(before, "before", timeZone) }),
      ...(tenant !== undefined && { tenants: tenant }),
    };
    await withClient(
      parts,
      options,
      async (client) => {
        const { job } = await client.call("privacy.plan", asked);
        if (wait) await waitForJob(client, job);
        print(parts, await client.call("privacy.show", { job }), json);
      },
      PATIENT,
    );
  });
}

function addApply(privacy: Command, parts: CommandParts): void {
  const apply = privacy
    .command("apply <job>")
    .description("masks what was planned")
    .option("--wait", "until the job is done (default)", true)
    .option("--no-wait", "leave the work to the running server")
    .option("--json", "answer as JSON, as privacy.show does");
  serviceFlags(apply).action(async (job: string, { wait, json, ...options }: ApplyOptions) => {
    await withClient(
      parts,
      options,
      async (client) => {
        await client.call("privacy.apply", { job });
        if (wait) await waitForJob(client, job);
        const found = await client.call("privacy.show", { job });
        if (found.state === "failed") parts.exit(EXIT.failed);
        print(parts, found, json);
      },
      PATIENT,
    );
  });
}

function print({ output }: CommandParts, found: Masking, json?: boolean): void {
  if (json === true) output.printJson(found);
  else output.print(linesOf(found).join("\n"));
}

function linesOf({ job, state, before, found, done, left, heldBy, purged, fault }: Masking) {
  const names = Object.keys(found) as (keyof Masking["found"])[];
  const what = before === undefined ? "one number" : `numbers before ${before}`;
  const inLog = state === "applied" && !purged;
  return [
    `${job}: ${state}, ${what}`,
    ...names
      .filter((name) => found[name] > 0 || done[name] > 0)
      .map((name) => {
        const stay = left[name] > 0 ? `, ${left[name]} stay` : "";
        return `${name}: ${done[name]} of ${found[name]} masked${stay}`;
      }),
    ...heldBy.map((reason) => `held: ${reason}`),
    ...(inLog ? ["the log of the store could not be emptied: a reader was in the way"] : []),
    ...(fault === undefined ? [] : [`fault: ${fault}`]),
  ];
}
