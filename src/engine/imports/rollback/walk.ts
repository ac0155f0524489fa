// The two ways over the CDRs of a batch: each is voided by a next revision, and each that was is given
// back what it had by another one. Both are conditional on the revision seen: a repeat changes nothing.
import type { StoredCdr } from "../../../cdr/cdr.ts";
import { OUTCOMES, type Outcome, type Rating } from "../../../cdr/rating.ts";
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import type { Store } from "../../../stores/store.ts";
import type { JobShelf } from "../../jobs/job.ts";
import { type JobRun, PAGE, type RunEnd, runPages } from "../../jobs/pages.ts";
import type { Clock } from "../../ports.ts";
import { voidedRating } from "../../records/void.ts";
import type { RollbackJob } from "./job.ts";

export interface WalkParts {
  store: Pick<Store, "cdrs">;
  shelf: JobShelf<RollbackJob>;
  clock: Clock;
  leaseMs: number;
}

/** What others change while it is read is met again; after so many times it is left. */
const MOST_PASSES = 5;

/** Outcomes of a CDR that is not voided. */
export const LIVING: readonly Outcome[] = OUTCOMES.filter((outcome) => outcome !== "voided");

/** Those of the batch with these outcomes. */
export function ofBatch({ body }: RollbackJob, outcomes: readonly Outcome[]): CdrFilter {
  const { batch, tenants } = body;
  return { batchIds: [batch], outcomes: [...outcomes], ...(tenants === null ? {} : { tenants }) };
}

/** Voids what the batch has, whatever was done to it since it came. */
export async function voidAll(parts: WalkParts, run: JobRun<RollbackJob>): Promise<RunEnd> {
  const { id, body } = run.job;
  const { batch, note, rollback } = body;
  const reason = note === "" ? `The batch ${batch} was rolled back.` : note;
  const end = await write(parts, run, {
    filter: ofBatch(run.job, LIVING),
    progress: rollback,
    next: (cdr, ratedAtMs) => ({
      ...voidedRating(cdr.rating, { ratedAtMs, note: reason }),
      job: id,
    }),
  });
  if (end !== "finished") return end;
  let changed = 0;
  const counted = await countOwn(parts, run, {
    filter: ofBatch(run.job, ["voided"]),
    progress: rollback,
    see: ({ rating }) => {
      if (rating.revision > 2) changed += 1;
    },
  });
  rollback.changed = changed;
  return counted;
}

/** Gives back what this job voided and nobody changed since. */
export async function restoreAll(parts: WalkParts, run: JobRun<RollbackJob>): Promise<RunEnd> {
  const { job } = run;
  const { restore } = job.body;
  const end = await write(parts, run, {
    filter: ofBatch(job, ["voided"]),
    progress: restore,
    next(cdr, ratedAtMs) {
      const { revision } = cdr.rating;
      if (cdr.rating.job !== job.id) return null;
      // None: a store that was broken by hand; the others are restored all the same.
      const before = cdr.history.find(({ rating }) => rating.revision === revision - 1)?.rating;
      return before && { ...before, revision: revision + 1, ratedAtMs, job: job.id };
    },
  });
  if (end !== "finished") return end;
  return countOwn(parts, run, { filter: ofBatch(job, LIVING), progress: restore });
}

interface Write {
  filter: CdrFilter;
  progress: { done: number };
  /** The next rating of a CDR; none: it stays as it is. */
  next(cdr: StoredCdr, atMs: number): Rating | null | undefined;
}

async function write(
  parts: WalkParts,
  run: JobRun<RollbackJob>,
  { filter, progress, next }: Write,
): Promise<RunEnd> {
  const { store, clock } = parts;
  let missed = 0;
  const onPage = async (cdrs: StoredCdr[]) => {
    const atMs = clock();
    const revisions = cdrs.flatMap((cdr) => {
      const rating = next(cdr, atMs);
      if (rating === null || rating === undefined) return [];
      const { tenant, id } = cdr;
      const isMasked = cdr.maskedAtMs !== undefined;
      return [{ tenant, id, expectedRevision: cdr.rating.revision, rating, atMs, isMasked }];
    });
    const outcomes = await store.cdrs.revise(revisions);
    const written = outcomes.filter((outcome) => outcome === "revised").length;
    progress.done += written;
    missed += outcomes.length - written;
  };
  for (let pass = 1; ; pass += 1) {
    missed = 0;
    const end = await walk(parts, run, { filter, onPage });
    if (end !== "finished" || missed === 0 || pass === MOST_PASSES) return end;
  }
}

/** How many CDRs have a rating of this job now: that holds through any crash before. */
async function countOwn(
  parts: WalkParts,
  run: JobRun<RollbackJob>,
  {
    filter,
    progress,
    see,
  }: {
    filter: CdrFilter;
    progress: { total: number; done: number; left: number };
    see?: (cdr: StoredCdr) => void;
  },
): Promise<RunEnd> {
  let own = 0;
  const end = await walk(parts, run, {
    filter,
    async onPage(cdrs) {
      for (const cdr of cdrs.filter(({ rating }) => rating.job === run.job.id)) {
        own += 1;
        see?.(cdr);
      }
    },
  });
  if (end !== "finished") return end;
  progress.done = own;
  progress.left = Math.max(0, progress.total - own);
  return end;
}

async function walk(
  { store, shelf, clock, leaseMs }: WalkParts,
  run: JobRun<RollbackJob>,
  { filter, onPage }: { filter: CdrFilter; onPage(cdrs: StoredCdr[]): Promise<void> },
): Promise<RunEnd> {
  const pages = store.cdrs.scan(filter, PAGE)[Symbol.asyncIterator]();
  try {
    return await runPages(shelf, run, {
      clock,
      leaseMs,
      async page() {
        const { value, done } = await pages.next();
        if (done === true) return false;
        await onPage(value);
        return true;
      },
    });
  } finally {
    await pages.return?.();
  }
}
