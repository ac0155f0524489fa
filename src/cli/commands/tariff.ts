// cdrate tariff check|load|list|activate|rollback: for the person who keeps the decks.
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import type { Engine } from "../../engine/engine.ts";
import type { Compat } from "../../engine/ports.ts";
import { readTariffFiles } from "../../engine/tariffs/folders.ts";
import { createInlineCompiler } from "../../engine/tariffs/inline-compiler.ts";
import { EngineError } from "../../errors.ts";
import type { Fault } from "../../tariffs/tariff.ts";
import type { CommandParts } from "../command-parts.ts";
import { COMPAT_FLAG, instantFlag, readCompat } from "../flag-values.ts";
import { EXIT, type Output } from "../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../service-client.ts";
import { activationLine, printTariffs } from "../text/timeline.ts";
import { withEngine } from "../with-engine.ts";
import { addCompareCommand } from "./compare.ts";

const COMPAT = "exact | cgrates | cgrates-0.9.1: semantics of a CGRateS folder";

export function addTariffCommands(program: Command, parts: CommandParts): void {
  const tariff = program.command("tariff").description("check, load and activate tariff folders");
  addCheck(tariff, parts);
  addLoad(tariff, parts);
  addList(tariff, parts);
  addActivate(tariff, parts);
  addRollback(tariff, parts);
  addCompareCommand(tariff, parts);
}

function addCheck(tariff: Command, { output, exit }: CommandParts): void {
  tariff
    .command("check <folder>")
    .description("list every fault of a folder; nothing is stored")
    .option(COMPAT_FLAG, COMPAT, readCompat)
    .option("--json", "answer as JSON")
    .action(async (folder: string, options: { compat?: Compat; json?: boolean }) => {
      const checked = await createInlineCompiler().check(
        await readTariffFiles(folder),
        options.compat,
      );
      if (options.json === true) output.printJson(checked);
      else printCheck(output, checked.ok ? checked.warnings : checked.faults);
      if (!checked.ok) return exit(EXIT.faults);
      if (options.json !== true) {
        const counts = Object.entries(checked.facts.counts).map(([name, n]) => `${name} ${n}`);
        output.print(`ok: ${checked.facts.kind} tariff, ${counts.join(", ")}`);
        if (checked.skipped.length > 0) output.print(`skipped: ${checked.skipped.join(", ")}`);
      }
    });
}

function printCheck(output: Output, faults: Fault[]): void {
  for (const { file, line, column, severity, code, message } of faults) {
    output.print(`${file}:${line}:${column} ${severity} ${code}: ${message}`);
  }
}

interface LoadOptions {
  name?: string;
  compat?: Compat;
  activate?: boolean;
  json?: boolean;
}

function addLoad(tariff: Command, parts: CommandParts): void {
  tariff
    .command("load <folder>")
    .description("store a faultless folder as a version")
    .option("--name <name>", "name of the tariff; else the folder's")
    .option(COMPAT_FLAG, COMPAT, readCompat)
    .option("--activate", "and let it price calls from now on")
    .option("--json", "answer as JSON")
    .action(async (folder: string, options: LoadOptions) => {
      try {
        const load = (engine: Engine) => loadFolder(engine, folder, options, parts.output);
        await withEngine(parts, load, "make");
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== "tariff-faults") throw error;
        const faults = error.detail.data?.["faults"] as Fault[];
        if (options.json === true) parts.output.printJson({ ok: false, faults });
        else printCheck(parts.output, faults);
        parts.exit(EXIT.faults);
      }
    });
}

async function loadFolder(
  engine: Engine,
  folder: string,
  options: LoadOptions,
  output: Output,
): Promise<void> {
  const files = await readTariffFiles(folder);
  const name = options.name ?? basename(resolve(folder));
  const loaded = await engine.tariffs.load({ files }, { name, compat: options.compat });
  if (options.activate === true) await engine.tariffs.activate(loaded.version);
  if (options.json === true) return output.printJson(loaded);
  printCheck(output, loaded.warnings);
  const state = options.activate === true ? "loaded and active" : "loaded";
  output.print(`${state}: ${loaded.name} ${loaded.version}`);
}

function addList(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("list")
    .description("loaded versions, newest first, and the time line that says when each holds")
    .option("--json", "answer as JSON: { tariffs, nextCursor }");
  serviceFlags(command).action(async (options: ServiceOptions & { json?: boolean }) => {
    await withClient(parts, options, async (client, engine) => {
      const answer = await client.call("tariff.list", { limit: 1000 });
      if (options.json === true) return parts.output.printJson(answer);
      printTariffs(parts.output, answer.tariffs, engine?.clock() ?? Date.now());
    });
  });
}

function addActivate(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("activate <version>")
    .description("let a version price calls from now on, or from another moment")
    .option("--at <time>", "from this moment, past or future (RFC 3339)")
    .option("--json", "answer as JSON: { activations }");
  serviceFlags(command).action(
    async (version: string, options: ServiceOptions & { at?: string; json?: boolean }) => {
      const at = options.at === undefined ? {} : { at: instantFlag(options.at, "at") };
      await withClient(parts, options, async (client) => {
        const answer = await client.call("tariff.activate", { version, ...at });
        if (options.json === true) return parts.output.printJson(answer);
        for (const entry of answer.activations) parts.output.print(activationLine(entry));
      });
    },
  );
}

function addRollback(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("rollback <tenant>")
    .description("undo the tenant's latest activation; a second rollback brings it back")
    .option("--json", "answer as JSON: { activations }");
  serviceFlags(command).action(
    async (tenant: string, options: ServiceOptions & { json?: boolean }) => {
      await withClient(parts, options, async (client) => {
        const answer = await client.call("tariff.rollback", { tenant });
        if (options.json === true) return parts.output.printJson(answer);
        for (const entry of answer.activations) parts.output.print(activationLine(entry));
      });
    },
  );
}
