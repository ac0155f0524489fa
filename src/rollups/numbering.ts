// Numbers combinations of places, the first 0: which row of a table one is.

/** Places of one dictionary are below this, so that two of these numbers make one exact number. */
export const MOST_PLACES = 2 ** 21;
/** Where one of a pair is below this, the pair has a place in a list. */
const FEW = 8;
/** Lists do not grow beyond this. */
const LONGEST_LIST = 2 ** 18;

export interface Numbering {
  /**
   * Of the places at these columns, in their order, behind what has the number `before`.
   * What is new has the next number.
   */
  numberOf(places: ArrayLike<number>, before: number): number;
}

/** Of pairs of a number and a place: the numbers that they have, as they come. */
interface Step {
  /** By number × `FEW` + place, or by place × `FEW` + number: the number of the pair and 1; 0: none yet. */
  byNumber: Int32Array;
  byPlace: Int32Array;
  others: Map<number, number>;
  size: number;
}

function createStep(): Step {
  const none = () => new Int32Array(FEW);
  return { byNumber: none(), byPlace: none(), others: new Map(), size: 0 };
}

function grown(list: Int32Array, least: number): Int32Array {
  const larger = new Int32Array(Math.max(2 * list.length, least + 1));
  larger.set(list);
  return larger;
}

function numberIn(step: Step, number: number, place: number): number {
  const isNumber = place < FEW && number < LONGEST_LIST / FEW;
  if (!isNumber && (number >= FEW || place >= LONGEST_LIST / FEW)) {
    const pair = number * MOST_PLACES + place;
    const known = step.others.get(pair) ?? step.size;
    if (known === step.size) step.others.set(pair, step.size++);
    return known;
  }
  const name = isNumber ? "byNumber" : "byPlace";
  const index = isNumber ? number * FEW + place : place * FEW + number;
  if (index >= step[name].length) step[name] = grown(step[name], index);
  const list = step[name];
  const known = list[index] ?? 0;
  if (known > 0) return known - 1;
  step.size += 1;
  list[index] = step.size;
  return step.size - 1;
}

/** `columns`: where in the places those are that it tells apart. */
export function createNumbering(columns: readonly number[]): Numbering {
  const steps = columns.map(createStep);
  return {
    numberOf(places, before) {
      let number = before;
      for (let index = 0; index < columns.length; index += 1) {
        const step = steps[index];
        if (step !== undefined) number = numberIn(step, number, places[columns[index] ?? 0] ?? 0);
      }
      return number;
    },
  };
}
