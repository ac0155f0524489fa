// The line of an export that this process writes: it says how far it is, and hears when it is not its own any more.
import type { DeskEntry, DeskStore } from "../../stores/ports/billing/desk.ts";
import type { Clock } from "../ports.ts";
import { type ExportJob, exportEntry, exportOf } from "./model.ts";

/** Without a word of whoever writes it, another process begins it anew. */
const SILENT_MS = 60_000;
/** Between two words of how far it is. */
const WORD_MS = 5000;
const DAY_MS = 86_400_000;

export interface HeldParts {
  store: { desk: DeskStore };
  clock: Clock;
  limits: { days: number };
}

export interface HeldExport {
  /** False: another one has it, or it was cancelled or removed. */
  say(change: Partial<ExportJob>): Promise<boolean>;
  /** Now and then; `lost` is called where it is not ours any more. Answers are waited for by `settled`. */
  tell(change: Partial<ExportJob>, lost: () => void): void;
  /** @throws what the store threw at a word that was not waited for */
  settled(): Promise<void>;
  /** Whoever is next begins it at once. */
  release(): Promise<boolean>;
  end(change: Partial<ExportJob>): Promise<boolean>;
  isLost(): boolean;
}

export function holdExport(
  { store: { desk }, clock, limits }: HeldParts,
  entry: DeskEntry,
): HeldExport {
  let held = entry;
  let isLost = false;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let word: Promise<void> = Promise.resolve();

  async function put(change: Partial<ExportJob>, dueMs: number): Promise<boolean> {
    const next = exportEntry({ ...exportOf(held), ...change }, held.version + 1, dueMs);
    const isOurs = await desk.update(next, held.version);
    if (isOurs) held = next;
    else isLost = true;
    return isOurs;
  }
  const say = (change: Partial<ExportJob>): Promise<boolean> => {
    saidAtMs = clock();
    return put(change, saidAtMs + SILENT_MS);
  };
  return {
    say,
    tell(change, lost) {
      if (clock() - saidAtMs < WORD_MS) return;
      saidAtMs = clock();
      word = word.then(async () => {
        if (!isLost && !(await say(change))) lost();
      });
      // It is thrown by `settled`.
      word.catch(lost);
    },
    settled: () => word,
    release: () => put({ state: "waiting", tries: Math.max(0, exportOf(held).tries - 1) }, clock()),
    async end(change) {
      const endedAtMs = clock();
      const expiresAtMs = endedAtMs + limits.days * DAY_MS;
      return put({ ...change, endedAtMs, expiresAtMs }, expiresAtMs);
    },
    isLost: () => isLost,
  };
}
