// Planning: every CDR of the filter is priced again, and each whose rating would change is a line.
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Call } from "../../cdr/rating.ts";
import type { JobLine } from "../../stores/ports/jobs.ts";
import type { Store } from "../../stores/store.ts";
import type { JobRun, RunEnd } from "../jobs/pages.ts";
import { createTimeline } from "../tariffs/timeline.ts";
import { LISTS, nextHash, type PlannedLine, type RerateJob } from "./job.ts";
import { pageAssignments } from "./page-assignments.ts";
import { type RerateSteps, reratePages } from "./parts.ts";
import {
  type Changed,
  createPages,
  dayOfCall,
  inSlices,
  isChanged,
  pricedPart,
  type RepriceRule,
  rateAgain,
  repriced,
} from "./repricing.ts";
import { createRerateTotals } from "./totals.ts";

/** Goes on from the last checkpoint; the lines after it are written again, the same numbers. */
export async function planLines(parts: RerateSteps, run: JobRun<RerateJob>): Promise<RunEnd> {
  const { store } = parts;
  const { job } = run;
  const { plan, request, sources } = job.body;
  const totals = createRerateTotals(plan.totals);
  const versionOf = await versionRule(parts, job);
  const sort = { by: "callTime", descending: false } as const;
  const pages = createPages(store, { filter: request.filter, sort }, plan.cursor);
  const lineWrites = createLineWrites(store, job.id);
  // Where few change, only those are priced with their basis, which takes most of the time.
  let areMostChanged = true;
  run.beforeSave = async () => {
    // What the checkpoint tells of is durable before it.
    await lineWrites.done();
    plan.totals = totals.state();
  };
  return reratePages(parts, run, async () => {
    const page = await pages.next();
    const rule = { versionOf, sources, basis: areMostChanged, figures: new Map() };
    const pricing = { ...parts, accounts: await pageAssignments(parts.accounts, page.cdrs) };
    const found = await inSlices(page.cdrs, (cdrs) => changesOf(pricing, cdrs, rule));
    areMostChanged = 2 * found.length > page.cdrs.length;
    const lines = numberLines(job, found);
    await lineWrites.append(lines);
    for (const { day, line } of found) {
      const { tenant, account, cause, old, new: fresh } = line;
      totals.add({ tenant, account, day, cause, old, new: fresh });
    }
    plan.cdrs += page.cdrs.length;
    parts.counts.planned += page.cdrs.length;
    // After the last page there is no cursor to go on from: the plan ends with it, in one write.
    if (page.nextCursor === undefined) return false;
    plan.cursor = page.nextCursor;
    return true;
  });
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

/** A planned line, and the day of its call, which only the totals want. */
interface Found {
  line: PlannedLine;
  day: string;
}

async function changesOf(
  parts: RerateSteps,
  cdrs: StoredCdr[],
  rule: RepriceRule,
): Promise<Found[]> {
  const changed = (await repriced(parts, cdrs, rule)).filter(isChanged);
  const whole = rule.basis
    ? []
    : await rateAgain(
        parts,
        changed.map(({ cdr }) => cdr),
        { ...rule, basis: true },
      );
  return changed.map((change, index) => ({
    line: plannedLine({ ...change, again: whole[index] ?? change.again }),
    day: dayOfCall(change.cdr),
  }));
}

function plannedLine({ cdr, origin, cause, again }: Changed): PlannedLine {
  const { rating } = cdr;
  const { cgrates: _answersOnly, ...priced } = again.priced;
  return {
    id: cdr.id,
    tenant: cdr.tenant,
    account: cdr.primary.account,
    seen: rating.revision,
    cause,
    old: { ...pricedPart(rating), tariffVersion: rating.tariffVersion },
    new: {
      ...priced,
      tariffVersion: again.tariffVersion,
      semantics: again.semantics,
      rules: again.rules,
    },
    ...(origin === undefined ? {} : { origin }),
  };
}

function numberLines(job: RerateJob, found: Found[]): JobLine[] {
  const { plan } = job.body;
  return found.map(({ line }) => {
    const text = JSON.stringify(line);
    plan.lines += 1;
    plan.hash = nextHash(plan.hash, text);
    return { number: plan.lines, hash: plan.hash, text };
  });
}

/** The same answer for the whole plan, whatever is activated while it runs or after a crash. */
async function versionRule(
  { store }: RerateSteps,
  { createdAtMs, body: { request, known } }: RerateJob,
): Promise<(call: Call) => string | null> {
  const entries = await store.tariffs.activations();
  const timeline = createTimeline(
    entries.filter(({ tenant, sequence }) => sequence <= (known[tenant] ?? 0)),
  );
  const { tariffVersion, overrides = [], asOfMs } = request;
  const nowMs = asOfMs ?? createdAtMs;
  return (call) => {
    const own = overrides.find(
      ({ account, tenant = call.tenant }) => account === call.account && tenant === call.tenant,
    );
    return (
      own?.tariffVersion ??
      tariffVersion ??
      timeline.versionAt(call.tenant, call.callTime?.atMs ?? nowMs, nowMs)
    );
  };
}
