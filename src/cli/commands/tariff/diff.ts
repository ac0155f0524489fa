// cdrate tariff diff: what changes with a version, a folder or a carrier's new file.
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import type { CdrateClient, Params, Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, pageLimitFlag, TIME_FORMS } from "../../flag-values.ts";
import { PATIENT, type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { AMENDMENT_FLAG, dialectOf, listOf } from "./dialect-flag.ts";
import { namedTariff } from "./given.ts";

type Diff = Params<"tariff.diff">;

interface DiffOptions extends ServiceOptions {
  from?: string;
  tenant?: string;
  plan?: string;
  dialect?: string;
  amendment?: boolean;
  at?: string;
  changes?: string;
  csv?: string;
  xlsx?: string;
  limit: number;
  cursor?: string;
  json?: boolean;
}

export function addDiffCommand(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("diff <to>")
    .description(
      "what changes with a version, a folder, or a file in place of the deck of --plan; nothing is stored",
    )
    .option("--from <version>", "against this version; else the one in force")
    .option("--tenant <tenant>", "whose version in force, where several have one")
    .option("--plan <plan>", "this plan alone; of a file: whose deck it is")
    .option("--dialect <dialect>", "of the file: a stored name, or a .yaml or .json file")
    .option(...AMENDMENT_FLAG)
    .option("--at <time>", `compared as in force then; ${TIME_FORMS}`)
    .option("--changes <list>", "of new,up,down,terms,closed,same,conflict; else all but same")
    .option("--csv <file>", "write all such rows as CSV")
    .option("--xlsx <file>", "write them as a workbook, to 100,000 rows")
    .option("--limit <number>", "rows of --json, to 1000", pageLimitFlag, 100)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (to: string, options: DiffOptions) => {
    await withClient(
      parts,
      options,
      async (client) => {
        const answer = await client.call("tariff.diff", await requestOf(client, to, options));
        await show(answer, options, parts);
      },
      PATIENT,
    );
  });
}

async function show(
  answer: Result<"tariff.diff">,
  { csv: file, xlsx: workbook, json }: DiffOptions,
  { output }: CommandParts,
): Promise<void> {
  const { csv = "", xlsx = "", ...found } = answer;
  if (file !== undefined) await writeFile(file, csv);
  if (workbook !== undefined) await writeFile(workbook, Buffer.from(xlsx, "base64"));
  if (json === true) return output.printJson(found);
  output.print(found.summary);
  const written = [file, workbook].filter((one) => one !== undefined);
  if (written.length > 0) output.print(`rows written to ${written.join(" and ")}`);
}

async function requestOf(client: CdrateClient, to: string, options: DiffOptions): Promise<Diff> {
  const { from, tenant, plan, at, changes, csv, xlsx, limit, cursor } = options;
  return {
    limit,
    csv: csv !== undefined,
    xlsx: xlsx !== undefined,
    ...(from === undefined ? {} : { from }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(plan === undefined ? {} : { plan }),
    ...(at === undefined ? {} : { at: instantFlag(at, "at") }),
    ...(changes === undefined
      ? {}
      : { changes: changes.split(",") as NonNullable<Diff["changes"]> }),
    ...(cursor === undefined ? {} : { cursor }),
    ...(await targetOf(client, to, options)),
  };
}

async function targetOf(
  client: CdrateClient,
  to: string,
  { dialect, amendment }: Pick<DiffOptions, "dialect" | "amendment">,
): Promise<Partial<Diff>> {
  const named = await namedTariff(client, to);
  const list = listOf(amendment);
  if (named.kind === "version") return { to: named.version, ...list };
  if (named.kind === "folder") return { files: named.files, ...list };
  const { upload } = named;
  return {
    upload,
    ...(dialect === undefined ? {} : { dialect: await dialectOf(dialect) }),
    ...list,
  };
}
