// What is summed beforehand: each rollup is one declaration of this table. Rows of a rollup are of its
// keys, the tenant, the outcome and the currencies of both sides.
import type { Outcome } from "../cdr/rating.ts";
import type { StoredKeyName } from "../queries/group-keys.ts";

/** What rows of any rollup are told apart by. */
export const DIMENSIONS = [
  "tenant",
  "outcome",
  /** Of the sell side; null: it has none. With the one of the buy side it gives that of a row. */
  "sellCurrency",
  "buyCurrency",
  "account",
  "carrier",
  "gateway",
  "country",
  "prefix",
  "destination",
  "plan",
  "disconnectCause",
  "source",
  "callDirection",
  "reason",
] as const satisfies readonly (StoredKeyName | "sellCurrency" | "buyCurrency")[];
export type Dimension = (typeof DIMENSIONS)[number];

/** The first of every rollup. */
export const COMMON = ["tenant", "outcome", "sellCurrency", "buyCurrency"] as const;

export interface Rollup {
  name: string;
  dimensions: readonly Dimension[];
  /** Only records of these. */
  outcomes?: readonly Outcome[];
}

/** The narrowest first: a sum is taken from the first that has what it asks for. */
export const ROLLUPS: readonly Rollup[] = [
  { name: "source", dimensions: [...COMMON, "source"] },
  { name: "direction", dimensions: [...COMMON, "callDirection"] },
  { name: "cause", dimensions: [...COMMON, "disconnectCause"] },
  { name: "carrier", dimensions: [...COMMON, "carrier", "gateway"] },
  { name: "country", dimensions: [...COMMON, "country"] },
  {
    name: "unrated",
    dimensions: [...COMMON, "reason", "account"],
    outcomes: ["unrated", "partial"],
  },
  { name: "rate", dimensions: [...COMMON, "country", "prefix", "destination", "plan"] },
  { name: "account", dimensions: [...COMMON, "account"] },
];

/** To be raised when what a rollup holds is counted otherwise: older ones are made anew then. */
export const COUNTED_AS = 1;
