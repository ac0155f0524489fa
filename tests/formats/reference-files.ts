// The reference payloads, where the folder is there; else one loud line and no tests.
import { existsSync, readdirSync, readFileSync } from "node:fs";

const FOLDER = "../shared/reference/freeswitch";

export const hasReference = existsSync(FOLDER);
if (!hasReference) {
  process.stderr.write(`SKIPPED: ${FOLDER} is not there, so its payloads are not tested.\n`);
}

/** Name and bytes of every payload. */
export function referencePayloads(): [string, Buffer][] {
  return filesOf(FOLDER, /^\d.*\.json$/);
}

export interface ReferenceRequest {
  query: string;
  contentType: string | null;
  body: Buffer;
}

/** Every request text, its head and body split at the first empty line, byte for byte. */
export function referenceRequests(): [string, ReferenceRequest][] {
  return filesOf(`${FOLDER}/wire-derived`, /\.http$/).map(([name, bytes]) => {
    const split = bytes.indexOf("\r\n\r\n");
    const head = bytes.subarray(0, split).toString("latin1");
    const query = /^\S+ [^ ?]*\?(\S*)/.exec(head)?.[1] ?? "";
    const contentType = /^content-type: *(.*)$/im.exec(head)?.[1]?.trim() ?? null;
    return [name, { query, contentType, body: bytes.subarray(split + 4) }];
  });
}

function filesOf(folder: string, pattern: RegExp): [string, Buffer][] {
  if (!hasReference) {
    return [];
  }
  const names = readdirSync(folder).filter((name) => pattern.test(name));
  return names.sort().map((name) => [name, readFileSync(`${folder}/${name}`)]);
}
