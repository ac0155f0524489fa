// cdrate carrier, cdrate gateway: who they are and whom to ask.
import type { Command } from "commander";
import type { Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { table } from "../../output.ts";
import { withClient } from "../../service-client.ts";
import {
  CONTACT_FORM,
  type Contact,
  changeFlags,
  contactFlag,
  type EntryOptions,
  entryFlags,
  given,
  printEntry,
  textOrNull,
} from "./flags.ts";
import { addTableCommands } from "./tables.ts";

type Kind = "carrier" | "gateway";

interface SetOptions extends EntryOptions {
  name?: string;
  contact?: Contact[];
  address?: string[];
  notes?: string;
  carrier?: string;
}

interface ListOptions extends EntryOptions {
  search?: string;
  limit: number;
  cursor?: string;
}

export function addPartnerCommands(program: Command, parts: CommandParts): void {
  for (const kind of ["carrier", "gateway"] as const) {
    const parent = program.command(kind).description(`what is said of ${kind}s; prices nothing`);
    addSet(parent, kind, parts);
    addReads(parent, kind, parts);
    addRemove(parent, kind, parts);
    if (kind === "carrier") addTableCommands(parent, kind, parts);
  }
}

const contactList = (text: string, before: Contact[] = []) => [...before, contactFlag(text)];

function addSet(parent: Command, kind: Kind, parts: CommandParts): void {
  const command = parent
    .command(`set <${kind}>`)
    .description("say who it is: what is not named stays, an empty text takes it away")
    .option("--name <name>", "how people call it")
    .option("--contact <parts>", `whom to ask, again for each: ${CONTACT_FORM}`, contactList)
    .option("--address <address...>", "IP addresses, CIDR ranges or names of its machines")
    .option("--notes <text>", "free text");
  if (kind === "gateway") command.option("--carrier <carrier>", "that it belongs to");
  changeFlags(command).action(async (id: string, options: SetOptions) => {
    const { tenant, ifRevision, name, contact: contacts, address: addresses, notes } = options;
    const said = given({
      ...{ tenant, ifRevision, contacts, addresses },
      ...{ name: textOrNull(name), notes: textOrNull(notes) },
    });
    await withClient(parts, options, async (client) => {
      const carrier = given({ carrier: textOrNull(options.carrier) });
      const entry =
        kind === "carrier"
          ? await client.call("carrier.set", { ...said, carrier: id })
          : await client.call("gateway.set", { ...said, ...carrier, gateway: id });
      if (options.json === true) return parts.output.printJson(entry);
      printEntry(entry, parts);
    });
  });
}

function addReads(parent: Command, kind: Kind, parts: CommandParts): void {
  const get = parent.command(`get <${kind}>`).description("what is said of it, and where");
  entryFlags(get).action(async (id: string, options: EntryOptions) => {
    const of = given({ tenant: options.tenant });
    await withClient(parts, options, async (client) => {
      const entry =
        kind === "carrier"
          ? await client.call("carrier.get", { ...of, carrier: id })
          : await client.call("gateway.get", { ...of, gateway: id });
      if (options.json === true) return parts.output.printJson(entry);
      printEntry(entry, parts);
    });
  });
  const list = parent
    .command("list")
    .description("those that something is said of")
    .option("--search <text>", "the beginning of the id or of the name")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended");
  entryFlags(list).action(async ({ tenant, search, limit, cursor, ...options }: ListOptions) => {
    const query = { limit, ...given({ tenant, search, cursor }) };
    await withClient(parts, options, async (client) => {
      const answer =
        kind === "carrier"
          ? await client.call("carrier.list", query)
          : await client.call("gateway.list", query);
      if (options.json === true) return parts.output.printJson(answer);
      const rows = rowsOf(answer).map((cells) => cells.map((cell) => cell ?? ""));
      parts.output.print(table(["tenant", kind, "name", "from"], rows));
      if (answer.nextCursor !== undefined) parts.output.print(`--cursor ${answer.nextCursor}`);
    });
  });
}

function rowsOf(answer: Result<"carrier.list"> | Result<"gateway.list">): (string | null)[][] {
  return "carriers" in answer
    ? answer.carriers.map(({ tenant, carrier, name, from }) => [tenant, carrier, name, from])
    : answer.gateways.map(({ tenant, gateway, name, from }) => [tenant, gateway, name, from]);
}

function addRemove(parent: Command, kind: Kind, parts: CommandParts): void {
  const command = parent
    .command(`remove <${kind}>`)
    .description("take away what the store says of it; prices and CDRs stay");
  changeFlags(command).action(async (id: string, options: EntryOptions) => {
    const of = given({ tenant: options.tenant, ifRevision: options.ifRevision });
    await withClient(parts, options, async (client) => {
      const entry =
        kind === "carrier"
          ? await client.call("carrier.remove", { ...of, carrier: id })
          : await client.call("gateway.remove", { ...of, gateway: id });
      if (options.json === true) return parts.output.printJson(entry);
      parts.output.print(`${id}: what was said of it is gone`);
    });
  });
}
