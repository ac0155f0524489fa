// Periods that are closed: an account's or a carrier's statement is frozen by number and hash, in the background,
// once; what came to it since goes into statements that correct it, each CDR named.

import {
  EVERYTHING,
  ownOf,
  type Scope,
  seesTenant,
  seesWhole,
  tenantsOf,
} from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import { readLines, statementText } from "../../reports/closing/document.ts";
import type { StatementLine } from "../../reports/statement.ts";
import type { PeriodHead } from "../../stores/ports/billing/periods.ts";
import type { Store } from "../../stores/store.ts";
import { createJobShelf } from "../jobs/job.ts";
import { cancelJob, endRun } from "../jobs/one-step.ts";
import { type JobRun, runPages } from "../jobs/pages.ts";
import { createJobRunner } from "../jobs/runner.ts";
import type { Clock, Log } from "../ports.ts";
import {
  type CorrectionPreview,
  type NumberOf,
  newCorrection,
  notFound,
  oneOf,
  previewCorrection,
} from "./correction.ts";
import { createAddingUp, writeStatement } from "./finish.ts";
import { PERIOD, type PeriodJob } from "./job.ts";
import {
  type Asker,
  type ClosePreview,
  type CloseRequest,
  checkedClosing,
  newJob,
} from "./request.ts";
import { isSeen, type PeriodCdrView, type PeriodView, periodCdrView, periodView } from "./views.ts";
import { createWalk } from "./walk.ts";

export interface Periods {
  /**
   * Begins a job that closes the period. @throws `invalid-params`, `conflict`, `forbidden`, `ambiguous`,
   * `too-large`
   */
  close(request: CloseRequest, asker: Asker): Promise<PeriodJob>;
  /** What `close` would do now; nothing is begun. @throws as `close` */
  preview(request: CloseRequest, asker: Asker): Promise<ClosePreview>;
  /**
   * Begins a job that writes what came to a closed period since as its next correction; where nothing
   * did, there is none. @throws `not-found`, `ambiguous`, `conflict`, `invalid-params`
   */
  correct(
    request: NumberOf & { as?: string | undefined; why: string },
    asker: Asker,
  ): Promise<PeriodJob>;
  /** What `correct` would write now; nothing is begun or stored. @throws as `correct`, `too-large` */
  previewCorrection(
    request: NumberOf & { as?: string | undefined; why: string },
    asker: Asker,
  ): Promise<CorrectionPreview>;
  /** The latest first, those of the scope. */
  list(
    query: {
      tenants?: string[] | undefined;
      account?: string | undefined;
      carrier?: string | undefined;
      /** What this job wrote. */
      job?: string | undefined;
      limit: number;
      before?: number | undefined;
    },
    scope: Scope,
  ): Promise<{ periods: PeriodView[]; next?: number }>;
  /** Whole, with its bytes as text. @throws `not-found`, `ambiguous` */
  get(
    asked: NumberOf,
    scope: Scope,
  ): Promise<{ period: PeriodView; lines: StatementLine[]; text: string }>;
  /**
   * Closings and corrections behind a place, in the order in which they came to be, those of the scope.
   * Who goes on with each `last` sees every one, once.
   */
  changed(
    query: {
      after: number;
      tenants?: string[] | undefined;
      accounts?: string[] | undefined;
      carriers?: string[] | undefined;
      limit: number;
    },
    scope: Scope,
  ): Promise<{ periods: PeriodView[]; last: number }>;
  /** What it says of each CDR, by their ids. @throws `not-found`, `ambiguous` */
  cdrs(
    asked: NumberOf & { after?: string | undefined; limit: number },
    scope: Scope,
  ): Promise<{ cdrs: PeriodCdrView[]; next?: string }>;
  job(id: string, scope?: Scope): Promise<PeriodJob>;
  /** @throws `not-found`, `conflict` for one that is done */
  cancel(id: string, scope?: Scope): Promise<PeriodJob>;
  /** Takes up jobs whose process is gone. */
  resume(): Promise<void>;
  settled(id: string): Promise<void>;
  end(): Promise<void>;
}

export interface PeriodParts {
  store: Store;
  clock: Clock;
  log: Log;
  leaseMs: number;
}

/** Jobs under way or waiting in one process. */
const MOST_JOBS = 1000;

export function createPeriods(parts: PeriodParts): Periods {
  const { store, clock } = parts;
  const shelf = createJobShelf<PeriodJob>(store, PERIOD);
  const runner = createJobRunner<PeriodJob>(parts, {
    shelf,
    title: PERIOD.title,
    working: ["running"],
    failed: "failed",
    work: async (run) => endRun({ shelf, clock }, run, await work({ ...parts, shelf }, run)),
  });

  async function begin(job: PeriodJob): Promise<PeriodJob> {
    if (runner.underWay() >= MOST_JOBS) {
      throw engineError("too-busy", `${MOST_JOBS} closings wait for their turn already.`, {
        hint: "Ask again when some of them are done; see job.list.",
      });
    }
    if (!(await shelf.put(job))) throw new Error(`the job id ${job.id} is taken`);
    await runner.take(job, "running");
    return job;
  }

  async function get(id: string, scope: Scope = EVERYTHING): Promise<PeriodJob> {
    const job = runner.running(id) ?? (await shelf.load(id));
    if (isJobSeen(job, scope)) return job;
    throw engineError("not-found", `There is no closing ${id}.`, { path: "job" });
  }

  return {
    async close(request, asker) {
      const { body } = await checkedClosing({ store, nowMs: clock() }, request, asker);
      return begin(newJob(body, clock()));
    },
    preview: async (request, asker) =>
      (await checkedClosing({ store, nowMs: clock() }, request, asker)).preview,
    async correct({ as, why, ...asked }, asker) {
      return begin(await newCorrection({ store, nowMs: clock() }, { as, why, ...asked }, asker));
    },
    previewCorrection: (request, asker) =>
      previewCorrection({ store, nowMs: clock() }, request, asker),
    ...periodReads(store),
    job: get,
    async cancel(id, scope) {
      await get(id, scope);
      const job = await cancelJob({ shelf, clock, runner }, { id, noun: "closing" });
      await removeRows(store, id);
      return job;
    },
    resume: runner.resume,
    settled: runner.settled,
    end: runner.close,
  };
}

/** Goes on from the last checkpoint; what is added up is added up from the beginning. */
async function work(
  parts: PeriodParts & { shelf: ReturnType<typeof createJobShelf<PeriodJob>> },
  run: JobRun<PeriodJob>,
) {
  const { store, shelf, clock, leaseMs } = parts;
  const { job } = run;
  const walk = createWalk(store, job);
  const sum = createAddingUp(store.periods, job.id);
  const page = async (): Promise<boolean> => {
    if (job.body.step === "adding-up") return sum.more();
    await walk.page();
    return true;
  };
  try {
    const end = await runPages(shelf, run, { clock, leaseMs, page });
    if (end !== "finished") return end;
    const added = sum.result();
    job.body.isEmpty = job.body.kind === "correction" && added.cdrs === 0;
    if (!job.body.isEmpty) await writeStatement({ periods: store.periods, clock }, job, added);
    return end;
  } catch (error) {
    if (isFinal(error) && (await store.periods.get(job.id)) === null) {
      await removeRows(store, job.id);
    }
    throw error;
  }
}

/** What is refused will not come to be; a store that is away ends nothing. */
function isFinal(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "conflict" || code === "too-large" || code === "invalid-params";
}

const ROWS_AT_ONCE = 1000;

async function removeRows({ periods }: Pick<Store, "periods">, statement: string): Promise<void> {
  while ((await periods.removeCdrs(statement, ROWS_AT_ONCE)) > 0);
}

export function isJobSeen({ body: { tenant, side } }: PeriodJob, scope: Scope): boolean {
  if (!seesTenant(scope, tenant)) return false;
  return seesWhole(scope) || (side === "sell" && scope.accounts === undefined);
}

function periodReads(store: Store): Pick<Periods, "list" | "get" | "cdrs" | "changed"> {
  const { periods } = store;
  return {
    list: (query, scope) => listed(periods, query, scope),
    async changed({ after, tenants, accounts, carriers, limit }, scope) {
      const own = tenants === undefined ? tenantsOf(scope) : { tenants: ownOf(scope, tenants) };
      const page = await periods.find({ ...own, after, limit });
      const names = carriers?.map((carrier) => carrier.toLowerCase());
      const isAsked = ({ side, party }: PeriodHead) =>
        (accounts === undefined || (side === "sell" && accounts.includes(party))) &&
        (names === undefined || (side === "buy" && names.includes(party)));
      return {
        periods: page.filter((one) => isAsked(one) && isSeen(one, scope)).map(periodView),
        last: page.at(-1)?.sequence ?? after,
      };
    },
    async get(asked, scope) {
      const { id } = await oneOf(store, asked, scope);
      const statement = await periods.get(id);
      if (statement === null) throw notFound(asked.number);
      const { head, lines } = statement;
      return {
        period: periodView(statement),
        lines: readLines(lines),
        text: statementText(head, lines),
      };
    },
    async cdrs({ after, limit, ...asked }, scope) {
      const { id } = await oneOf(store, asked, scope);
      const rows = await periods.pageCdrs(id, { limit, ...(after === undefined ? {} : { after }) });
      const last = rows.at(-1)?.cdr;
      return {
        cdrs: rows.map(periodCdrView),
        ...(rows.length < limit || last === undefined ? {} : { next: last }),
      };
    },
  };
}

/** Pages of the store until so many of the scope are found. */
async function listed(
  periods: Store["periods"],
  { tenants, account, carrier, job, limit, before }: Parameters<Periods["list"]>[0],
  scope: Scope,
): Promise<{ periods: PeriodView[]; next?: number }> {
  const wanted = {
    ...(tenants === undefined ? tenantsOf(scope) : { tenants: ownOf(scope, tenants) }),
    ...(job !== undefined && { ids: [job] }),
    ...(account !== undefined && { side: "sell" as const, party: account }),
    ...(carrier !== undefined && { side: "buy" as const, party: carrier.toLowerCase() }),
  };
  const found: PeriodHead[] = [];
  for (let place = before; ; ) {
    const behind = place === undefined ? {} : { before: place };
    const page = await periods.find({ ...wanted, ...behind, isDescending: true, limit });
    for (const head of page.filter((one) => isSeen(one, scope))) {
      found.push(head);
      if (found.length === limit) return { periods: found.map(periodView), next: head.sequence };
    }
    if (page.length < limit) return { periods: found.map(periodView) };
    place = page.at(-1)?.sequence;
  }
}
