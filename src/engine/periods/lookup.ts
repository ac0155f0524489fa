// Statements that are there: those that a period overlaps, those that correct one, the next number.
import { engineError } from "../../errors.ts";
import type { StatementSide } from "../../reports/statement.ts";
import type { PeriodHead, PeriodStore } from "../../stores/ports/billing/periods.ts";
import { partyKey } from "./job.ts";

export interface Party {
  tenant: string;
  side: StatementSide;
  party: string;
}

const PAGE = 500;

async function everyHead(
  periods: PeriodStore,
  query: Omit<Parameters<PeriodStore["find"]>[0], "limit">,
): Promise<PeriodHead[]> {
  const all: PeriodHead[] = [];
  for (let after = 0; ; ) {
    const page = await periods.find({ ...query, after, limit: PAGE });
    all.push(...page);
    if (page.length < PAGE) return all;
    after = page.at(-1)?.sequence ?? after;
  }
}

/** Closed periods of an account or carrier, in the order in which they were closed. */
export function closingsOf(
  periods: PeriodStore,
  { tenant, side, party }: Party,
): Promise<PeriodHead[]> {
  const query = { tenants: [tenant], side, party: partyKey(side, party) };
  return everyHead(periods, { ...query, kind: "closing" });
}

/** A closing and its corrections, in their order. */
export function chainOf(periods: PeriodStore, closing: string): Promise<PeriodHead[]> {
  return everyHead(periods, { closings: [closing] });
}

export const OWN_NUMBER = /^\d+$/;

/** Digits alone are given by the store: the one behind the latest of the tenant. */
export async function nextNumber(periods: PeriodStore, tenant: string): Promise<string> {
  let before: number | undefined;
  for (;;) {
    const page = await periods.find({
      ...{ tenants: [tenant], isDescending: true, limit: PAGE },
      ...(before === undefined ? {} : { before }),
    });
    const last = page.find(({ number }) => OWN_NUMBER.test(number));
    if (last !== undefined) return String(BigInt(last.number) + 1n);
    if (page.length < PAGE) return "1";
    before = page.at(-1)?.sequence;
  }
}

/** @throws `conflict` that names the closed period */
export function requireFree(closings: readonly PeriodHead[], span: Span): void {
  const overlapping = closings.find(({ fromMs, toMs }) => fromMs < span.toMs && toMs > span.fromMs);
  if (overlapping === undefined) return;
  const { number, fromMs, toMs } = overlapping;
  const isSame = fromMs === span.fromMs && toMs === span.toMs;
  const what = isSame ? "is closed already" : "overlaps one that is closed";
  const from = new Date(fromMs).toISOString();
  const message = `The period ${what}: number ${number}, from ${from} until before ${new Date(toMs).toISOString()}.`;
  throw engineError("conflict", message, {
    path: "period",
    hint: "What came to it since goes into a correction: period.correct.",
    data: { number, from, to: new Date(toMs).toISOString() },
  });
}

interface Span {
  fromMs: number;
  toMs: number;
}
