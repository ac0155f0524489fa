// What a native tariff is, once its folder was read and found without faults.
import type { RuleSetSettings } from "../numbering/rule-sets/members.ts";
import type { Gates } from "./gates.ts";

export type RoundingMode = "half-up" | "half-down" | "half-even" | "up" | "down";
export type UsageRounding = "none" | "up" | "half-up" | "half-down" | "down";
/** Where the price of a second comes from: the start of its interval, or the second itself. */
export type IntervalPrice = "start" | "each-second";
export type Strategy = "lowest-cost" | "priority" | "weight" | "quality";

/**
 * How CDR-Stats chooses rates: by the leading digits of the number as it came, between the two lengths,
 * the longest prefix, then the lowest priority, then the lowest rate; and on both sides or on none.
 */
export interface Selection {
  rule: "cdr-stats";
  /** Digits of the shortest and of the longest prefix that is looked up. */
  shortest: number;
  longest: number;
}

/** A fault of a tariff folder, at its place; lines and columns count from 1. */
export interface Fault {
  file: string;
  line: number;
  column: number;
  /** One word for machines, e.g. `duplicate-row`, `not-supported`, `unknown-deck`. */
  code: string;
  message: string;
  /** `error`: a fault, the tariff is refused; `note`: what may well be meant. */
  severity: "error" | "warning" | "note";
  /** Of the cell, its first 200 characters; absent where it is about no cell. */
  text?: string;
}

export interface Rounding {
  /** 0 to 10. */
  decimals: number;
  mode: RoundingMode;
}

/** How a plan turns a duration into an amount; a plan's own setting wins over the tariff's. */
export interface PricingRules {
  currency: string;
  /** IANA zone of dates and bands. */
  timeZone: string;
  rounding: Rounding;
  usageRounding: UsageRounding;
  /** Of rows that do not say it themselves. */
  intervalPrice: IntervalPrice;
}

/** The one word in `caller_prefix`: for callers whose number is none of a numbering plan. */
export const INVALID_CALLER = "invalid";

/** One row of a deck; money as canonical decimal text, times as epoch milliseconds. */
export interface RateRow {
  line: number;
  /** Digits; empty for the default row `*`. */
  prefix: string;
  destination: string;
  /** Money per `unitSeconds` seconds (units for a `tor` that is not time). */
  rate: string;
  connectFee: string;
  /** Whole seconds (units) ≥ 1. */
  firstInterval: number;
  nextInterval: number;
  /** Null: as the plan says. */
  intervalPrice: IntervalPrice | null;
  minimumSeconds: number;
  graceSeconds: number;
  fromSecond: number;
  band: string | null;
  /** Inclusive; null: always. */
  effectiveFromMs: number | null;
  /** Exclusive; null: for ever. */
  effectiveToMs: number | null;
  status: "open" | "blocked";
  /** At least so much for a call that is billed at all; at most the maximum where there is one. */
  minimumAmount: string | null;
  maximumAmount: string | null;
  /** Digits; empty: any caller; `INVALID_CALLER`: callers that no digits could fit. */
  callerPrefix: string;
  tor: string;
  unitSeconds: number;
}

/** A time band; absent lists match always. Times are minutes of the day in `timeZone`. */
export interface Band {
  name: string;
  /** 1 Monday to 7 Sunday. */
  days?: number[];
  monthDays?: number[];
  months?: number[];
  /** `YYYY-MM-DD` or `MM-DD` (every year): only these dates. */
  dates?: string[];
  /** The same spellings: never on these dates (holidays). */
  exceptDates?: string[];
  /** Inclusive minute of the day; 0 when not said. */
  fromMinute: number;
  /** Exclusive; ≤ fromMinute runs past midnight and belongs to the day it starts. */
  toMinute: number;
  /** Null when the band names none: the zone of the plan whose deck uses it. */
  timeZone: string | null;
}

export interface Deck {
  file: string;
  rows: RateRow[];
}

/** How a retail deck comes from what carriers charge. */
export interface MarkupRule {
  /** Carrier plans. */
  of: string[];
  /** Of those that take a code. */
  take: "dearest" | "cheapest";
  /** Decimal texts. */
  percent: string;
  /** Money a minute. */
  add: string;
  atLeast: string;
  rounding: { decimals: number; mode: "up" | "half-up" | "down" };
}

export interface RetailPlan {
  name: string;
  deck: Deck;
  /** Lower first, for a selection that asks; absent: 100. */
  priority?: number;
  /** The rule that its deck is made by again. */
  markup?: MarkupRule;
  rules: PricingRules;
}

export interface CarrierPlan {
  name: string;
  carrier: string;
  gateway: string | null;
  deck: Deck;
  /** Lower first; 100 when not said. */
  priority: number;
  /** Share for the strategy `weight`; 1 when not said. */
  weight: number;
  rules: PricingRules;
}

export interface VoipPlan {
  name: string;
  retail: string[];
  carriers: string[];
  ban: string[];
  routing: Strategy;
}

/** A row of accounts.csv; account `*any` is the default. */
export interface AccountRow {
  line: number;
  account: string;
  voipPlan: string;
  numbering: string | null;
  fromMs: number | null;
}

export interface ExchangeRow {
  line: number;
  from: string;
  to: string;
  /** Units of `to` for one unit of `from`, decimal text. */
  rate: string;
  effectiveFromMs: number | null;
}

export interface Tariff {
  tenant: string;
  rules: PricingRules;
  /** In the order of `bands:`, which decides between bands that both hold. */
  bands: Band[];
  numbering: Record<string, RuleSetSettings>;
  defaultNumbering: string | null;
  /** Numbers that the rule set of a country did not understand: matched by their digits all the same;
   * absent: unrated. */
  unknownNumbers?: "match-digits";
  /** Absent: the longest prefix of each side, and the VoIP plan's strategy. */
  selection?: Selection;
  retailPlans: RetailPlan[];
  carrierPlans: CarrierPlan[];
  /** Plan name to prefixes (digits; empty for `*`, every number). */
  banPlans: Record<string, string[]>;
  voipPlans: VoipPlan[];
  accounts: AccountRow[];
  exchange: ExchangeRow[];
  /** What the next version must pass before it is activated. */
  gates?: Gates;
}

/** What became of a deck file. */
export interface DeckReport {
  file: string;
  /** Plans that have it. */
  plans: string[];
  /** Name of the dialect that it is read by; null: it is a native deck. */
  dialect: string | null;
  /** Rates that it has; rows of the file that were left out, and lines that are no rows of it. */
  rates: number;
  leftOut: number;
  noRate: number;
  /** The first rows as they were understood: column → text of a native deck. */
  rows: Record<string, string>[];
}

export type TariffRead =
  | {
      ok: true;
      tariff: Tariff;
      counts: Record<string, number>;
      warnings: Fault[];
      decks: DeckReport[];
    }
  | { ok: false; faults: Fault[]; decks: DeckReport[] };
