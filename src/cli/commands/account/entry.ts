// cdrate account: what is said of accounts, and the list of them.
import type { Command } from "commander";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { table } from "../../output.ts";
import { withClient } from "../../service-client.ts";
import {
  CONTACT_FORM,
  type Contact,
  contactFlag,
  type EntryOptions,
  entryFlags,
  given,
  revisionFlag,
  textOrNull,
} from "../master/flags.ts";

export interface EntryFlags {
  name?: string;
  description?: string;
  contact?: Contact;
  parent?: string;
  zone?: string;
  ifRevision?: number;
}

/** What is said of an account; an empty text takes it away. */
export function entryOptions(command: Command): Command {
  return command
    .option("--name <name>", "how people call it; an empty text takes it away, as below")
    .option("--description <text>", "for those who run the service")
    .option("--contact <parts>", `whom to ask: ${CONTACT_FORM}`, contactFlag)
    .option("--parent <account>", "that it is sold through")
    .option("--zone <zone>", "IANA zone of its days and months")
    .option(
      "--if-revision <number>",
      "only where what is said of it is still at this revision; 0: nothing was",
      revisionFlag,
    );
}

export function entryMembers({ name, description, contact, parent, zone, ifRevision }: EntryFlags) {
  return {
    name: textOrNull(name),
    description: textOrNull(description),
    contact: contact !== undefined && Object.keys(contact).length === 0 ? null : contact,
    parent: textOrNull(parent),
    timeZone: textOrNull(zone),
    ifRevision,
  };
}

interface ListOptions extends EntryOptions {
  search?: string;
  limit: number;
  cursor?: string;
}

export function addAccountList(parent: Command, parts: CommandParts): void {
  const list = parent
    .command("list")
    .description("accounts that something is said of")
    .option("--search <text>", "the beginning of the account or of its name")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended");
  entryFlags(list).action(async ({ tenant, search, limit, cursor, ...options }: ListOptions) => {
    const query = { limit, ...given({ tenant, search, cursor }) };
    await withClient(parts, options, async (client) => {
      const page = await client.call("account.list", query);
      if (options.json === true) return parts.output.printJson(page);
      const rows = page.accounts.map((one) => {
        return [one.tenant, one.account, one.name ?? "", one.parent ?? "", one.from];
      });
      parts.output.print(table(["tenant", "account", "name", "parent", "from"], rows));
      if (page.nextCursor !== undefined) parts.output.print(`--cursor ${page.nextCursor}`);
    });
  });
}
