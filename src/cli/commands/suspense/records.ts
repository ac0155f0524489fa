// cdrate suspense find|get|retry|discard: records that were put aside, and what becomes of them.
import { type Command, Option } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { timeRange } from "../../filter-flags.ts";
import { pageLimitFlag, TIME_FORMS, timeZoneFlag } from "../../flag-values.ts";
import { EXIT, table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { readPairs } from "../../value-pairs.ts";

interface RecordOptions extends ServiceOptions {
  json?: boolean;
}

export function addSuspenseCommands(program: Command, parts: CommandParts): void {
  const suspense = program
    .command("suspense")
    .description("records that were put aside: look at them, retry them, discard them");
  addFind(suspense, parts);
  addGet(suspense, parts);
  addRetry(suspense, parts);
  addDiscard(suspense, parts);
}

function recordFlags(command: Command): Command {
  return serviceFlags(command).option("--json", "answer as JSON");
}

type State = "open" | "retried" | "discarded";

interface FindOptions extends RecordOptions {
  state: State[];
  reason?: string[];
  source?: string[];
  from?: string;
  to?: string;
  timeZone?: string;
  limit: number;
  cursor?: string;
}

function addFind(suspense: Command, parts: CommandParts): void {
  const command = suspense
    .command("find")
    .description("suspended records, oldest first")
    .addOption(
      new Option("--state <state...>", "which of them")
        .choices(["open", "retried", "discarded"])
        .default(["open"]),
    )
    .option("--reason <reason...>", "reason code")
    .option("--source <source...>", "configured source")
    .option("--from <time>", `received from: ${TIME_FORMS}`)
    .option("--to <time>", "received before")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended");
  recordFlags(timeZoneFlag(command)).action(async (options: FindOptions) => {
    const { state: states, reason: reasons, source: sources, limit, cursor } = options;
    const receivedAt = timeRange(options);
    await withClient(parts, options, async (client) => {
      const page = await client.call("suspense.find", {
        states,
        limit,
        ...(reasons === undefined ? {} : { reasons }),
        ...(sources === undefined ? {} : { sources }),
        ...(receivedAt === undefined ? {} : { receivedAt }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (options.json === true) return parts.output.printJson(page);
      printPage(page, parts);
    });
  });
}

function printPage({ records, nextCursor }: Result<"suspense.find">, parts: CommandParts): void {
  const { output } = parts;
  const rows = records.map(({ receivedAt, source, state, reason, detail, id }) => [
    receivedAt,
    source,
    state,
    reason,
    detail,
    id,
  ]);
  output.print(table(["received", "source", "state", "reason", "detail", "id"], rows));
  output.print(`${records.length} records${nextCursor === undefined ? "" : "; there are more"}`);
  if (nextCursor !== undefined) output.print(`--cursor ${nextCursor}`);
}

function addGet(suspense: Command, { output, ...rest }: CommandParts): void {
  const command = suspense
    .command("get <id>")
    .description("one record with its bytes as they came");
  recordFlags(command).action(async (id: string, options: RecordOptions) => {
    await withClient({ output, ...rest }, options, async (client) => {
      const { text, base64, ...record } = await client.call("suspense.get", { id });
      if (options.json === true) return output.printJson({ ...record, text, base64 });
      const { state, reason, detail, source, format, receivedAt, byteLength } = record;
      output.print(`${state}: ${reason}, ${detail}`);
      output.print(`from ${source} as ${format}, received ${receivedAt}, ${byteLength} bytes:`);
      output.print(text ?? `(not UTF-8; base64) ${base64}`);
    });
  });
}

interface RetryOptions extends RecordOptions {
  set?: string[];
  conflict?: NonNullable<Params<"suspense.retry">["conflict"]>;
}

function addRetry(suspense: Command, { output, exit, ...rest }: CommandParts): void {
  const command = suspense
    .command("retry <id>")
    .description("read a record again, with corrected fields; exit code 1 when it stays open")
    .option("--set <name=value...>", "a corrected field; name:=value for JSON")
    .addOption(
      new Option(
        "--conflict <choice>",
        "keep the stored CDR and discard the record, or replace the CDR's facts by it",
      ).choices(["keep", "replace"]),
    );
  recordFlags(command).action(async (id: string, options: RetryOptions) => {
    const { set, conflict } = options;
    const request = {
      id,
      ...(set === undefined ? {} : { fields: Object.fromEntries(readPairs(set, "set")) }),
      ...(conflict === undefined ? {} : { conflict }),
    };
    await withClient({ output, exit, ...rest }, options, async (client) => {
      const retried = await client.call("suspense.retry", request);
      if (retried.state === "open") exit(EXIT.failed);
      if (options.json === true) output.printJson(retried);
      else output.print(`${id}: ${retried.state}${answerText(retried)}`);
    });
  });
}

function answerText({ answer }: Result<"suspense.retry">): string {
  if (answer === null) return "";
  const { outcome, reason, detail, id } = answer;
  const why = [reason, detail].filter((text) => text !== undefined).join(", ");
  return `, ${outcome}${why === "" ? "" : ` (${why})`}${id === null ? "" : `, CDR ${id}`}`;
}

function addDiscard(suspense: Command, { output, ...rest }: CommandParts): void {
  const command = suspense
    .command("discard <id>")
    .description("close a record; its bytes stay, and it opens again when it comes again");
  recordFlags(command).action(async (id: string, options: RecordOptions) => {
    await withClient({ output, ...rest }, options, async (client) => {
      const discarded = await client.call("suspense.discard", { id });
      if (options.json === true) output.printJson(discarded);
      else output.print(`${id}: discarded`);
    });
  });
}
