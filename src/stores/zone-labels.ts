// Names of the periods that an instant belongs to in a time zone: quarter hour, day, month, weekday and others.
import { PERIODS, type Period } from "../queries/group-keys.ts";
import { offsetText, zoneOffsets } from "../queries/zone-offsets.ts";

/**
 * The label of the period that an instant is in. An hour has the offset that holds in it, so that the
 * repeated hour of autumn is two hours. Throws `invalid-params` for a zone that does not exist.
 */
export function periodLabels(timeZone: string): (atMs: number, period: Period) => string {
  const offsetOf = zoneOffsets(timeZone);
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
