// cdrate tariff list|get|activate|rollback: loaded versions and the time line that chooses among them.
import type { Command } from "commander";
import type { Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, TIME_FORMS, timeZoneFlag } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { followersLine, waitForFollowers } from "../../text/followers.ts";
import { activationLine, printTariffs, versionText } from "../../text/timeline.ts";
import { addBacktestCommand } from "./backtest.ts";
import { addCompareCommand } from "./compare.ts";
import { addDeckCommands } from "./deck.ts";
import { addDiffCommand } from "./diff.ts";
import { addExportCommand } from "./export.ts";
import { addCheckCommand, addLoadCommand } from "./folder.ts";
import { addMarkupCommand } from "./markup.ts";

export function addTariffCommands(program: Command, parts: CommandParts): void {
  const tariff = program.command("tariff").description("check, load and activate tariff folders");
  addCheckCommand(tariff, parts);
  addLoadCommand(tariff, parts);
  addList(tariff, parts);
  addGet(tariff, parts);
  addActivate(tariff, parts);
  addRollback(tariff, parts);
  addDiffCommand(tariff, parts);
  addDeckCommands(tariff, parts);
  addMarkupCommand(tariff, parts);
  addExportCommand(tariff, parts);
  addBacktestCommand(tariff, parts);
  addCompareCommand(tariff, parts);
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

function addGet(tariff: Command, parts: CommandParts): void {
  const { output } = parts;
  const command = tariff
    .command("get <version>")
    .description("the facts of a loaded version: its time line, warnings and files")
    .option("--texts", "with the texts of the files")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(
    async (version: string, options: ServiceOptions & { texts?: boolean; json?: boolean }) => {
      const { texts = false } = options;
      await withClient(parts, options, async (client) => {
        const found = await client.call("tariff.get", { version, texts });
        if (options.json === true) output.printJson(found);
        else output.print(versionText(found));
      });
    },
  );
}

interface ActivateOptions extends ServiceOptions {
  at?: string;
  override?: string;
  timeZone?: string;
  wait?: boolean;
  json?: boolean;
}

const WAIT = "until every service on the store prices by it";

function addActivate(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("activate <version>")
    .description("let a version price calls from now on, or from another moment")
    .option("--at <time>", `from this moment, past or future: ${TIME_FORMS}`)
    .option("--override <reason>", "whatever gates say; the reason is kept in the log")
    .option("--wait", WAIT)
    .option("--json", "answer as JSON: { activations, processes, overridden }");
  serviceFlags(timeZoneFlag(command)).action(async (version: string, options: ActivateOptions) => {
    const { at, timeZone, override: reason } = options;
    const asked = {
      ...(at === undefined ? {} : { at: instantFlag(at, "at", timeZone) }),
      ...(reason === undefined ? {} : { override: { reason } }),
    };
    await withClient(parts, options, async (client) => {
      const answer = await client.call("tariff.activate", { version, ...asked });
      for (const { gate, message } of answer.overridden) {
        parts.output.warn(`overridden: ${gate}: ${message}`);
      }
      const processes =
        options.wait === true ? await waitForFollowers(client, parts) : answer.processes;
      printActivated({ ...answer, processes }, options, parts);
    });
  });
}

function addRollback(tariff: Command, parts: CommandParts): void {
  const command = tariff
    .command("rollback <tenant>")
    .description("undo the tenant's latest activation; a second rollback brings it back")
    .option("--wait", WAIT)
    .option("--json", "answer as JSON: { activations, processes }");
  serviceFlags(command).action(async (tenant: string, options: ActivateOptions) => {
    await withClient(parts, options, async (client) => {
      const answer = await client.call("tariff.rollback", { tenant });
      const processes =
        options.wait === true ? await waitForFollowers(client, parts) : answer.processes;
      printActivated({ ...answer, processes }, options, parts);
    });
  });
}

function printActivated(
  answer: Result<"tariff.rollback">,
  { json }: ActivateOptions,
  { output }: CommandParts,
): void {
  if (json === true) {
    output.printJson(answer);
    return;
  }
  for (const entry of answer.activations) output.print(activationLine(entry));
  output.print(followersLine(answer.processes));
}
