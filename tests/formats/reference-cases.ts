// Cases of the reference folders `field` and `hostile`, where they are there; else one loud line.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const ROOT = "../shared/reference";

/** A case of `field` by its key; null where the folder is not there. */
// biome-ignore lint/suspicious/noExplicitAny: each case has members of its own.
export function fieldCase(key: string): any {
  const path = `${ROOT}/field/${key}.json`;
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8"));
  process.stderr.write(`SKIPPED: ${path} is not there, so its case is not tested.\n`);
  return null;
}

export interface HostileRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface HostileCase {
  name: string;
  must: string;
  requests: HostileRequest[];
}

/** Cases of `hostile` whose number is asked for, with the bytes of their requests. */
export function hostileCases(isWanted: (number: number) => boolean): HostileCase[] {
  const folder = `${ROOT}/hostile`;
  if (!existsSync(folder)) {
    process.stderr.write(`SKIPPED: ${folder} is not there, so its cases are not tested.\n`);
    return [];
  }
  return readdirSync(folder)
    .filter((name) => /^\d+-.*\.json$/.test(name) && isWanted(Number.parseInt(name, 10)))
    .sort()
    .map((name) => {
      const found = JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
      const requests = (found.requests ?? []).map(
        // biome-ignore lint/suspicious/noExplicitAny: the file says what it has.
        ({ method, path, headers = {}, bodyFile, bodyIsGzippedOnDisk }: any): HostileRequest => {
          const bytes = bodyFile ? readFileSync(`${folder}/${bodyFile}`) : Buffer.alloc(0);
          const body = bodyIsGzippedOnDisk ? gunzipSync(bytes) : bytes;
          return { method, path, headers, body };
        },
      );
      return { name: found.name, must: found.must, requests };
    });
}
