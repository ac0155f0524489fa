// How far the clocks of a time zone are from UTC, at any instant.
import { engineError } from "../errors.ts";

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

/**
 * Offset from UTC in milliseconds by epoch milliseconds; cached for days on which it does not change.
 * @throws `invalid-params` for a zone that does not exist
 */
export function zoneOffsets(timeZone: string): (atMs: number) => number {
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

/** `+02:00`; seconds of an offset, which some had before 1972, are left out. */
export function offsetText(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  const hour = String(Math.floor(minutes / 60)).padStart(2, "0");
  const minute = String(Math.floor(minutes % 60)).padStart(2, "0");
  return `${offsetMs < 0 ? "-" : "+"}${hour}:${minute}`;
}
