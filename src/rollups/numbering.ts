// Numbers combinations of places, the first 0: which row of a table one is.

/** Places of one dictionary are below this, so that two of these numbers make one exact number. */
export const MOST_PLACES = 2 ** 21;
const FEW_NUMBERS = 2 ** 15;
const FEW_PLACES = 2 ** 16;

/** A number for both, which is small where they are: small ones are found much faster. */
function pairOf(number: number, place: number): number {
  if (number < FEW_NUMBERS && place < FEW_PLACES) return number * FEW_PLACES + place;
  return -1 - (number * MOST_PLACES + place);
}

export interface Numbering {
  /**
   * Of the places at these columns, in their order, behind what has the number `before`.
   * What is new has the next number.
   */
  numberOf(places: ArrayLike<number>, before: number): number;
}

/** `columns`: where in the places those are that it tells apart. */
export function createNumbering(columns: readonly number[]): Numbering {
  const steps = columns.map(() => new Map<number, number>());
  return {
    numberOf(places, before) {
      let number = before;
      for (let index = 0; index < columns.length; index += 1) {
        const step = steps[index];
        const pair = pairOf(number, places[columns[index] ?? 0] ?? 0);
        const known = step?.get(pair);
        if (known === undefined) {
          number = step?.size ?? 0;
          step?.set(pair, number);
        } else number = known;
      }
      return number;
    },
  };
}
