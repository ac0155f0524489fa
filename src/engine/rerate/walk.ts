// Walking over the planned lines: apply writes each as a new revision, undo takes it back by
// another one. Both are conditional on the revision seen, so a repeat changes nothing.
import type { HistoryEntry, StoredCdr } from "../../cdr/cdr.ts";
import { OUTCOMES, type Rating } from "../../cdr/rating.ts";
import type { ReviseOutcome, Revision } from "../../stores/ports/cdrs.ts";
import type { JobLine } from "../../stores/ports/jobs.ts";
import { type JobRun, PAGE, type RunEnd } from "../jobs/pages.ts";
import { keyText } from "../records/one-cdr.ts";
import {
  type LeftLine,
  LISTS,
  nextHash,
  type PlannedLine,
  type RerateJob,
  readLine,
  type Walk,
} from "./job.ts";
import { type RerateSteps, reratePages } from "./parts.ts";

/** What became of a line: `skipped` was never applied, so that there is nothing to undo. */
type Fate = "done" | "skipped" | LeftLine["reason"];

/** `damaged`: the stored lines are not the ones that were planned; nothing more was written. */
export type WalkEnd = RunEnd | "damaged";

/** Writes exactly the planned lines. */
export function applyLines(parts: RerateSteps, run: JobRun<RerateJob>): Promise<WalkEnd> {
  const walk = run.job.body.apply;
  return walkLines(parts, run, { walk, step: "applied", list: LISTS.left, handle: applyPage });
}

/** Restores what each applied line replaced, unless the CDR changed since. */
export function undoLines(parts: RerateSteps, run: JobRun<RerateJob>): Promise<WalkEnd> {
  const walk = run.job.body.undo;
  return walkLines(parts, run, { walk, step: "undone", list: LISTS.undoLeft, handle: undoPage });
}

interface WalkOptions {
  walk: Walk;
  step: "applied" | "undone";
  /** The list that keeps the lines that were left. */
  list: string;
  handle(parts: RerateSteps, job: string, lines: PlannedLine[]): Promise<Fate[]>;
}

async function walkLines(
  parts: RerateSteps,
  run: JobRun<RerateJob>,
  { walk, step, list, handle }: WalkOptions,
): Promise<WalkEnd> {
  const { store } = parts;
  const { job } = run;
  const { lines: total, hash: plannedHash } = job.body.plan;
  let isDamaged = false;
  const end = await reratePages(parts, run, async () => {
    if (walk.line >= total) return false;
    const limit = Math.min(PAGE, total - walk.line);
    const page = await store.jobs.pageLines(job.id, LISTS.planned, { after: walk.line, limit });
    const hash = verifiedHash(page, walk, limit);
    isDamaged = hash === null || (walk.line + limit === total && hash !== plannedHash);
    if (isDamaged || hash === null) return false;
    const lines = page.map(readLine);
    const fates = await handle(parts, job.id, lines);
    const left = leftLines(page, lines, fates);
    if (left.length > 0) await store.jobs.appendLines(job.id, list, left);
    walk.line += page.length;
    walk.hash = hash;
    const done = fates.filter((fate) => fate === "done").length;
    walk.done += done;
    parts.counts[step] += done;
    walk.left += left.length;
    return true;
  });
  return isDamaged ? "damaged" : end;
}

/** The hash after the page; null when a line is missing or is not the one that was planned. */
function verifiedHash(page: JobLine[], walk: Walk, limit: number): string | null {
  if (page.length !== limit) return null;
  let hash = walk.hash;
  for (const [index, line] of page.entries()) {
    hash = readLine(line).masked ? line.hash : nextHash(hash, line.text);
    if (hash !== line.hash || line.number !== walk.line + index + 1) return null;
  }
  return hash;
}

function leftLines(page: JobLine[], lines: PlannedLine[], fates: Fate[]): JobLine[] {
  return page.flatMap(({ number, hash }, index) => {
    const [line, fate] = [lines[index], fates[index]];
    if (line === undefined || fate === undefined || fate === "done" || fate === "skipped")
      return [];
    const text = JSON.stringify({
      id: line.id,
      tenant: line.tenant,
      reason: fate,
    } satisfies LeftLine);
    return [{ number, hash, text }];
  });
}

async function applyPage(parts: RerateSteps, job: string, lines: PlannedLine[]): Promise<Fate[]> {
  const atMs = parts.clock();
  const outcomes = await parts.store.cdrs.revise(
    lines.map(({ tenant, id, seen, new: fresh, origin }) => ({
      tenant,
      id,
      expectedRevision: seen,
      ...(origin === undefined ? {} : { origin }),
      rating: { ...fresh, revision: seen + 1, ratedAtMs: atMs, job },
      atMs,
    })),
  );
  const fates = outcomes.map(fateOf);
  const changed = lines.filter((_line, index) => fates[index] === "changed-meanwhile");
  if (changed.length === 0) return fates;
  // After a crash the page is met again: what this job wrote then is done, not left.
  const found = await currentOf(parts, changed);
  return fates.map((fate, index) => {
    const line = lines[index];
    const isOurs =
      fate === "changed-meanwhile" &&
      line !== undefined &&
      ratingAt(found.get(keyText(line)), line.seen + 1)?.job === job;
    return isOurs ? "done" : fate;
  });
}

async function undoPage(parts: RerateSteps, job: string, lines: PlannedLine[]): Promise<Fate[]> {
  const found = await currentOf(parts, lines);
  const fates = lines.map((line) => undoFate(found.get(keyText(line)), line, job));
  const positions = fates.flatMap((fate, index) => (fate === "restore" ? [index] : []));
  const revisions = positions.flatMap((index) => {
    const line = lines[index];
    const cdr = line && found.get(keyText(line));
    return line && cdr ? [restoring(cdr, line, { job, atMs: parts.clock() })] : [];
  });
  const outcomes = await parts.store.cdrs.revise(revisions);
  const restored = new Map(positions.map((index, order) => [index, outcomes[order]]));
  return fates.map((fate, index): Fate => {
    if (fate !== "restore") return fate;
    const outcome = restored.get(index);
    return outcome === undefined ? "not-found" : fateOf(outcome);
  });
}

function undoFate(cdr: StoredCdr | undefined, line: PlannedLine, job: string): Fate | "restore" {
  if (cdr === undefined) return "not-found";
  if (ratingAt(cdr, line.seen + 1)?.job !== job) return "skipped";
  const { revision } = cdr.rating;
  // A store that was broken by hand: the others are restored all the same.
  if (entryAt(cdr, line.seen) === undefined) return "history-missing";
  if (revision === line.seen + 1) return "restore";
  // Undone before a crash, whatever came after it.
  return ratingAt(cdr, line.seen + 2)?.job === job ? "done" : "changed-meanwhile";
}

function restoring(
  cdr: StoredCdr,
  line: PlannedLine,
  { job, atMs }: { job: string; atMs: number },
): Revision {
  const before = entryAt(cdr, line.seen);
  if (before === undefined) throw new Error(`CDR ${cdr.id} was seen to have revision ${line.seen}`);
  const { origin } = before;
  const expectedRevision = cdr.rating.revision;
  const rating = { ...before.rating, revision: expectedRevision + 1, ratedAtMs: atMs, job };
  return {
    tenant: cdr.tenant,
    id: cdr.id,
    expectedRevision,
    rating,
    ...(origin === undefined ? {} : { origin }),
    atMs,
    isMasked: cdr.maskedAtMs !== undefined,
  };
}

function fateOf(outcome: ReviseOutcome): Fate {
  return outcome === "revised" ? "done" : outcome;
}

async function currentOf(
  { store }: RerateSteps,
  lines: PlannedLine[],
): Promise<Map<string, StoredCdr>> {
  const found = new Map<string, StoredCdr>();
  const filter = {
    ids: lines.map(({ id }) => id),
    tenants: [...new Set(lines.map(({ tenant }) => tenant))],
    outcomes: [...OUTCOMES],
  };
  for await (const cdrs of store.cdrs.scan(filter, PAGE)) {
    for (const cdr of cdrs) found.set(keyText(cdr), cdr);
  }
  return found;
}

function entryAt({ history }: StoredCdr, revision: number): HistoryEntry | undefined {
  return history.find((entry) => entry.rating.revision === revision);
}

function ratingAt(cdr: StoredCdr | undefined, revision: number): Rating | undefined {
  if (cdr?.rating.revision === revision) return cdr.rating;
  return cdr && entryAt(cdr, revision)?.rating;
}
