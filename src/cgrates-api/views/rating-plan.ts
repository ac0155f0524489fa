// A rating plan as the engine keeps it: each timing and each rating once, under a hash of what it says.
import { createHash } from "node:crypto";
import type {
  CgratesSnapshot,
  CompiledPlan,
  CompiledRate,
  CompiledTiming,
  PriceTerms,
} from "../../cgrates/snapshot.ts";
import { durationText } from "../values/duration.ts";

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** The first eight digits of a hash: the engine's short names. */
function shortName(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 8);
}

/** Go's `%v` of a `float64`: an exponent of two digits below 0.0001 and from 1e21 on. */
function floatText(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e21)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

/** As Go prints values of its own types: `%!Month(13)` for one that there is not. */
function named(values: readonly number[], names: readonly string[], type: string, first: number) {
  return values.map((value) => names[value - first] ?? `%!${type}(${value})`).join(" ");
}

function timingName({ tag, written }: CompiledTiming): string {
  const { years, months, monthDays, weekDays, startText } = written;
  const lists = [
    years.join(" "),
    named(months, MONTHS, "Month", 1),
    monthDays.join(" "),
    named(weekDays, DAYS, "Weekday", 0),
  ].map((list) => `[${list}]`);
  return shortName(`&{${tag} ${lists.join(" ")} ${startText}   ${tag}}`);
}

function ratingName({ connectFee, slots }: CompiledRate, terms: PriceTerms): string {
  const { roundingMethod, roundingDecimals, maxCost, maxCostStrategy } = terms;
  const head = [floatText(connectFee), roundingMethod, roundingDecimals, floatText(maxCost)];
  const rates = slots.map(({ startNs, value, incrementNs, unitNs }) => {
    const parts = [durationText(startNs), floatText(value)];
    parts.push(durationText(incrementNs), durationText(unitNs));
    return shortName(`&{${parts.join(" ")}}`);
  });
  return shortName(`${head.join(" ")} ${maxCostStrategy}${rates.join("")}`);
}

export function timingView({ tag, written }: Pick<CompiledTiming, "tag" | "written">) {
  const { years, months, monthDays, weekDays, startText } = written;
  return {
    ...{ ID: tag, Years: years, Months: months, MonthDays: monthDays, WeekDays: weekDays },
    ...{ StartTime: startText, EndTime: "" },
  };
}

function ratingView({ connectFee, slots }: CompiledRate, terms: PriceTerms) {
  return {
    ConnectFee: connectFee,
    RoundingMethod: terms.roundingMethod,
    RoundingDecimals: terms.roundingDecimals,
    MaxCost: terms.maxCost,
    MaxCostStrategy: terms.maxCostStrategy,
    Rates: slots.map(({ startNs, value, incrementNs, unitNs }) => ({
      ...{ GroupIntervalStart: startNs, Value: value },
      ...{ RateIncrement: incrementNs, RateUnit: unitNs },
    })),
  };
}

interface Bound {
  Timing: string;
  Rating: string;
  Weight: number;
}

/** What the plan has for each destination; rows that say the same are one. */
export function ratingPlanView(snapshot: CgratesSnapshot, { id, rows }: CompiledPlan) {
  const timings = new Map<string, unknown>();
  const ratings = new Map<string, unknown>();
  const destinations = new Map<string, Bound[]>();
  for (const row of rows) {
    const { destination, rate, terms } = row.table;
    const timing = timingName(row.timing);
    timings.set(timing, timingView(row.timing));
    for (let at = row.from; at < row.to; at += 1) {
      const price = snapshot.rates[rate[at] as number] as CompiledRate;
      const term = snapshot.terms[terms[at] as number] as PriceTerms;
      const rating = ratingName(price, term);
      ratings.set(rating, ratingView(price, term));
      const tag = snapshot.destinationTags[destination[at] as number] as string;
      const bound = { Timing: timing, Rating: rating, Weight: row.weight };
      const own = destinations.get(tag) ?? [];
      if (!own.some((other) => isSame(other, bound))) own.push(bound);
      destinations.set(tag, own);
    }
  }
  return {
    Id: id,
    ...{ Timings: inOrder(timings), Ratings: inOrder(ratings) },
    DestinationRates: inOrder(destinations),
  };
}

function isSame(a: Bound, b: Bound): boolean {
  return a.Timing === b.Timing && a.Rating === b.Rating && a.Weight === b.Weight;
}

/** Go writes the members of a map in the order of their names. */
function inOrder(map: ReadonlyMap<string, unknown>): Record<string, unknown> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
