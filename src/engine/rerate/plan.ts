// Planning: every CDR of the filter is priced again, and each whose rating would change is a line. What is
// planned is numbered, chained and added up here, in the order of call times; stretches.ts prices it.
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import type { JobLine } from "../../stores/ports/jobs.ts";
import type { Store } from "../../stores/store.ts";
import type { JobRun, RunEnd } from "../jobs/pages.ts";
import { createClosedMoves } from "../periods/touched.ts";
import { pagesInOrder } from "../stretches/in-order.ts";
import { LISTS, nextHash, RERATE, type RerateJob } from "./job.ts";
import { type RerateSteps, reratePages } from "./parts.ts";
import { repricedStretches } from "./stretches.ts";
import { createRerateTotals } from "./totals.ts";

/** Goes on from the last checkpoint; the lines after it are written again, the same numbers. */
export async function planLines(parts: RerateSteps, run: JobRun<RerateJob>): Promise<RunEnd> {
  const { store } = parts;
  const { job } = run;
  const { plan, request, known, sources } = job.body;
  const totals = createRerateTotals(plan.totals);
  const closed = createClosedMoves(store.periods, plan.closed);
  plan.seenPeriod ??= await store.periods.last();
  const pages = pagesInOrder(parts, {
    name: RERATE.kind,
    work: repricedStretches,
    request: { request, known, sources, createdAtMs: job.createdAtMs },
    filter: request.filter,
    total: plan.total - plan.cdrs,
    cursor: plan.cursor,
  });
  const lineWrites = createLineWrites(store, job.id);
  run.beforeSave = async () => {
    // What the checkpoint tells of is durable before it.
    await lineWrites.done();
    plan.totals = totals.state();
    plan.closed = closed.state();
  };
  try {
    return await reratePages(parts, run, async () => {
      const next = await pages.next();
      if (next.done === true) return false;
      const { cdrs, cursor, changes, masked } = next.value;
      const lines: JobLine[] = [];
      for (const { text, money, billed } of changes) {
        if (isTurnOver()) await ownTurn();
        plan.lines += 1;
        plan.hash = nextHash(plan.hash, text);
        lines.push({ number: plan.lines, hash: plan.hash, text });
        totals.add(money);
        for (const move of billed) await closed.add(move);
      }
      await lineWrites.append(lines);
      if (masked.length > 0) await noteMasked(store, job, masked);
      plan.cdrs += cdrs;
      parts.counts.planned += cdrs;
      plan.cursor = cursor;
      return true;
    });
  } finally {
    await pages.return();
  }
}

/** What a crash repeats has the same numbers. */
async function noteMasked({ jobs }: Store, job: RerateJob, masked: CdrKey[]): Promise<void> {
  const { plan } = job.body;
  const before = plan.masked ?? 0;
  const lines = masked.map((key, index): JobLine => {
    return { number: before + index + 1, hash: "", text: JSON.stringify(key) };
  });
  await jobs.appendLines(job.id, LISTS.masked, lines);
  plan.masked = before + masked.length;
}

/** Planned lines: while those of one page are made durable, the next is priced. */
function createLineWrites({ jobs }: Store, job: string) {
  let last: Promise<void> = Promise.resolve();
  return {
    async append(lines: JobLine[]): Promise<void> {
      await last;
      if (lines.length === 0) return;
      last = jobs.appendLines(job, LISTS.planned, lines);
      // Told at the next page, or before the checkpoint.
      last.catch(() => undefined);
    },
    /** @throws what a write threw that was not told yet */
    done: () => last,
  };
}
