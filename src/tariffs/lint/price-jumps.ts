// Prices that are ten times what they were, or a tenth: a slipped decimal point.
import type { RateRow } from "../tariff.ts";

const TIMES = 10;
/** Ten times to a billionth is ten times: quotients of decimals are seldom whole. */
const NEAR = 1e-9;

export interface Jump {
  column: "rate" | "connect_fee";
  detail: string;
}

/** From the last row that priced the same to this one; null: it is none. */
export function jumpOf(last: RateRow, row: RateRow): Jump | null {
  const isRate = isJump(Number(last.rate) / last.unitSeconds, Number(row.rate) / row.unitSeconds);
  if (!isRate && !isJump(Number(last.connectFee), Number(row.connectFee))) return null;
  const column = isRate ? "rate" : "connect_fee";
  const [was, is] = isRate ? [rateText(last), rateText(row)] : [last.connectFee, row.connectFee];
  return { column, detail: `${row.prefix || "*"}: ${column} ${is}, ${was} before.` };
}

function rateText({ rate, unitSeconds }: RateRow): string {
  return unitSeconds === 60 ? rate : `${rate} per ${unitSeconds}`;
}

/** What was free, or is, is no number of times the other. */
function isJump(was: number, is: number): boolean {
  if (was === 0 || is === 0) return false;
  const times = Math.abs(is / was);
  return times >= TIMES * (1 - NEAR) || times <= (1 + NEAR) / TIMES;
}
