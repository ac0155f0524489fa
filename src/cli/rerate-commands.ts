// cdrate rerate plan|show|lines|apply|undo|cancel|list: the repair of prices, seen before it is done.
import { type Command, InvalidArgumentError } from "commander";
import type { Outcome } from "../cdr/rating.ts";
import type { Engine } from "../engine/engine.ts";
import { type RerateJob, type RerateRequest, WORKING } from "../engine/rerate/rerate-job.ts";
import { rerateSummaryView, rerateView } from "../rpc/rerate-view.ts";
import type { CommandParts } from "./command-parts.ts";
import { EXIT } from "./output.ts";
import { createProgressBar } from "./progress-bar.ts";
import { printLines, printRerate } from "./rerate-output.ts";
import { readInstant } from "./tariff-commands.ts";
import { withEngine } from "./with-engine.ts";

export function addRerateCommands(program: Command, parts: CommandParts): void {
  const rerate = program
    .command("rerate")
    .description("price stored CDRs again: plan, look at the money, apply, undo");
  addPlan(rerate, parts);
  addShow(rerate, parts);
  addLines(rerate, parts);
  addStep(rerate, parts, "apply", "write exactly the planned lines as new revisions");
  addStep(rerate, parts, "undo", "restore by new revisions what the job replaced");
  addStep(rerate, parts, "cancel", "end a job that is planned or being worked on");
  addList(rerate, parts);
}

interface PlanOptions {
  tenant?: string[];
  account?: string[];
  prefix?: string[];
  carrier?: string[];
  outcome?: Outcome[];
  reason?: string[];
  batch?: string[];
  version?: string[];
  from?: string;
  to?: string;
  tariffVersion?: string;
  asOf?: string;
  wait: boolean;
  json?: boolean;
}

const collect = (value: string, list: string[] = []): string[] => [...list, value];

function collectOutcome(value: string, list: string[] = []): string[] {
  if (["rated", "partial", "unrated"].includes(value)) return [...list, value];
  throw new InvalidArgumentError("rated, partial or unrated");
}

function addPlan(rerate: Command, parts: CommandParts): void {
  rerate
    .command("plan")
    .description("price the CDRs of a filter again and note what would change; changes nothing")
    .option("--tenant <tenant>", "of this tenant (repeatable, as are those below)", collect)
    .option("--account <account>", "of this account", collect)
    .option("--prefix <digits>", "to destinations that begin so", collect)
    .option("--carrier <carrier>", "bought from this carrier", collect)
    .option("--outcome <outcome>", "rated, partial or unrated", collectOutcome)
    .option("--reason <code>", "with this reason, e.g. no-rate", collect)
    .option("--batch <batch>", "of this batch", collect)
    .option("--version <version>", "that this tariff version priced", collect)
    .option("--from <time>", "call time from (RFC 3339)")
    .option("--to <time>", "call time before (RFC 3339)")
    .option("--tariff-version <version>", "price by this version, instead of the time line")
    .option("--as-of <time>", "by the time line as it was known then (RFC 3339)")
    .option("--wait", "until the plan is whole (default)", true)
    .option("--no-wait", "leave the work to the running server")
    .option("--json", "answer as JSON")
    .action(async (options: PlanOptions) => {
      const request = requestOf(options);
      await withEngine(parts, async (engine) => {
        const job = await engine.rerates.plan(request, { later: !options.wait });
        await report(engine, parts, job, options);
      });
    });
}

function requestOf(options: PlanOptions): RerateRequest {
  const { tenant, account, prefix, carrier, outcome, reason, batch, version } = options;
  const { from, to, tariffVersion, asOf } = options;
  const callTime = {
    ...(from === undefined ? {} : { fromMs: readInstant(from, "from") }),
    ...(to === undefined ? {} : { toMs: readInstant(to, "to") }),
  };
  return {
    filter: {
      ...(tenant === undefined ? {} : { tenants: tenant }),
      ...(account === undefined ? {} : { accounts: account }),
      ...(prefix === undefined ? {} : { destinationPrefixes: prefix }),
      ...(carrier === undefined ? {} : { carriers: carrier }),
      ...(outcome === undefined ? {} : { outcomes: outcome }),
      ...(reason === undefined ? {} : { reasons: reason }),
      ...(batch === undefined ? {} : { batchIds: batch }),
      ...(version === undefined ? {} : { tariffVersions: version }),
      ...(from === undefined && to === undefined ? {} : { callTime }),
    },
    ...(tariffVersion === undefined ? {} : { tariffVersion }),
    ...(asOf === undefined ? {} : { asOfMs: readInstant(asOf, "as-of") }),
  };
}

function addShow(rerate: Command, parts: CommandParts): void {
  rerate
    .command("show <job>")
    .description("state, progress and the money of a job")
    .option("--wait", "until nobody works on it any more")
    .option("--json", "answer as JSON")
    .action(async (id: string, options: { wait?: boolean; json?: boolean }) => {
      await withEngine(parts, async (engine) => {
        const job = await engine.rerates.get(id);
        await report(engine, parts, job, { ...options, wait: options.wait === true });
      });
    });
}

function addStep(
  rerate: Command,
  parts: CommandParts,
  step: "apply" | "undo" | "cancel",
  description: string,
): void {
  const command = rerate
    .command(`${step} <job>`)
    .description(description)
    .option("--json", "answer as JSON");
  if (step === "apply") command.option("--hash <hash>", "refuse any other plan than this one");
  command.action(async (id: string, options: { hash?: string; json?: boolean }) => {
    await withEngine(parts, async (engine) => {
      const job = await engine.rerates[step](id, { hash: options.hash });
      await report(engine, parts, job, { ...options, wait: true });
    });
  });
}

function addLines(rerate: Command, { output, ...parts }: CommandParts): void {
  rerate
    .command("lines <job>")
    .description("the planned lines, old beside new")
    .option("--limit <number>", "at most so many", "50")
    .option("--after <number>", "those after this line", "0")
    .option("--left", "those that apply left, because the CDR had changed")
    .option("--json", "answer as JSON")
    .action(
      async (
        id: string,
        options: { limit: string; after: string; left?: boolean; json?: boolean },
      ) => {
        const page = { after: Number(options.after), limit: Number(options.limit) };
        await withEngine({ output, ...parts }, async ({ rerates }) => {
          if (options.left === true) {
            const { lines } = await rerates.left(id, { ...page, of: "apply" });
            if (options.json === true) return output.printJson(lines);
            for (const line of lines) output.print(`${line.line}  ${line.id}  ${line.reason}`);
            return;
          }
          const { lines } = await rerates.lines(id, page);
          if (options.json === true) return output.printJson(lines);
          printLines(output, lines);
        });
      },
    );
}

function addList(rerate: Command, { output, ...parts }: CommandParts): void {
  rerate
    .command("list")
    .description("jobs, latest first")
    .option("--json", "answer as JSON")
    .action(async (options: { json?: boolean }) => {
      await withEngine({ output, ...parts }, async (engine) => {
        const jobs = (await engine.rerates.list(100)).jobs.map(rerateSummaryView);
        if (options.json === true) return output.printJson(jobs);
        for (const { job, createdAt, state, lines } of jobs) {
          output.print(`${job}  ${createdAt}  ${state}  ${lines} lines`);
        }
      });
    });
}

const POLL_MS = 200;

/** Waits for the work, with a bar on a terminal, and prints how the job stands. */
async function report(
  engine: Engine,
  { output, exit }: CommandParts,
  begun: RerateJob,
  options: { wait: boolean; json?: boolean },
): Promise<void> {
  const bar = createProgressBar();
  let job = begun;
  while (options.wait && WORKING.includes(job.state)) {
    const { state, progress } = rerateSummaryView(job);
    bar.show(state, progress);
    await Promise.race([
      engine.rerates.settled(job.id).then(() => pause(POLL_MS / 10)),
      pause(POLL_MS),
    ]);
    // A job of a process that is gone is taken up here.
    await engine.rerates.resume();
    job = await engine.rerates.get(job.id);
  }
  bar.end();
  if (job.state === "failed") exit(EXIT.failed);
  if (options.json === true) return output.printJson(rerateView(job));
  printRerate(output, rerateView(job));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
