// Whoever changes what is closed says that he knows.
import { engineError } from "../../errors.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { PeriodHead, PeriodStore } from "../../stores/ports/billing/periods.ts";
import { type ClosedState, closedRows } from "./touched.ts";

export interface PlannedOverClosed {
  /** Absent: of a build before there were closed periods. */
  closed?: ClosedState | undefined;
  /** The last statement that the plan knows. */
  seenPeriod?: number | undefined;
  filter: CdrFilter;
  /** An undo gives the CDRs back what they had: of the same periods as the plan. */
  step: "apply" | "undo";
}

const MOST_NAMED = 20;

/**
 * @throws `conflict` where the plan changes what closed periods have, or where periods that it may reach
 * were closed since
 */
export async function requireOpen(
  periods: PeriodStore,
  { closed = {}, seenPeriod = 0, filter, step }: PlannedOverClosed,
): Promise<void> {
  const rows = closedRows(closed);
  if (rows.length > 0) {
    const numbers = [...new Set(rows.map(({ number }) => number))];
    throw notAccepted(step, "The plan changes CDRs of closed periods", {
      ...{ numbers, data: { closed: rows } },
    });
  }
  const since = await closedSince(periods, { seenPeriod, filter });
  if (since.length === 0) return;
  throw notAccepted(step, "Periods were closed since the plan was made", {
    ...{ numbers: since.map(({ number }) => number), data: {} },
  });
}

async function closedSince(
  periods: PeriodStore,
  { seenPeriod, filter }: { seenPeriod: number; filter: CdrFilter },
): Promise<PeriodHead[]> {
  const { tenants, accounts, callTime = {} } = filter;
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = callTime;
  const found = await periods.find({
    ...{ kind: "closing", after: seenPeriod, limit: 1000 },
    ...(tenants === undefined ? {} : { tenants }),
  });
  return found.filter(
    (one) =>
      one.fromMs < toMs &&
      one.toMs > fromMs &&
      (one.side === "buy" || accounts === undefined || accounts.includes(one.party)),
  );
}

function notAccepted(
  step: PlannedOverClosed["step"],
  what: string,
  { numbers, data }: { numbers: string[]; data: Record<string, unknown> },
): Error {
  const named = numbers.slice(0, MOST_NAMED).join(", ");
  const more = numbers.length > MOST_NAMED ? ` and ${numbers.length - MOST_NAMED} more` : "";
  return engineError("conflict", `${what}: ${named}${more}.`, {
    path: "acceptClosed",
    hint: `${step === "apply" ? "Apply" : "Undo"} it with \`acceptClosed\`: what it changes then goes into their corrections (period.correct).`,
    data: { ...data, numbers },
  });
}
