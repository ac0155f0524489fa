// What documents of closed periods are in MongoDB.
import type { PeriodCdr, PeriodStatement } from "../../ports/billing/periods.ts";

export interface PeriodDocument
  extends Omit<PeriodStatement, "sequence" | "fromMs" | "toMs" | "atMs"> {
  /** The place among all: its key makes it one. */
  _id: number;
  from: Date;
  to: Date;
  at: Date;
}

export interface PeriodCdrDocument {
  /** Statement and CDR: a range of keys is a page. */
  _id: string;
  text: string;
}

export function toPeriodDocument(statement: PeriodStatement): PeriodDocument {
  const { sequence: _id, fromMs, toMs, atMs, ...same } = statement;
  return { _id, ...same, from: new Date(fromMs), to: new Date(toMs), at: new Date(atMs) };
}

export function toStatement(document: PeriodDocument): PeriodStatement {
  const { _id: sequence, from, to, at, ...same } = document;
  const times = { fromMs: from.getTime(), toMs: to.getTime(), atMs: at.getTime() };
  return { sequence, ...same, ...times };
}

export function toPeriodCdrDocument({ statement, cdr, text }: PeriodCdr): PeriodCdrDocument {
  return { _id: `${statement}/${cdr}`, text };
}

export function toPeriodCdr({ _id, text }: PeriodCdrDocument): PeriodCdr {
  const border = _id.indexOf("/");
  return { statement: _id.slice(0, border), cdr: _id.slice(border + 1), text };
}
