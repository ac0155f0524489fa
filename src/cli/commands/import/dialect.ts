// cdrate dialect sniff|set|get|list: how a foreign table is written.
import { open } from "node:fs/promises";
import type { Command } from "commander";
import { stringify } from "yaml";
import type { JsonObject } from "../../../cdr/json.ts";
import type { CdrateClient, Params, Result } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import type { Output } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { readAnswers } from "./answers.ts";
import { fileFacts, readPart, sendFile } from "./send-file.ts";

type Sniff = NonNullable<Params<"dialect.sniff">>;
type Stored = Result<"dialect.get">;

export function addDialectCommands(program: Command, parts: CommandParts): void {
  const dialect = program.command("dialect").description("how foreign tables are written");
  addSniff(dialect, parts);
  addSet(dialect, parts);
  addGet(dialect, parts);
  addList(dialect, parts);
}

interface SniffOptions extends ServiceOptions {
  name?: string;
  answer?: string[];
  target?: "cdr" | "deck";
  set?: string;
  yaml?: boolean;
  json?: boolean;
}

const ANSWER = "a member of the dialect, map.FIELD or deck.MEMBER (repeatable)";

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function addSniff(dialect: Command, parts: CommandParts): void {
  const command = dialect
    .command("sniff <file>")
    .description(
      "propose encoding, delimiter, header and columns of a file, and ask what is in doubt",
    )
    .option("--name <dialect>", "begin with a stored dialect")
    .option("--answer <member=value>", `the answer to a doubt: ${ANSWER}`, collect)
    .option("--target <what>", "cdr or deck: what the table is to be read as", readTarget)
    .option("--set <name>", "store what was found by this name")
    .option("--yaml", "answer the dialect alone, as a member of `dialects` of tariff.yaml")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (file: string, options: SniffOptions) => {
    const known = readAnswers(options.answer ?? []);
    await withClient(parts, options, async (client) => {
      const answer = await client.call("dialect.sniff", {
        ...(await contentOf(client, file)),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.target === undefined ? {} : { target: options.target }),
        dialect: known as NonNullable<Sniff["dialect"]>,
      });
      if (options.set !== undefined) {
        await client.call("dialect.set", { name: options.set, dialect: answer.dialect });
      }
      if (options.json === true) parts.output.printJson(answer);
      else if (options.yaml === true) parts.output.print(stringify(answer.dialect).trimEnd());
      else printSniffed(parts.output, answer);
    });
  });
}

function readTarget(text: string): "cdr" | "deck" {
  if (text === "cdr" || text === "deck") return text;
  throw engineError("invalid-params", `--target: "${text}" is none of cdr, deck.`, {
    path: "target",
  });
}

/** Bytes that are enough to sniff at text. */
const HEAD_BYTES = 400_000;
const MOST_INLINE = 1_000_000;

/** A small file whole, the beginning of a large text; what is packed is uploaded. */
async function contentOf(client: CdrateClient, path: string): Promise<Sniff> {
  const facts = await fileFacts(path);
  const file = await open(path, "r");
  try {
    const head = await readPart(file, 0, facts.bytes <= MOST_INLINE ? facts.bytes : HEAD_BYTES);
    const isPacked = head[0] === 0x1f || (head[0] === 0x50 && head[1] === 0x4b);
    if (facts.bytes <= MOST_INLINE || !isPacked) return { base64: head.toString("base64") };
  } finally {
    await file.close();
  }
  return { upload: await sendFile(client, facts) };
}

function printSniffed(
  output: Output,
  { dialect, confidence, doubts, rows, understood }: Result<"dialect.sniff">,
) {
  output.print(`confidence ${Math.round(confidence * 100)} %`);
  for (const [member, value] of Object.entries(dialect)) {
    output.print(`  ${member}: ${JSON.stringify(value)}`);
  }
  for (const { code, question, answers } of doubts) {
    output.print(`? ${question}`);
    output.print(`  --answer ${code}=${answers.slice(0, 20).join(` | ${code}=`)}`);
  }
  for (const row of rows.slice(0, 3)) output.print(`  ${JSON.stringify(row)}`);
  if (understood === undefined) return;
  output.print("as understood:");
  for (const row of understood) output.print(`  ${JSON.stringify(row)}`);
}

interface SetOptions extends ServiceOptions {
  answer?: string[];
  dialect?: string;
  json?: boolean;
}

function addSet(dialect: Command, parts: CommandParts): void {
  const command = dialect
    .command("set <name>")
    .description("store a dialect by name")
    .option("--dialect <json>", "the dialect as JSON, as `dialect sniff --json` answers it")
    .option("--answer <member=value>", `one member: ${ANSWER}`, collect)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (name: string, options: SetOptions) => {
    const given = { ...readJson(options.dialect ?? "{}"), ...readAnswers(options.answer ?? []) };
    await withClient(parts, options, async (client) => {
      const stored = await client.call("dialect.set", { name, dialect: given });
      if (options.json === true) parts.output.printJson(stored);
      else parts.output.print(storedLine(stored));
    });
  });
}

function readJson(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch (cause) {
    const { message } = cause as SyntaxError;
    throw engineError("invalid-params", `--dialect: not JSON: ${message}`, { path: "dialect" });
  }
}

function addGet(dialect: Command, parts: CommandParts): void {
  const command = dialect
    .command("get <name>")
    .description("show a stored dialect")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(
    async (name: string, options: ServiceOptions & { json?: boolean }) => {
      await withClient(parts, options, async (client) => {
        const stored = await client.call("dialect.get", { name });
        if (options.json === true) return parts.output.printJson(stored);
        parts.output.print(storedLine(stored));
        parts.output.print(JSON.stringify(stored.dialect, null, 2));
      });
    },
  );
}

function addList(dialect: Command, parts: CommandParts): void {
  const command = dialect
    .command("list")
    .description("list the stored dialects")
    .option("--limit <number>", "at most so many, to 1000", pageLimitFlag, 100)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON: { dialects, nextCursor }");
  serviceFlags(command).action(
    async (options: ServiceOptions & { limit: number; cursor?: string; json?: boolean }) => {
      const { limit, cursor } = options;
      await withClient(parts, options, async (client) => {
        const page = cursor === undefined ? { limit } : { limit, cursor };
        const answer = await client.call("dialect.list", page);
        if (options.json === true) return parts.output.printJson(answer);
        for (const one of answer.dialects) parts.output.print(storedLine(one));
        if (answer.nextCursor !== undefined) {
          parts.output.print(`there are more: --cursor ${answer.nextCursor}`);
        }
      });
    },
  );
}

function storedLine({ name, setAt, by }: Stored): string {
  return `${name}  set ${setAt} by ${by}`;
}
