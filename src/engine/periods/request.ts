// What is asked of a closing or a correction, checked before a job is made of it.
import { randomUUID } from "node:crypto";
import { requireSeesBuy } from "../../access/buy-side.ts";
import { requireEveryAccount, requireTenant, type Scope } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { Reporting } from "../../reports/closing/reporting.ts";
import type { Span } from "../../reports/periods.ts";
import type { Store } from "../../stores/store.ts";
import { type Statement, statementOf } from "../reports/statement.ts";
import { type ExpectedTotal, PERIOD, type PeriodBody, type PeriodJob, partyKey } from "./job.ts";
import { closingsOf, nextNumber, OWN_NUMBER, requireFree } from "./lookup.ts";

export interface CloseRequest {
  /** Whose; exactly one of the two. */
  account?: string | undefined;
  carrier?: string | undefined;
  /** May be left out where one tenant alone has calls of it in the period. */
  tenant?: string | undefined;
  /** A month as `2026-03`, by the clocks of the zone, or a half-open span. */
  period: string | Span;
  timeZone: string;
  /** One of the caller's own; absent: the next one of the tenant. */
  number?: string | undefined;
  why: string;
  /** Every total by currency: where it comes out otherwise, nothing is closed. */
  expected?: ExpectedTotal[] | undefined;
  reporting?: Reporting | undefined;
}

export interface Asker {
  by: string;
  scope: Scope;
  signal?: AbortSignal | undefined;
}

/** What a closing would be, by what is there now. */
export interface ClosePreview {
  number: string;
  statement: Statement;
}

export type NewBody = Omit<PeriodBody, "owner" | "leaseUntilMs" | "updatedAtMs">;

/**
 * @throws `invalid-params` for a number of digits alone and a period that has not ended; `conflict` for
 * one that overlaps a closed one, a number that is taken, and a closing that is under way
 */
export async function checkedClosing(
  { store, nowMs }: { store: Store; nowMs: number },
  request: CloseRequest,
  { by, scope, signal }: Asker,
): Promise<{ body: NewBody; preview: ClosePreview }> {
  requireEveryAccount(scope);
  const { account, carrier, timeZone, number = null, why, expected = null } = request;
  if (carrier !== undefined) requireSeesBuy(scope);
  if (request.tenant !== undefined) requireTenant(scope, request.tenant);
  const { tenant: asked, period } = request;
  const statement = await statementOf(
    store,
    { account, carrier, tenant: asked, period, timeZone },
    { scope, signal },
  );
  const tenant = asked ?? statement.tenant;
  if (tenant === null) throw noTenant();
  const span = { fromMs: Date.parse(statement.from), toMs: Date.parse(statement.to) };
  if (span.toMs > nowMs) throw notEnded(statement.to);
  const side = carrier === undefined ? "sell" : "buy";
  const who = { tenant, side, party: account ?? carrier ?? "" } as const;
  requireFree(await closingsOf(store.periods, who), span);
  if (number !== null) await requireNumber(store, { tenant, number });
  await requireNoneUnderWay(store, { ...who, ...span });
  const total = statement.totals.reduce((sum, { cdrs }) => sum + cdrs, 0);
  const body: NewBody = {
    ...{ by, why, kind: "closing", ...who, ...span, timeZone, number, expected },
    ...{ reporting: request.reporting ?? null, corrects: [], step: "reading" },
    ...{ place: { statement: 0 }, progress: { done: 0, total } },
  };
  const next = number ?? (await nextNumber(store.periods, tenant));
  return { body, preview: { number: next, statement } };
}

export function newJob(body: NewBody, nowMs: number): PeriodJob {
  return {
    ...{ id: randomUUID(), state: "running", version: 1, createdAtMs: nowMs },
    body: { ...body, owner: null, leaseUntilMs: 0, updatedAtMs: nowMs },
  };
}

/** @throws `invalid-params`, `conflict` */
export async function requireNumber(
  { periods }: Pick<Store, "periods">,
  { tenant, number }: { tenant: string; number: string },
): Promise<void> {
  if (OWN_NUMBER.test(number)) {
    throw engineError("invalid-params", "A number of digits alone is given by cdrate itself.", {
      path: "number",
      hint: "Leave `number` out, or give one with something else in it, e.g. 2026-0042.",
    });
  }
  const [taken] = await periods.find({ tenants: [tenant], numbers: [number], limit: 1 });
  if (taken === undefined) return;
  throw engineError("conflict", `The tenant has a statement ${number} already.`, {
    path: "number",
  });
}

/** Several that come at once are told apart at the end; whoever comes later is told at once. */
export async function requireNoneUnderWay(
  { jobs }: Pick<Store, "jobs">,
  asked: Pick<PeriodBody, "tenant" | "side" | "party" | "fromMs" | "toMs">,
): Promise<void> {
  const { jobs: running } = await jobs.list({
    ...{ kinds: [PERIOD.kind], states: ["running"], limit: 1 },
    isWanted(job) {
      const body = job.body as unknown as PeriodBody;
      return (
        body.tenant === asked.tenant &&
        body.side === asked.side &&
        partyKey(body.side, body.party) === partyKey(asked.side, asked.party) &&
        body.fromMs < asked.toMs &&
        body.toMs > asked.fromMs
      );
    },
  });
  const [job] = running;
  if (job === undefined) return;
  throw engineError("conflict", "This period is being closed or corrected.", {
    path: "period",
    hint: "See job.show.",
    data: { job: job.id },
  });
}

function notEnded(to: string): Error {
  return engineError("invalid-params", `The period has not ended: it is until ${to}.`, {
    path: "period",
  });
}

function noTenant(): Error {
  return engineError("invalid-params", "Say whose it is with `tenant`.", { path: "tenant" });
}
