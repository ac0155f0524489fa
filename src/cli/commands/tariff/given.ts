// A tariff as one names it on the command line: a folder or a file of this name, else a loaded version.
import { stat } from "node:fs/promises";
import type { CdrateClient } from "../../../client/client.ts";
import { readTariffFiles } from "../../../engine/tariffs/folders/folders.ts";
import { fileFacts, sendFile } from "../import/send-file.ts";

export type NamedTariff =
  | { kind: "version"; version: string }
  | { kind: "folder"; files: Record<string, string> }
  /** It was sent to the service. */
  | { kind: "file"; upload: string };

export async function namedTariff(client: CdrateClient, text: string): Promise<NamedTariff> {
  const found = await stat(text).catch(() => null);
  if (found === null) return { kind: "version", version: text };
  if (found.isDirectory()) return { kind: "folder", files: await readTariffFiles(text) };
  return { kind: "file", upload: await sendFile(client, await fileFacts(text)) };
}
