// All long work as one list, whatever its kind: how it stands, its lines, its end.
import { type Scope, seesOwner, seesWhole } from "../access/scope.ts";
import type { JsonObject } from "../cdr/json.ts";
import { engineError } from "../errors.ts";
import type { Job } from "../stores/ports/jobs.ts";
import type { Store } from "../stores/store.ts";
import type { Backtests } from "./backtest/backtests.ts";
import { backtestKind } from "./backtest/job-kind.ts";
import type { Imports } from "./imports/imports.ts";
import { importKind } from "./imports/job-kind.ts";
import { rollbackKind } from "./imports/rollback/job-kind.ts";
import type { Rollbacks } from "./imports/rollback/rollbacks.ts";
import type { JobBody, LongJob } from "./jobs/job.ts";
import { auditKind, type KindOfJob, type Progress } from "./jobs/kind.ts";
import { periodKind } from "./periods/job-kind.ts";
import type { Periods } from "./periods/periods.ts";
import type { Clock } from "./ports.ts";
import { maskingKind } from "./privacy/job-kind.ts";
import type { Maskings } from "./privacy/maskings.ts";
import { rebuildKind } from "./reports/rebuild/job-kind.ts";
import type { Rebuilds } from "./reports/rebuild/rebuilds.ts";
import { rerateJobKind } from "./rerate/job-kind.ts";
import type { Rerates } from "./rerate/rerates.ts";
import { retentionKind } from "./retention/job-kind.ts";
import type { Retentions } from "./retention/retentions.ts";

export interface JobView {
  id: string;
  kind: string;
  state: string;
  /** A process works on it, or is to. */
  isUnderWay: boolean;
  /** What it is about, for people. */
  subject: string;
  /** Who began it; null: nobody is noted. */
  by: string | null;
  createdAtMs: number;
  updatedAtMs: number;
  progress: Progress & { secondsLeft: number | null };
  fault: string | null;
}

export interface Jobs {
  /** Latest first, each as of its last checkpoint; those alone that the scope may see. */
  list(
    page: {
      kinds?: string[] | undefined;
      states?: string[] | undefined;
      limit: number;
      cursor?: string | undefined;
    },
    scope: Scope,
  ): Promise<{ jobs: JobView[]; nextCursor?: string }>;
  /** As far as it came by now. @throws `not-found` */
  get(id: string, scope: Scope): Promise<JobView>;
  /** What it noted line by line. @throws `not-found`, `invalid-params` for a list that it has not */
  lines(
    id: string,
    page: { list?: string | undefined; after: number; limit: number },
    scope: Scope,
  ): Promise<{ lines: ({ line: number } & JsonObject)[]; next?: number }>;
  /** @throws `not-found`, `conflict` for what cannot be ended */
  cancel(id: string, scope: Scope): Promise<JobView>;
}

export interface JobsParts {
  store: Pick<Store, "jobs">;
  clock: Clock;
  rerates: Rerates;
  backtests: Backtests;
  imports: Imports;
  rollbacks: Rollbacks;
  rebuilds: Rebuilds;
  periods: Periods;
  retentions: Retentions;
  maskings: Maskings;
}

export function createJobs({ store, clock, ...parts }: JobsParts): Jobs {
  const kinds: Record<string, KindOfJob> = {
    rerate: rerateJobKind(parts.rerates),
    backtest: backtestKind(parts.backtests),
    import: importKind(parts.imports),
    rollback: rollbackKind(parts.rollbacks),
    audit: auditKind,
    rebuild: rebuildKind(parts.rebuilds),
    period: periodKind(parts.periods),
    retention: retentionKind(parts.retentions),
    masking: maskingKind(parts.maskings),
  };

  function isSeen(job: Job, scope: Scope): boolean {
    if (!seesWhole(scope)) return false;
    return kinds[job.kind]?.isSeen(asLongJob(job), scope) ?? seesOwner(scope, null);
  }

  function viewOf(job: LongJob, kind: string): JobView {
    const { id, state, createdAtMs, body } = job;
    const { progress, subject, by, working } = kinds[kind]?.describe(job) ?? UNKNOWN;
    const isUnderWay = working.includes(state);
    const secondsLeft = isUnderWay ? left(progress, clock() - (body.begunAtMs ?? clock())) : null;
    return {
      ...{ id, kind, state, isUnderWay, subject, by, createdAtMs },
      updatedAtMs: body.updatedAtMs ?? createdAtMs,
      progress: { ...progress, secondsLeft },
      fault: body.fault ?? null,
    };
  }

  async function load(id: string, scope: Scope): Promise<Job> {
    const job = await store.jobs.get(id);
    if (job !== null && isSeen(job, scope)) return job;
    throw engineError("not-found", `There is no job ${id}.`, { path: "job" });
  }

  async function get(id: string, scope: Scope): Promise<JobView> {
    const stored = await load(id, scope);
    const now = await kinds[stored.kind]?.current?.(id, scope);
    return viewOf(now ?? asLongJob(stored), stored.kind);
  }

  return {
    get,
    async list({ kinds: wanted, states, limit, cursor }, scope) {
      const page = await store.jobs.list({
        limit,
        isWanted: (job) => isSeen(job, scope),
        ...(wanted === undefined ? {} : { kinds: wanted }),
        ...(states === undefined ? {} : { states }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      return { ...page, jobs: page.jobs.map((job) => viewOf(asLongJob(job), job.kind)) };
    },
    async lines(id, { list, after, limit }, scope) {
      const job = await load(id, scope);
      const { lists = [] } = kinds[job.kind] ?? {};
      const name = list ?? lists[0];
      if (name === undefined) return { lines: [] };
      if (!lists.includes(name)) throw unknownList(name, lists);
      const found = await store.jobs.pageLines(id, name, { after, limit });
      const lines = found.map(({ number, text }) => ({
        ...(JSON.parse(text) as JsonObject),
        line: number,
      }));
      const last = lines.at(-1)?.line;
      return { lines, ...(lines.length < limit || last === undefined ? {} : { next: last }) };
    },
    async cancel(id, scope) {
      const { kind } = await load(id, scope);
      const cancel = kinds[kind]?.cancel;
      if (cancel === undefined) {
        throw engineError("conflict", `A job of the kind ${kind} cannot be ended.`, {
          path: "job",
        });
      }
      return viewOf(await cancel(id, scope), kind);
    },
  };
}

/** What another build made. */
const UNKNOWN = {
  progress: { done: 0, total: null },
  subject: "",
  by: null,
  working: [] as readonly string[],
};

function asLongJob({ body, ...job }: Job): LongJob {
  return { ...job, body: body as unknown as JobBody };
}

/** Null while too little is done to tell. */
function left({ done, total }: Progress, tookMs: number): number | null {
  if (total === null || done === 0) return null;
  return Math.round((Math.max(0, total - done) * tookMs) / done / 1000);
}

function unknownList(name: string, lists: readonly string[]): Error {
  return engineError("invalid-params", `The job has no list ${name}.`, {
    path: "list",
    hint: lists.length === 0 ? "It notes no lines." : `It is one of ${lists.join(", ")}.`,
  });
}
