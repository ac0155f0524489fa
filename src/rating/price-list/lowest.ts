// The rates of a VoIP plan as CDR-Stats tells them: the lowest of each prefix over all retail plans, or
// every one that matches a number.
import { TODAYS_EDITION } from "../../cdr/edition.ts";
import type { Call } from "../../cdr/rating.ts";
import { compareFractions, type Fraction } from "../../money/fraction.ts";
import { fixedText } from "../../money/scaled-decimal.ts";
import { resolveAssignment } from "../assignment.ts";
import { banOf } from "../ban.ts";
import { callPricerOf, setRequest } from "../call-pricer.ts";
import { roundFraction } from "../deck/exact-amount.ts";
import { termOf } from "../deck/plan-price.ts";
import { rateOf } from "../deck/sum-amount.ts";
import {
  type CompiledDeck,
  type CompiledVoipPlan,
  type NativeSnapshot,
  TERM_CALLER,
  TERM_TOR,
  TERM_UNIT,
} from "../snapshot/native.ts";
import { createPrefixWalk } from "../snapshot/prefix-index.ts";
import { plansOf } from "./list.ts";
import { isBlocked, type ListedRow, rowsHeld } from "./rows.ts";

export interface PlainRate {
  prefix: string;
  /** A minute. */
  rate: Fraction;
  destination: string | null;
}

/** Rates of voice for any caller; the default row is none there. */
export function plainRates(snapshot: NativeSnapshot, rows: readonly ListedRow[]): PlainRate[] {
  const voice = snapshot.tors.indexOf("*voice");
  return rows.flatMap((row): PlainRate[] => {
    const deck = snapshot.decks[row.plan.deck] as CompiledDeck;
    const isPlain =
      row.prefix !== "" &&
      termOf(deck, row.row, TERM_TOR) === voice &&
      termOf(deck, row.row, TERM_CALLER) === 0;
    if (!isPlain) return [];
    const rate = {
      numerator: rateOf(deck, row.row) * 60n,
      denominator: BigInt(termOf(deck, row.row, TERM_UNIT)) * 10n ** BigInt(deck.scale),
    };
    const destination = deck.destinationNames[deck.destinations[row.row] as number] || null;
    return [{ prefix: row.prefix, rate, destination }];
  });
}

/** The lowest of the rates of one prefix; null: there are none. */
export function lowestOf(rates: readonly PlainRate[]): PlainRate | null {
  return rates.reduce<PlainRate | null>(
    (low, one) => (low === null || compareFractions(one.rate, low.rate) < 0 ? one : low),
    null,
  );
}

const SHOWN_DECIMALS = 4;
const MOST_DECIMALS = 10;

/** With 4 decimals, or as many more as it has. */
export function rateText({ rate }: PlainRate): string {
  const text = fixedText(
    roundFraction(rate, { decimals: MOST_DECIMALS, mode: "half-up" }),
    MOST_DECIMALS,
  );
  const idle = /0{0,6}$/.exec(text)?.[0].length ?? 0;
  return text.slice(0, text.length - Math.min(idle, MOST_DECIMALS - SHOWN_DECIMALS));
}

export type MatchingRates =
  | { ok: true; rates: PlainRate[] }
  | { ok: false; why: "no-digits" | "banned" };

/** Every rate of the retail plans whose prefix is looked up for the number, longest prefix first. */
export function ratesMatching(
  call: Call,
  snapshot: NativeSnapshot,
  voipPlan: CompiledVoipPlan,
): MatchingRates {
  const context = callPricerOf(snapshot);
  const numbers = context.readNumbers(call, resolveAssignment(call, snapshot), TODAYS_EDITION);
  if (!numbers.matching.matchable || numbers.digits === "") return { ok: false, why: "no-digits" };
  setRequest(context, call, { numbers, edition: TODAYS_EDITION });
  const { request } = context;
  if (banOf(voipPlan, request) !== null) return { ok: false, why: "banned" };
  const { path, walk } = createPrefixWalk(snapshot.index);
  const rows: ListedRow[] = [];
  for (let step = walk(request.digits) - 1; step >= 0; step--) {
    const length = path[2 * step + 1] as number;
    if (length < request.shortest) continue;
    const key = { key: request.digits.slice(0, length), node: path[2 * step] as number };
    for (const plan of plansOf(snapshot, voipPlan, "sell")) {
      rows.push(...rowsHeld(snapshot, plan, key, request.atMs));
    }
  }
  const open = rows.filter((row) => !isBlocked(snapshot, row));
  return { ok: true, rates: plainRates(snapshot, open) };
}
