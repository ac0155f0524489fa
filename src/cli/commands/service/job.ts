// cdrate job list|show|lines|cancel: long work of every kind.
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { printBacktest } from "../../text/backtest.ts";
import { jobLine, waitForJob } from "../../text/job.ts";

interface Options extends ServiceOptions {
  json?: boolean;
}

interface PageOptions extends Options {
  limit: number;
  cursor?: string;
}

export function addJobCommands(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const job = program
    .command("job")
    .description("rerates, back-tests, imports, rollbacks, nightly audits, rebuilds of kept sums");
  addList(job, parts);
  const show = job
    .command("show <job>")
    .description("how a job stands, and how far it came")
    .option("--wait", "until no process works on it any more")
    .option("--json", "answer as JSON");
  serviceFlags(show).action(async (id: string, options: Options & { wait?: boolean }) => {
    await withClient(parts, options, async (client) => {
      const found =
        options.wait === true
          ? await waitForJob(client, id)
          : await client.call("job.show", { job: id });
      if (options.json === true) output.printJson(found);
      else {
        output.print(jobLine(found));
        if (found.backtest !== undefined && !found.underWay) {
          printBacktest(output, found.backtest);
        }
      }
    });
  });
  addLines(job, parts);
  const cancel = job
    .command("cancel <job>")
    .description("end a rerate, a back-test, an import or a rebuild; what it wrote stays")
    .option("--json", "answer as JSON");
  serviceFlags(cancel).action(async (id: string, options: Options) => {
    await withClient(parts, options, async (client) => {
      const found = await client.call("job.cancel", { job: id });
      if (options.json === true) output.printJson(found);
      else output.print(jobLine(found));
    });
  });
}

function paged(command: Command): Command {
  return serviceFlags(command)
    .option("--limit <number>", "at most so many, to 1000", pageLimitFlag, 100)
    .option("--cursor <cursor>", "goes on where the page before ended");
}

function pageOf({ limit, cursor }: PageOptions) {
  return cursor === undefined ? { limit } : { limit, cursor };
}

function addList(job: Command, parts: CommandParts): void {
  const { output } = parts;
  const list = job
    .command("list")
    .description("list jobs, latest first")
    .option("--kind <kinds...>", "rerate, backtest, import, rollback, audit, rebuild")
    .option("--state <states...>", "those in these states")
    .option("--json", "answer as JSON: { jobs, nextCursor }");
  paged(list).action(
    async ({ kind, state, ...options }: PageOptions & { kind?: string[]; state?: string[] }) => {
      await withClient(parts, options, async (client) => {
        const answer = await client.call("job.list", {
          ...pageOf(options),
          ...(kind === undefined ? {} : { kinds: kind }),
          ...(state === undefined ? {} : { states: state }),
        });
        if (options.json === true) return output.printJson(answer);
        for (const one of answer.jobs) output.print(jobLine(one));
        if (answer.nextCursor !== undefined) {
          output.print(`there are more: --cursor ${answer.nextCursor}`);
        }
      });
    },
  );
}

function addLines(job: Command, parts: CommandParts): void {
  const { output } = parts;
  const lines = job
    .command("lines <job>")
    .description("what a job noted line by line, each as JSON")
    .option("--list <name>", "planned, left, undo-left; unpriced, losing; not-stored, moved")
    .option("--json", "answer as JSON: { lines, nextCursor }");
  paged(lines).action(async (id: string, options: PageOptions & { list?: string }) => {
    await withClient(parts, options, async (client) => {
      const list = options.list === undefined ? {} : { list: options.list };
      const answer = await client.call("job.lines", { job: id, ...pageOf(options), ...list });
      if (options.json === true) return output.printJson(answer);
      for (const one of answer.lines) output.print(JSON.stringify(one));
      if (answer.nextCursor !== undefined) {
        output.print(`there are more: --cursor ${answer.nextCursor}`);
      }
    });
  });
}
