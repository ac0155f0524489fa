// How numbers, times and amounts are written for a receiver: by the rules of the language (Intl), in a zone.

export const LANGUAGES = ["en", "es", "de", "fr", "pt"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Whether it names a zone of the clocks of a place, as `Europe/Madrid`, or UTC. */
export function isZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Intl takes no more; a longer text stays as it is. */
const MOST_DECIMALS = 20;

export interface Written {
  /** A count or a decimal text: every digit stays, with the marks of the language. */
  number(value: string | number): string;
  /** `0.5` as `50 %`, with at most one decimal. */
  percent(share: number | null): string;
  /** Seconds as minutes and seconds: `1,234:05`. */
  minutes(seconds: number): string;
  /** The day of an instant, by the clocks of the zone. */
  day(atMs: number): string;
  /** Its month and year. */
  month(atMs: number): string;
  /** Day and time with the name of the zone. */
  moment(atMs: number): string;
  /** The time of the day alone, to the second. */
  time(atMs: number): string;
}

/** @param timeZone an IANA zone that exists */
export function writtenIn(language: Language, timeZone: string): Written {
  const whole = new Intl.NumberFormat(language);
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const date = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(language, { timeZone, ...options });
    return (atMs: number): string => format.format(atMs);
  };
  const number = (value: string | number): string => {
    const text = String(value);
    const decimals = /^-?\d+(?:\.(\d+))?$/.exec(text);
    if (decimals === null) return text;
    const count = decimals[1]?.length ?? 0;
    if (count > MOST_DECIMALS) return text;
    const options = { minimumFractionDigits: count, maximumFractionDigits: count };
    // A text keeps digits that a number would lose.
    return new Intl.NumberFormat(language, options).format(text as Intl.StringNumericLiteral);
  };
  return {
    number,
    percent: (value) => (value === null ? "–" : share.format(value)),
    minutes(seconds) {
      const all = Math.round(seconds);
      return `${whole.format(Math.floor(all / 60))}:${String(all % 60).padStart(2, "0")}`;
    },
    day: date({ dateStyle: "full" }),
    month: date({ year: "numeric", month: "long" }),
    moment: date({
      ...{ year: "numeric", month: "long", day: "numeric" },
      ...{ hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
    }),
    time: date({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  };
}
