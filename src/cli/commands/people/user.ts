// cdrate user: who may sign in.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ROLES, type Role } from "../../../access/permissions.ts";
import type { CdrateClient, Params, Result } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import { pageLimitFlag } from "../../flag-values.ts";
import { type ServiceOptions, serviceFlags, withClient } from "../../service-client.ts";

interface JsonOptions extends ServiceOptions {
  json?: boolean;
}

interface SetOptions extends JsonOptions {
  role?: Role[];
  tenant?: string[];
  account?: string[];
  buy: boolean;
  mail?: string;
  language?: NonNullable<Params<"user.set">["language"]>;
  zone?: string;
  active?: boolean;
  passwordFile?: string;
}

type User = Result<"user.get">;

const SECRET_BYTES = 18;

export function addUserCommands(program: Command, parts: CommandParts): void {
  const user = program.command("user").description("who may sign in");
  addSet(user, parts, "add");
  addSet(user, parts, "set");
  addPassword(user, parts);
  addReads(user, parts);
}

function addSet(user: Command, parts: CommandParts, verb: "add" | "set"): void {
  const { output } = parts;
  const isNew = verb === "add";
  const command = user
    .command(`${verb} <name>`)
    .description(
      isNew
        ? "make a user; the password is made and shown once, unless a file has it"
        : "change a user: what is not said stays as it is",
    )
    .addOption(
      new Option("--role <role...>", "what the user may do")
        .choices(ROLES)
        .default(isNew ? ["read"] : undefined),
    )
    .option("--tenant <tenant...>", "tenants of the user; *: every one", isNew ? ["*"] : undefined)
    .option("--account <account...>", "single accounts of the one tenant; else every account")
    .option("--no-buy", "the user sees neither the buy side nor margins and carriers")
    .option("--mail <address>", "where mail goes")
    .option("--language <language>", "of what the user is shown and sent")
    .option("--zone <zone>", "IANA zone of the user")
    .option("--active <yes|no>", "whether the user may come in", yesOrNo)
    .option("--password-file <file>", "its first line is the password; -: standard input")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(async (name: string, options: SetOptions) => {
    const given = options.passwordFile === undefined ? undefined : passwordIn(options.passwordFile);
    const made = isNew && given === undefined ? madePassword() : undefined;
    const password = given ?? made;
    const run = async (client: CdrateClient) => {
      if (isNew) await requireNew(client, name);
      const answer = await client.call("user.set", {
        ...changeOf(name, options),
        ...(password === undefined ? {} : { password }),
      });
      if (options.json === true) {
        return output.printJson(made === undefined ? answer : { ...answer, password: made });
      }
      output.print(line(answer));
      if (made !== undefined) output.print(`The password, shown only now:\n  ${made}`);
    };
    await withClient(parts, options, run, isNew ? { missing: "make" } : {});
  });
}

/** `add` changes nobody, so that a password is not replaced by a slip. */
async function requireNew(client: CdrateClient, name: string): Promise<void> {
  const found = await client.call("user.get", { name }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "not-found") return null;
    throw error;
  });
  if (found === null) return;
  throw engineError("conflict", `There is a user ${name}; \`user set\` changes one.`);
}

function changeOf(name: string, options: SetOptions): Params<"user.set"> {
  const { role, tenant, account, buy, mail, language, zone, active } = options;
  const given = {
    ...{ roles: role, tenants: tenant, accounts: account, mail, language, timeZone: zone, active },
    seesBuy: buy ? undefined : false,
  };
  const there = Object.entries(given).filter(([, value]) => value !== undefined);
  return { name, ...Object.fromEntries(there) };
}

function addPassword(user: Command, parts: CommandParts): void {
  const { output } = parts;
  const command = user
    .command("password <name>")
    .description("give a user another password; whatever the user is signed in by ends")
    .option("--password-file <file>", "its first line is the password; -: standard input")
    .option("--json", "answer as JSON");
  serviceFlags(command).action(
    async (name: string, options: JsonOptions & { passwordFile?: string }) => {
      const { passwordFile, json } = options;
      const made = passwordFile === undefined ? madePassword() : undefined;
      const password = made ?? passwordIn(passwordFile ?? "-");
      await withClient(parts, options, async (client) => {
        const answer = await client.call("user.password", { name, password });
        if (json === true) {
          return output.printJson(made === undefined ? answer : { ...answer, password: made });
        }
        output.print(`${name} has another password.`);
        if (made !== undefined) output.print(`It is shown only now:\n  ${made}`);
      });
    },
  );
}

function addReads(user: Command, parts: CommandParts): void {
  const { output } = parts;
  const get = user.command("get <name>").description("show a user");
  serviceFlags(get.option("--json", "answer as JSON")).action(
    async (name: string, options: JsonOptions) => {
      await withClient(parts, options, async (client) => {
        const answer = await client.call("user.get", { name });
        if (options.json === true) return output.printJson(answer);
        output.print(line(answer));
      });
    },
  );
  const list = user
    .command("list")
    .description("list the users, by name")
    .option("--limit <number>", "how many, at most 1000", pageLimitFlag, 50)
    .option("--cursor <cursor>", "goes on where the page before ended")
    .option("--json", "answer as JSON");
  serviceFlags(list).action(async (options: JsonOptions & { limit: number; cursor?: string }) => {
    const { limit, cursor, json } = options;
    await withClient(parts, options, async (client) => {
      const page = { limit, ...(cursor === undefined ? {} : { cursor }) };
      const answer = await client.call("user.list", page);
      if (json === true) return output.printJson(answer);
      if (answer.users.length === 0) output.print("There are no users.");
      for (const one of answer.users) output.print(line(one));
      if (answer.nextCursor !== undefined) output.print(`more: --cursor ${answer.nextCursor}`);
    });
  });
  const remove = user
    .command("remove <name>")
    .description("remove a user; whatever the user is signed in by ends");
  serviceFlags(remove.option("--json", "answer as JSON")).action(
    async (name: string, options: JsonOptions) => {
      await withClient(parts, options, async (client) => {
        const answer = await client.call("user.remove", { name });
        if (options.json === true) return output.printJson(answer);
        output.print(`${answer.removed} is removed.`);
      });
    },
  );
}

function line({ name, roles, tenants, accounts, active, hasPassword, lastSignIn }: User): string {
  const own = accounts?.map((one) =>
    typeof one === "string" ? one : `${one.tenant}:${one.account}`,
  );
  const facts = [
    ...[roles.join(","), `of ${tenants.join(",")}`],
    ...(own === undefined ? [] : [`accounts ${own.join(",")}`]),
    ...(active ? [] : ["not active"]),
    ...(hasPassword ? [] : ["no password"]),
    lastSignIn === null ? "never signed in" : `signed in ${lastSignIn}`,
  ];
  return `${name} ${facts.join(" · ")}`;
}

function madePassword(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Not as a flag: other users of the machine see those. */
function passwordIn(file: string): string {
  const [first = ""] = readFileSync(file === "-" ? 0 : file, "utf8").split(/\r?\n/);
  return first;
}

function yesOrNo(text: string): boolean {
  if (text === "yes" || text === "no") return text === "yes";
  throw new InvalidArgumentError("yes or no.");
}
