// cdrate tariff deck replace, tariff edit: versions that differ from another in one deck, or in one rate.
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import type { CdrateClient, Params, Result } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import type { Output } from "../../output.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { fileFacts, sendFile } from "../import/send-file.ts";
import { AMENDMENT_FLAG, dialectOf, listOf } from "./dialect-flag.ts";

interface BaseOptions extends ServiceOptions {
  plan: string;
  from?: string;
  tenant?: string;
  name?: string;
  json?: boolean;
}

interface ReplaceOptions extends BaseOptions {
  dialect?: string;
  amendment?: boolean;
}

/** The flags that say which version is changed. */
export function changeFlags(command: Command): Command {
  return serviceFlags(command)
    .option("--from <version>", "the version that is changed; else the one in force")
    .option("--tenant <tenant>", "whose version in force, where several have one")
    .option("--name <name>", "of the new version; else that of the old one")
    .option("--json", "answer as JSON");
}

export function baseParams({ from, tenant, name }: Omit<BaseOptions, "plan">) {
  return {
    ...(from === undefined ? {} : { version: from }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(name === undefined ? {} : { name }),
  };
}

export function addDeckCommands(tariff: Command, parts: CommandParts): void {
  const deck = tariff.command("deck").description("the deck of one plan");
  const replace = deck
    .command("replace <file>")
    .description(
      "a carrier's new file in place of a plan's deck, or amending it: a version that differs only there",
    )
    .requiredOption("--plan <plan>", "whose deck it is")
    .option("--dialect <dialect>", "of the file: a stored name, or a .yaml or .json file")
    .option(...AMENDMENT_FLAG);
  changeFlags(replace).action(async (file: string, options: ReplaceOptions) => {
    await withClient(
      parts,
      options,
      (client) => replaceDeck(client, { file, options, parts }),
      PATIENT,
    );
  });
  addEditCommand(tariff, parts);
}

async function replaceDeck(
  client: CdrateClient,
  { file, options, parts }: { file: string; options: ReplaceOptions; parts: CommandParts },
): Promise<void> {
  const { plan, dialect, json, amendment } = options;
  const made = await client.call("tariff.replaceDeck", {
    ...baseParams(options),
    plan,
    ...(await sentFile(client, file)),
    ...(dialect === undefined ? {} : { dialect: await dialectOf(dialect) }),
    ...listOf(amendment),
  });
  if (json === true) return parts.output.printJson(made);
  printChanged(parts.output, made);
  await printDifference(client, { plan, made, output: parts.output });
}

/** Bytes of a file that goes with the call; larger ones are uploaded in parts. */
const SMALL_BYTES = 1_000_000;

async function sentFile(client: CdrateClient, path: string) {
  const facts = await fileFacts(path);
  if (facts.bytes > SMALL_BYTES) return { upload: await sendFile(client, facts) };
  return { base64: (await readFile(path)).toString("base64") };
}

export function printChanged(
  output: Output,
  { version, from, name, files, warnings }: Omit<Result<"tariff.replaceDeck">, "counts">,
): void {
  for (const { file, line, column, severity, code, message } of warnings) {
    output.print(`${file}:${line}:${column} ${severity} ${code}: ${message}`);
  }
  if (version === from) {
    output.print(`nothing differs from ${name} ${from}`);
    return;
  }
  output.print(`loaded: ${name} ${version}`);
  output.print(`from ${from}, where ${files.join(" and ")} differed`);
}

/** What changes for calls: the same summary as that of tariff diff. */
export async function printDifference(
  client: CdrateClient,
  { plan, made, output }: { plan: string; made: { version: string; from: string }; output: Output },
): Promise<void> {
  const { version: to, from } = made;
  if (to === from) return;
  const { summary } = await client.call("tariff.diff", { from, to, plan, limit: 1 });
  output.print(summary);
}

type EditParams = Params<"tariff.edit">;

interface EditOptions extends BaseOptions {
  prefix: string;
  where: string[];
  set: string[];
  add?: boolean;
  remove?: boolean;
  reason: string;
}

function addEditCommand(tariff: Command, parts: CommandParts): void {
  const several = (value: string, before: string[]) => [...before, value];
  const edit = tariff
    .command("edit")
    .description("one rate of a native deck, with the reason, which the log keeps")
    .requiredOption("--plan <plan>", "in whose deck it is")
    .requiredOption("--prefix <digits>", "of the rate")
    .requiredOption("--reason <text>", "why")
    .option("--where <column=text>", "more columns that tell it apart, e.g. band=peak", several, [])
    .option("--set <column=text>", "columns and their new texts, e.g. rate=0.02", several, [])
    .option("--add", "a rate that differs in --set comes beside it, e.g. effective_from=2026-05-01")
    .option("--remove", "take the rate out");
  changeFlags(edit).action(async (options: EditOptions) => {
    const { plan, prefix, reason, add, remove } = options;
    if (add === true && remove === true) {
      throw engineError("invalid-params", "Give either --add or --remove.", { path: "add" });
    }
    const request: EditParams = {
      ...baseParams(options),
      plan,
      reason,
      rate: { prefix, ...pairs(options.where, "where") },
      set: pairs(options.set, "set"),
      how: add === true ? "add" : remove === true ? "remove" : "set",
    };
    await withClient(parts, options, async (client) => {
      const made = await client.call("tariff.edit", request);
      if (options.json === true) return parts.output.printJson(made);
      printChanged(parts.output, made);
      parts.output.print(`before: ${cells(made.before)}`);
      parts.output.print(`after:  ${cells(made.after)}`);
    });
  });
}

function pairs(given: readonly string[], flag: string): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf("=");
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      throw engineError("invalid-params", `--${flag}: write ${text} as column=text.`, {
        path: flag,
      });
    }),
  );
}

function cells(rate: Record<string, string> | null): string {
  if (rate === null) return "—";
  return Object.entries(rate)
    .map(([column, text]) => `${column} ${text}`)
    .join(", ");
}
