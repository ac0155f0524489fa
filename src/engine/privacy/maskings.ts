// privacy.plan and privacy.apply: numbers are masked, those of what is old or one on request.
import { randomUUID } from "node:crypto";
import { EVERYTHING, requireWhole, type Scope, seesOwners } from "../../access/scope.ts";
import { maskForms } from "../../cdr/masking/text.ts";
import { engineError } from "../../errors.ts";
import { createJobShelf } from "../jobs/job.ts";
import { leaveJob } from "../jobs/lease.ts";
import type { RunEnd } from "../jobs/pages.ts";
import { createJobRunner } from "../jobs/runner.ts";
import type { Clock, Log } from "../ports.ts";
import type { HoldParts } from "../retention/holds.ts";
import { tenantsIn } from "../retention/retentions.ts";
import { type Disclosure, type DisclosureAsked, disclose } from "./disclose.ts";
import { MASKING, type MaskingJob, type MaskingRequest, newMasking } from "./job.ts";
import { soughtNumber } from "./sought.ts";
import { maskingPages } from "./steps.ts";

export interface MaskingAsked {
  /** Epoch milliseconds: the numbers of what is older. One of the two is said. */
  beforeMs?: number | undefined;
  number?: string | undefined;
  tenants?: readonly string[] | undefined;
  why: string;
}

export interface Maskings {
  /**
   * Counts, in the background, what would be masked; nothing is.
   * @throws `invalid-params` for no number, or a time that is not past; `forbidden`
   */
  plan(asked: MaskingAsked, asker: { by: string; scope?: Scope }): Promise<MaskingJob>;
  /**
   * Masks what was planned, in the background; after a crash it goes on.
   * @throws `conflict` while it is being planned, and while another one masks
   */
  apply(id: string, scope?: Scope): Promise<MaskingJob>;
  /** As far as it came. @throws `not-found` */
  get(id: string, scope?: Scope): Promise<MaskingJob>;
  /** What is masked stays so. @throws `conflict` for one that is done */
  cancel(id: string, scope?: Scope): Promise<MaskingJob>;
  /** A part of what is held about a number; nothing is noted. @throws `forbidden`, `invalid-params` */
  disclose(asked: DisclosureAsked, scope?: Scope): Promise<Disclosure>;
  /** Takes up jobs whose process is gone. */
  resume(): Promise<void>;
  settled(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface MaskingParts extends HoldParts {
  clock: Clock;
  log: Log;
  leaseMs: number;
  /** Extra fields that are masked whole. */
  maskedFields: readonly string[];
}

const WORKING = ["planning", "applying"] as const;

export function createMaskings(parts: MaskingParts): Maskings {
  const { store, clock } = parts;
  const shelf = createJobShelf<MaskingJob>(store, MASKING);
  const runner = createJobRunner<MaskingJob>(
    { ...parts, atOnce: 1 },
    {
      ...{ shelf, title: MASKING.title, working: WORKING, failed: "failed" },
      async work(run) {
        const end: RunEnd = await maskingPages({ ...parts, shelf }, run);
        if (end !== "finished") return end;
        const { job } = run;
        const isPlanned = job.state === "planning";
        Object.assign(job.body, { place: 0, cursor: null });
        delete job.body.fault;
        if (!isPlanned) forgetNumber(job);
        await leaveJob(shelf, { clock }, { job, state: isPlanned ? "planned" : "applied" });
        // The job itself had the number.
        if (!isPlanned) await store.erasures.purge();
        return end;
      },
    },
  );

  async function get(id: string, scope: Scope = EVERYTHING): Promise<MaskingJob> {
    const job = runner.running(id) ?? (await shelf.load(id));
    if (isSeen(job, scope)) return job;
    throw engineError("not-found", `There is no masking job ${id}.`, { path: "job" });
  }
  async function requireAlone(): Promise<void> {
    const { jobs } = await store.jobs.list({
      ...{ kinds: [MASKING.kind], states: ["applying"], limit: 1 },
    });
    if (jobs[0] === undefined) return;
    const text = `The masking job ${jobs[0].id} is at work.`;
    throw engineError("conflict", text, { path: "job" });
  }

  return {
    get,
    async plan(asked, { by, scope = EVERYTHING }) {
      const request = requestOf(parts, asked, scope);
      const job = newMasking(randomUUID(), { nowMs: clock(), by, request });
      if (!(await shelf.put(job))) throw new Error(`the job id ${job.id} is taken`);
      await runner.take(job, "planning");
      return get(job.id, scope);
    },
    async apply(id, scope) {
      const job = await get(id, scope);
      if (job.state === "applied") return job;
      if (job.state === "applying") {
        await runner.take(job, "applying");
        return get(id, scope);
      }
      // What failed while it was planned was never counted.
      const isCounted = job.state === "planned" || job.body.markMs !== null;
      if (!isCounted || (job.state !== "planned" && job.state !== "failed")) {
        throw engineError("conflict", `The masking job is ${job.state}.`, { path: "job" });
      }
      await requireAlone();
      // The work of the plan may be about to end still: whoever has the job cannot be given it again.
      await runner.settled(id);
      if (!(await runner.take(job, "applying"))) {
        throw engineError("conflict", "The job moved on meanwhile; try again.", { path: "job" });
      }
      return get(id, scope);
    },
    async cancel(id, scope) {
      await get(id, scope);
      await runner.stop(id);
      const job = await shelf.load(id);
      if (job.state === "cancelled") return job;
      if (job.state === "applied") {
        throw engineError("conflict", "The masking job is applied.", { path: "job" });
      }
      forgetNumber(job);
      if (!(await leaveJob(shelf, { clock }, { job, state: "cancelled" }))) {
        throw engineError("conflict", "The job moved on meanwhile; try again.", { path: "job" });
      }
      await store.erasures.purge();
      return job;
    },
    disclose: (asked, scope = EVERYTHING) => {
      requireWhole(scope);
      return disclose(parts, { ...asked, tenants: tenantsIn(asked.tenants, scope) });
    },
    resume: runner.resume,
    settled: runner.settled,
    close: runner.close,
  };
}

/** @throws `invalid-params`, `forbidden` */
function requestOf(
  { clock, maskedFields }: MaskingParts,
  { beforeMs, number, tenants: named, why }: MaskingAsked,
  scope: Scope,
): MaskingRequest {
  requireWhole(scope);
  if ((beforeMs === undefined) === (number === undefined)) {
    const text = "Say one of: a number, or how old.";
    throw engineError("invalid-params", text, { path: "number" });
  }
  if (beforeMs !== undefined && beforeMs > clock()) {
    const text = "Only the numbers of what is past can be masked.";
    throw engineError("invalid-params", text, { path: "before" });
  }
  const tenants = tenantsIn(named, scope);
  return {
    ...(beforeMs !== undefined && { beforeMs }),
    ...(number !== undefined && { number: soughtNumber(number) }),
    ...(tenants && { tenants }),
    ...{ fields: [...maskedFields], why },
  };
}

/** A job that is done says of what kind it was, and not of which number. */
function forgetNumber({ body }: MaskingJob): void {
  const { number, why } = body.request;
  if (number === undefined) return;
  body.request.why = maskForms(why, new Set(number.forms));
  body.request.number = { digits: "", international: [], forms: [] };
}

export function isSeen({ body }: MaskingJob, scope: Scope): boolean {
  return seesOwners(scope, body.request.tenants);
}
