// retention.plan and retention.apply: what is older than a time is counted and summed, then erased.
import { randomUUID } from "node:crypto";
import { EVERYTHING, requireWhole, type Scope, seesOwners } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import { QUARTER_MS } from "../../rollups/pieces.ts";
import { createJobShelf } from "../jobs/job.ts";
import { leaveJob } from "../jobs/lease.ts";
import { createJobRunner } from "../jobs/runner.ts";
import type { Clock, Log } from "../ports.ts";
import { endStep } from "./ending.ts";
import { figuresOf, requireSame } from "./figures.ts";
import { type HoldParts, jobHolds, outputHold } from "./holds.ts";
import {
  newRetention,
  RETENTION,
  RETENTION_KINDS,
  type RetentionJob,
  type RetentionKind,
} from "./job.ts";
import { retentionPages } from "./steps.ts";

export interface RetentionAsked {
  /** Absent: every kind that the scope may erase. */
  kinds?: readonly RetentionKind[] | undefined;
  /** Epoch milliseconds; the begin of its quarter hour is taken. */
  beforeMs: number;
  tenants?: readonly string[] | undefined;
}

export interface Retentions {
  /**
   * Counts and sums what is older; nothing goes.
   * @throws `invalid-params` for a time that is not past, and for events of queues by tenant; `forbidden`
   */
  plan(asked: RetentionAsked, asker: { by: string; scope?: Scope }): Promise<RetentionJob>;
  /**
   * Erases what was planned, in the background; after a crash it goes on.
   * @throws `conflict` where what is there is not what was planned, but for `within` records; where
   * another job erases
   */
  apply(id: string, options?: { within?: number; scope?: Scope }): Promise<RetentionJob>;
  /** As far as it came. @throws `not-found` */
  get(id: string, scope?: Scope): Promise<RetentionJob>;
  /** What is erased stays so. @throws `conflict` for one that is done or failed */
  cancel(id: string, scope?: Scope): Promise<RetentionJob>;
  /**
   * Forgets keys of CDRs that were erased longer ago than they are to be kept; answers how many. A record of
   * such a key that comes again is a new one.
   */
  forgetKeys(): Promise<number>;
  /** Takes up jobs whose process is gone. */
  resume(): Promise<void>;
  settled(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface RetentionParts extends HoldParts {
  clock: Clock;
  log: Log;
  leaseMs: number;
  /** Days that keys of erased CDRs are kept; undefined: for ever. */
  keptKeyDays?: number | undefined;
}

const DAY_MS = 86_400_000;
/** Keys that are forgotten in one write: others write between them. */
const KEYS = 1000;

export function createRetentions(parts: RetentionParts): Retentions {
  const { store, clock } = parts;
  const shelf = createJobShelf<RetentionJob>(store, RETENTION);
  const runner = createJobRunner<RetentionJob>(
    { ...parts, atOnce: 1 },
    {
      ...{ shelf, title: RETENTION.title, working: ["applying"], failed: "failed" },
      work: async (run) =>
        endStep({ shelf, clock }, run, await retentionPages({ ...parts, shelf }, run)),
    },
  );

  async function get(id: string, scope: Scope = EVERYTHING): Promise<RetentionJob> {
    const job = runner.running(id) ?? (await shelf.load(id));
    if (isSeen(job, scope)) return job;
    throw engineError("not-found", `There is no retention job ${id}.`, { path: "job" });
  }
  async function applying(): Promise<string | undefined> {
    const { jobs } = await store.jobs.list({
      ...{ kinds: [RETENTION.kind], states: ["applying"], limit: 1 },
    });
    return jobs[0]?.id;
  }

  return {
    get,
    async plan({ kinds, beforeMs: asked, tenants: named }, { by, scope = EVERYTHING }) {
      requireWhole(scope);
      const nowMs = clock();
      const beforeMs = Math.floor(asked / QUARTER_MS) * QUARTER_MS;
      if (beforeMs > nowMs) {
        const fault = "Only what is past can be erased.";
        throw engineError("invalid-params", fault, { path: "before" });
      }
      const tenants = tenantsIn(named, scope);
      const request = {
        ...{ beforeMs, kinds: kindsIn(kinds, tenants) },
        ...(tenants && { tenants }),
      };
      const figures = await figuresOf(store, request);
      const callTime = { fromMs: 0, toMs: beforeMs };
      const open = (await jobHolds(store)).filter((hold) => hold.callTime.fromMs < beforeMs);
      const output = await outputHold(parts, { callTime, tenants });
      const heldBy = [...open.map(({ reason }) => reason), ...(output === null ? [] : [output])];
      const job = newRetention(randomUUID(), { nowMs, by, request, figures, heldBy });
      if (!(await shelf.put(job))) throw new Error(`the job id ${job.id} is taken`);
      return job;
    },
    async apply(id, { within = 0, scope } = {}) {
      const job = await get(id, scope);
      if (job.state === "applied" || job.state === "applying") {
        if (job.state === "applying") await runner.take(job, "applying");
        return get(id, scope);
      }
      if (job.state !== "planned" && job.state !== "failed") {
        throw engineError("conflict", `The retention job is ${job.state}.`, { path: "job" });
      }
      const other = await applying();
      if (other !== undefined) {
        throw engineError("conflict", `The retention job ${other} is at work.`, { path: "job" });
      }
      // What failed has erased a part of it already.
      if (job.state === "planned") {
        const { request, figures } = job.body;
        requireSame(figures, await figuresOf(store, request), within);
      }
      await runner.take(job, "applying");
      return get(id, scope);
    },
    async cancel(id, scope) {
      await get(id, scope);
      await runner.stop(id);
      const job = await shelf.load(id);
      if (job.state === "cancelled") return job;
      if (job.state !== "planned" && job.state !== "applying") {
        throw engineError("conflict", `The retention job is ${job.state}.`, { path: "job" });
      }
      if (!(await leaveJob(shelf, { clock }, { job, state: "cancelled" }))) {
        throw engineError("conflict", "The job moved on meanwhile; try again.", { path: "job" });
      }
      await store.erasures.release();
      return job;
    },
    forgetKeys: () => forgetKeys(parts),
    async resume() {
      await runner.resume();
      if (runner.underWay() === 0 && (await applying()) === undefined) {
        await store.erasures.release();
      }
    },
    settled: runner.settled,
    close: runner.close,
  };
}

async function forgetKeys({ store, clock, keptKeyDays }: RetentionParts): Promise<number> {
  if (keptKeyDays === undefined) return 0;
  const beforeMs = clock() - keptKeyDays * DAY_MS;
  for (let all = 0; ; ) {
    const forgotten = await store.erasures.forgetKeys(beforeMs, KEYS);
    all += forgotten;
    if (forgotten < KEYS) return all;
  }
}

export function isSeen({ body }: RetentionJob, scope: Scope): boolean {
  return seesOwners(scope, body.request.tenants);
}

export function tenantsIn(
  named: readonly string[] | undefined,
  { tenants }: Scope,
): string[] | undefined {
  if (tenants === null) return named && [...named];
  const own = named === undefined ? [...tenants] : named.filter((one) => tenants.includes(one));
  if (own.length > 0 && own.length === (named ?? own).length) return own;
  throw engineError("forbidden", "These credentials are not for each of these tenants.", {
    path: "tenants",
  });
}

function kindsIn(
  asked: readonly RetentionKind[] | undefined,
  tenants: readonly string[] | undefined,
): RetentionKind[] {
  const wanted = asked ?? RETENTION_KINDS.filter((kind) => !(tenants && kind === "queueEvents"));
  if (tenants === undefined || !wanted.includes("queueEvents")) return [...new Set(wanted)];
  throw engineError("invalid-params", "Events of queues are of no tenant.", { path: "kinds" });
}
