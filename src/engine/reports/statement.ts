// report.statement: what an account owes, or a carrier is owed, for a period of time.
import { engineError } from "../../errors.ts";
import { sumOf } from "../../money/sum.ts";
import type { CdrFilter, SummaryRow } from "../../queries/cdr-query.ts";
import { type Calendar, createCalendar } from "../../reports/calendar.ts";
import {
  type Reporting,
  type ReportingTotal,
  reportingAmount,
  reportingTotals,
} from "../../reports/closing/reporting.ts";
import type { Span } from "../../reports/periods.ts";
import {
  LEAST_AMOUNT,
  STATEMENT_KEYS,
  type StatementLine,
  type StatementSums,
  statementLines,
  statementTotals,
} from "../../reports/statement.ts";
import type { Store } from "../../stores/store.ts";
import { refuseEmptySpan } from "../time-span.ts";
import { instantText } from "./instant.ts";
import { type Reading, reportSums } from "./sums.ts";

export interface StatementRequest {
  /** Whose; exactly one of the two. */
  account?: string | undefined;
  carrier?: string | undefined;
  tenant?: string | undefined;
  /** A month as `2026-03`, by the clocks of the zone, or a half-open span. */
  period: string | Span;
  timeZone: string;
  /** Amounts of a second currency beside the own ones. */
  reporting?: Reporting | undefined;
}

/** A line with its amount in the reporting currency, where one is asked for. */
export interface ReportedLine extends StatementLine {
  reportingAmount?: string | null;
}

export interface ReportedIn {
  currency: string;
  /** One an own currency: the sum of its lines, each converted and rounded once. */
  totals: ReportingTotal[];
  /** Of all of them. */
  total: string;
}

export interface Statement {
  /** Null: nobody called, or a carrier of several tenants. */
  tenant: string | null;
  from: string;
  to: string;
  lines: ReportedLine[];
  /** One a currency. */
  totals: StatementSums[];
  reporting?: ReportedIn;
}

/** Of one answer; `limits.md` names both. */
const MOST_DAYS = 400;
const MOST_LINES = 100_000;
const DAY_MS = 86_400_000;

/**
 * @throws `invalid-params` for a period that is none, a zone that does not exist, and both or neither of
 * account and carrier; `ambiguous` where several tenants have the account; `too-large` beyond 400 days or
 * 100,000 lines; `invalid-params` for a day without a rate; `forbidden` for a carrier, where the scope does not see the buy side
 */
export async function statementOf(
  store: Store,
  request: StatementRequest,
  reading: Reading,
): Promise<Statement> {
  const { account, carrier, tenant, timeZone } = request;
  if ((account === undefined) === (carrier === undefined)) {
    throw engineError("invalid-params", "Say whose statement it is: `account` or `carrier`.", {
      path: account === undefined ? "account" : "carrier",
    });
  }
  const calendar = createCalendar(timeZone);
  const span = spanOf(calendar, request.period);
  const side = carrier === undefined ? "sell" : "buy";
  const filter: CdrFilter = {
    callTime: span,
    ...(account !== undefined && { accounts: [account] }),
    ...(carrier !== undefined && { carriers: [carrier] }),
    ...(tenant !== undefined && { tenants: [tenant] }),
  };
  const hasAmount = { [side]: { min: LEAST_AMOUNT } };
  const rowsOf = async (part: CdrFilter): Promise<SummaryRow[]> => {
    const wanted = { filter: { ...filter, ...part }, groupBy: STATEMENT_KEYS, timeZone };
    const { rows } = await reportSums(
      store,
      { ...wanted, ...(side === "buy" ? { tellsOfBuy: true } : { side }) },
      reading,
    );
    return rows;
  };
  const priced = await rowsOf(hasAmount);
  const unpriced = await rowsOf({ not: hasAmount });
  const all = [...priced, ...unpriced];
  const tenants = [...new Set(all.map(({ keys }) => keys.tenant ?? ""))].sort();
  // A carrier may carry the calls of several tenants; an account of one name is another one in each.
  if (account !== undefined && tenants.length > 1) throw severalTenants(account, tenants);
  const lines = statementLines({ priced, unpriced }, side);
  if (lines.length > MOST_LINES) throw tooManyLines();
  return {
    tenant: tenants.length === 1 ? (tenants[0] ?? null) : null,
    from: instantText(calendar, span.fromMs),
    to: instantText(calendar, span.toMs),
    ...reported(lines, request.reporting),
    totals: statementTotals(lines),
  };
}

function reported(
  lines: StatementLine[],
  reporting: Reporting | undefined,
): Pick<Statement, "lines" | "reporting"> {
  if (reporting === undefined) return { lines };
  const totals = reportingTotals(lines, reporting);
  const total = totals.reduce((sum, { amount }) => sumOf(sum, amount), "0");
  return {
    lines: lines.map((line) => ({ ...line, reportingAmount: reportingAmount(line, reporting) })),
    reporting: { currency: reporting.currency, totals, total },
  };
}

function spanOf(calendar: Calendar, period: string | Span): Span {
  const span = typeof period === "string" ? monthOf(calendar, period) : period;
  refuseEmptySpan(span, { what: "period", path: "period" });
  if (span.toMs - span.fromMs <= MOST_DAYS * DAY_MS) return span;
  throw engineError("too-large", `The period has more than ${MOST_DAYS} days.`, { path: "period" });
}

/** @param month `2026-03` */
function monthOf(calendar: Calendar, month: string): Span {
  const [year = 0, number = 1] = month.split("-").map(Number);
  // Date.UTC takes the years 0 to 99 for those of the last century.
  const begin = (of: number): number => calendar.instantOf(new Date(0).setUTCFullYear(year, of, 1));
  return { fromMs: begin(number - 1), toMs: begin(number) };
}

function severalTenants(account: string, tenants: readonly string[]): Error {
  return engineError("ambiguous", `${tenants.length} tenants have an account ${account}.`, {
    path: "account",
    hint: "Say which one with `tenant`.",
    data: { tenants: [...tenants] },
  });
}

function tooManyLines(): Error {
  return engineError("too-large", `The statement has more than ${MOST_LINES} lines.`, {
    path: "period",
    hint: "Ask for a shorter period.",
  });
}
