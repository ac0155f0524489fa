// The dialect of a file as a flag says it: a stored name, or a file of its own.
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import type { Params } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";

type DialectParam = NonNullable<Params<"tariff.diff">["dialect"]>;

/** @throws `invalid-params` for a file that cannot be read */
export async function dialectOf(text: string): Promise<DialectParam> {
  if (!/\.(?:ya?ml|json)$/i.test(text)) return text;
  try {
    return parse(await readFile(text, "utf8")) as DialectParam;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw engineError("invalid-params", `--dialect: ${text}: ${why}`, { path: "dialect", cause });
  }
}

/** Of a file in place of a plan's deck. */
export const AMENDMENT_FLAG = [
  "--amendment",
  "the file has what is new, changed and closed alone: all else of the deck stays",
] as const;

export function listOf(amendment: boolean | undefined): { list?: "amendment" } {
  return amendment === true ? { list: "amendment" } : {};
}
