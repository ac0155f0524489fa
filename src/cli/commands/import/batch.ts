// cdrate batch list|get|reconcile|rollback|restore: what arrived together, whether all of it is accounted
// for, and its way back.
import type { Command } from "commander";
import type { CdrateClient, Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { EXIT } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { waitForJob } from "../../text/job.ts";
import { missingLines, sumText } from "../../text/sum.ts";

interface Options extends ServiceOptions {
  json?: boolean;
}

export function addBatchCommands(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const batch = program.command("batch").description("what was imported together");
  const list = batch
    .command("list")
    .description("list batches, latest first")
    .option("--limit <number>", "at most so many, to 1000", pageLimitFlag, 100)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON: { batches, nextCursor }");
  serviceFlags(list).action(
    async ({ limit, cursor, ...options }: Options & { limit: number; cursor?: string }) => {
      await withClient(parts, options, async (client) => {
        const page = cursor === undefined ? { limit } : { limit, cursor };
        const answer = await client.call("batch.list", page);
        if (options.json === true) return output.printJson(answer);
        for (const one of answer.batches) output.print(batchLine(one));
        if (answer.nextCursor !== undefined) {
          output.print(`there are more: --cursor ${answer.nextCursor}`);
        }
      });
    },
  );
  const get = batch
    .command("get <id>")
    .description("show a batch")
    .option("--json", "answer as JSON");
  serviceFlags(get).action(async (id: string, options: Options) => {
    await withClient(parts, options, async (client) => {
      const answer = await client.call("batch.get", { id });
      if (options.json === true) output.printJson(answer);
      else {
        output.print(batchLine(answer));
        for (const sum of answer.sums) output.print(`  ${sumText(sum)}`);
        for (const line of missingLines(answer)) output.print(`  ${line}`);
      }
    });
  });
  const reconcile = batch
    .command("reconcile <id>")
    .description("count every line of a batch anew; exit code 1 where one is not accounted for")
    .option("--json", "answer as JSON");
  serviceFlags(reconcile).action(async (id: string, options: Options) => {
    await withClient(parts, options, async (client) => {
      const answer = await client.call("batch.reconcile", { id });
      if (!answer.ok) parts.exit(EXIT.failed);
      if (options.json === true) return output.printJson(answer);
      output.print(batchLine({ ...answer.batch, outcomes: answer.outcomes }));
      for (const fault of answer.faults) output.print(`  ${fault}`);
    });
  });
  addWayBack(batch, parts);
}

function addWayBack(batch: Command, parts: CommandParts): void {
  const rollback = batch
    .command("rollback <id>")
    .description("void what a batch brought; what is in suspense stays there")
    .option("--reason <text>", "kept with each CDR")
    .option("--json", "answer as JSON");
  serviceFlags(rollback).action(
    async (id: string, { reason, ...options }: Options & { reason?: string }) => {
      const why = reason === undefined ? {} : { reason };
      await toItsEnd(parts, options, (client) => client.call("batch.rollback", { id, ...why }));
    },
  );
  const restore = batch
    .command("restore <id>")
    .description("give back what a rollback voided and nobody changed since")
    .option("--json", "answer as JSON");
  serviceFlags(restore).action(async (id: string, options: Options) => {
    await toItsEnd(parts, options, (client) => client.call("batch.restore", { id }));
  });
}

/** Begins it, waits for its end, and asks once more what became of it: that changes nothing then. */
async function toItsEnd(
  parts: CommandParts,
  options: Options,
  begin: (client: CdrateClient) => Promise<Result<"batch.rollback">>,
): Promise<void> {
  const { output, exit } = parts;
  await withClient(parts, options, async (client) => {
    const { job } = await begin(client);
    const { state } = await waitForJob(client, job);
    const answer = state === "failed" ? null : await begin(client);
    if (answer === null) {
      exit(EXIT.failed);
      output.warn(`The job ${job} failed; the same command goes on with it.`);
      return;
    }
    const { batch: id, rolledBack, restored } = answer;
    if (options.json === true) return output.printJson(answer);
    output.print(`${id}  ${answer.state}  job ${job}`);
    output.print(
      `  ${rolledBack.done} CDRs voided (${rolledBack.changed} corrected or rated anew before), ${rolledBack.left} left`,
    );
    if (answer.state === "restored") {
      output.print(`  ${restored.done} CDRs restored, ${restored.left} left`);
    }
  });
}

type Shown = Pick<Result<"batch.get">, "id" | "state" | "file" | "at" | "lines" | "outcomes">;

function batchLine({ id, state, file, at, lines, outcomes }: Shown): string {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return `${id}  ${state}  ${at}  ${file}  ${lines} lines: ${counts.join(", ")}`;
}
