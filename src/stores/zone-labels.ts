// Names of the day, hour, month and weekday that an instant belongs to in a time zone.
import { engineError } from "../errors.ts";
import { PERIODS, type Period } from "../queries/group-keys.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch (cause) {
    throw engineError("invalid-params", `There is no time zone ${timeZone}.`, {
      path: "timeZone",
      hint: "Use a name of the IANA data base, as in Europe/Madrid.",
      cause,
    });
  }
}

/** Offset from UTC in milliseconds; cached for days on which it does not change. */
function offsetLookup(timeZone: string): (atMs: number) => number {
  const format = zoneFormat(timeZone);
  const wholeDays = new Map<number, number | null>();
  const compute = (atMs: number): number => {
    const parts = format.formatToParts(atMs);
    const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "";
    const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(name);
    const [, sign, hours = "0", minutes = "0", seconds = "0"] = match ?? [];
    const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    return (sign === "-" ? -size : size) * 1000;
  };
  return (atMs) => {
    const day = Math.floor(atMs / DAY_MS);
    let offset = wholeDays.get(day);
    if (offset === undefined) {
      const first = compute(day * DAY_MS);
      offset = compute((day + 1) * DAY_MS) === first ? first : null;
      wholeDays.set(day, offset);
    }
    return offset ?? compute(atMs);
  };
}

function offsetText(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  const hour = String(Math.floor(minutes / 60)).padStart(2, "0");
  const minute = String(Math.floor(minutes % 60)).padStart(2, "0");
  return `${offsetMs < 0 ? "-" : "+"}${hour}:${minute}`;
}

/**
 * The label of the period that an instant is in. An hour has the offset that holds in it, so that the
 * repeated hour of autumn is two hours. Throws `invalid-params` for a zone that does not exist.
 */
export function periodLabels(timeZone: string): (atMs: number, period: Period) => string {
  const offsetOf = offsetLookup(timeZone);
  // Times mostly come in order: the label of the last minute met is kept.
  let last = { minute: Number.NaN, period: "", label: "" };
  return (atMs, period) => {
    const minute = Math.floor(atMs / 60_000);
    if (last.minute === minute && last.period === period) return last.label;
    const offset = offsetOf(atMs);
    const local = new Date(atMs + offset);
    const weekday = local.getUTCDay() || 7;
    const label = PERIODS[period].text(local.toISOString(), weekday, offsetText(offset));
    last = { minute, period, label };
    return label;
  };
}
