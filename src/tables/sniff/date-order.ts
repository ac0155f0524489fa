// Which of the numbers of a date is the day.
import { dateParts, isYear } from "../dates.ts";
import { DATE_ORDERS, type Dialect } from "../dialect.ts";

export interface DateOrderGuess {
  /** Undefined: there is no date whose order must be said. */
  order: Dialect["dateOrder"];
  rivals: (typeof DATE_ORDERS)[number][];
}

const EVERY = DATE_ORDERS;

/** Two numbers and a year of two digits may be a price or an increment: a time or a year tells. */
export function guessDateOrder(cells: Iterable<string>): DateOrderGuess {
  return guessOf(cells, ({ last, time }) =>
    last.length === 4 ? isYear(last) : time !== undefined,
  );
}

/** The same for cells of which it is known that they are dates. */
export function guessDays(cells: Iterable<string>): DateOrderGuess {
  return guessOf(cells, () => true);
}

type Parts = NonNullable<ReturnType<typeof dateParts>>;

/** A number over 12 is no month: of the orders that are left by every date one is right. */
function guessOf(cells: Iterable<string>, isDate: (parts: Parts) => boolean): DateOrderGuess {
  let left: (typeof DATE_ORDERS)[number][] = [...EVERY];
  let isAsked = false;
  for (const cell of cells) {
    const parts = dateParts(cell);
    if (parts === null || parts.first.length > 2) continue;
    if (!isDate(parts)) continue;
    isAsked = true;
    left = left.filter((order) => fits(order, parts));
  }
  if (!isAsked) return { order: undefined, rivals: [] };
  const [order = "dmy", ...rivals] = left.filter((one) => one !== "ymd" || left.length === 1);
  return { order, rivals };
}

function fits(
  order: (typeof DATE_ORDERS)[number],
  { first, middle, last }: { first: string; middle: string; last: string },
): boolean {
  const isMonth = (text: string) => Number(text) >= 1 && Number(text) <= 12;
  const isDay = (text: string) => Number(text) >= 1 && Number(text) <= 31;
  if (order === "dmy") return isDay(first) && isMonth(middle);
  if (order === "mdy") return isMonth(first) && isDay(middle);
  return last.length <= 2 && isMonth(middle) && isDay(last);
}
