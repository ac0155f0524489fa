// cdrate token add: makes a secret, prints it once, and the settings that accept it.
import { createHash, randomBytes } from "node:crypto";
import { type Command, Option } from "commander";
import { stringify } from "yaml";
import { ROLES } from "../../../access/permissions.ts";
import { hashPassword } from "../../../http/access/passwords.ts";
import type { CommandParts } from "../../command-parts.ts";

const SECRET_BYTES = 32;

export function addTokenCommands(program: Command, { output }: CommandParts): void {
  const token = program.command("token").description("credentials for the settings file");
  token
    .command("add <name>")
    .description("make a bearer token, or with --user a Basic password (for FreeSWITCH `cred`)")
    .option("--user <user>", "make a password for HTTP Basic instead")
    .addOption(new Option("--role <role...>", "what it may do").choices(ROLES).default(["ingest"]))
    .option("--tenant <tenant...>", "tenants it is for", ["*"])
    .option("--json", "answer as JSON")
    .action(
      async (
        name: string,
        options: { user?: string; role: string[]; tenant: string[]; json?: boolean },
      ) => {
        const secret = randomBytes(SECRET_BYTES).toString("base64url");
        const accepted =
          options.user === undefined
            ? { tokenSha256: createHash("sha256").update(secret).digest("hex") }
            : { user: options.user, passwordScrypt: await hashPassword(secret) };
        const credential = { name, ...accepted, roles: options.role, tenants: options.tenant };
        if (options.json === true) return output.printJson({ secret, credential });
        output.print(`The secret, shown only now:\n  ${secret}\n`);
        output.print(
          `Put this into the settings file:\n${stringify({ credentials: [credential] })}`,
        );
      },
    );
}
