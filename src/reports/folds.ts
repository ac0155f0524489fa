// Hours and weekdays folded: every Monday of a range is one row, and so is every hour from nine to ten.
import type { Period } from "../queries/group-keys.ts";

export const FOLDS = ["hourOfDay", "weekday", "hourOfWeek"] as const satisfies readonly Period[];
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
