// cdrate retention: what is old is counted and summed, then erased.
import type { Command } from "commander";
import type { Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, TIME_FORMS, timeZoneFlag, wholeNumberFlag } from "../../flag-values.ts";
import { EXIT } from "../../output.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { waitForJob } from "../../text/job.ts";

const DAYS = wholeNumberFlag("older-than", { min: 1, max: 36_500 });
const RECORDS = wholeNumberFlag("within", { min: 0, max: 1e12 });

type Retention = Result<"retention.show">;

interface PlanOptions extends ServiceOptions {
  olderThan?: number;
  before?: string;
  kind?: Retention["kinds"];
  tenant?: string[];
  timeZone: string;
  json?: boolean;
}
interface ApplyOptions extends ServiceOptions {
  within: number;
  wait: boolean;
  json?: boolean;
}

export function addRetentionCommands(program: Command, parts: CommandParts): void {
  const { output, exit } = parts;
  const retention = program
    .command("retention")
    .description("erase what is old: counted and summed first, and its sums and keys stay");
  const print = (found: Retention, json?: boolean) =>
    json === true ? output.printJson(found) : output.print(linesOf(found).join("\n"));

  const plan = retention
    .command("plan")
    .description("what is older, by kind, and what holds it; nothing is erased")
    .option("--older-than <days>", "older than so many days", DAYS)
    .option("--before <time>", `older than this: ${TIME_FORMS}`)
    .option("--kind <kind...>", "cdrs, suspense, queueEvents; all when not said")
    .option("--tenant <name...>", "of these alone")
    .option("--json", "answer as JSON, as retention.plan does");
  serviceFlags(timeZoneFlag(plan)).action(async (options: PlanOptions) => {
    const { olderThan, before, kind, tenant, timeZone, json } = options;
    const asked = {
      ...(olderThan !== undefined && { olderThanDays: olderThan }),
      ...(before !== undefined && { before: instantFlag(before, "before", timeZone) }),
      ...(kind !== undefined && { kinds: kind }),
      ...(tenant !== undefined && { tenants: tenant }),
    };
    await withClient(
      parts,
      options,
      async (client) => print(await client.call("retention.plan", asked), json),
      PATIENT,
    );
  });

  const apply = retention
    .command("apply <job>")
    .description("erase what was planned")
    .option("--within <records>", "by so many the plan may differ", RECORDS, 0)
    .option("--wait", "until the job is done (default)", true)
    .option("--no-wait", "leave the work to the running server")
    .option("--json", "answer as JSON, as retention.show does");
  serviceFlags(apply).action(async (job: string, options: ApplyOptions) => {
    const { within, wait, json } = options;
    await withClient(
      parts,
      options,
      async (client) => {
        await client.call("retention.apply", { job, within });
        if (wait) await waitForJob(client, job);
        const found = await client.call("retention.show", { job });
        if (found.state === "failed") exit(EXIT.failed);
        print(found, json);
      },
      PATIENT,
    );
  });

  const show = retention
    .command("show <job>")
    .description("what a job found, erased and left")
    .option("--json", "answer as JSON, as retention.show does");
  serviceFlags(show).action(async (job: string, options: ServiceOptions & { json?: boolean }) => {
    await withClient(parts, options, async (client) =>
      print(await client.call("retention.show", { job }), options.json),
    );
  });
}

function linesOf({ job, state, before, kinds, figures, done, heldBy, held, fault }: Retention) {
  const sums = figures.sums.map((row) => {
    const { tenant, outcome, calls, sell, buy, currency, buyCurrency } = row;
    const amount = (text: string | null, of: string | null) => `${text ?? "–"} ${of ?? ""}`.trim();
    return `  ${tenant} ${outcome}: ${calls}, sell ${amount(sell, currency)}, buy ${amount(buy, buyCurrency)}`;
  });
  const of = (name: "cdrs" | "suspense" | "queueEvents", more = "") =>
    kinds.includes(name) ? [`${name}: ${done[name]} of ${figures[name]} erased${more}`] : [];
  return [
    `${job}: ${state}, before ${before}`,
    ...of("cdrs", done.left > 0 ? `, ${done.left} left` : ""),
    ...sums,
    ...of("suspense", `, ${figures.suspenseLeft} stay`),
    ...of("queueEvents"),
    ...heldBy.map((reason) => `held when it was planned: ${reason}`),
    ...held.map(({ from, to, reason }) => `left: ${from} to ${to}, ${reason}`),
    ...(fault === undefined ? [] : [`fault: ${fault}`]),
  ];
}
