// The editions of the rules of pricing. A rating keeps the name of the edition that made it
// (`rules`), so that it is explained and audited by the rules of then: a change of rules alone is
// never a fault, and only a rerate moves a CDR to today's.
//
// How the next rule joins:
// - It is a switch of `Edition` where a stored price could come out otherwise: every older edition
//   gets the value that says what was, the last one what is. The rule asks its switch where it acts:
//   the edition comes there with the call (`PriceRequest`, `NumberContext`, `DescriptorOptions`).
// - While the last edition is not released, the switch joins that one; else a new edition is added,
//   named for the version of cdrate that will have it.
// - It needs no switch where no older tariff can ask for it: a new column, a new rounding mode.
// - tests/engine/editions keeps a store that each older edition wrote.

export interface Edition {
  name: string;
  /**
   * A number of kind `invalid` under a country's rule set: matched as its digits, like any other; or
   * only where its calling code is known, by rows at least as long as that code.
   */
  notUnderstood: "as-digits" | "by-calling-code";
  /** A number that answers `match: whole`: by the default row too, or by a row of its own alone. */
  wholeNumbers: "own-or-default-row" | "own-row";
  /** `caller_prefix` under a country's rule set: any caller's digits, or those of a whole number. */
  callers: "as-digits" | "by-kind";
  /** Forms of numbers that a change of a numbering plan retired are read as today's. */
  retiredForms: boolean;
  /** `exact`: what comes before the first slot of a rate is a gap, or costs nothing but the fee. */
  beforeFirstSlot: "gap" | "free";
}

/** What a rating without `rules` was made by. */
const FIRST: Edition = {
  name: "0.1.0",
  notUnderstood: "as-digits",
  wholeNumbers: "own-or-default-row",
  callers: "as-digits",
  retiredForms: false,
  beforeFirstSlot: "gap",
};

/** What new ratings are made by. */
export const TODAYS_EDITION: Edition = {
  name: "0.2.0",
  notUnderstood: "by-calling-code",
  wholeNumbers: "own-row",
  callers: "by-kind",
  retiredForms: true,
  beforeFirstSlot: "free",
};

const EDITIONS: readonly Edition[] = [FIRST, TODAYS_EDITION];

/** Names of the editions that this build knows, oldest first. */
export const EDITION_NAMES: readonly string[] = EDITIONS.map(({ name }) => name);

/** The edition of a stored rating; null: this build does not know it, a newer one made it. */
export function editionOf({ rules = FIRST.name }: { rules?: string }): Edition | null {
  return EDITIONS.find(({ name }) => name === rules) ?? null;
}
