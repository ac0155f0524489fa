// The end of a closing: what the statement says of each CDR is added up, made bytes of, and written at the next
// place of all statements. What was there before that place was looked at, so that one closing wins.
import { createHash, hash as hashOf } from "node:crypto";
import { engineError } from "../../errors.ts";
import { compareDecimals, parseDecimal } from "../../money/decimal.ts";
import { createCalendar } from "../../reports/calendar.ts";
import type { BilledChange } from "../../reports/closing/billed.ts";
import {
  type ClosedHead,
  hashedCdr,
  readHead,
  statementText,
} from "../../reports/closing/document.ts";
import { reportingTotals } from "../../reports/closing/reporting.ts";
import { createClosedSums } from "../../reports/closing/sums.ts";
import {
  type StatementLine,
  type StatementSums,
  statementTotals,
} from "../../reports/statement.ts";
import type { PeriodStatement, PeriodStore } from "../../stores/ports/billing/periods.ts";
import { PAGE } from "../jobs/pages.ts";
import type { Clock } from "../ports.ts";
import { instantText } from "../reports/instant.ts";
import { type PeriodBody, type PeriodJob, partyKey } from "./job.ts";
import { chainOf, closingsOf, nextNumber, requireFree } from "./lookup.ts";

/** Of one statement: it is one document of a store. */
export const MOST_LINES = 50_000;
const MOST_BYTES = 12_000_000;

export interface AddedUp {
  cdrs: number;
  cdrsHash: string;
  lines: StatementLine[];
}

/** Reads what a statement says of each CDR, page by page; `more` answers false when all is read. */
export function createAddingUp(periods: Pick<PeriodStore, "pageCdrs">, statement: string) {
  const sums = createClosedSums();
  const hash = createHash("sha256");
  let cdrs = 0;
  let after: string | undefined;
  return {
    async more(): Promise<boolean> {
      const rows = await periods.pageCdrs(statement, {
        ...(after === undefined ? {} : { after }),
        limit: PAGE,
      });
      for (const { cdr, text } of rows) {
        hash.update(hashedCdr(cdr, text));
        sums.add(JSON.parse(text) as BilledChange);
        cdrs += 1;
      }
      after = rows.at(-1)?.cdr ?? after;
      if (sums.size() > MOST_LINES) throw tooLarge(`more than ${MOST_LINES} lines`);
      return rows.length === PAGE;
    },
    result: (): AddedUp => ({ cdrs, cdrsHash: hash.digest("hex"), lines: sums.lines() }),
  };
}

/**
 * Writes the statement, once, whoever else tries to: answers it, also where it was written before.
 * @throws `conflict` for a period that is closed meanwhile, a number that is taken, another total than
 * the expected one
 */
export async function writeStatement(
  { periods, clock }: { periods: PeriodStore; clock: Clock },
  job: PeriodJob,
  sum: AddedUp,
): Promise<PeriodStatement> {
  const { body } = job;
  const totals = statementTotals(sum.lines);
  requireExpected(body, totals);
  for (;;) {
    const last = await periods.last();
    const own = await periods.get(job.id);
    if (own !== null) return own;
    const corrects = await requireNext(periods, body);
    const number = body.number ?? (await nextNumber(periods, body.tenant));
    const [taken] = await periods.find({ tenants: [body.tenant], numbers: [number], limit: 1 });
    if (taken !== undefined) throw numberTaken(number);
    const statement = statementOf({ job, sum, totals, number, corrects, atMs: clock() });
    // Not written: somebody has the place, and what was looked at is not all that there is.
    if (await periods.append({ ...statement, sequence: last + 1 })) {
      return { ...statement, sequence: last + 1 };
    }
  }
}

/** The number of the closing that is corrected; null for a closing. */
async function requireNext(periods: PeriodStore, body: PeriodBody): Promise<string | null> {
  if (body.kind === "closing") {
    requireFree(await closingsOf(periods, body), body);
    return null;
  }
  const chain = await chainOf(periods, body.corrects[0] ?? "");
  const isSame = chain.length === body.corrects.length;
  if (isSame) return chain[0]?.number ?? null;
  throw engineError("conflict", "The period was corrected meanwhile.", {
    hint: "Correct it again: what is left comes then.",
  });
}

function statementOf({
  job,
  sum,
  totals,
  number,
  corrects,
  atMs,
}: {
  job: PeriodJob;
  sum: AddedUp;
  totals: StatementSums[];
  number: string;
  corrects: string | null;
  atMs: number;
}): Omit<PeriodStatement, "sequence"> {
  const { kind, tenant, side, party, fromMs, toMs, timeZone, by, why, reporting } = job.body;
  const calendar = createCalendar(timeZone);
  const { cdrs, cdrsHash, lines } = sum;
  const head: ClosedHead = {
    ...({ format: "cdrate-period-1", number, kind, tenant, side, party } as const),
    from: instantText(calendar, fromMs),
    to: instantText(calendar, toMs),
    ...{
      timeZone,
      closedAt: new Date(atMs).toISOString(),
      by,
      why,
      corrects,
      cdrs,
      cdrsHash,
      totals,
    },
    reporting: reporting && { ...reporting, totals: reportingTotals(lines, reporting) },
  };
  const [headText, linesText] = [JSON.stringify(head), JSON.stringify(lines)];
  if (headText.length + linesText.length > MOST_BYTES) throw tooLarge(`over ${MOST_BYTES} bytes`);
  return {
    ...{ id: job.id, tenant, number, kind, side, party: partyKey(side, party), fromMs, toMs, atMs },
    closing: job.body.corrects[0] ?? job.id,
    hash: hashOf("sha256", statementText(headText, linesText)),
    head: headText,
    lines: linesText,
  };
}

function requireExpected({ expected }: PeriodBody, totals: readonly StatementSums[]): void {
  if (expected === null) return;
  const found = totals.flatMap(({ currency, amount }) =>
    currency === null || amount === null ? [] : [{ currency, amount }],
  );
  const isSame = (one: string, other: string) =>
    compareDecimals(parseDecimal(one), parseDecimal(other)) === 0;
  const isAsExpected =
    found.length === expected.length &&
    expected.every(({ currency, amount }) =>
      found.some((total) => total.currency === currency && isSame(total.amount, amount)),
    );
  if (isAsExpected) return;
  const text = found.map(({ currency, amount }) => `${amount} ${currency}`).join(", ");
  throw engineError("conflict", `The total is ${text || "nothing"}, not the expected one.`, {
    path: "expected",
    data: { totals: found },
  });
}

function numberTaken(number: string): Error {
  return engineError("conflict", `The tenant has a statement ${number} already.`, {
    path: "number",
  });
}

export function tooLarge(what: string): Error {
  return engineError("too-large", `The statement has ${what}.`, {
    path: "period",
    hint: "Close shorter periods.",
  });
}

/** What is wrong with a statement that is stored: its bytes, its CDRs, or its sums. */
export async function statementFaults(
  periods: Pick<PeriodStore, "pageCdrs">,
  statement: PeriodStatement,
): Promise<string[]> {
  const { id, head, lines, hash } = statement;
  const faults: string[] = [];
  if (hashOf("sha256", statementText(head, lines)) !== hash) {
    faults.push("its bytes are not those of its hash");
  }
  const said = readHead(head);
  const adding = createAddingUp(periods, id);
  while (await adding.more());
  const sum = adding.result();
  if (sum.cdrs !== said.cdrs || sum.cdrsHash !== said.cdrsHash) {
    faults.push("what it says of its CDRs is not that of its hash");
  }
  if (JSON.stringify(sum.lines) !== lines) faults.push("its lines are not the sums of its CDRs");
  if (JSON.stringify(statementTotals(sum.lines)) !== JSON.stringify(said.totals)) {
    faults.push("its totals are not the sums of its lines");
  }
  return faults;
}
