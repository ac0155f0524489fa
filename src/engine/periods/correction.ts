// What is asked of a correction: checked before a job is made of it, or looked at without one.
import { requireSeesBuy } from "../../access/buy-side.ts";
import { requireEveryAccount, type Scope, tenantsOf } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { BilledChange } from "../../reports/closing/billed.ts";
import { readHead } from "../../reports/closing/document.ts";
import { createClosedSums } from "../../reports/closing/sums.ts";
import { type StatementSums, statementTotals } from "../../reports/statement.ts";
import type { PeriodHead } from "../../stores/ports/billing/periods.ts";
import type { Store } from "../../stores/store.ts";
import { MOST_LINES, tooLarge } from "./finish.ts";
import type { PeriodJob } from "./job.ts";
import { chainOf, nextNumber } from "./lookup.ts";
import { type Asker, newJob, requireNoneUnderWay, requireNumber } from "./request.ts";
import { isSeen } from "./views.ts";
import { createWalk, filterOf } from "./walk.ts";

export interface NumberOf {
  number: string;
  /** May be left out where one tenant alone has the number. */
  tenant?: string | undefined;
}

/** What a correction would be, by what is there now. */
export interface CorrectionPreview {
  /** Null: nothing is to be corrected. */
  number: string | null;
  /** Number of the closing. */
  corrects: string;
  /** CDRs that it would name. */
  cdrs: number;
  /** Differences, one a currency. */
  totals: StatementSums[];
}

/** @throws `not-found`, `ambiguous`, `conflict`, `invalid-params`, `forbidden` */
export async function newCorrection(
  { store, nowMs }: { store: Store; nowMs: number },
  asked: NumberOf & { as?: string | undefined; why: string },
  { by, scope }: Asker,
): Promise<PeriodJob> {
  requireEveryAccount(scope);
  const { closing } = await oneOf(store, asked, scope);
  const chain = await chainOf(store.periods, closing);
  const [first] = chain;
  if (first === undefined) throw notFound(asked.number);
  const { tenant, side, fromMs, toMs } = first;
  if (side === "buy") requireSeesBuy(scope);
  const { party, timeZone, reporting } = readHead(first.head);
  const { as: number = null, why } = asked;
  if (number !== null) await requireNumber(store, { tenant, number });
  await requireNoneUnderWay(store, { tenant, side, party, fromMs, toMs });
  const body = {
    ...{ by, why, kind: "correction" as const, tenant, side, party, fromMs, toMs, timeZone },
    ...{ number, expected: null, corrects: chain.map(({ id }) => id) },
    reporting: reporting === null ? null : withoutTotals(reporting),
    ...{ step: "comparing" as const, place: { statement: 0 } },
  };
  const there = await store.cdrs.count(filterOf(newJob({ ...body, progress: NONE }, nowMs).body));
  const named = chain.reduce((sum, { head }) => sum + readHead(head).cdrs, 0);
  return newJob({ ...body, progress: { done: 0, total: there + named } }, nowMs);
}

const NONE = { done: 0, total: 0 };

function withoutTotals<Frozen extends { totals: unknown }>({ totals: _totals, ...rest }: Frozen) {
  return rest;
}

/** The same way as the job's, whose rows are added up and not stored. @throws as `newCorrection`, `too-large` */
export async function previewCorrection(
  { store, nowMs }: { store: Store; nowMs: number },
  request: NumberOf & { as?: string | undefined; why: string },
  asker: Asker,
): Promise<CorrectionPreview> {
  const job = await newCorrection({ store, nowMs }, request, asker);
  const sums = createClosedSums();
  let cdrs = 0;
  const putCdrs: Store["periods"]["putCdrs"] = async (rows) => {
    for (const { text } of rows) sums.add(JSON.parse(text) as BilledChange);
    cdrs += rows.length;
    if (sums.size() > MOST_LINES) throw tooLarge(`more than ${MOST_LINES} lines`);
  };
  const walk = createWalk({ cdrs: store.cdrs, periods: { ...store.periods, putCdrs } }, job);
  while (job.body.step !== "adding-up") {
    asker.signal?.throwIfAborted();
    await walk.page();
  }
  const [first] = await chainOf(store.periods, job.body.corrects[0] ?? "");
  const number =
    cdrs === 0 ? null : (job.body.number ?? (await nextNumber(store.periods, job.body.tenant)));
  const totals = statementTotals(sums.lines());
  return { number, corrects: first?.number ?? request.number, cdrs, totals };
}

/** @throws `not-found`, `ambiguous` */
export async function oneOf(
  { periods }: Pick<Store, "periods">,
  { number, tenant }: NumberOf,
  scope: Scope,
): Promise<PeriodHead> {
  const own = tenant === undefined ? tenantsOf(scope) : { tenants: [tenant] };
  const found = await periods.find({ numbers: [number], ...own, limit: 100 });
  const seen = found.filter((head) => isSeen(head, scope));
  const [first] = seen;
  if (first === undefined) throw notFound(number);
  if (seen.length === 1) return first;
  throw engineError("ambiguous", `${seen.length} tenants have a statement ${number}.`, {
    path: "number",
    hint: "Say which one with `tenant`.",
    data: { tenants: seen.map((head) => head.tenant) },
  });
}

export function notFound(number: string): Error {
  return engineError("not-found", `There is no statement ${number}.`, { path: "number" });
}
