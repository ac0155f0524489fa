// What is due of exports. Every step may be the last one of this process: a file has its name only when it is
// whole, and what was begun and is not told of any more is begun anew.
import { EngineError, engineError } from "../../errors.ts";
import type { DeskEntry } from "../../stores/ports/billing/desk.ts";
import type { Log } from "../ports.ts";
import type { CdrReads } from "../records/reads.ts";
import { type HeldExport, type HeldParts, holdExport } from "./held.ts";
import { exportOf, isEnded } from "./model.ts";
import type { ExportSettings } from "./ports.ts";

export interface TurnParts extends ExportSettings, Omit<HeldParts, "limits"> {
  log: Log;
  cdrs: CdrReads;
}

const MOST_AT_ONCE = 20;
/** Times that one is begun: a file that ends its process each time must not do so for ever. */
const MOST_TRIES = 5;

/** Resolves with whether there is more to do at once. */
export async function turn(parts: TurnParts, signal: AbortSignal): Promise<{ isBusy: boolean }> {
  const { desk } = parts.store;
  const due = { kind: "export" as const, untilMs: parts.clock(), limit: MOST_AT_ONCE };
  const entries = await desk.due(due);
  for (const entry of entries) {
    if (signal.aborted) return { isBusy: false };
    if (isEnded(exportOf(entry))) await forget(parts, entry);
    else await write(parts, entry, signal);
  }
  if (entries.length === 0) await sweep(parts);
  return { isBusy: entries.length > 0 };
}

async function forget({ store, folder }: TurnParts, entry: DeskEntry): Promise<void> {
  await folder.remove(entry.id);
  await store.desk.remove(entry);
}

/** Files without a line that is under way or done: their process ended, or they were removed elsewhere. */
async function sweep({ store, folder }: TurnParts): Promise<void> {
  for (const id of await folder.list()) {
    const entry = await store.desk.get({ kind: "export", id });
    const state = entry === null ? "gone" : exportOf(entry).state;
    if (state === "gone" || state === "failed" || state === "cancelled") await folder.remove(id);
  }
}

async function write(parts: TurnParts, entry: DeskEntry, signal: AbortSignal): Promise<void> {
  const { folder, log } = parts;
  const { tries } = exportOf(entry);
  const held = holdExport(parts, entry);
  if (tries >= MOST_TRIES) {
    const fault = `It was begun ${MOST_TRIES} times, and each time its process ended.`;
    await held.end({ state: "failed", fault, rows: 0, bytes: 0 });
    return;
  }
  const begun = { state: "running" as const, host: folder.host, rows: 0, bytes: 0 };
  if (!(await held.say({ ...begun, tries: tries + 1 }))) return;
  try {
    const { rows, ...file } = await written(parts, entry, { held, signal });
    if (await held.end({ state: "done", fault: null, rows, ...file })) {
      log.info({ export: entry.id, rows, bytes: file.bytes }, "an export was written");
    } else await folder.remove(entry.id);
  } catch (error) {
    // Cancelled, or taken over: it is not ours any more.
    if (held.isLost()) return;
    if (signal.aborted) return void (await held.release());
    log.warn({ err: error, export: entry.id }, "an export could not be written");
    const fault = error instanceof EngineError ? error.message : "It could not be written.";
    await held.end({ state: "failed", fault, rows: 0, bytes: 0 });
  }
}

async function written(
  { writer, cdrs, folder, limits }: TurnParts,
  entry: DeskEntry,
  { held, signal }: { held: HeldExport; signal: AbortSignal },
) {
  const { request, scope } = exportOf(entry);
  const lost = new AbortController();
  const ends = AbortSignal.any([signal, lost.signal]);
  let rows = 0;
  const onRows = (count: number): void => {
    rows = count;
  };
  const pieces = await writer.pieces(request, cdrs, { signal: ends, scope, onRows });
  const file = await folder.write(entry.id, pieces, (bytes) => {
    ends.throwIfAborted();
    if (bytes > limits.bytes) {
      throw engineError("too-large", `The file would have over ${limits.bytes} bytes.`, {
        hint: "Narrow the filter, or raise `exports.bytes` of the settings.",
      });
    }
    held.tell({ rows, bytes }, () => lost.abort());
  });
  await held.settled();
  return { rows, ...file };
}
