// Planning: every CDR of the filter is priced again, and each whose rating would change is a line.
import { callTimeOf, toCall } from "../../cdr/call.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Call, Rating } from "../../cdr/rating.ts";
import type { JobLine } from "../../stores/store.ts";
import { dayOfFigures, frozenFigures } from "../quality-figures.ts";
import { type RatedCall, rateCalls } from "../rate-batch.ts";
import { createTimeline } from "../timeline.ts";
import { changeOf } from "./rating-change.ts";
import { LISTS, nextHash, type PlannedLine, type RerateJob } from "./rerate-job.ts";
import { PAGE, type RerateParts, type RerateRun, type RunEnd, runPages } from "./rerate-run.ts";
import { createRerateTotals, type PricedPart } from "./rerate-totals.ts";

/** Goes on from the last checkpoint; the lines after it are written again, the same numbers. */
export async function planLines(parts: RerateParts, run: RerateRun): Promise<RunEnd> {
  const { store } = parts;
  const { job } = run;
  const { plan, request } = job.body;
  const totals = createRerateTotals(plan.totals);
  const versionOf = await versionRule(parts, job);
  const sort = { by: "callTime", descending: false } as const;
  let cursor = plan.cursor;
  let isLast = false;
  run.beforeSave = () => {
    plan.totals = totals.state();
  };
  return runPages(parts, run, async () => {
    if (isLast) return false;
    const query = { filter: request.filter, sort, limit: PAGE, ...(cursor && { cursor }) };
    const page = await store.find(query);
    const found = await changesOf(parts, page.cdrs, versionOf);
    const lines = numberLines(job, found);
    if (lines.length > 0) await store.appendLines(job.id, LISTS.planned, lines);
    for (const { day, line } of found) {
      const { account, cause, old, new: fresh } = line;
      totals.add({ account, day, cause, old, new: fresh });
    }
    cursor = page.nextCursor;
    isLast = cursor === undefined;
    plan.cdrs += page.cdrs.length;
    run.counts.planned += page.cdrs.length;
    if (cursor !== undefined) plan.cursor = cursor;
    return true;
  });
}

/** A planned line, and the day of its call, which only the totals want. */
interface Found {
  line: PlannedLine;
  day: string;
}

async function changesOf(
  parts: RerateParts,
  cdrs: StoredCdr[],
  versionOf: (call: Call) => string | null,
): Promise<Found[]> {
  // What was voided stays so, even where a filter names it.
  const priceable = cdrs.filter((cdr) => cdr.rating.outcome !== "voided");
  // The routing of a call was decided by the figures of its day.
  const figures = await Promise.all(
    priceable.map(({ tenant, rating }) =>
      frozenFigures(parts.store, { tenant, day: dayOfFigures(rating.basis) }),
    ),
  );
  const rated = await rateCalls(parts, priceable.map(toCall), { versionOf, figures });
  const found: Found[] = [];
  for (const [index, cdr] of priceable.entries()) {
    const again = rated[index];
    if (again === undefined) throw new Error("rateCalls answers one result for each call");
    const cause = changeOf(cdr.rating, again);
    if (cause !== null) found.push({ line: plannedLine(cdr, again, cause), day: dayOf(cdr) });
  }
  return found;
}

function plannedLine(cdr: StoredCdr, again: RatedCall, cause: PlannedLine["cause"]): PlannedLine {
  const { rating } = cdr;
  const { cgrates: _answersOnly, ...priced } = again.priced;
  return {
    id: cdr.id,
    tenant: cdr.tenant,
    account: cdr.primary.account,
    seen: rating.revision,
    cause,
    old: { ...pricedPart(rating), tariffVersion: rating.tariffVersion },
    new: { ...priced, tariffVersion: again.tariffVersion, semantics: again.semantics },
  };
}

function pricedPart({ outcome, reason, sell, buy, margin }: Rating): PricedPart {
  return { outcome, ...(reason === undefined ? {} : { reason }), sell, buy, margin };
}

function dayOf(cdr: StoredCdr): string {
  const atMs = callTimeOf(cdr.primary)?.atMs ?? cdr.receivedAtMs;
  return new Date(atMs).toISOString().slice(0, 10);
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
  { store }: RerateParts,
  { createdAtMs, body: { request, known } }: RerateJob,
): Promise<(call: Call) => string | null> {
  const entries = await store.activations();
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
