// The pass of a back-test over the calls, page after page: nothing but the job is written.
import { toCall } from "../../cdr/call.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Priced, Rating } from "../../cdr/rating.ts";
import { zoneOffsets } from "../../rating/snapshot/zone-offsets.ts";
import type { JobLine } from "../../stores/ports/jobs.ts";
import type { JobShelf } from "../jobs/job.ts";
import { type JobRun, type RunEnd, runPages } from "../jobs/pages.ts";
import type { TariffCompiler } from "../ports.ts";
import { type RateBatchParts, rateCalls, toRating } from "../pricing/rate-batch.ts";
import { changeOf } from "../rerate/rating-change.ts";
import {
  createPages,
  dayOfCall,
  handledNow,
  inSlices,
  pricedPart,
  repriced,
} from "../rerate/repricing.ts";
import { proposedSnapshot, withSnapshot } from "./candidate.ts";
import type { ComparedCall, ComparedPart } from "./compared.ts";
import type { BacktestBody, BacktestJob } from "./job.ts";
import { LISTS } from "./job.ts";
import { movedCall } from "./moved.ts";
import { createBacktestReport, type Fate } from "./report.ts";

export interface PassParts extends RateBatchParts {
  compiler: TariffCompiler;
  shelf: JobShelf<BacktestJob>;
  leaseMs: number;
}

/** Goes on from the last checkpoint. @throws `not-found` for a version that is gone */
export async function comparePages(parts: PassParts, run: JobRun<BacktestJob>): Promise<RunEnd> {
  const { job } = run;
  const { body } = job;
  const snapshot = await proposedSnapshot(parts, job);
  const pricing = { ...parts, snapshots: withSnapshot(parts.snapshots, snapshot) };
  const compare = body.as === "dated" ? datedCalls(pricing, body) : shiftedCalls(pricing, body);
  const report = createBacktestReport(body.changed?.groups ?? [], body.report);
  const sort = { by: "callTime", descending: false } as const;
  const { progress } = body;
  const pages = createPages(parts.store, { filter: body.filter, sort }, progress.cursor);
  run.beforeSave = () => {
    body.report = report.state();
  };
  return runPages(parts.shelf, run, {
    clock: parts.clock,
    leaseMs: parts.leaseMs,
    async page() {
      const page = await pages.next();
      const calls = await inSlices(page.cdrs, compare);
      const told = calls.map((call) => ({ call, fate: report.add(call) }));
      await noteLines(parts, job, told);
      progress.done += page.cdrs.length;
      if (page.nextCursor === undefined) return false;
      progress.cursor = page.nextCursor;
      return true;
    },
  });
}

type Compare = (cdrs: StoredCdr[]) => Promise<ComparedCall[]>;

/** As a rerate by that version would find it: what it leaves stays as it is stored. */
function datedCalls(parts: RateBatchParts, { proposed, sources }: BacktestBody): Compare {
  const versionOf = () => proposed.version;
  return async (cdrs) => {
    const rule = { versionOf, sources, basis: false, figures: new Map() };
    const all = await repriced(parts, cdrs, rule);
    return all.map(({ cdr, cause, again }) => ({
      ...factsOf(cdr),
      cause,
      old: partOf(cdr.rating),
      new: partOf(cause === null ? cdr.rating : again.priced),
    }));
  };
}

/** Each moved call by the live version and by the proposed one, as it would be priced then. */
function shiftedCalls(parts: RateBatchParts, body: BacktestBody): Compare {
  const { live, proposed, sources, weeks, timeZone } = body;
  const zone = timeZone === null ? null : zoneOffsets(timeZone);
  return async (stored) => {
    const cdrs = handledNow(stored, sources).map(({ cdr }) => cdr);
    const calls = cdrs.map((cdr) => movedCall(toCall(cdr), weeks, zone));
    const by = (versionOf: (tenant: string) => string | null) =>
      rateCalls(
        parts,
        calls.map((call) => ({ ...call })),
        { versionOf: ({ tenant }) => versionOf(tenant), basis: false },
      );
    const before = await by((tenant) => live[tenant] ?? null);
    const after = await by(() => proposed.version);
    return cdrs.map((cdr, index) => {
      const [was, is, call] = [before[index], after[index], calls[index]];
      if (was === undefined || is === undefined || call === undefined) {
        throw new Error("rateCalls answers one result for each call");
      }
      const moved = call.callTime?.atMs ?? null;
      return {
        ...factsOf(cdr),
        ...(moved === null ? {} : { atMs: moved, day: utcDay(moved) }),
        cause: changeOf(toRating(was, { revision: 0, ratedAtMs: 0 }), is),
        old: partOf(was.priced),
        new: partOf(is.priced),
      };
    });
  };
}

function factsOf(cdr: StoredCdr) {
  const { id, tenant, primary } = cdr;
  return {
    tenant,
    id,
    account: primary.account,
    atMs: toCall(cdr).callTime?.atMs ?? null,
    day: dayOfCall(cdr),
    isAnswered: primary.usage > 0,
  };
}

function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function partOf(priced: Priced | Rating): ComparedPart {
  const { cheapest } = priced;
  return { ...pricedPart(priced), ...(cheapest === undefined ? {} : { cheapest }) };
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
