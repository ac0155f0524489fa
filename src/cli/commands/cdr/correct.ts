// cdrate cdr correct|void: new facts for a stored CDR, or out of every sum with it.
import type { Command } from "commander";
import type { Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { moneyText } from "../../text/cdr.ts";
import { readPairs } from "../../value-pairs.ts";

interface ChangeOptions extends ServiceOptions {
  tenant?: string;
  json?: boolean;
}

export function addCorrectCommands(cdr: Command, parts: CommandParts): void {
  const correct = cdr
    .command("correct <id>")
    .description("new facts for a CDR: it is rated anew, the old ones stay in its history")
    .requiredOption(
      "--set <name=value...>",
      "a field by any accepted spelling; name:=value for JSON, name:=null takes it away",
    )
    .option("--reason <text>", "why, kept with the revision");
  changeFlags(correct).action(
    async (id: string, options: ChangeOptions & { set: string[]; reason?: string }) => {
      const { reason } = options;
      const fields = Object.fromEntries(readPairs(options.set, "set"));
      await withClient(parts, options, async (client) => {
        const request = { id, fields, ...ofTenant(options) };
        const revised = await client.call("cdr.correct", {
          ...request,
          ...(reason === undefined ? {} : { reason }),
        });
        printRevised(revised, options, parts);
      });
    },
  );
  const voided = cdr
    .command("void <id>")
    .description("take a CDR out of every sum; its history stays")
    .requiredOption("--reason <text>", "why, kept with the revision");
  changeFlags(voided).action(async (id: string, options: ChangeOptions & { reason: string }) => {
    const { reason } = options;
    await withClient(parts, options, async (client) => {
      const revised = await client.call("cdr.void", { id, reason, ...ofTenant(options) });
      printRevised(revised, options, parts);
    });
  });
}

function changeFlags(command: Command): Command {
  return serviceFlags(command)
    .option("--tenant <tenant>", "whose, where several tenants have the id")
    .option("--json", "answer as JSON");
}

function ofTenant({ tenant }: ChangeOptions): { tenant?: string } {
  return tenant === undefined ? {} : { tenant };
}

function printRevised(
  revised: Result<"cdr.correct">,
  { json }: ChangeOptions,
  { output }: CommandParts,
): void {
  if (json === true) {
    output.printJson(revised);
    return;
  }
  const { id, revision, outcome, reason, sell, buy } = revised;
  const why = reason === undefined ? "" : ` (${reason})`;
  output.print(`CDR ${id}, revision ${revision}: ${outcome}${why}`);
  output.print(`sell ${moneyText(sell)}, buy ${moneyText(buy)}`);
}
