// Hours and weekdays folded: every Monday of a range is one row, and so is every hour from nine to ten.
import type { Period } from "../queries/group-keys.ts";

export const FOLDS = ["hourOfDay", "weekday", "hourOfWeek"] as const;
export type Fold = (typeof FOLDS)[number];

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
const WEEKDAYS = ["1", "2", "3", "4", "5", "6", "7"];

/** `00` to `23`; `1` (Monday) to `7`; `1T00` to `7T23`: by the clocks of the zone, both times an hour
 * that they show twice. */
export const FOLD_KEYS: Readonly<Record<Fold, readonly string[]>> = {
  hourOfDay: HOURS,
  weekday: WEEKDAYS,
  hourOfWeek: WEEKDAYS.flatMap((weekday) => HOURS.map((hour) => `${weekday}T${hour}`)),
};

/** The period of a store's sums from whose label the key of a fold follows. */
export const FOLDED_FROM: Readonly<Record<Fold, Period>> = {
  hourOfDay: "hour",
  weekday: "weekday",
  hourOfWeek: "hour",
};

export function foldedKey(fold: Fold, label: string): string {
  if (fold === "weekday") return label;
  const hour = label.slice(11, 13);
  if (fold === "hourOfDay") return hour;
  return `${new Date(`${label.slice(0, 10)}T00:00:00Z`).getUTCDay() || 7}T${hour}`;
}
