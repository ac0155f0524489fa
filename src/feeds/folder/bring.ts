// One file of a folder, from where it was found to the folder that it is left in. What is done next is
// kept before it is done: whoever goes on after a crash does the same again, and nothing twice.
import { randomUUID } from "node:crypto";
import { EVERYTHING } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { ImportJob } from "../../engine/imports/job.ts";
import { EngineError } from "../../errors.ts";
import type { FeedParts } from "../contract.ts";
import type { FolderSettings } from "../settings.ts";
import { type FoundFile, fileAt } from "./look.ts";
import { type FileSteps, moveFile } from "./move.ts";
import { hashOfFile, sendFile } from "./send.ts";

/** The file that is being brought in. */
export interface Bringing {
  name: string;
  mark: string;
  hash: string;
  /** Of its import, which may not have begun. */
  job: string;
}

export interface BringParts {
  settings: FolderSettings;
  feed: FeedParts;
  steps: FileSteps;
  folders: { in: string; done: string; failed: string };
}

/** What a person must mend: the file is none that can be brought in as the settings say. */
const REFUSALS = new Set(["invalid-params", "too-large"]);
const ENDS = new Set(["done", "failed", "cancelled", "planned"]);

export async function beginFile({ feed }: BringParts, file: FoundFile): Promise<Bringing> {
  const { name, mark } = file;
  const bringing = { name, mark, hash: await hashOfFile(file), job: randomUUID() };
  await feed.keep({ ...bringing });
  return bringing;
}

/** False: its import is under way still. */
export async function goOn(parts: BringParts, bringing: Bringing): Promise<boolean> {
  const { feed, folders } = parts;
  const found = await fileAt(folders.in, bringing.name);
  const file = found?.mark === bringing.mark ? found : null;
  const job = await importOf(parts, bringing, file);
  if (job === null) return leave(feed);
  if (typeof job === "string") {
    feed.count({ failed: 1 });
    if (file !== null) await put(parts, file, { folder: folders.failed, reason: job });
    return leave(feed);
  }
  if (!ENDS.has(job.state)) return false;
  // Another file came under its name meanwhile: that one is brought in by itself.
  if (file !== null) {
    const reason = faultOf(job);
    await put(
      parts,
      file,
      reason === null ? { folder: folders.done } : { folder: folders.failed, reason },
    );
  }
  await tellGaps(feed, job);
  feed.brought(job.body.run);
  feed.count(job.state === "done" ? { files: 1 } : { failed: 1 });
  return leave(feed);
}

async function leave({ keep }: FeedParts): Promise<true> {
  await keep({});
  return true;
}

/** Null: it is gone before its import began; a text: why it cannot be brought in. */
async function importOf(
  parts: BringParts,
  bringing: Bringing,
  file: FoundFile | null,
): Promise<ImportJob | string | null> {
  const { imports } = parts.feed.files;
  const begun = await imports.find(bringing.job);
  if (begun !== null) return begun;
  if (file === null) return null;
  if (file.bytes === 0) return "The file is empty.";
  try {
    return await begin(parts, bringing, file);
  } catch (error) {
    if (!(error instanceof EngineError) || !REFUSALS.has(error.code)) throw error;
    return error.message;
  }
}

async function begin(
  { settings, feed }: BringParts,
  { hash, job }: Bringing,
  file: FoundFile,
): Promise<ImportJob> {
  const { uploads, imports } = feed.files;
  const by = `feed ${feed.name}`;
  const upload = await sendFile(uploads, file, { hash, by });
  const { format, source, dialect = {}, dialectName, map, sequence } = settings;
  const known = map === undefined ? dialect : { ...dialect, map };
  const { job: begun, known: before } = await imports.start(
    {
      ...{ id: job, upload, format, source, sequence, dialect: known, dialectName },
      dryRun: false,
      once: false,
    },
    { name: by, scope: EVERYTHING },
  );
  const [latest] = before;
  if (latest !== undefined) {
    feed.count({ known: 1 });
    feed.log.warn({ feed: feed.name, file: file.name, batch: latest }, "a file came again");
  }
  return begun;
}

/** What the source did not send, as far as its numbers tell. */
async function tellGaps({ files, missed }: FeedParts, { body }: ImportJob): Promise<void> {
  const { batch, sequence } = body.request;
  if (sequence === undefined || batch === "") return;
  const found = await files.gaps(batch);
  if (found === null || found.missing === 0) return;
  const spans = found.gaps.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
  missed(`${found.missing} numbers of ${sequence} are missing in ${batch}: ${spans.join(", ")}`);
}

function faultOf({ state, body }: ImportJob): string | null {
  if (state === "done") return null;
  return body.fault ?? `Its import was ${state}.`;
}

async function put(
  { feed, steps }: BringParts,
  { name, path }: FoundFile,
  { folder, reason }: { folder: string; reason?: string },
): Promise<void> {
  const moved = await moveFile(steps, { name, path, folder }, reason);
  const facts = { feed: feed.name, file: name, as: moved, folder };
  if (reason === undefined) feed.log.info(facts, "a file was brought in");
  else feed.log.warn({ ...facts, reason }, "a file was not brought in");
}

/** What a position from the store says; null: none is being brought in. */
export function bringingFrom(position: JsonObject | null): Bringing | null {
  const { name, mark, hash, job } = position ?? {};
  const texts = [name, mark, hash, job];
  if (!texts.every((text): text is string => typeof text === "string")) return null;
  const [own = "", at = "", of = "", by = ""] = texts;
  return { name: own, mark: at, hash: of, job: by };
}
