// What a compiled native tariff is: flat typed arrays and small tables of plain data, so that a
// worker thread can build it and transfer it.
import type { RuleSetSettings } from "../../numbering/rule-sets/members.ts";
import type {
  AccountRow,
  ExchangeRow,
  PricingRules,
  Selection,
  Strategy,
  Tariff,
} from "../../tariffs/tariff.ts";
import type { DigitTrie } from "./digit-trie.ts";
import type { PrefixIndex } from "./prefix-index.ts";
import type { ZoneOffsets } from "./zone-offsets.ts";

/** A band in one zone. Lists are bitmaps (bit n for value n); -1 has every bit: no list. */
export interface CompiledBand {
  name: string;
  /** When it holds, in words, for a person. */
  limits: string;
  zone: number;
  days: number;
  monthDays: number;
  months: number;
  /** Days since 1970-01-01, and month × 100 + day of every year; both null: any date. */
  dates: Set<number> | null;
  yearlyDates: Set<number> | null;
  exceptDates: Set<number> | null;
  exceptYearlyDates: Set<number> | null;
  fromMs: number;
  toMs: number;
}

/**
 * Terms are what rows have in common: few sets of them serve a whole deck. Each set is `TERM_WORDS`
 * numbers in `terms`, at the offsets below; money is scaled, and NaN where that is no safe integer.
 */
export const TERM_WORDS = 16;
export const TERM_FEE = 0;
export const TERM_FIRST_INTERVAL = 1;
export const TERM_NEXT_INTERVAL = 2;
export const TERM_MINIMUM = 3;
export const TERM_GRACE = 4;
export const TERM_FROM_SECOND = 5;
/** Index into the snapshot's bands; -1: no band. */
export const TERM_BAND = 6;
export const TERM_EFFECTIVE_FROM = 7;
export const TERM_EFFECTIVE_TO = 8;
/** 1: blocked. */
export const TERM_BLOCKED = 9;
/** Infinity: no maximum. */
export const TERM_MAXIMUM = 10;
/** Index into the snapshot's caller prefixes; 0: any caller. */
export const TERM_CALLER = 11;
/** Index into the snapshot's types of record. */
export const TERM_TOR = 12;
export const TERM_UNIT = 13;
/** -Infinity: no minimum. */
export const TERM_MINIMUM_AMOUNT = 14;
/** One of the PRICE_ values. */
export const TERM_INTERVAL_PRICE = 15;

/** Where the price of a second comes from: as the plan says, its own second, its interval's start. */
export const PRICE_AS_PLAN = 0;
export const PRICE_EACH_SECOND = 1;
export const PRICE_AT_START = 2;

/** The rows of all decks of a snapshot, in one numbering: the same arrays in every deck. */
export interface RowColumns {
  /**
   * Two words a row, side by side since they are read together: its rate, and its set of terms.
   * Rows are sorted by prefix, then deck; within one deck's prefix: longest caller prefix, latest
   * window, band, from_second.
   */
  rows: Float64Array<ArrayBuffer>;
  lines: Int32Array<ArrayBuffer>;
  destinations: Int32Array<ArrayBuffer>;
}

export interface CompiledDeck extends RowColumns {
  file: string;
  /** Money of this deck is in units of 10^-scale. */
  scale: number;
  /** How many it has. */
  prefixes: number;
  terms: Float64Array<ArrayBuffer>;
  destinationNames: string[];
  /** What does not fit a Number, scaled: rates by row, the others by set of terms. */
  wideRates: Map<number, bigint>;
  wideFees: Map<number, bigint>;
  wideMaximums: Map<number, bigint>;
  wideMinimums: Map<number, bigint>;
}

export interface CompiledPlan {
  name: string;
  deck: number;
  /** Lower first. */
  priority: number;
  rules: PricingRules;
}

export interface CompiledCarrierPlan extends CompiledPlan {
  carrier: string;
  gateway: string | null;
  weight: number;
  /** What a CDR may call it: carrier, plan and gateway, in small letters. */
  names: string[];
}

export interface CompiledVoipPlan {
  name: string;
  /** Indexes into `retailPlans` and `carrierPlans`, in the order of the plan. */
  retail: number[];
  carriers: number[];
  ban: { plan: string; trie: DigitTrie }[];
  routing: Strategy;
}

export interface NativeSnapshot {
  kind: "native";
  version: string;
  tenant: string;
  rules: PricingRules;
  numbering: Record<string, RuleSetSettings>;
  defaultNumbering: string | null;
  unknownNumbers?: Tariff["unknownNumbers"];
  selection?: Selection;
  tors: string[];
  callerPrefixes: string[];
  zones: ZoneOffsets[];
  bands: CompiledBand[];
  decks: CompiledDeck[];
  index: PrefixIndex;
  retailPlans: CompiledPlan[];
  carrierPlans: CompiledCarrierPlan[];
  voipPlans: Map<string, CompiledVoipPlan>;
  /** By account, latest `from` first. */
  accounts: Map<string, AccountRow[]>;
  /** By `from` and `to` currency, latest `effective_from` first. */
  exchange: Map<string, ExchangeRow[]>;
  /** Length of the longest list of rows that one prefix of a deck has. */
  mostRows: number;
}

/** What a worker hands over instead of copying. Zone tables are shared between snapshots: copied. */
export function snapshotTransferables(snapshot: NativeSnapshot): ArrayBuffer[] {
  const ofDecks = snapshot.decks.flatMap((deck) => [
    deck.rows.buffer,
    deck.lines.buffer,
    deck.destinations.buffer,
    deck.terms.buffer,
  ]);
  const ofBans = [...snapshot.voipPlans.values()].flatMap((plan) =>
    plan.ban.map((ban) => ban.trie.nodes.buffer),
  );
  const { trie, entries } = snapshot.index;
  return [...new Set([trie.nodes.buffer, entries.buffer, ...ofDecks, ...ofBans])];
}
