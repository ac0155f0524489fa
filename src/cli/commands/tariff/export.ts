// cdrate tariff export: a loaded tariff as a folder, one plan as a file, or a customer's price list.
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import type { Params, Result } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, TIME_FORMS } from "../../flag-values.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { dialectOf } from "./dialect-flag.ts";

interface ExportOptions extends ServiceOptions {
  tenant?: string;
  plan?: string;
  dialect?: string;
  voipPlan?: string;
  account?: string;
  before?: string;
  at?: string;
  output?: string;
  xlsx?: string;
  json?: boolean;
}

export function addExportCommand(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("export [version]")
    .description(
      "a loaded version as a folder; with --plan its deck; with --account or --voip-plan the price list of its customers",
    )
    .option("--tenant <tenant>", "whose version in force, where several have one")
    .option("--plan <plan>", "the deck of this plan")
    .option("--dialect <dialect>", "of the deck: a stored name, a .yaml or .json file, or own")
    .option("--voip-plan <plan>", "the price list of its customers")
    .option("--account <account>", "the price list of the plan that the account has")
    .option("--before <version>", "with a price list: its changes are held against this version")
    .option("--at <time>", `of a price list: what holds then or later; ${TIME_FORMS}`)
    .option("--output <path>", "a new folder, or a file; a plan or a list is printed without it")
    .option("--xlsx <file>", "a price list as a workbook, to 100,000 rates")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (version: string | undefined, options: ExportOptions) => {
    const request = await requestOf(version, options);
    await withClient(
      parts,
      options,
      async (client) => {
        const answer = await client.call("tariff.export", request);
        const { xlsx, ...shown } = answer;
        if (options.xlsx !== undefined)
          await writeFile(options.xlsx, Buffer.from(xlsx ?? "", "base64"));
        if (options.json === true) return parts.output.printJson(shown);
        await show(shown, options, parts);
      },
      PATIENT,
    );
  });
}

async function show(
  { files, csv = "", version, rates }: Omit<Result<"tariff.export">, "xlsx">,
  { output: path, xlsx }: ExportOptions,
  { output }: CommandParts,
): Promise<void> {
  const written = [path, xlsx].filter((one) => one !== undefined);
  if (files !== undefined) await writeFolder(files, path);
  else if (path !== undefined) await writeFile(path, csv);
  else if (xlsx === undefined) return output.write(csv);
  const what = files === undefined ? `${rates} rates` : `${Object.keys(files).length} files`;
  output.print(`${what} of ${version} written to ${written.join(" and ")}`);
}

async function requestOf(
  version: string | undefined,
  options: ExportOptions,
): Promise<Params<"tariff.export">> {
  const { tenant, plan, dialect, voipPlan, account, before, at, output, xlsx, json } = options;
  const isWhole = plan === undefined && voipPlan === undefined && account === undefined;
  if (isWhole && output === undefined && json !== true) {
    throw engineError("invalid-params", "--output: name a folder for the files.", {
      path: "output",
    });
  }
  return {
    ...(version === undefined ? {} : { version }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(plan === undefined ? {} : { plan }),
    ...(dialect === undefined ? {} : { dialect: await dialectOf(dialect) }),
    ...(voipPlan === undefined ? {} : { voipPlan }),
    ...(account === undefined ? {} : { account }),
    xlsx: xlsx !== undefined,
    ...(before === undefined ? {} : { before }),
    ...(at === undefined ? {} : { at: instantFlag(at, "at") }),
  };
}

/** What stands in a folder is not written over. */
async function writeFolder(files: Record<string, string>, folder = ""): Promise<void> {
  const entries = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw engineError("invalid-params", `--output: ${folder} is no folder.`, { path: "output" });
  });
  if (entries.length > 0) {
    throw engineError("invalid-params", `--output: ${folder} is not empty.`, { path: "output" });
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
