// Planning: every CDR of the filter is priced again, and each whose rating would change is a line.
import { setImmediate as nextTurn } from "node:timers/promises";
import { callTimeOf, toCall } from "../../cdr/call.ts";
import type { CdrOrigin, StoredCdr } from "../../cdr/cdr.ts";
import { type Edition, editionOf, TODAYS_EDITION } from "../../cdr/edition.ts";
import { withOrigin } from "../../cdr/facts.ts";
import type { Call, Rating } from "../../cdr/rating.ts";
import { type OriginSettings, originNow } from "../../mediation/origin-now.ts";
import type { CdrPageQuery } from "../../queries/cdr-query.ts";
import type { QualityFigures } from "../../rating/routing/strategies/quality.ts";
import type { JobLine } from "../../stores/ports/jobs.ts";
import type { Store } from "../../stores/store.ts";
import { type JobRun, PAGE, type RunEnd } from "../jobs/pages.ts";
import { dayOfFigures, frozenFigures } from "../pricing/quality-figures.ts";
import { type RatedCall, rateCalls } from "../pricing/rate-batch.ts";
import { createTimeline } from "../tariffs/timeline.ts";
import { LISTS, nextHash, type PlannedLine, type RerateJob } from "./job.ts";
import { type RerateSteps, reratePages } from "./parts.ts";
import { type ChangeCause, changeOf } from "./rating-change.ts";
import { createRerateTotals, type PricedPart } from "./totals.ts";

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
    const found = await inSlices(page.cdrs, (cdrs) => changesOf(parts, cdrs, rule));
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

type CdrPage = Awaited<ReturnType<Store["cdrs"]["find"]>>;

/** Pages of CDRs: while one is priced, the next is read. */
function createPages(
  { cdrs }: Store,
  query: Omit<CdrPageQuery, "limit" | "cursor">,
  first: string | undefined,
): { next(): Promise<CdrPage> } {
  const read = (cursor: string | undefined): Promise<CdrPage> => {
    const page = cdrs.find({ ...query, limit: PAGE, ...(cursor && { cursor }) });
    // Told to whoever comes for the page.
    page.catch(() => undefined);
    return page;
  };
  let ahead: Promise<CdrPage> | undefined;
  return {
    async next() {
      const page = await (ahead ?? read(first));
      ahead = page.nextCursor === undefined ? undefined : read(page.nextCursor);
      return page;
    },
  };
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

/** CDRs priced in one turn of the event loop: some milliseconds. */
const SLICE = 50;

async function inSlices(
  cdrs: StoredCdr[],
  work: (slice: StoredCdr[]) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (let start = 0; start < cdrs.length; start += SLICE) {
    found.push(...(await work(cdrs.slice(start, start + SLICE))));
    await nextTurn();
  }
  return found;
}

/** A planned line, and the day of its call, which only the totals want. */
interface Found {
  line: PlannedLine;
  day: string;
}

interface PlanRule {
  versionOf(call: Call): string | null;
  sources: readonly OriginSettings[];
  /** Figures of a day and tenant that were read for this page. */
  figures: Map<string, Promise<QualityFigures | undefined>>;
  /** Price with the basis at once, instead of once more where something changed. */
  basis: boolean;
}

/** A CDR as the settings of its source handle it now; `origin` where that is another way. */
interface Handled {
  cdr: StoredCdr;
  origin?: CdrOrigin;
}

function handledNow(cdr: StoredCdr, sources: readonly OriginSettings[]): Handled {
  const origin = originNow(cdr, sources);
  return origin === null ? { cdr } : { cdr: withOrigin(cdr, origin), origin };
}

interface Changed extends Handled {
  cause: ChangeCause;
  again: RatedCall;
}

async function changesOf(parts: RerateSteps, cdrs: StoredCdr[], rule: PlanRule): Promise<Found[]> {
  // What was voided stays so, even where a filter names it.
  const handled = cdrs
    .filter(({ rating }) => rating.outcome !== "voided")
    .map((cdr) => handledNow(cdr, rule.sources));
  const rated = await rateAgain(
    parts,
    handled.map(({ cdr }) => cdr),
    rule,
  );
  const changed: Changed[] = [];
  for (const [index, one] of handled.entries()) {
    const again = rated[index];
    if (again === undefined) throw new Error("rateCalls answers one result for each call");
    const cause = changeOf(one.cdr.rating, again);
    if (cause === null) continue;
    const isOfSource = cause === "pricing" && one.origin !== undefined;
    changed.push({ ...one, cause: isOfSource ? "source" : cause, again });
  }
  await nameRules(parts, changed, rule);
  const whole = rule.basis
    ? []
    : await rateAgain(
        parts,
        changed.map(({ cdr }) => cdr),
        { ...rule, basis: true },
      );
  return changed.map((change, index) => ({
    line: plannedLine({ ...change, again: whole[index] ?? change.again }),
    day: dayOf(change.cdr),
  }));
}

/**
 * Where a rating comes out as it was by its own edition, nothing changed but the rules; where it
 * does not, what changed besides them stays the cause.
 */
async function nameRules(parts: RerateSteps, changed: Changed[], rule: PlanRule): Promise<void> {
  const older = changed.filter(({ cdr: { rating } }) => rating.rules !== TODAYS_EDITION.name);
  if (older.length === 0) return;
  const own = older.map(({ cdr }) => editionOf(cdr.rating) ?? TODAYS_EDITION);
  const again = await rateAgain(
    parts,
    older.map(({ cdr }) => cdr),
    { ...rule, basis: false, editions: own },
  );
  for (const [index, change] of older.entries()) {
    const byOwn = again[index];
    if (byOwn === undefined) throw new Error("rateCalls answers one result for each call");
    if (changeOf(change.cdr.rating, byOwn) === null) change.cause = "rules";
  }
}

async function rateAgain(
  parts: RerateSteps,
  cdrs: StoredCdr[],
  { versionOf, basis, figures: read, editions = [] }: PlanRule & { editions?: Edition[] },
): Promise<RatedCall[]> {
  const figures = await figuresOf(parts, cdrs, read);
  return rateCalls(parts, cdrs.map(toCall), { versionOf, figures, basis, editions });
}

/** The routing of a call was decided by the figures of its day; each day is read once a page. */
function figuresOf(
  { store }: RerateSteps,
  cdrs: StoredCdr[],
  read: PlanRule["figures"],
): Promise<(QualityFigures | undefined)[]> {
  return Promise.all(
    cdrs.map(({ tenant, rating }) => {
      const day = dayOfFigures(rating.basis);
      if (day === null) return undefined;
      const key = `${day} ${tenant}`;
      const figures = read.get(key) ?? frozenFigures(store, { tenant, day });
      read.set(key, figures);
      return figures;
    }),
  );
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
