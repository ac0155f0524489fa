// The work of a retention job: CDRs a day of call time at a time, then what was kept aside, then events of
// queues. Its place is saved before each day, and each step is noted with what it erases.
import { OUTCOMES } from "../../cdr/rating.ts";
import type { Store } from "../../stores/store.ts";
import type { JobShelf } from "../jobs/job.ts";
import { extendLease } from "../jobs/lease.ts";
import { type JobRun, type RunEnd, runPages } from "../jobs/pages.ts";
import type { Clock } from "../ports.ts";
import { ATTEMPTS } from "../reports/sums.ts";
import { figuresOf } from "./figures.ts";
import { type HoldParts, jobHolds, type NamedHold, outputHold } from "./holds.ts";
import { ERASED, type RetentionBody, type RetentionJob, type RetentionKind } from "./job.ts";

export interface StepParts extends HoldParts {
  shelf: JobShelf<RetentionJob>;
  clock: Clock;
  leaseMs: number;
}

const DAY_MS = 86_400_000;
/** CDRs of one step, with the other attempts of their calls: one transaction of the store. */
const STEP = 500;
const EVENTS = 1000;
/** Records of suspense have their bytes. */
const RECORDS = 100;
/** Held pieces that are named one by one. */
const MOST_HELD = 1000;

/** Goes on from the last checkpoint. */
export async function retentionPages(parts: StepParts, run: JobRun<RetentionJob>): Promise<RunEnd> {
  const { store, shelf, clock, leaseMs } = parts;
  const { job } = run;
  const { body } = job;
  const { kinds, beforeMs, tenants } = body.request;
  const ofTenants = tenants === undefined ? {} : { tenants };
  const others = otherPages(store, body);
  let holds: NamedHold[] = [];

  /** The next day with CDRs; its begin is saved before any of it goes. */
  async function nextPiece(): Promise<boolean> {
    const filter = {
      callTime: { fromMs: body.fromMs, toMs: beforeMs },
      ...{ outcomes: [...OUTCOMES], ...ofTenants },
    };
    const first = await store.cdrs.nthCallTime(filter, 1);
    if (first === null) return false;
    const fromMs = Math.floor(first / DAY_MS) * DAY_MS;
    const piece = {
      fromMs: Math.max(fromMs, body.fromMs),
      toMs: Math.min(fromMs + DAY_MS, beforeMs),
    };
    Object.assign(body, { piece, after: null });
    extendLease(job, { owner: run.owner, leaseMs, clock });
    if (!(await shelf.save(job))) throw new Error("another process has the job");
    return true;
  }
  function leave(): void {
    if (body.piece !== null) body.fromMs = body.piece.toMs;
    body.piece = null;
  }
  async function eraseSome(callTime: { fromMs: number; toMs: number }): Promise<void> {
    const done = await store.erasures.erase({
      ...{ job: job.id, list: ERASED, number: body.steps + 1, after: body.after, callTime },
      ...{ beforeMs, receivedBeforeMs: job.createdAtMs, holds, ...ofTenants },
      ...{ limit: STEP, terms: ATTEMPTS, atMs: clock() },
    });
    body.steps += 1;
    body.after = done.next;
    body.done.cdrs += done.erased;
    body.done.left += done.left;
    if (done.next === null) leave();
  }
  function hold(piece: { fromMs: number; toMs: number }, reason: string): void {
    if (body.held.length < MOST_HELD) body.held.push({ ...piece, reason });
  }
  async function cdrPage(): Promise<boolean> {
    if (body.piece === null && !(await nextPiece())) return false;
    const { piece } = body;
    if (piece === null) return false;
    if (body.after === null) {
      holds = await jobHolds(store);
      const reason = await outputHold(parts, { callTime: piece, tenants });
      for (const { callTime, reason: why } of holds) {
        if (callTime.fromMs < piece.toMs && callTime.toMs > piece.fromMs) hold(piece, why);
      }
      if (reason !== null) {
        hold(piece, reason);
        leave();
        return true;
      }
    } else if (holds.length === 0) holds = await jobHolds(store);
    await eraseSome(piece);
    return true;
  }
  return runPages(shelf, run, {
    ...{ clock, leaseMs },
    async page() {
      const kind = kinds.find((one) => !body.ended.includes(one));
      if (kind === undefined) return false;
      const isMore = kind === "cdrs" ? await cdrPage() : await others[kind]();
      if (isMore) return true;
      if (kind !== "cdrs") await countAnew(store, body, kind);
      body.ended.push(kind);
      return true;
    },
  });
}

type OtherKind = Exclude<RetentionKind, "cdrs">;

/** Pages of what is no CDR; false: there is none left. */
function otherPages(store: Store, body: RetentionBody): Record<OtherKind, () => Promise<boolean>> {
  const { beforeMs, tenants } = body.request;
  return {
    async suspense() {
      const page = await store.suspense.find({
        ...{ states: ["retried", "discarded"], receivedAt: { toMs: beforeMs }, limit: RECORDS },
        ...{ ...(tenants && { tenants }), ...(body.cursor !== null && { cursor: body.cursor }) },
      });
      const going = page.records.filter(({ batchId }) => batchId === undefined);
      body.done.suspense += await store.suspense.remove(going.map(({ id }) => id));
      body.cursor = page.nextCursor ?? null;
      return body.cursor !== null;
    },
    async queueEvents() {
      const removed = await store.queueEvents.removeBefore(beforeMs, EVENTS);
      body.done.queueEvents += removed;
      return removed === EVENTS;
    },
  };
}

/** What a process that died had erased is not in its last checkpoint. */
async function countAnew(store: Store, body: RetentionBody, kind: OtherKind): Promise<void> {
  const left = await figuresOf(store, { ...body.request, kinds: [kind] });
  body.done[kind] = Math.max(body.done[kind], body.figures[kind] - left[kind]);
}
