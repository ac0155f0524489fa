// cdrate tariff check|load: a folder of this machine, or one under the tariff root of a service.
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import type { Params } from "../../../client/client.ts";
import type { Engine } from "../../../engine/engine.ts";
import type { Compat } from "../../../engine/ports.ts";
import { readTariffFiles, type TariffFiles } from "../../../engine/tariffs/folders/folders.ts";
import { createInlineCompiler } from "../../../engine/tariffs/inline-compiler.ts";
import { EngineError, engineError } from "../../../errors.ts";
import type { DeckReport, Fault } from "../../../tariffs/tariff.ts";
import type { CommandParts } from "../../command-parts.ts";
import { COMPAT_FLAG, readCompat } from "../../flag-values.ts";
import { EXIT, type Output } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { followersLine, waitForFollowers } from "../../text/followers.ts";

const COMPAT = "exact | cgrates | cgrates-0.9.1: semantics of a CGRateS folder";

interface FolderOptions extends ServiceOptions {
  compat?: Compat;
  onServer?: boolean;
  json?: boolean;
}

function folderFlags(command: Command): Command {
  return serviceFlags(command)
    .option("--on-server", "with --url: a folder under the tariff root of the service")
    .option(COMPAT_FLAG, COMPAT, readCompat)
    .option("--json", "answer as JSON");
}

/** The folder as the service takes it. @throws `invalid-params` for --on-server without --url */
async function sourceOf(
  folder: string,
  { url, onServer, compat }: FolderOptions,
): Promise<Params<"tariff.check">> {
  const semantics = compat === undefined ? {} : { compat };
  if (onServer !== true) return { files: await readTariffFiles(folder), ...semantics };
  if (url !== undefined) return { path: folder, ...semantics };
  throw engineError("invalid-params", "--on-server goes with --url.", { path: "onServer" });
}

export function addCheckCommand(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("check <folder>")
    .description(
      "list every fault of a folder; nothing is stored; a service also compares with the version in force",
    );
  folderFlags(command).action(async (folder: string, options: FolderOptions) => {
    const source = await sourceOf(folder, options);
    if (options.url === undefined) return checkHere(source.files ?? {}, options, parts);
    await withClient(parts, options, async (client) => {
      const { ok, faults, ...checked } = await client.call("tariff.check", source);
      if (!ok) parts.exit(EXIT.faults);
      if (options.json === true) return parts.output.printJson({ ok, faults, ...checked });
      printFaults(parts.output, ok ? checked.warnings : faults);
      printDecks(parts.output, checked.decks);
      if (ok) printSound(parts.output, checked);
    });
  });
}

async function checkHere(
  files: Record<string, string>,
  { compat, json }: FolderOptions,
  { output, exit }: CommandParts,
): Promise<void> {
  const checked = await createInlineCompiler().check(files, compat);
  if (!checked.ok) exit(EXIT.faults);
  if (json === true) return output.printJson(checked);
  printFaults(output, checked.ok ? checked.warnings : checked.faults);
  printDecks(output, checked.decks);
  if (checked.ok) printSound(output, { ...checked.facts, skipped: checked.skipped });
}

function printSound(
  output: Output,
  {
    kind,
    counts = {},
    skipped,
  }: { kind?: string | undefined; counts?: Record<string, number> | undefined; skipped: string[] },
): void {
  const texts = Object.entries(counts).map(([name, n]) => `${name} ${n}`);
  output.print(`ok: ${kind} tariff, ${texts.join(", ")}`);
  if (skipped.length > 0) output.print(`skipped: ${skipped.join(", ")}`);
}

/** Rows that are shown of each deck; --json has more. */
const SHOWN_ROWS = 3;

/** A native deck is its own text: only what a dialect made of a file is shown. */
function printDecks(output: Output, decks: readonly DeckReport[]): void {
  for (const { file, dialect, rates, leftOut, noRate, rows } of decks) {
    if (dialect === null) continue;
    const passed = `${leftOut} rows left out, ${noRate} lines that are no rows`;
    output.print(`${file} by dialect ${dialect}: ${rates} rates, ${passed}`);
    for (const row of rows.slice(0, SHOWN_ROWS)) output.print(`  ${JSON.stringify(row)}`);
  }
}

function printFaults(output: Output, faults: readonly Omit<Fault, "text">[]): void {
  for (const { file, line, column, severity, code, message } of faults) {
    output.print(`${file}:${line}:${column} ${severity} ${code}: ${message}`);
  }
}

interface LoadOptions extends FolderOptions {
  name?: string;
  activate?: boolean;
  override?: string;
  wait?: boolean;
}

export function addLoadCommand(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("load <folder>")
    .description("store a faultless folder as a version")
    .option("--name <name>", "name of the tariff; else the folder's")
    .option("--activate", "and let it price calls from now on")
    .option("--override <reason>", "with --activate: whatever gates say; the reason is kept")
    .option("--wait", "with --activate: until every service on the store prices by it");
  folderFlags(command).action(async (folder: string, options: LoadOptions) => {
    if (options.wait === true && options.activate !== true) {
      throw engineError("invalid-params", "--wait goes with --activate.", { path: "wait" });
    }
    if (options.override !== undefined && options.activate !== true) {
      throw engineError("invalid-params", "--override goes with --activate.", { path: "override" });
    }
    try {
      await load(folder, options, parts);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== "tariff-faults") throw error;
      const faults = error.detail.data?.["faults"] as Fault[];
      if (options.json === true) parts.output.printJson({ ok: false, faults });
      else printFaults(parts.output, faults);
      parts.exit(EXIT.faults);
    }
  });
}

async function load(folder: string, options: LoadOptions, parts: CommandParts): Promise<void> {
  const name = options.name ?? basename(resolve(folder));
  const source = await sourceOf(folder, options);
  await withClient(
    parts,
    options,
    async (client, engine) => {
      // A folder of this machine goes to the store as it is: as one JSON text it could be too long.
      const { files = {} } = source;
      const { compat } = options;
      const loaded =
        engine === null
          ? await client.call("tariff.load", { ...source, name })
          : await loadHere(engine, files, { name, compat });
      const { override: reason } = options;
      const activated =
        options.activate === true
          ? await client.call("tariff.activate", {
              version: loaded.version,
              ...(reason === undefined ? {} : { override: { reason } }),
            })
          : null;
      const followers =
        activated !== null && options.wait === true
          ? await waitForFollowers(client, parts)
          : activated?.processes;
      const { output } = parts;
      if (options.json === true) {
        return output.printJson(
          followers === undefined ? loaded : { ...loaded, processes: followers },
        );
      }
      printFaults(output, loaded.warnings);
      output.print(
        `${activated === null ? "loaded" : "loaded and active"}: ${loaded.name} ${loaded.version}`,
      );
      if (followers !== undefined) output.print(followersLine(followers));
    },
    { missing: "make" },
  );
}

/** As the method does it, which a folder may be too large for. */
function loadHere(
  engine: Engine,
  files: TariffFiles,
  { name, compat }: { name: string; compat: Compat | undefined },
) {
  const by = "command line";
  const run = () => engine.tariffs.load({ files }, { name, compat, by });
  const after = ({ version, tenants }: Awaited<ReturnType<typeof run>>) => ({ version, tenants });
  return engine.acts.noted({ by: { name: by }, act: "tariff.load", subject: name }, { run, after });
}
