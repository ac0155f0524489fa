// A file that is brought in by an engine, as an upload of a test.
import { createHash } from "node:crypto";
import { EVERYTHING } from "../../../src/access/scope.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import type { ImportJob } from "../../../src/engine/imports/job.ts";
import type { ImportAsked } from "../../../src/engine/imports/request.ts";

const BY = "test";

async function uploaded(engine: ComposedEngine, bytes: Uint8Array, name: string) {
  const { uploads } = engine.files;
  const hash = createHash("sha256").update(bytes).digest("hex");
  const begun = await uploads.begin({ hash, bytes: bytes.length, name }, BY);
  for (const number of begun.missing) {
    const part = bytes.subarray(number * begun.partBytes, (number + 1) * begun.partBytes);
    await uploads.part(begun.id, { number, bytes: part }, BY);
  }
  return uploads.end(begun.id, BY);
}

/** Begins the import of a file; nobody waits for its end. */
export async function beginImport(
  engine: ComposedEngine,
  content: string | Uint8Array,
  asked: Partial<ImportAsked> & { name?: string } = {},
): Promise<ImportJob> {
  const { name = "calls.csv", ...params } = asked;
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const upload = await uploaded(engine, bytes, name);
  const plain = { format: "csv", dialect: {}, source: "default", dryRun: false, once: false };
  const { job } = await engine.imports.start(
    { ...plain, ...params, upload },
    { name: BY, scope: EVERYTHING },
  );
  return job;
}

/** The import at its end. */
export async function importFile(...given: Parameters<typeof beginImport>): Promise<ImportJob> {
  const [engine] = given;
  const { id } = await beginImport(...given);
  await engine.imports.settled(id);
  return engine.imports.get(id, EVERYTHING);
}

/** A table of calls, each with an id of its own. */
export function callTable(ids: readonly string[], destination = "34650123456"): string {
  const rows = ids.map((id) => `${id},${destination},2026-03-02 09:00:00,60,1001,example.com`);
  return `uuid,destination,start,billsec,account,tenant\n${rows.join("\n")}\n`;
}
