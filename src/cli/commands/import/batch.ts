// cdrate batch list|get|reconcile: what arrived together, and whether all of it is accounted for.
import type { Command } from "commander";
import type { Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { EXIT } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

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
      else output.print(batchLine(answer));
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
}

function batchLine({ id, state, file, at, lines, outcomes }: Result<"batch.get">): string {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return `${id}  ${state}  ${at}  ${file}  ${lines} lines: ${counts.join(", ")}`;
}
