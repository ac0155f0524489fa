// cdrate rerate plan|show|lines|apply|undo|cancel|list: the repair of prices, seen before it is done.
import { type Command, Option } from "commander";
import type { CdrateClient, Params } from "../../../client/client.ts";
import type { Engine } from "../../../engine/engine.ts";
import { WORKING } from "../../../engine/rerate/job.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type FilterOptions, filterFlags, readFilter } from "../../filter-flags.ts";
import { instantFlag, TIME_FORMS, wholeNumberFlag } from "../../flag-values.ts";
import { EXIT } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { createProgressBar } from "../../text/progress-bar.ts";
import { printJobs, printLines, printRerate } from "../../text/rerate.ts";

type Plan = NonNullable<Params<"rerate.plan">>;

export function addRerateCommands(program: Command, parts: CommandParts): void {
  const rerate = program
    .command("rerate")
    .description("price stored CDRs again: plan, look at the money, apply, undo");
  addPlan(rerate, parts);
  addShow(rerate, parts);
  addLines(rerate, parts);
  addStep(rerate, parts, "apply", "write exactly the planned lines as new revisions");
  addStep(rerate, parts, "undo", "restore by new revisions what the job replaced");
  addStep(rerate, parts, "cancel", "end a job that is planned, being planned or applied");
  addList(rerate, parts);
}

interface PlanOptions extends Omit<FilterOptions, "tariffVersion">, ServiceOptions {
  pricedBy?: string[];
  tariffVersion?: string;
  asOf?: string;
  wait: boolean;
  top?: number;
  json?: boolean;
}

/** The rows by each key of a command that prints the money of a job. */
function topFlag(command: Command): Command {
  return command.option(
    "--top <number>",
    "rows by account, prefix, carrier and day before *others, to 1000 (default: 10, JSON 50)",
    wholeNumberFlag("top", { min: 1, max: 1000 }),
  );
}

function addPlan(rerate: Command, parts: CommandParts): void {
  const command = rerate
    .command("plan")
    .description("price the CDRs of a filter again and note what would change; changes nothing")
    .option("--tariff-version <version>", "price by this version, instead of the time line")
    .option("--as-of <time>", `by the time line as it was known then: ${TIME_FORMS}`)
    .option("--wait", "until the plan is whole (default)", true)
    .option("--no-wait", "leave the work to the running server")
    .option("--json", "answer as JSON");
  // --tariff-version is the one to price by, and --version that of the program.
  filterFlags(topFlag(serviceFlags(command)), { tariffVersion: "pricedBy" });
  command.action(async (options: PlanOptions) => {
    const request = requestOf(options);
    await withClient(parts, options, async (client, engine) => {
      const { job } = await client.call("rerate.plan", request);
      await report({ client, engine }, parts, { ...options, job });
    });
  });
}

function requestOf({ pricedBy, tariffVersion, asOf, ...flags }: PlanOptions): Plan {
  const priced = pricedBy === undefined ? {} : { tariffVersion: pricedBy };
  return {
    filter: readFilter({ ...flags, ...priced }),
    ...(tariffVersion === undefined ? {} : { tariffVersion }),
    ...(asOf === undefined ? {} : { asOf: instantFlag(asOf, "as-of", flags.timeZone) }),
  };
}

interface ShowOptions extends ServiceOptions {
  wait?: boolean;
  top?: number;
  json?: boolean;
}

function addShow(rerate: Command, parts: CommandParts): void {
  const command = rerate
    .command("show <job>")
    .description("state, progress and the money of a job")
    .option("--wait", "until nobody works on it any more")
    .option("--json", "answer as JSON");
  topFlag(serviceFlags(command)).action(async (job: string, options: ShowOptions) => {
    await withClient(parts, options, async (client, engine) => {
      await report({ client, engine }, parts, { ...options, job, wait: options.wait === true });
    });
  });
}

interface StepOptions extends ServiceOptions {
  hash?: string;
  acceptClosed?: boolean;
  top?: number;
  json?: boolean;
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
  if (step !== "cancel") {
    command.option(
      "--accept-closed",
      "what it changes of closed periods goes into their corrections",
    );
  }
  topFlag(serviceFlags(command)).action(async (job: string, options: StepOptions) => {
    const { hash, acceptClosed } = options;
    const asked = {
      ...(hash !== undefined && { hash }),
      ...(acceptClosed !== undefined && { acceptClosed }),
    };
    await withClient(parts, options, async (client, engine) => {
      await client.call(`rerate.${step}`, { job, ...asked });
      await report({ client, engine }, parts, { ...options, job, wait: true });
    });
  });
}

interface LinesOptions extends ServiceOptions {
  limit: number;
  after?: number;
  left?: boolean;
  undoLeft?: boolean;
  json?: boolean;
}

function addLines(rerate: Command, parts: CommandParts): void {
  const { output } = parts;
  const command = rerate
    .command("lines <job>")
    .description("the planned lines, old beside new")
    .option(
      "--limit <number>",
      "at most so many, to 1000",
      wholeNumberFlag("limit", { min: 1, max: 1000 }),
      50,
    )
    .option(
      "--after <number>",
      "those after this line",
      wholeNumberFlag("after", { min: 0, max: 999_999_999_999 }),
    )
    .option("--left", "those that apply left, because the CDR had changed")
    .addOption(
      new Option("--undo-left", "those that undo left, for the same reason").conflicts("left"),
    )
    .option("--json", "answer as JSON: { lines, nextCursor }");
  serviceFlags(command).action(async (job: string, options: LinesOptions) => {
    const { limit, after } = options;
    const list = listOf(options);
    await withClient(parts, options, async (client) => {
      const answer = await client.call("rerate.lines", {
        job,
        limit,
        list,
        ...(after === undefined ? {} : { cursor: String(after) }),
      });
      if (options.json === true) return output.printJson(answer);
      if (list === "planned") {
        printLines(output, answer.lines);
      } else {
        for (const { line, id, reason } of answer.lines) output.print(`${line}  ${id}  ${reason}`);
      }
      if (answer.nextCursor !== undefined) {
        output.print(`there may be more: --after ${answer.nextCursor}`);
      }
    });
  });
}

function listOf({ left, undoLeft }: LinesOptions): "planned" | "left" | "undo-left" {
  if (undoLeft === true) return "undo-left";
  return left === true ? "left" : "planned";
}

interface ListOptions extends ServiceOptions {
  limit: number;
  cursor?: string;
  json?: boolean;
}

function addList(rerate: Command, parts: CommandParts): void {
  const { output } = parts;
  const command = rerate
    .command("list")
    .description("jobs, latest first: when, state, lines, and what was to be priced")
    .option(
      "--limit <number>",
      "at most so many, to 1000",
      wholeNumberFlag("limit", { min: 1, max: 1000 }),
      100,
    )
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON: { jobs, nextCursor }");
  serviceFlags(command).action(async (options: ListOptions) => {
    const { limit, cursor } = options;
    await withClient(parts, options, async (client) => {
      const answer = await client.call("rerate.list", {
        limit,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (options.json === true) return output.printJson(answer);
      printJobs(output, answer.jobs);
      if (answer.nextCursor !== undefined) {
        output.print(`there are more: --cursor ${answer.nextCursor}`);
      }
    });
  });
}

/** As many rows as one takes in at a glance. */
const TEXT_ROWS = 10;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** Waits for the work, with a bar on a terminal, and prints how the job stands. */
async function report(
  { client, engine }: { client: CdrateClient; engine: Engine | null },
  { output, exit }: CommandParts,
  { job, wait, top, json }: { job: string; wait: boolean; top?: number; json?: boolean },
): Promise<void> {
  const bar = createProgressBar();
  const rows = top ?? (json === true ? undefined : TEXT_ROWS);
  const asked = { job, ...(rows === undefined ? {} : { top: rows }) };
  let view = await client.call("rerate.show", asked);
  let pauseMs = FIRST_PAUSE_MS;
  while (wait && WORKING.includes(view.state)) {
    bar.show(view.state, view.progress);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    // A job of a process that is gone is taken up here; a service does so by itself.
    await engine?.rerates.resume();
    view = await client.call("rerate.show", asked);
  }
  bar.end();
  if (view.state === "failed") exit(EXIT.failed);
  if (json === true) output.printJson(view);
  else printRerate(output, view);
}
