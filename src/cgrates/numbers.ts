// The numbers that compiled plans know tags, rates, terms and timings by. They are only ever added to, so
// that versions made of one another share them: a number means the same in each of them.
import type { CgratesSnapshot, CompiledRate, CompiledTiming, PriceTerms } from "./snapshot.ts";

/** One number for each text, in the order in which they come. */
export class Numbering {
  readonly #numbers = new Map<string, number>();
  #next = 0;

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#next;
    this.note(text, number);
    return number;
  }

  /** The number that a text has already. */
  note(text: string, number: number): void {
    this.#numbers.set(text, number);
    this.#next = Math.max(this.#next, number + 1);
  }
}

export interface Numbers {
  tags: string[];
  tagNumbers: Map<string, number>;
  rates: CompiledRate[];
  rateLikeness: Numbering;
  terms: PriceTerms[];
  termNumbers: Numbering;
  timingLikeness: Numbering;
}

export function createNumbers(): Numbers {
  return {
    ...{ tags: [], tagNumbers: new Map(), rates: [], rateLikeness: new Numbering() },
    ...{ terms: [], termNumbers: new Numbering(), timingLikeness: new Numbering() },
  };
}

/**
 * The numbers of a compiled plan, to go on from there: lists of their own, as another plan may go on from
 * the same one and give the next numbers otherwise.
 */
export function numbersOf({ destinationTags, rates, terms, plans }: CgratesSnapshot): Numbers {
  const lists = { tags: [...destinationTags], rates: [...rates], terms: [...terms] };
  const numbers: Numbers = { ...createNumbers(), ...lists };
  for (const [number, tag] of destinationTags.entries()) numbers.tagNumbers.set(tag, number);
  for (const rate of rates) numbers.rateLikeness.note(rateKey(rate), rate.likeness);
  for (const [number, own] of terms.entries()) numbers.termNumbers.note(termsKey(own), number);
  for (const { rows } of plans.values()) {
    for (const { timing } of rows) {
      numbers.timingLikeness.note(timingKey(timing.written), timing.likeness);
    }
  }
  return numbers;
}

/** The number of a tag, a new one where it has none. */
export function tagNumber({ tags, tagNumbers }: Numbers, tag: string): number {
  const known = tagNumbers.get(tag);
  if (known !== undefined) return known;
  const number = tags.length;
  tags.push(tag);
  tagNumbers.set(tag, number);
  return number;
}

/** Equal for rates of equal fee and slots. */
export function rateKey({ connectFeeText, slots }: Pick<CompiledRate, "connectFeeText" | "slots">) {
  const prices = slots.map(({ startNs, valueText, unitNs, incrementNs }) => [
    ...[startNs, valueText, unitNs, incrementNs],
  ]);
  return `${connectFeeText};${prices.join(";")}`;
}

export function termsKey(terms: PriceTerms): string {
  const { roundingMethod, roundingDecimals, maxCostText, maxCostStrategy } = terms;
  return `${roundingMethod};${roundingDecimals};${maxCostText};${maxCostStrategy}`;
}

/** Equal for timings of equal lists and start text. */
export function timingKey(written: CompiledTiming["written"]): string {
  const { years, months, monthDays, weekDays, startText } = written;
  const lists = [years, months, monthDays, weekDays].map((list) => list.join(";"));
  return `${lists.join(",")},${startText}`;
}
