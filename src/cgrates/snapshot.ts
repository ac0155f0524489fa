// The compiled form of a CGRateS plan: flat typed arrays and small tables, structured-cloneable,
// so that it can be built in a worker and posted over.
import type { Charger, RateSlot, Timing } from "./plan.ts";

export type CgratesSemantics = "cgrates" | "exact";

/** Which days a timing matches; bit n of a mask stands for month, month day or week day n. */
export interface DayRule {
  /** True when no list restricts it. */
  everyDay: boolean;
  /** Empty: every year. */
  years: number[];
  monthMask: number;
  monthDayMask: number;
  weekDayMask: number;
}

export interface CompiledTiming {
  tag: string;
  /** Its lists and its start as they were read. */
  written: Pick<Timing, "years" | "months" | "monthDays" | "weekDays" | "startText">;
  days: DayRule;
  /** Nanoseconds after midnight; Infinity for what is no time of day, which is never active. */
  startNs: number;
  /** Equal for timings of equal lists and start text, whatever their tags. */
  likeness: number;
}

export interface CompiledRate {
  tag: string;
  connectFee: number;
  connectFeeText: string;
  /** By start, one for each start. */
  slots: RateSlot[];
  /** Equal for rates of equal fee and slots, whatever their tags. */
  likeness: number;
}

/** Rounding and cap of a DestinationRates row. */
export interface PriceTerms {
  roundingMethod: string;
  roundingDecimals: number;
  maxCost: number;
  maxCostText: string;
  maxCostStrategy: string;
}

/** One timing, rate and weight of a destination in a plan. */
export interface RateInterval {
  timing: CompiledTiming;
  days: DayRule;
  startNs: number;
  weight: number;
  rate: CompiledRate;
  terms: PriceTerms;
  /** Lines of the RatingPlans and DestinationRates rows that made it. */
  planLine: number;
  destinationRateLine: number;
}

/** What a plan has for one destination tag, in file order. */
export interface DestinationIntervals {
  tag: number;
  intervals: RateInterval[];
  /** The orders that CGRateS's sort leaves, one sort after the other (interval-order.ts). */
  orders: IntervalOrders;
  /** Over all intervals, active or not, and at least 0. */
  maxWeight: number;
}

export interface IntervalOrders {
  /** Order 0 is that of the file, order n what sorting order n − 1 leaves. */
  lists: RateInterval[][];
  /** Sorting the last list gives this one again; null: not known (yet). */
  repeatsFrom: number | null;
}

/** DestinationRates rows as columns; rows of one tag stand together, by destination. */
export interface DestinationRateTable {
  destination: Int32Array;
  rate: Int32Array;
  terms: Int32Array;
  line: Int32Array;
}

export interface CompiledPlanRow {
  line: number;
  weight: number;
  timing: CompiledTiming;
  /** The rows of the DestinationRates tag: from (inclusive) and to (exclusive) in the table. */
  table: DestinationRateTable;
  from: number;
  to: number;
}

export interface CompiledPlan {
  id: string;
  rows: CompiledPlanRow[];
  /** Filled as destinations are asked for, so that a load does not multiply plans by rates. */
  resolved: Map<number, DestinationIntervals | null>;
}

export interface CompiledActivation {
  line: number;
  /** Null: always in the past. */
  atMs: number | null;
  atNs: number;
  plan: string;
  fallbackSubjects: string[];
}

export interface CompiledProfile {
  /** `*out:tenant:category:subject`, CGRateS's MatchedSubject. */
  identity: string;
  /** By time; rows of one time in file order. */
  activations: CompiledActivation[];
}

/** Children of node n stand at n × classCount; 0 is no child, node 0 is the root. */
export interface PrefixTrie {
  /** Class of each char code of an ASCII character (0: in no prefix). */
  asciiClasses: Uint8Array;
  otherClasses: Map<number, number>;
  classCount: number;
  children: Int32Array;
  /** Number of the prefix that ends at a node, counted from 1; 0: none. */
  prefixAt: Int32Array;
}

/** What was changed of the destinations since the trie was built: it is not built anew for a few of them. */
export interface DestinationChanges {
  /** Tags that have none of the prefixes that the trie says. */
  replaced: ReadonlySet<number>;
  /** Tags of each prefix that they have now, in the order of their places. */
  added: ReadonlyMap<string, readonly number[]>;
  /** Characters of the longest prefix that was added. */
  longest: number;
  /** Place among the destinations, of tags whose place is not their number. */
  places: ReadonlyMap<number, number>;
}

export interface CgratesSnapshot {
  version: string;
  semantics: CgratesSemantics;
  /** CGRateS folders name no currency. */
  currency: string;
  trie: PrefixTrie;
  /** Tags of prefix p, in file order: `prefixTags[prefixTagsFrom[p] … prefixTagsFrom[p + 1]]`. */
  prefixTagsFrom: Int32Array;
  prefixTags: Int32Array;
  /** Null: the trie says it all. */
  changes: DestinationChanges | null;
  /** Tags by number; versions made of one another share the list, which only grows. */
  destinationTags: string[];
  /** Index of the tag `*any`; −1 when no row names it. */
  anyTag: number;
  /** By number; they grow as the tags do. */
  rates: CompiledRate[];
  terms: PriceTerms[];
  destinationRates: DestinationRateTable;
  plans: Map<string, CompiledPlan>;
  /** By tenant, category and subject. */
  profiles: Map<string, Map<string, Map<string, CompiledProfile>>>;
  chargers: Charger[];
  hasChargers: boolean;
}
