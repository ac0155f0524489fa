// A retail deck from what the carriers charge: the rule is kept with the plan, so that it can be applied again.
import {
  compareFractions,
  type Fraction,
  fractionOf,
  multiply,
  plus,
  roundedText,
  ZERO,
} from "../../money/fraction.ts";
import { rowsInForce } from "../diff/in-force.ts";
import { perSecond } from "../diff/rates.ts";
import type { MarkupRule, RateRow, Tariff } from "../tariff.ts";
import { deckCsv } from "./deck-text.ts";

export type DerivedText =
  | { ok: true; text: string; rates: number; leftOut: number }
  | { ok: false; message: string; path: string };

/** What a carrier charges for a prefix: its dearest second, and the terms of the first row. */
interface Charge {
  perSecond: Fraction;
  row: RateRow;
}

const SECONDS = 60;
const WHOLE: Fraction = { numerator: 1n, denominator: 1n };
const HUNDREDTH: Fraction = { numerator: 1n, denominator: 100n };
const METHODS = { up: "*up", "half-up": "*middle", down: "*down" } as const;

/**
 * Every code that one of the carriers has, at the price of the dearest (or cheapest) of those that take
 * it: × (1 + percent ⁄ 100) + add, not below atLeast, rounded once. A code that none of them takes is
 * blocked. Rates of single callers and of other types of record are left out, and counted.
 */
export function markedUpDeck(tariff: Tariff, plan: string, atMs: number): DerivedText {
  const retail = tariff.retailPlans.find(({ name }) => name === plan);
  if (retail === undefined) return refused("plan", `there is no retail plan ${plan}`);
  const { markup: rule } = retail;
  if (rule === undefined) return refused("rule", `the plan ${plan} has no markup yet: give one`);
  const decks: Map<string, Charge | "blocked">[] = [];
  let leftOut = 0;
  for (const name of rule.of) {
    const carrier = tariff.carrierPlans.find((one) => one.name === name);
    if (carrier === undefined) return refused("rule", `there is no carrier plan ${name}`);
    if (carrier.rules.currency !== retail.rules.currency) {
      const currencies = `${carrier.rules.currency} is not ${retail.rules.currency}`;
      return refused("rule", `the carrier plan ${name} has another currency: ${currencies}`);
    }
    const { charges, others } = chargesOf(carrier.deck.rows, atMs);
    decks.push(charges);
    leftOut += others;
  }
  const prefixes = [...new Set(decks.flatMap((deck) => [...deck.keys()]))].sort();
  const rows = prefixes.map((prefix) => markedUp(prefix, decks, rule));
  return { ok: true, text: deckCsv(COLUMNS, rows), rates: rows.length, leftOut };
}

const COLUMNS = [
  ...(["prefix", "destination", "rate", "connect_fee", "first_interval"] as const),
  ...(["next_interval", "minimum_seconds", "grace_seconds", "status"] as const),
] as const;

function refused(path: string, message: string): DerivedText {
  return { ok: false, path, message };
}

function chargesOf(rows: readonly RateRow[], atMs: number) {
  const charges = new Map<string, Charge | "blocked">();
  let others = 0;
  for (const held of rowsInForce(rows, atMs).values()) {
    const [row] = held;
    if (row === undefined) continue;
    if (row.callerPrefix !== "" || row.tor !== "*voice") {
      others += held.length;
      continue;
    }
    const isBlocked = held.every(({ status }) => status === "blocked");
    charges.set(row.prefix, isBlocked ? "blocked" : { row, perSecond: dearest(held) });
  }
  return { charges, others };
}

/** Over its bands and steps: a price that holds at every hour covers all of them. */
function dearest(rows: readonly RateRow[]): Fraction {
  return rows.map(perSecond).reduce((a, b) => (compareFractions(a, b) < 0 ? b : a));
}

const EMPTY = Object.fromEntries(COLUMNS.map((column) => [column, ""])) as Record<
  (typeof COLUMNS)[number],
  string
>;

/** The longest code of a deck that the prefix begins with, which is what calls to it meet. */
function longest(deck: ReadonlyMap<string, Charge | "blocked">, prefix: string) {
  for (let length = prefix.length; length >= 0; length--) {
    const found = deck.get(prefix.slice(0, length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function markedUp(
  prefix: string,
  decks: readonly Map<string, Charge | "blocked">[],
  rule: MarkupRule,
): Record<(typeof COLUMNS)[number], string> {
  const offers = decks.flatMap((deck) => {
    const found = longest(deck, prefix);
    return found === undefined || found === "blocked" ? [] : [found];
  });
  const [first, ...rest] = offers;
  const shown = { prefix: prefix === "" ? "*" : prefix };
  if (first === undefined) {
    const own = decks.map((deck) => deck.get(prefix)).find((one) => one !== undefined);
    const destination = own === undefined || own === "blocked" ? "" : own.row.destination;
    return { ...EMPTY, ...shown, destination, status: "blocked" };
  }
  const sign = rule.take === "cheapest" ? -1 : 1;
  const { row, perSecond: charged } = rest.reduce(
    (best, one) => (compareFractions(one.perSecond, best.perSecond) * sign > 0 ? one : best),
    first,
  );
  const factor = plus(WHOLE, multiply(fractionOf(rule.percent), HUNDREDTH));
  const minute = multiply(charged, { numerator: BigInt(SECONDS), denominator: 1n });
  const raised = plus(multiply(minute, factor), fractionOf(rule.add));
  const floor = fractionOf(rule.atLeast);
  const rounded = (value: Fraction) =>
    roundedText(value, rule.rounding.decimals, METHODS[rule.rounding.mode]);
  const fee = fractionOf(row.connectFee);
  return {
    ...shown,
    destination: row.destination,
    rate: rounded(compareFractions(raised, floor) < 0 ? floor : raised),
    connect_fee: compareFractions(fee, ZERO) === 0 ? "" : rounded(multiply(fee, factor)),
    first_interval: String(row.firstInterval),
    next_interval: String(row.nextInterval),
    minimum_seconds: row.minimumSeconds === 0 ? "" : String(row.minimumSeconds),
    grace_seconds: row.graceSeconds === 0 ? "" : String(row.graceSeconds),
    status: "",
  };
}
