// The pass of a back-test over the calls, in the order of their times: what is found is added up here and
// nothing but the job is written; stretches.ts prices them.
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { JobLine } from "../../stores/ports/jobs.ts";
import type { JobShelf } from "../jobs/job.ts";
import { type JobRun, type RunEnd, runPages } from "../jobs/pages.ts";
import { pagesInOrder } from "../stretches/in-order.ts";
import type { WorkParts, WorkThreads } from "../stretches/work.ts";
import type { ComparedCall } from "./compared.ts";
import { BACKTEST, type BacktestJob, LISTS } from "./job.ts";
import { createBacktestReport, type Fate } from "./report.ts";
import { comparedStretches } from "./stretches.ts";

export interface PassParts extends WorkParts {
  /** Absent: all is done in this one. */
  threads?: WorkThreads | undefined;
  shelf: JobShelf<BacktestJob>;
  leaseMs: number;
}

/** Goes on from the last checkpoint. @throws `not-found` for a version that is gone */
export async function comparePages(parts: PassParts, run: JobRun<BacktestJob>): Promise<RunEnd> {
  const { job } = run;
  const { body } = job;
  const report = createBacktestReport(body.changed?.groups ?? [], body.report);
  const { progress } = body;
  const { report: _sofar, changed: _rows, lines: _written, ...asked } = body;
  const pages = pagesInOrder(parts, {
    name: BACKTEST.kind,
    work: comparedStretches,
    request: { id: job.id, body: asked },
    filter: body.filter,
    total: progress.total - progress.done,
    cursor: progress.cursor,
  });
  run.beforeSave = () => {
    body.report = report.state();
  };
  try {
    return await runPages(parts.shelf, run, {
      clock: parts.clock,
      leaseMs: parts.leaseMs,
      async page() {
        const next = await pages.next();
        if (next.done === true) return false;
        const { cdrs, cursor, calls } = next.value;
        const told: { call: ComparedCall; fate: Fate }[] = [];
        for (const call of calls) {
          if (isTurnOver()) await ownTurn();
          told.push({ call, fate: report.add(call) });
        }
        await noteLines(parts, job, told);
        progress.done += cdrs;
        progress.cursor = cursor;
        return true;
      },
    });
  } finally {
    await pages.return();
  }
}

/** Calls of a list that get a line; all are counted. */
const MOST_LINES = 10_000;

/** Numbers go on from the checkpoint: what a crash repeats is written over itself. */
async function noteLines(
  { store }: PassParts,
  { id, body }: BacktestJob,
  told: { call: ComparedCall; fate: Fate }[],
): Promise<void> {
  for (const list of [LISTS.unpriced, LISTS.losing] as const) {
    const of = list === "unpriced" ? "losesPrice" : "losesMoney";
    const found = told.filter(({ fate }) => fate[of]).slice(0, MOST_LINES - body.lines[list]);
    const lines = found.map(({ call }): JobLine => {
      body.lines[list] += 1;
      return { number: body.lines[list], hash: "", text: JSON.stringify(lineOf(call)) };
    });
    if (lines.length > 0) await store.jobs.appendLines(id, list, lines);
  }
}

function lineOf({ tenant, id, account, atMs, cause, old, new: fresh }: ComparedCall) {
  const callTime = atMs === null ? null : new Date(atMs).toISOString();
  return { id, tenant, account, callTime, reason: cause, old, new: fresh };
}
