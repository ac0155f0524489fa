// What nobody but the other end may know: the settings say where it is, never what it is.
import { readFile } from "node:fs/promises";

/** Where the settings say that a secret is: in a variable of the environment, or alone in a file. */
export interface SecretPlace {
  secretEnv?: string | undefined;
  secretFile?: string | undefined;
}

/** Read at each use, so that a changed file counts. Spaces and the line end around it are no part of it. */
export async function secretAt(
  { secretEnv, secretFile }: SecretPlace,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const place = secretEnv === undefined ? `The file ${secretFile}` : `The variable ${secretEnv}`;
  const text =
    secretEnv === undefined ? await readFile(secretFile ?? "", "utf8") : environment[secretEnv];
  const secret = text?.trim() ?? "";
  if (secret === "") throw new Error(`${place} has no secret.`);
  if (/[\r\n]/.test(secret)) throw new Error(`${place} has more than one line.`);
  return secret;
}
