// Dates of decks in the one spelling that tariffs read: YYYY-MM-DD, with a time behind where there is one.
import { isoDate } from "../dates.ts";
import type { Dialect } from "../dialect.ts";
import { type CellRead, quotedCell } from "./rules.ts";

/** Of English, German, French, Spanish, Portuguese and Italian: how their names begin, without marks. */
const MONTHS = [
  ["jan", "ene", "gen"],
  ["feb", "fev"],
  ["mar"],
  ["apr", "avr", "abr"],
  ["may", "mai", "mag"],
  ["jun", "juin", "giu"],
  ["jul", "juil", "lug"],
  ["aug", "aou", "ago"],
  ["sep", "set"],
  ["oct", "okt", "out", "ott"],
  ["nov"],
  ["dec", "dez", "dic"],
];
const NAMED = /^(\d{1,2})[\s./-]*(\p{L}{3,12})\.?[\s,./-]*(\d{4}|\d{2})(?:\s+(.+))?$/u;
const NAMED_FIRST = /^(\p{L}{3,12})\.?\s*(\d{1,2})(?:st|nd|rd|th)?[\s,.-]+(\d{4})(?:\s+(.+))?$/u;
const NUMBERED = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[T ,]|$)/;
/** Days since 1899-12-30, as spreadsheets count: from 1954 to 2119. */
const SERIAL = /^([2-7]\d{4})(?:[.,](\d{1,10}))?$/;
/** Without signs between: it can only begin with the year. */
const COMPACT = /^((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])$/;
const FIRST_SERIAL_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;
/** What means that the price holds already. */
const NOW = new Set([
  "",
  "-",
  "0",
  "0000-00-00",
  "0000-00-00 00:00:00",
  "asap",
  "now",
  "immediate",
  "immediately",
  "current",
  "with immediate effect",
  "sofort",
  "ab sofort",
  "inmediato",
  "immédiat",
  "imediato",
  "immediato",
]);

/** "" where the row holds already. */
export function readDay(text: string, order: Dialect["dateOrder"]): CellRead<string> {
  if (NOW.has(text.toLowerCase())) return { ok: true, value: "" };
  const named = namedDay(text);
  if (named !== null) return { ok: true, value: named };
  const serial = SERIAL.exec(text);
  if (serial !== null) return { ok: true, value: serialDay(serial[1] ?? "", serial[2] ?? "") };
  const compact = COMPACT.exec(text);
  if (compact !== null) return { ok: true, value: compact.slice(1, 4).join("-") };
  // Seconds with a fraction, and an offset, stay as they are behind the date.
  const iso = isoDate(text, order);
  if (/^\d{4}-\d\d-\d\d/.test(iso)) return { ok: true, value: withoutMidnight(iso) };
  if (order === undefined && NUMBERED.test(text)) {
    const detail = `${quotedCell(text)}: the dialect does not say dateOrder: dmy, mdy or ymd.`;
    return { ok: false, code: "dialect-doubt", detail };
  }
  return { ok: false, code: "invalid-date", detail: `${quotedCell(text)}.` };
}

function withoutMidnight(iso: string): string {
  return iso.replace(/ 00:00(?::00(?:\.0+)?)?$/, "").replace(/ (?:UTC|GMT|Z)$/, "Z");
}

function monthNamed(name: string): number {
  const plain = name.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return MONTHS.findIndex((begins) => begins.some((one) => plain.startsWith(one))) + 1;
}

function namedDay(sent: string): string | null {
  if (!/\p{L}{3}/u.test(sent)) return null;
  const text = sent.replaceAll(/\s+de\s+/gi, " ");
  const [, day, name, year, time] = NAMED.exec(text) ?? [];
  const [, name2, day2, year2, time2] = NAMED_FIRST.exec(text) ?? [];
  const month = monthNamed(name ?? name2 ?? "");
  const number = day ?? day2;
  const said = year ?? year2;
  if (month === 0 || number === undefined || said === undefined) return null;
  const date = `${said.length === 2 ? `20${said}` : said}-${pad(month)}-${pad(Number(number))}`;
  const clock = time ?? time2;
  return withoutMidnight(clock === undefined ? date : `${date} ${clock}`);
}

function serialDay(days: string, fraction: string): string {
  const seconds = fraction === "" ? 0 : Math.round(Number(`0.${fraction}`) * 86_400);
  const iso = new Date(FIRST_SERIAL_MS + Number(days) * DAY_MS + seconds * 1000).toISOString();
  return withoutMidnight(`${iso.slice(0, 10)} ${iso.slice(11, 19)}`);
}

/** The day behind a date; what has a time of day is left as it is. */
export function dayAfter(day: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return day;
  const atMs = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(atMs) ? day : new Date(atMs + DAY_MS).toISOString().slice(0, 10);
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
