// cdrate account: which VoIP plan an account has, from when until when.
import type { Command } from "commander";
import type { Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, pageLimitFlag, TIME_FORMS, timeZoneFlag } from "../../flag-values.ts";
import { table } from "../../output.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";
import { given, printEntry, revisionFlag } from "../master/flags.ts";
import { addTableCommands } from "../master/tables.ts";
import { addAccountList, type EntryFlags, entryMembers, entryOptions } from "./entry.ts";

interface AccountOptions extends ServiceOptions {
  tenant?: string;
  timeZone?: string;
  json?: boolean;
}

export function addAccountCommands(program: Command, parts: CommandParts): void {
  const account = program.command("account").description("assignments of accounts to VoIP plans");
  addSet(account, parts);
  addRemove(account, parts);
  addGet(account, parts);
  addFind(account, parts);
  addAccountList(account, parts);
  addTableCommands(account, "account", parts);
}

function accountFlags(command: Command): Command {
  return serviceFlags(command)
    .option("--tenant <tenant>", "else cgrates.org")
    .option("--json", "answer as JSON");
}

function ofTenant({ tenant }: AccountOptions): { tenant?: string } {
  return tenant === undefined ? {} : { tenant };
}

interface SetOptions extends AccountOptions, EntryFlags {
  numbering?: string;
  from?: string;
  allowUnknown?: boolean;
}

function addSet(parent: Command, parts: CommandParts): void {
  const command = parent
    .command("set <account> [plan]")
    .description(
      "assign an account to a VoIP plan, which wins over the tariff's accounts file; or say who it is",
    )
    .option("--numbering <rule-set>", "rule set of the tariff, or a preset")
    .option("--from <time>", `for calls from then on, else from now on: ${TIME_FORMS}`)
    .option("--allow-unknown", "take a plan or rule set that no loaded version has");
  entryOptions(accountFlags(timeZoneFlag(command))).action(
    async (account: string, voipPlan: string | undefined, options: SetOptions) => {
      await withClient(parts, options, async (client) => {
        const { numbering, from, allowUnknown = false } = options;
        const set = await client.call("account.set", {
          ...ofTenant(options),
          account,
          allowUnknown,
          ...given({ voipPlan, numbering, ...entryMembers(options) }),
          ...(from === undefined ? {} : { from: instantFlag(from, "from", options.timeZone) }),
        });
        for (const { message } of set.warnings) parts.output.warn(message);
        if (options.json === true) return parts.output.printJson(set);
        if (voipPlan !== undefined) parts.output.print(`${account}: ${voipPlan} from ${set.from}`);
        if (set.entry !== undefined) printEntry(set.entry, parts);
      });
    },
  );
}

interface RemoveOptions extends AccountOptions {
  at?: string;
  entry?: boolean;
  ifRevision?: number;
}

function addRemove(parent: Command, parts: CommandParts): void {
  const command = parent
    .command("remove <account>")
    .description("end an account's assignment: the tariff's accounts file decides from then on")
    .option("--entry", "take away what the store says of the account instead")
    .option("--if-revision <number>", "only where it is still at this revision", revisionFlag)
    .option("--at <time>", `for calls from then on, else from now on: ${TIME_FORMS}`);
  accountFlags(timeZoneFlag(command)).action(async (account: string, options: RemoveOptions) => {
    await withClient(parts, options, async (client) => {
      const { at, entry, ifRevision } = options;
      const removed = await client.call("account.remove", {
        ...ofTenant(options),
        account,
        ...(entry === true ? { what: "entry" as const, ...given({ ifRevision }) } : {}),
        ...(at === undefined ? {} : { at: instantFlag(at, "at", options.timeZone) }),
      });
      if (options.json === true) return parts.output.printJson(removed);
      const { ended, next } = removed;
      if (ended === null) {
        parts.output.print(`${account}: what was said of it is gone`);
        return;
      }
      parts.output.print(`${account}: ${ended.voipPlan} ended at ${removed.at}`);
      if (next !== null) parts.output.print(`${next.voipPlan} follows from ${next.from}`);
    });
  });
}

function addGet(parent: Command, parts: CommandParts): void {
  const command = parent
    .command("get <account>")
    .description("every assignment of an account, and which one holds")
    .option("--at <time>", `which one holds then, else now: ${TIME_FORMS}`);
  accountFlags(timeZoneFlag(command)).action(
    async (account: string, options: AccountOptions & { at?: string }) => {
      await withClient(parts, options, async (client) => {
        const { at } = options;
        const found = await client.call("account.get", {
          ...ofTenant(options),
          account,
          ...(at === undefined ? {} : { at: instantFlag(at, "at", options.timeZone) }),
        });
        if (options.json === true) return parts.output.printJson(found);
        printAssignments(found.assignments, parts);
        const { current } = found;
        parts.output.print(
          current === null
            ? "the tariff's accounts file decides"
            : `${current.voipPlan} holds, from ${current.from}`,
        );
        if (found.entry !== null) printEntry(found.entry, parts);
      });
    },
  );
}

interface FindOptions extends AccountOptions {
  limit: number;
  cursor?: string;
}

function addFind(parent: Command, parts: CommandParts): void {
  const command = parent
    .command("find")
    .description("assignments by tenant, account and time")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended");
  accountFlags(command).action(async (options: FindOptions) => {
    await withClient(parts, options, async (client) => {
      const { limit, cursor } = options;
      const page = await client.call("account.find", {
        ...ofTenant(options),
        limit,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (options.json === true) return parts.output.printJson(page);
      printAssignments(page.assignments, parts);
      if (page.nextCursor !== undefined) parts.output.print(`--cursor ${page.nextCursor}`);
    });
  });
}

type Assignments = Result<"account.find">["assignments"];

function printAssignments(assignments: Assignments, { output }: CommandParts): void {
  const rows = assignments.map(({ tenant, account, from, voipPlan, numbering }) => [
    tenant,
    account,
    from,
    voipPlan ?? "(ended)",
    numbering ?? "",
  ]);
  output.print(table(["tenant", "account", "from", "VoIP plan", "numbering"], rows));
}
