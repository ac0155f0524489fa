// A feed that has told nothing for longer than it may, quiet hours left out.

/** Hours of the day in which nothing is expected; over midnight where `to` is not behind `from`. */
export interface QuietHours {
  /** `HH:MM`, in the zone of the source. */
  from: string;
  to: string;
  /** Days on which they begin; absent: each. */
  days?: readonly Day[] | undefined;
}

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MINUTES = 1440;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** Whether more minutes than `mostMinutes` went by since then that are not quiet. */
export function isSilent(
  { sinceMs, nowMs }: { sinceMs: number; nowMs: number },
  {
    mostMinutes,
    quietHours,
    timeZone,
  }: { mostMinutes: number; quietHours: readonly QuietHours[]; timeZone: string },
): boolean {
  if (nowMs - sinceMs <= mostMinutes * MINUTE_MS) return false;
  if (quietHours.length === 0) return true;
  const quiet = quietMinutes(quietHours);
  const minuteAt = minuteOfWeek(timeZone);
  let minutes = 0;
  // Back from now, so that a feed that was silent for a year costs no more than one for a day.
  for (let atMs = nowMs - MINUTE_MS; atMs >= sinceMs; atMs -= MINUTE_MS) {
    if (quiet[minuteAt(atMs)] === 1) continue;
    minutes += 1;
    if (minutes > mostMinutes) return true;
  }
  return false;
}

/** Of a week that begins on Monday: 1 where nothing is expected. */
export function quietMinutes(hours: readonly QuietHours[]): Uint8Array {
  const quiet = new Uint8Array(WEEK_MINUTES);
  for (const { from, to, days = DAYS } of hours) {
    const begin = minuteOfDay(from);
    const length = (minuteOfDay(to) - begin + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
    for (const day of days) {
      const start = DAYS.indexOf(day) * DAY_MINUTES + begin;
      for (let minute = 0; minute < length; minute += 1) {
        quiet[(start + minute) % WEEK_MINUTES] = 1;
      }
    }
  }
  return quiet;
}

function minuteOfDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The minute of the week of an instant; the offset of the zone is looked up once an hour. */
function minuteOfWeek(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  let known = { hour: Number.NaN, minute: 0 };
  return (atMs) => {
    const hour = Math.floor(atMs / HOUR_MS);
    if (hour !== known.hour) known = { hour, minute: lookedUp(format, hour * HOUR_MS) };
    return (known.minute + Math.floor((atMs - hour * HOUR_MS) / MINUTE_MS)) % WEEK_MINUTES;
  };
}

function lookedUp(format: Intl.DateTimeFormat, atMs: number): number {
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const day = DAYS.indexOf((parts.get("weekday") ?? "").toLowerCase() as Day);
  return day * DAY_MINUTES + Number(parts.get("hour")) * 60 + Number(parts.get("minute"));
}
