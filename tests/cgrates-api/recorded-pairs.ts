// The recorded answers of the real CGRateS engine, as data, where they are there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The data for tests that stands beside the project; nothing of it is part of the project. */
export const REFERENCE = fileURLToPath(new URL("../../../shared/reference", import.meta.url));
const WIRE = join(REFERENCE, "cgrates-wire");

export interface RecordedRequest {
  path: string;
  method: string;
  headers: Record<string, string>;
  body: string | null;
}

export interface RecordedPair {
  id: string;
  subject: string;
  transport: "http" | "tcp";
  setup: string;
  request: RecordedRequest;
  response: { status: number | null; body: string | null; dropped?: boolean };
  volatile: string[];
}

interface Setup {
  config: string;
  requests: RecordedRequest[];
}

/** The configurations that a service without settings stands for. */
const PLAIN = new Set(["base", "sql"]);

/** Folders in the place of the tokens. */
const TOKENS: Record<string, string> = {
  "{TARIFFS}": join(REFERENCE, "tariffplans"),
  "{FOLDERS}": join(WIRE, "folders"),
};

export interface Recordings {
  pairs: RecordedPair[];
  setups: Record<string, Setup>;
}

/** Null: the recordings are not there. */
export function readRecordings(): Recordings | null {
  const path = join(WIRE, "http.jsonl");
  if (!existsSync(path)) return null;
  const { setups } = JSON.parse(withFolders(readFileSync(join(WIRE, "setups.json"), "utf8")));
  const lines = withFolders(readFileSync(path, "utf8")).split("\n");
  const pairs = lines
    .filter((line) => line !== "")
    .map((line): RecordedPair => JSON.parse(line))
    .filter(({ setup }) => PLAIN.has(setups[setup].config));
  return { pairs, setups };
}

export function withFolders(text: string): string {
  return Object.entries(TOKENS).reduce((kept, [token, path]) => kept.replaceAll(token, path), text);
}

/** The method that a request names, in whatever letters; empty where it names none. */
export function methodOf({ body }: RecordedRequest): string {
  return /"method"\s*:\s*"([^"]*)"/i.exec(body ?? "")?.[1] ?? "";
}
