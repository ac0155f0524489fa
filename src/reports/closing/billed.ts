// What one side of one CDR bills, as the statement of a closed period keeps it: enough to add it up again, and
// to say later what became of it. No number of a call is in it, so that it outlives what is masked or erased.
import { callTimeOf } from "../../cdr/call.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import { isTimed } from "../../cdr/usage.ts";
import type { Calendar } from "../calendar.ts";
import type { StatementSide } from "../statement.ts";

export interface Billed {
  /** The revision of the CDR that says so. */
  revision: number;
  /** By the clocks of the zone of the statement, `2026-03-02`. */
  day: string;
  /** As the tariff names it; null: no row matched. */
  destination: string | null;
  /** Of the amount; null: there is none. */
  currency: string | null;
  /** Rounded once, decimal text; null: the side has no price. */
  amount: string | null;
  /** 1: the record has usage. */
  answered: 0 | 1;
  /** Usage of a voice record, whole milliseconds. */
  usageMs: number;
  /** What the side billed of it. */
  billedMs: number;
  /** Usage of any other record. */
  units: number;
}

/** The members always in the same order: the text of it is what is kept. */
export function billedOf(cdr: StoredCdr, side: StatementSide, calendar: Calendar): Billed {
  const { primary, rating } = cdr;
  const { sell, buy } = rating;
  const own = rating[side];
  const amount = own?.amount ?? null;
  const isVoice = isTimed(primary.tor);
  // As sums by destination name it: that of the sell side is the name for both sides.
  const named = side === "sell" ? sell : (sell ?? buy);
  return {
    revision: rating.revision,
    day: calendar.keyOf("day", callTimeOf(primary)?.atMs ?? cdr.receivedAtMs),
    destination: named?.destination ?? null,
    currency: amount === null ? null : (own?.currency ?? null),
    amount,
    answered: primary.usage > 0 ? 1 : 0,
    usageMs: isVoice ? primary.usage : 0,
    billedMs: isVoice ? Math.round((own?.billedSeconds ?? 0) * 1000) : 0,
    units: isVoice ? 0 : primary.usage,
  };
}

/** Whether two revisions bill the same. */
export function billsTheSame(one: Billed, other: Billed): boolean {
  const plain = ({ revision: _revision, ...rest }: Billed) => JSON.stringify(rest);
  return plain(one) === plain(other);
}

/** Why a correction names a CDR. */
export type CorrectionCause =
  | "late"
  | "moved-here"
  | "moved-away"
  | "voided"
  | "rerated"
  | "corrected";

/** What a statement says of one CDR. */
export interface BilledChange {
  /** As statements before said it; null: none named it. Absent in a closing. */
  was?: Billed | null;
  /** Null: it is no part of the period any more. */
  now: Billed | null;
  why?: CorrectionCause;
}
