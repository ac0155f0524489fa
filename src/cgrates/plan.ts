// What a CGRateS tariff plan is, once its folder was read: the rows that can decide a price.

/** A row of Timings.csv, or a predefined timing. Lists keep their file order. */
export interface Timing {
  tag: string;
  file: string;
  line: number;
  /** Empty lists match always. */
  years: number[];
  months: number[];
  monthDays: number[];
  /** 0 Sunday to 6 Saturday. */
  weekDays: number[];
  /** As written; two timings are alike only if this text is. */
  startText: string;
  /** Nanoseconds after midnight; null when the text is no time of day (`*asap`). */
  startNs: number | null;
}

/** One position of a rate: its prices hold from `startNs` of the call on. */
export interface RateSlot {
  line: number;
  startNs: number;
  /** The price as a double, which `cgrates` semantics count with. */
  value: number;
  /** The same price as canonical decimal text, which `exact` semantics count with. */
  valueText: string;
  /** Nanoseconds (units) that `value` pays for; never 0. */
  unitNs: number;
  /** Nanoseconds (units) that are billed at least; never 0. */
  incrementNs: number;
}

export interface Rate {
  tag: string;
  file: string;
  line: number;
  /** Fee of the rate's first row in the file, whatever slot it is. */
  connectFee: number;
  connectFeeText: string;
  /** By start; of two slots with one start only the later row is kept. */
  slots: RateSlot[];
  /** Layout rc3 only, where the rounding stands here: from the first row. */
  roundingMethod: string;
  roundingDecimals: number;
}

export interface DestinationRate {
  file: string;
  line: number;
  destination: string;
  rate: string;
  /** `*up`, `*middle`, `*down`; anything else rounds nothing. */
  roundingMethod: string;
  roundingDecimals: number;
  maxCost: number;
  maxCostText: string;
  maxCostStrategy: string;
}

export interface PlanRow {
  file: string;
  line: number;
  destinationRates: string;
  timing: string;
  weight: number;
}

export interface Activation {
  file: string;
  line: number;
  /** Epoch milliseconds and nanoseconds within; null: always in the past. */
  atMs: number | null;
  atNs: number;
  plan: string;
  fallbackSubjects: string[];
}

export interface Charger {
  file: string;
  line: number;
  tenant: string;
  id: string;
  filters: ChargerFilter[];
  fromMs: number | null;
  toMs: number | null;
  runId: string;
  /** What the run changes in the call before it is priced. */
  changes: ChargerChange[];
  weight: number;
}

/** A filter on one field of the call; alternatives are ORed. */
export interface ChargerFilter {
  type: string;
  field: string;
  values: string[];
}

/** Sets a field of the call to a constant, or to another field's value. */
export interface ChargerChange {
  field: string;
  constant: string | null;
  copyOf: string | null;
}

/** All activations of one tenant, category and subject, in file order. */
export interface RatingProfile {
  tenant: string;
  category: string;
  subject: string;
  activations: Activation[];
}

/** The three layouts are told apart by the columns of RatingProfiles (6, 8, 7) and of Rates. */
export type Layout = "0.10" | "0.9.1" | "rc3";

export interface CgratesPlan {
  layout: Layout;
  timings: Map<string, Timing>;
  /** The rows of Destinations.csv as columns: row `i` gives tag `i` the prefix `i`. */
  destinationTags: string[];
  destinationPrefixes: string[];
  rates: Map<string, Rate>;
  destinationRates: Map<string, DestinationRate[]>;
  ratingPlans: Map<string, PlanRow[]>;
  /** Each tenant, category and subject once. */
  profiles: RatingProfile[];
  chargers: Charger[];
  /** The folder has a Chargers file, so that only its runs are billed. */
  hasChargers: boolean;
}

/** As the engine names a rating profile. */
export function profileKey(tenant: string, category: string, subject: string): string {
  return `*out:${tenant}:${category}:${subject}`;
}
