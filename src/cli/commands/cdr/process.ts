// cdrate cdr process: CDRs as JSON objects, one a line, mediated, rated and stored.
import type { Command } from "commander";
import type { JsonObject } from "../../../cdr/json.ts";
import type { CdrateClient } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import { wholeNumberFlag } from "../../flag-values.ts";
import { lineBlocks } from "../../line-blocks.ts";
import { EXIT } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface ProcessOptions extends ServiceOptions {
  batch?: string;
  firstLine?: number;
}

/** So many go to the service in one call. */
const MOST_AT_ONCE = 1000;
const MOST_LINE = 1_000_000_000;

export function addProcessCommand(cdr: Command, parts: CommandParts): void {
  const command = cdr
    .command("process <file>")
    .description(
      "take the CDRs of a file, JSON objects one a line (- is standard input); one JSON line out for each",
    )
    .option("--batch <id>", "the batch that they are, kept with each")
    .option(
      "--first-line <number>",
      "line of the first one in its batch; else 1",
      wholeNumberFlag("first-line", { min: 1, max: MOST_LINE }),
    );
  serviceFlags(command).action(async (file: string, options: ProcessOptions) => {
    if (options.firstLine !== undefined && options.batch === undefined) {
      throw engineError("invalid-params", "--first-line goes with --batch.", { path: "firstLine" });
    }
    await withClient(parts, options, (client) => processLines(client, file, options, parts));
  });
}

async function processLines(
  client: CdrateClient,
  file: string,
  { batch, firstLine = 1 }: ProcessOptions,
  { output, exit }: CommandParts,
): Promise<void> {
  let taken = 0;
  async function send(cdrs: JsonObject[]): Promise<void> {
    if (cdrs.length === 0) return;
    const place = batch === undefined ? {} : { batch, firstLine: firstLine + taken };
    const { results } = await client.call("cdr.processMany", { cdrs, ...place });
    taken += cdrs.length;
    if (results.some(({ outcome }) => outcome === "suspended" || outcome === "conflict")) {
      exit(EXIT.failed);
    }
    await output.write(results.map((result) => `${JSON.stringify(result)}\n`).join(""));
  }
  let waiting: JsonObject[] = [];
  let number = 0;
  for await (const lines of lineBlocks({ file, flag: "file" })) {
    for (const line of lines) {
      number += 1;
      if (line.trim() === "") continue;
      waiting.push(readObject(line, `${file}:${number}`));
      if (waiting.length < MOST_AT_ONCE) continue;
      await send(waiting);
      waiting = [];
    }
  }
  await send(waiting);
}

/** @throws `invalid-params` that names the line: what comes before it has been taken */
function readObject(line: string, place: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    const { message } = cause as SyntaxError;
    throw refusedLine(place, `not JSON: ${message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw refusedLine(place, "not a JSON object");
}

function refusedLine(place: string, why: string): Error {
  return engineError("invalid-params", `${place}: ${why}.`, {
    path: "file",
    hint: "The lines before it were taken, in thousands; the same file may be sent again: those are duplicates.",
  });
}
