// Exports as jobs: begun by whoever may read CDRs, written by one process, fetched as long as they are kept.
import { randomUUID } from "node:crypto";
import { type Asking, isOwnedBy, ownerOf } from "../../access/owner.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { engineError } from "../../errors.ts";
import type { DeskEntry, DeskStore } from "../../stores/ports/billing/desk.ts";
import { shownPage } from "../desk-pages.ts";
import type { Clock, Log } from "../ports.ts";
import type { CdrReads } from "../records/reads.ts";
import { type ExportJob, exportEntry, exportOf, isEnded, isExportSeen } from "./model.ts";
import type { ExportSettings } from "./ports.ts";
import { turn } from "./turn.ts";

export interface ExportWanted {
  /** Params of `cdr.export`. */
  request: JsonObject;
  search?: string | undefined;
}

export interface Exports {
  /** @throws `forbidden` for what one may not see, `too-large` where there are too many */
  start(wanted: ExportWanted, by: Asking): Promise<ExportJob>;
  /** @throws `not-found` */
  get(id: string, by: Asking): Promise<ExportJob>;
  /** The latest first. */
  list(
    page: { limit: number; after?: string | undefined },
    by: Asking,
  ): Promise<{ exports: ExportJob[]; next?: string }>;
  /** What is written of it goes; one that has ended stays as it is. @throws `not-found` */
  cancel(id: string, by: Asking): Promise<ExportJob>;
  /** With its file; one that is under way is cancelled by it. @throws `not-found` */
  remove(id: string, by: Asking): Promise<ExportJob>;
  /** The whole file. @throws `not-found`, `conflict` where it is not whole, or on another machine */
  open(id: string, by: Asking): Promise<{ job: ExportJob; content: AsyncIterable<Uint8Array> }>;
  /** Writes what waits, takes away what is over. Resolves with whether there is more to do at once. */
  turn(signal: AbortSignal): Promise<{ isBusy: boolean }>;
}

export interface ExportsParts {
  store: { desk: DeskStore };
  clock: Clock;
  log: Log;
  cdrs: CdrReads;
  /** Null: there is no place for files, and none is begun. */
  settings: ExportSettings | null;
}

const PAGE = 200;

export function createExports(parts: ExportsParts): Exports {
  const {
    store: { desk },
    clock,
    cdrs,
  } = parts;

  function settings(): ExportSettings {
    if (parts.settings !== null) return parts.settings;
    throw engineError("not-supported", "This engine has no folder for exports.");
  }

  async function found(id: string, by: Asking): Promise<DeskEntry> {
    const entry = await desk.get({ kind: "export", id });
    if (entry !== null && isExportSeen(exportOf(entry), by)) return entry;
    throw engineError("not-found", "There is no such export.", { path: "id" });
  }

  return {
    async start({ request, search = null }, by) {
      const { writer, limits } = settings();
      const { fileName } = writer.check(request, cdrs, by.scope);
      await requireRoom(desk, limits, by);
      const now = clock();
      const job: ExportJob = {
        // By time, so that the latest are listed first.
        id: `${new Date(now).toISOString().replace(/[:.]/g, "")}-${randomUUID()}`,
        ...{ request, search, fileName, state: "waiting", owner: ownerOf(by), by: by.name },
        ...{ scope: by.scope, rows: 0, bytes: 0, sha256: null, host: null, tries: 0 },
        ...{ createdAtMs: now, endedAtMs: null, expiresAtMs: null, fault: null },
      };
      const entry = exportEntry(job, 1, now);
      await desk.put(entry);
      return exportOf(entry);
    },
    get: async (id, by) => exportOf(await found(id, by)),
    async list(page, by) {
      const isShown = (entry: DeskEntry) => isExportSeen(exportOf(entry), by);
      const query = { kind: "export" as const, descending: true, ...page };
      const { shown, ...next } = await shownPage(desk, query, isShown);
      return { exports: shown.map(exportOf), ...next };
    },
    async cancel(id, by) {
      for (;;) {
        const entry = await found(id, by);
        const job = exportOf(entry);
        if (isEnded(job)) return job;
        const now = clock();
        const expiresAtMs = now + settings().limits.days * DAY_MS;
        const ended: ExportJob = { ...job, state: "cancelled", endedAtMs: now, expiresAtMs };
        const next = exportEntry(ended, entry.version + 1, expiresAtMs);
        // Whoever writes it says now and then how far it is, and may be first.
        if (await desk.update(next, entry.version)) return exportOf(next);
      }
    },
    async remove(id, by) {
      const entry = await found(id, by);
      await desk.remove(entry);
      await settings().folder.remove(id);
      return exportOf(entry);
    },
    async open(id, by) {
      const job = exportOf(await found(id, by));
      if (job.state !== "done") throw engineError("conflict", `The export is ${job.state}.`);
      const content = await settings().folder.open(id, job.bytes);
      if (content !== null) return { job, content };
      throw engineError("conflict", `The file is not on this machine: ${job.host} wrote it.`, {
        hint: "Ask the service there, or begin the export anew.",
      });
    },
    turn: (signal) =>
      parts.settings === null ? IDLE : turn({ ...parts, ...parts.settings }, signal),
  };
}

const DAY_MS = 86_400_000;
const IDLE = Promise.resolve({ isBusy: false });

/** @throws `too-large` */
async function requireRoom(
  desk: DeskStore,
  { files, ownerFiles }: ExportSettings["limits"],
  by: Asking,
): Promise<void> {
  let count = 0;
  let own = 0;
  let after: string | undefined;
  for (;;) {
    const place = after === undefined ? {} : { after };
    const page = await desk.page({ kind: "export", limit: PAGE, ...place });
    count += page.length;
    own += page.filter((entry) => isOwnedBy(exportOf(entry).owner, by)).length;
    if (count >= files || own >= ownerFiles) break;
    if (page.length < PAGE) return;
    after = page.at(-1)?.id;
  }
  throw engineError(
    "too-large",
    own >= ownerFiles ? `You have ${own} exports already.` : `There are ${count} exports already.`,
    {
      hint: "Remove one of them first, or raise `exports.ownerFiles` or `exports.files` of the settings.",
    },
  );
}
