// cdrate normalize: how a number, or each line of a file, is read by a rule set.
import type { Command } from "commander";
import type { z } from "zod";
import { EVERYTHING } from "../../../access/scope.ts";
import { DEFAULT_TENANT } from "../../../cdr/defaults.ts";
import { type NumberAnswer, normalizeInline } from "../../../engine/pricing/normalize-query.ts";
import { engineError } from "../../../errors.ts";
import { ruleSetSettings } from "../../../numbering/rule-sets/schema.ts";
import type { CommandParts } from "../../command-parts.ts";
import { lineBlocks } from "../../line-blocks.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { shapeFaults } from "../../shape-faults.ts";
import { withEngine } from "../../with-engine.ts";

interface NormalizeOptions extends ServiceOptions {
  ruleSet?: string;
  settings?: string;
  account?: string;
  tenant: string;
  caller?: boolean;
  file?: string;
  json?: boolean;
}

export function addNormalizeCommand(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const command = program
    .command("normalize [number]")
    .description("read a number by a rule set and show each step")
    .option("--rule-set <name>", "a preset (GB, ES, wholesale-e164 …) or one of the active tariff")
    .option("--settings <json>", 'inline, e.g. \'{"preset":"GB","areaCode":"20"}\'')
    .option("--account <account>", "the rule set of this account")
    .option("--tenant <tenant>", "tenant of the account", DEFAULT_TENANT)
    .option("--caller", "a calling number")
    .option("--file <file>", "one number a line, or - for standard input; one JSON line each")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (number: string | undefined, options: NormalizeOptions) => {
    if ((number === undefined) === (options.file === undefined)) {
      throw engineError("invalid-params", "Give a number or --file.", { path: "number" });
    }
    await withReader(parts, options, async (read) => {
      if (options.file !== undefined) return normalizeLines(options.file, read, parts);
      const answer = await read(number ?? "");
      if (options.json === true) output.printJson(answer);
      else printAnswer(answer, parts);
    });
  });
}

type Reader = (number: string) => Promise<NumberAnswer>;

/** Inline settings and presets need no store; names of a tariff and accounts do. */
async function withReader(
  parts: CommandParts,
  options: NormalizeOptions,
  use: (read: Reader) => Promise<void>,
): Promise<void> {
  const { caller } = options;
  const settings = options.settings === undefined ? undefined : parseSettings(options.settings);
  if (options.url !== undefined) return withService(parts, options, settings, use);
  if (settings !== undefined) {
    return use((number) =>
      Promise.resolve(normalizeInline({ number, caller }, settings, Date.now())),
    );
  }
  const { ruleSet, account, tenant } = options;
  return withEngine(
    parts,
    (engine) =>
      use((number) =>
        engine.prices.normalize({ number, ruleSet, account, tenant, caller }, EVERYTHING),
      ),
    // Presets need no store; an account does.
    account === undefined ? "empty" : "refuse",
  );
}

/** The same asked of a service, which has its own tariffs and accounts. */
function withService(
  parts: CommandParts,
  options: NormalizeOptions,
  settings: z.output<typeof ruleSetSettings> | undefined,
  use: (read: Reader) => Promise<void>,
): Promise<void> {
  const { ruleSet: named, account, tenant, caller } = options;
  const ruleSet = settings ?? named;
  const asked = {
    tenant,
    ...(ruleSet === undefined ? {} : { ruleSet }),
    ...(account === undefined ? {} : { account }),
    ...(caller === undefined ? {} : { caller }),
  };
  return withClient(parts, options, (client) =>
    use(async (number) => {
      const answer = await client.call("number.normalize", { number, ...asked });
      return answer as unknown as NumberAnswer;
    }),
  );
}

function parseSettings(text: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw engineError("invalid-params", "--settings is not JSON.", { path: "settings", cause });
  }
  const read = ruleSetSettings.safeParse(value);
  if (read.success) return read.data;
  throw engineError("invalid-params", `--settings: ${shapeFaults(read.error)}`, {
    path: "settings",
  });
}

async function normalizeLines(file: string, read: Reader, { output }: CommandParts): Promise<void> {
  for await (const lines of lineBlocks({ file, flag: "file" })) {
    for (const line of lines) output.print(JSON.stringify(await read(line)));
  }
}

function printAnswer(answer: NumberAnswer, { output }: CommandParts): void {
  output.print(
    table(
      ["number", "matched as", "E.164", "kind", "country", "reason"],
      [
        [
          answer.raw,
          answer.normalized,
          answer.e164 ?? "",
          answer.kind,
          answer.country ?? "",
          answer.reason ?? "",
        ],
      ],
    ),
  );
  for (const { step, before, after, note } of answer.steps) {
    output.print(`  ${step}: ${before} → ${after}${note === undefined ? "" : ` (${note})`}`);
  }
}
