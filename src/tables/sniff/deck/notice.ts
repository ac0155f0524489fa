// What stands around the table: a currency, a date for the whole deck, that it amends another.
import { readDay } from "../../deck/days.ts";
import type { Dialect } from "../../dialect.ts";
import type { Doubt } from "../doubt.ts";
import { currencyIn } from "./names.ts";

const DATE =
  /\b(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[ -]\p{L}{3,9}[ -]\d{2,4}|\p{L}{3,9} \d{1,2}, \d{4})\b/u;

export function currencyOfNotice(notice: readonly string[]): string | null {
  for (const line of notice) {
    const found =
      /currenc|price|rate|w[aä]hrung|preis|moneda|divisa|precio|devise|prix|valuta|prezz|moeda|pre[cç]o|tari/i.test(
        line,
      );
    const currency = found ? currencyIn(line) : null;
    if (currency !== null) return currency;
  }
  return null;
}

/** One date for every row, where no column has one. */
export function dateOfNotice(
  notice: readonly string[],
  order: Dialect["dateOrder"],
): { doubt: Doubt; date: string } | null {
  for (const line of notice) {
    if (
      !/effective|valid|as of|starting|in force|g[uü]ltig|vigen|efectiv|desde|partir|effet|valable|decorr/i.test(
        line,
      )
    )
      continue;
    const date = DATE.exec(line)?.[0];
    if (date === undefined || !isDate(date, order)) continue;
    const question = `The notice says "${line.trim().slice(0, 80)}": do the prices hold from then on?`;
    return { date, doubt: { code: "deck.effectiveFrom", question, answers: [date, ""] } };
  }
  return null;
}

function isDate(text: string, order: Dialect["dateOrder"]): boolean {
  return [order, "dmy", "mdy"].some((one) => readDay(text, one as Dialect["dateOrder"]).ok);
}

/** Asked where the file speaks of changes: else it is the whole list. */
export function listDoubt(notice: readonly string[], hasChanges: boolean): Doubt | null {
  const isAmending = notice.some((line) =>
    /amend|partial|changes only|update|modific|cambios|[aä]nderung|changement|altera[cç]/i.test(
      line,
    ),
  );
  if (!hasChanges && !isAmending) return null;
  return {
    code: "deck.list",
    question: "A code that the file does not have: is it closed (a full list), or as before?",
    answers: isAmending ? ["amendment", "full"] : ["full", "amendment"],
  };
}

/** Increments that hold for rows that say none. */
export function intervalsDoubt(notice: readonly string[]): Doubt | null {
  for (const line of notice) {
    if (!/increment|billing|pulse|interval|takt|factur|palier|cad[eê]nc|scaglion/i.test(line))
      continue;
    const steps = /(?<!\d[./]?)(\d{1,3})\s*[/+]\s*(\d{1,3})(?![./]?\d)/.exec(line);
    if (steps === null) continue;
    const question = `"${line.trim().slice(0, 120)}": are these the increments of all rows? Those of some destinations alone are deck.intervalsFor.`;
    return { code: "deck.intervals", question, answers: [`${steps[1]}/${steps[2]}`, ""] };
  }
  return null;
}
