// Reads the tables that say when and for whom prices hold: Timings, RatingPlans, RatingProfiles.

import type { Layout, RatingProfile, Timing } from "../plan.ts";
import { readAmount, readTag } from "./checked-fields.ts";
import { type CsvRow, placeOf } from "./csv-rows.ts";
import { parseNumberList, parseTimeOfDay, parseTimestamp } from "./field-values.ts";
import type { TableContext } from "./read-prices.ts";

const DAY_NS = 86_400_000_000_000;
/** Words that stand for a time of day in timings of actions; no plan can be rated with one. */
const ACTION_TIMES = /^\*(asap|every_minute|hourly|daily|weekly|monthly.*|month_end.*|yearly)$/;

/** `*any` and `*asap`, which exist without a file. */
export function predefinedTimings(): Map<string, Timing> {
  const lists = { years: [], months: [], monthDays: [], weekDays: [] };
  const place = { file: "", line: 0 };
  const any: Timing = { tag: "*any", ...place, ...lists, startText: "00:00:00", startNs: 0 };
  const asap: Timing = { tag: "*asap", ...place, ...lists, startText: "*asap", startNs: null };
  return new Map([any, asap].map((timing) => [timing.tag, timing]));
}

/** Tag, Years, Months, MonthDays, WeekDays, Time. */
export function readTiming(row: CsvRow, { plan, faults }: TableContext): void {
  const tag = readTag(row, 0, faults);
  const [years, months, monthDays, weekDays] = [1, 2, 3, 4].map((index) => {
    const { numbers, dropped } = parseNumberList(row.fields[index] ?? "");
    for (const element of dropped) {
      faults.add(placeOf(row, index), "ignored-list-element", `"${element}"`);
    }
    return numbers;
  }) as [number[], number[], number[], number[]];
  const [startText = "", ...ends] = (row.fields[5] ?? "").split(";");
  const startNs = parseTimeOfDay(startText);
  if (startNs === null && !ACTION_TIMES.test(startText)) {
    faults.add(placeOf(row, 5), "invalid-time", `"${startText}"`);
  }
  if (startNs !== null && startNs >= DAY_NS) faults.add(placeOf(row, 5), "never-active");
  if (ends.some((end) => end !== "")) faults.add(placeOf(row, 5), "ignored-end-time");
  if (tag === null) return;
  const before = plan.timings.get(tag);
  if (before !== undefined && before.line > 0) {
    faults.add(placeOf(row, 0), "duplicate-timing", `${tag}, line ${before.line}.`);
  }
  plan.timings.set(tag, {
    tag,
    file: row.file,
    line: row.line,
    years,
    months,
    monthDays,
    weekDays: weekDays.map((day) => day % 7),
    startText: startText === "" ? "00:00:00" : startText,
    startNs,
  });
}

/** Tag, DestinationRatesTag, TimingTag, Weight. */
export function readRatingPlan(row: CsvRow, { plan, faults }: TableContext): void {
  const tag = readTag(row, 0, faults);
  const destinationRates = readTag(row, 1, faults);
  const timing = readTag(row, 2, faults);
  const weight = readAmount(row, 3, faults);
  if (tag === null || destinationRates === null || timing === null) return;
  const { file, line } = row;
  const rows = plan.ratingPlans.get(tag) ?? [];
  // A faulty number must hide neither the row's other faults nor its tag.
  rows.push({ file, line, destinationRates, timing, weight: weight?.value ?? 0 });
  plan.ratingPlans.set(tag, rows);
}

interface ProfileColumns {
  tenant: number;
  category: number;
  subject: number;
  activation: number;
  plan: number;
  fallback: number;
}

export const PROFILE_COLUMNS: Record<Layout, ProfileColumns> = {
  "0.10": { tenant: 0, category: 1, subject: 2, activation: 3, plan: 4, fallback: 5 },
  "0.9.1": { tenant: 1, category: 2, subject: 3, activation: 4, plan: 5, fallback: 6 },
  rc3: { tenant: 0, category: 1, subject: 3, activation: 4, plan: 5, fallback: 6 },
};

/** One activation of a profile; rows of one tenant, category and subject belong together. */
export function createProfileReader({ plan, faults, layout }: TableContext) {
  const profiles = new Map<string, RatingProfile>();
  const columns = PROFILE_COLUMNS[layout];
  return (row: CsvRow): void => {
    const tenant = readTag(row, columns.tenant, faults);
    const category = readTag(row, columns.category, faults);
    const subject = readTag(row, columns.subject, faults);
    const planTag = readTag(row, columns.plan, faults);
    const time = parseTimestamp(row.fields[columns.activation] ?? "");
    if (time.kind === "relative" || time.kind === "invalid") {
      const code = time.kind === "relative" ? "relative-time" : "invalid-timestamp";
      faults.add(placeOf(row, columns.activation), code, row.fields[columns.activation]);
    }
    if (tenant === null || category === null || subject === null || planTag === null) return;
    const key = `${tenant}:${category}:${subject}`;
    let profile = profiles.get(key);
    if (profile === undefined) {
      profile = { tenant, category, subject, activations: [] };
      profiles.set(key, profile);
      plan.profiles.push(profile);
    }
    profile.activations.push({
      file: row.file,
      line: row.line,
      ...(time.kind === "instant" ? { atMs: time.atMs, atNs: time.atNs } : { atMs: null, atNs: 0 }),
      plan: planTag,
      fallbackSubjects: fallbackSubjects(row.fields[columns.fallback] ?? "", layout),
    });
  };
}

/** Up to 0.9.1 the list was sorted; master keeps its order. */
function fallbackSubjects(text: string, layout: Layout): string[] {
  if (text === "") return [];
  const subjects = text.split(";");
  return layout === "0.10" ? subjects : subjects.sort();
}
