// Closed periods as they are answered, each to who may see it.
import { type Scope, seesAccount, seesTenant, seesWhole } from "../../access/scope.ts";
import { parseDecimal } from "../../money/decimal.ts";
import { differenceText } from "../../money/sum.ts";
import type { Billed, BilledChange, CorrectionCause } from "../../reports/closing/billed.ts";
import { type ClosedHead, readHead } from "../../reports/closing/document.ts";
import type { PeriodCdr, PeriodHead } from "../../stores/ports/billing/periods.ts";

/** A statement without its lines. */
export interface PeriodView extends Omit<ClosedHead, "format" | "side" | "party"> {
  id: string;
  account?: string;
  carrier?: string;
  /** sha256 hex of its bytes. */
  hash: string;
}

/** What a statement says of one CDR. */
export interface PeriodCdrView {
  id: string;
  was: Billed | null;
  now: Billed | null;
  /** Of the amounts, where both are of one currency or one of them is none; null: neither has any. */
  difference: string | null;
  why: CorrectionCause | null;
}

/** A statement of the buy side is for those who see that, and all of the tenant. */
export function isSeen({ tenant, side, party }: PeriodHead, scope: Scope): boolean {
  if (side === "buy") return seesTenant(scope, tenant) && seesWhole(scope);
  return seesAccount(scope, { tenant, account: party });
}

export function periodView(statement: PeriodHead): PeriodView {
  const { format: _format, side, party, ...head } = readHead(statement.head);
  const who = side === "sell" ? { account: party } : { carrier: party };
  return { id: statement.id, ...who, ...head, hash: statement.hash };
}

export function periodCdrView({ cdr: id, text }: PeriodCdr): PeriodCdrView {
  const { was = null, now, why = null } = JSON.parse(text) as BilledChange;
  return { id, was, now, difference: differenceOf(was, now), why };
}

function differenceOf(was: Billed | null, now: Billed | null): string | null {
  const [before, after] = [was?.amount ?? null, now?.amount ?? null];
  if (before === null && after === null) return null;
  if (was?.currency != null && now?.currency != null && was.currency !== now.currency) return null;
  return differenceText(parseDecimal(before ?? "0"), parseDecimal(after ?? "0"));
}
