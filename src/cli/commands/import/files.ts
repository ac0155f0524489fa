// cdrate import: files of any layout, previewed, then brought in; `imports` looks at those that were.
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Command, Option } from "commander";
import type { CdrateClient, Params, Result } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import { wholeNumberFlag } from "../../flag-values.ts";
import { EXIT, type Output } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { createProgressBar } from "../../text/progress-bar.ts";
import { missingLines, sumText } from "../../text/sum.ts";
import { readAnswers } from "./answers.ts";
import { addImportLooks, importLine } from "./looks.ts";
import { type FileFacts, fileFacts, sendFile } from "./send-file.ts";

type Start = NonNullable<Params<"import.start">>;
type Import = Result<"import.get">;

interface ImportOptions extends ServiceOptions {
  format?: string;
  map?: string[];
  answer?: string[];
  dialect?: string;
  source?: string;
  batch?: string;
  dryRun?: boolean;
  expect?: number;
  sequence?: string;
  once?: boolean;
  resume?: string;
  json?: boolean;
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

export function addImportCommands(program: Command, parts: CommandParts): void {
  const command = program
    .command("import [files...]")
    .description("preview files of CDRs, then bring each in as a batch; folders: each file in them")
    .option(
      "--format <name>",
      "csv (default), jsonl, cdr-stats-csv, asterisk-csv, freeswitch-csv, …",
    )
    .option("--map <field=column>", "which column is which field, by name or number", collect)
    .option("--answer <member=value>", "how the table is written: a member of its dialect", collect)
    .option("--dialect <name>", "a stored dialect")
    .option("--source <name>", "the source that the records are of")
    .option("--batch <name>", "name of the batch; else that of the file")
    .option(
      "--expect <number>",
      "records that the file has, as its sender says (exit code 1 where it has others)",
      wholeNumberFlag("expect", { min: 0, max: 1_000_000_000 }),
    )
    .option("--sequence <field>", "numbers that the source counts its records by: gaps are told")
    .option("--dry-run", "the preview alone")
    .option("--once", "refuse a file that was imported before (exit code 3)")
    .addOption(new Option("--resume <job>", "go on with an import that broke, or was previewed"))
    .option("--json", "one JSON line for each file; the last line is the batch");
  serviceFlags(command).action(async (files: string[], options: ImportOptions) => {
    if (files.length === 0 && options.resume === undefined) {
      throw engineError("invalid-params", "Name a file or a folder, or --resume.", {
        path: "files",
      });
    }
    await withClient(
      parts,
      options,
      async (client) => {
        if (options.resume !== undefined) await resumeOne(client, parts, options.resume, options);
        for (const path of await filesOf(files)) {
          const facts = await fileFacts(path);
          await importOne(client, parts, { facts, options });
        }
      },
      { missing: "make" },
    );
  });
  addImportLooks(program, parts);
}

/** The files of folders by name, those that begin with a dot left out. */
async function filesOf(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
    if (!isFolder) found.push(path);
    else {
      const entries = await readdir(path, { withFileTypes: true });
      const names = entries.filter((one) => one.isFile() && !one.name.startsWith("."));
      found.push(...names.map(({ name }) => join(path, name)).sort());
    }
  }
  return found;
}

async function importOne(
  client: CdrateClient,
  parts: CommandParts,
  { facts, options }: { facts: FileFacts; options: ImportOptions },
): Promise<void> {
  const { output, exit } = parts;
  const { hash, path } = facts;
  const { batches } = await client.call("batch.list", { hash, limit: 1 });
  const [known] = batches;
  if (known !== undefined && options.once === true) {
    const what = `${path} was imported before, as the batch ${known.id}.`;
    if (options.json === true) output.print(JSON.stringify({ file: path, known: known.id }));
    else output.warn(what);
    exit(EXIT.faults);
    return;
  }
  if (known !== undefined) {
    output.warn(`${path} was imported before, as the batch ${known.id}; it comes as a new one.`);
  }
  const bar = createProgressBar();
  const upload = await sendFile(client, facts, (done) => {
    bar.show(`sending ${basename(path)}`, { done, total: facts.bytes });
  });
  bar.end();
  const started = await client.call("import.start", { upload, ...startParams(options) });
  await finish(client, parts, { job: started.job, options });
}

function startParams(options: ImportOptions): Start {
  const { format, dialect, source, batch, expect, sequence } = options;
  const { dryRun = false, map = [], answer = [] } = options;
  const known = readAnswers([...answer, ...map.map((one) => `map.${one}`)]);
  return {
    dryRun,
    dialect: known as NonNullable<Start["dialect"]>,
    ...(format === undefined ? {} : { format }),
    ...(dialect === undefined ? {} : { dialectName: dialect }),
    ...(source === undefined ? {} : { source }),
    ...(batch === undefined ? {} : { batch }),
    ...(expect === undefined ? {} : { expect }),
    ...(sequence === undefined ? {} : { sequence }),
  };
}

async function resumeOne(
  client: CdrateClient,
  parts: CommandParts,
  job: string,
  options: ImportOptions,
): Promise<void> {
  await client.call("import.start", { resume: job });
  await finish(client, parts, { job, options });
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** Waits for the end, then prints what was previewed or brought in. */
async function finish(
  client: CdrateClient,
  { output, exit }: CommandParts,
  { job, options }: { job: string; options: ImportOptions },
): Promise<void> {
  const found = await waitFor(client, job, options.resume === job);
  if (found.state === "failed" || found.state === "cancelled") exit(EXIT.failed);
  if (found.batch === null || found.state === "failed") {
    if (options.json === true) output.print(JSON.stringify(found));
    else printImport(output, found);
    return;
  }
  const { batch, outcomes, sums, ok } = await client.call("batch.reconcile", { id: found.batch });
  const { suspended = 0, conflict = 0 } = outcomes;
  const { complete } = batch.completeness;
  if (!ok || suspended + conflict > 0 || complete === false) exit(EXIT.failed);
  if (options.json === true) {
    output.print(JSON.stringify({ ...batch, outcomes, sums }));
    return;
  }
  printImport(output, found);
  for (const sum of sums) output.print(`  ${sumText(sum)}`);
  for (const line of missingLines(batch)) output.print(`  ${line}`);
}

/** `isResumed`: its process may be gone, and its lease not over yet: it is asked for until it goes on. */
async function waitFor(client: CdrateClient, job: string, isResumed: boolean): Promise<Import> {
  const bar = createProgressBar();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const found = await client.call("import.get", { job });
    if (isResumed && isUnderWay(found)) await client.call("import.start", { resume: job });
    if (!isUnderWay(found)) {
      bar.end();
      return found;
    }
    const { done, total, secondsLeft } = found.progress;
    if (total === null) bar.say(`looking through ${found.file}: ${done} records`);
    else bar.show(`importing ${found.file}, ${secondsLeft ?? "?"} s left`, { done, total });
    await pause(Math.min(pauseMs, LONGEST_PAUSE_MS));
  }
}

function isUnderWay({ state }: Import): boolean {
  return state === "planning" || state === "running";
}

function printImport(output: Output, found: Import): void {
  output.print(importLine(found));
  const { preview, fault, state } = found;
  output.print(
    `  ${preview.lines} records: ${preview.new} new, ${preview.changed} changed, ${preview.same} same, ${preview.refused} refused`,
  );
  for (const { reason, detail } of preview.refusals)
    output.print(`  refused (${reason}): ${detail}`);
  if (state === "planned") {
    for (const row of preview.rows) output.print(`  ${JSON.stringify(row)}`);
    output.print(`  bring it in: cdrate import --resume ${found.job}`);
  }
  if (fault !== null) output.print(`  ${fault}; go on: cdrate import --resume ${found.job}`);
}
