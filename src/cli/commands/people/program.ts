// cdrate token create, rotate, revoke, list: programs and their tokens in the store.
import { type Command, InvalidArgumentError, Option } from "commander";
import { ROLES, type Role } from "../../../access/permissions.ts";
import type { CdrateClient, Result } from "../../../client/client.ts";
import type { CommandParts } from "../../command-parts.ts";
import { instantFlag, pageLimitFlag, TIME_FORMS } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface JsonOptions extends ServiceOptions {
  json?: boolean;
}

interface CreateOptions extends JsonOptions {
  role: Role[];
  tenant: string[];
  account?: string[];
  buy: boolean;
  address?: string[];
  expires?: string;
}

type Program = Result<"token.list">["programs"][number];

/** Below `cdrate token`. */
export function addProgramCommands(token: Command, parts: CommandParts): void {
  addCreate(token, parts);
  addRotate(token, parts);
  addRevoke(token, parts);
  addList(token, parts);
}

function addCreate(token: Command, parts: CommandParts): void {
  const { output } = parts;
  const command = token
    .command("create <name>")
    .description("make a program in the store with its first token, shown only now")
    .addOption(new Option("--role <role...>", "what it may do").choices(ROLES).default(["ingest"]))
    .option("--tenant <tenant...>", "tenants it is for; *: every one", ["*"])
    .option("--account <account...>", "single accounts of the one tenant; else every account")
    .option("--no-buy", "it sees neither the buy side nor margins and carriers")
    .option("--address <range...>", "the only addresses that it may come from, IP or CIDR")
    .option("--expires <time>", `when the token ends: ${TIME_FORMS}`)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (name: string, options: CreateOptions) => {
    const { role, tenant, account, buy, address, expires, json } = options;
    const run = async (client: CdrateClient) => {
      const answer = await client.call("token.create", {
        ...{ name, roles: role, tenants: tenant },
        ...(account === undefined ? {} : { accounts: account }),
        ...(buy ? {} : { seesBuy: false }),
        ...(address === undefined ? {} : { addresses: address }),
        ...(expires === undefined ? {} : { expires: instantFlag(expires, "expires") }),
      });
      if (json === true) return output.printJson(answer);
      tellSecret(parts, answer);
    };
    await withClient(parts, options, run, { missing: "make" });
  });
}

function addRotate(token: Command, parts: CommandParts): void {
  const { output } = parts;
  const command = token
    .command("rotate <name>")
    .description("give a program another token; those before it hold for some hours beside it")
    .option("--keep-hours <hours>", "how long they hold; 0: they end now", hoursFlag, 24)
    .option("--expires <time>", `when the new token ends: ${TIME_FORMS}`)
    .option("--json", "answer as JSON");
  serviceFlags(command).action(
    async (name: string, options: JsonOptions & { keepHours: number; expires?: string }) => {
      const { keepHours, expires, json } = options;
      await withClient(parts, options, async (client) => {
        const end = expires === undefined ? {} : { expires: instantFlag(expires, "expires") };
        const answer = await client.call("token.rotate", { name, keepHours, ...end });
        if (json === true) return output.printJson(answer);
        tellSecret(parts, answer);
      });
    },
  );
}

function addRevoke(token: Command, parts: CommandParts): void {
  const { output } = parts;
  const command = token
    .command("revoke <name>")
    .description("end a program with all of its tokens, or one of them")
    .option("--id <id>", "this token alone, as `token list` names it")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (name: string, options: JsonOptions & { id?: string }) => {
    await withClient(parts, options, async (client) => {
      const { id, json } = options;
      const answer = await client.call("token.revoke", { name, ...(id !== undefined && { id }) });
      if (json === true) return output.printJson(answer);
      output.print(`${answer.revoked} is revoked.`);
    });
  });
}

function addList(token: Command, parts: CommandParts): void {
  const { output } = parts;
  const command = token
    .command("list")
    .description(
      "list the programs of the store with their tokens; those of the settings are there",
    )
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(
    async (options: JsonOptions & { limit: number; cursor?: string }) => {
      const { limit, cursor, json } = options;
      await withClient(parts, options, async (client) => {
        const page = { limit, ...(cursor === undefined ? {} : { cursor }) };
        const answer = await client.call("token.list", page);
        if (json === true) return output.printJson(answer);
        if (answer.programs.length === 0) output.print("There are no programs in the store.");
        for (const line of answer.programs.flatMap(linesOf)) output.print(line);
        if (answer.nextCursor !== undefined) output.print(`more: --cursor ${answer.nextCursor}`);
      });
    },
  );
}

function tellSecret({ output }: CommandParts, made: Result<"token.create">): void {
  output.print(`The secret, shown only now:\n  ${made.secret}\n`);
  for (const line of linesOf(made.program)) output.print(line);
}

function linesOf({ name, roles, tenants, addresses, tokens }: Program): string[] {
  const from = addresses.length === 0 ? "" : ` · from ${addresses.join(",")}`;
  return [
    `${name} ${roles.join(",")} · of ${tenants.join(",")}${from}`,
    ...tokens.map(({ id, made, expires, used, address }) => {
      const end = expires === null ? "no end" : `ends ${expires}`;
      const last = used === null ? "never used" : `used ${used} from ${address}`;
      return `  ${id} · made ${made} · ${end} · ${last}`;
    }),
  ];
}

function hoursFlag(text: string): number {
  const hours = Number(text);
  if (text !== "" && hours >= 0) return hours;
  throw new InvalidArgumentError("a number of hours.");
}
