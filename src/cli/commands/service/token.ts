// cdrate token add: makes a secret, prints it once, and the settings that accept it.
import { createHash, randomBytes } from "node:crypto";
import { type Command, Option } from "commander";
import { stringify } from "yaml";
import { grantFault } from "../../../access/grant.ts";
import { ROLES, type Role } from "../../../access/permissions.ts";
import { hashPassword } from "../../../engine/people/password-hash.ts";
import { engineError } from "../../../errors.ts";
import type { CommandParts } from "../../command-parts.ts";
import { addProgramCommands } from "../people/program.ts";

const SECRET_BYTES = 32;

interface TokenOptions {
  user?: string;
  role: Role[];
  tenant: string[];
  account?: string[];
  buy: boolean;
  json?: boolean;
}

/** What goes into the settings. @throws `invalid-params` where the flags contradict each other */
function grantOf({ role, tenant, account, buy }: TokenOptions) {
  const grant = {
    roles: role,
    tenants: tenant,
    ...(account === undefined ? {} : { accounts: account }),
    ...(buy ? {} : { seesBuy: false }),
  };
  const fault = grantFault(grant);
  if (fault === null) return grant;
  const flag = { roles: "role", accounts: "account", seesBuy: "no-buy" }[fault.path];
  throw engineError("invalid-params", `--${flag}: ${fault.message}.`, { path: flag });
}

export function addTokenCommands(program: Command, parts: CommandParts): void {
  const { output } = parts;
  const token = program
    .command("token")
    .description("credentials for the settings file, and programs of the store");
  addProgramCommands(token, parts);
  token
    .command("add <name>")
    .description("make a bearer token, or with --user a Basic password (for FreeSWITCH `cred`)")
    .option("--user <user>", "make a password for HTTP Basic instead")
    .addOption(new Option("--role <role...>", "what it may do").choices(ROLES).default(["ingest"]))
    .option("--tenant <tenant...>", "tenants it is for", ["*"])
    .option("--account <account...>", "single accounts of the one tenant; else every account")
    .option("--no-buy", "it sees neither the buy side nor margins and carriers")
    .option("--json", "answer as JSON")
    .action(async (name: string, options: TokenOptions) => {
      const grant = grantOf(options);
      const secret = randomBytes(SECRET_BYTES).toString("base64url");
      const accepted =
        options.user === undefined
          ? { tokenSha256: createHash("sha256").update(secret).digest("hex") }
          : { user: options.user, passwordScrypt: await hashPassword(secret) };
      const credential = { name, ...accepted, ...grant };
      if (options.json === true) return output.printJson({ secret, credential });
      output.print(`The secret, shown only now:\n  ${secret}\n`);
      output.print(`Put this into the settings file:\n${stringify({ credentials: [credential] })}`);
    });
}
