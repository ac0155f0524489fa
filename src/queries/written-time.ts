// How times are written in exports: a closed list of forms, by the clocks of a zone.
import { offsetText, zoneOffsets } from "./zone-offsets.ts";

/**
 * `iso`: as stored, RFC 3339 with the offset that was sent. `iso-zone`: RFC 3339 with the offset of the
 * zone. `epoch`: seconds since 1970, with milliseconds behind the point. The others: the wall clock of the
 * zone to the second, without what is behind it and without an offset, so that the hour that clocks show
 * twice a year is there twice.
 */
export const TIME_FORMS = [
  "iso",
  "iso-zone",
  "epoch",
  "yyyy-MM-dd HH:mm:ss",
  "dd/MM/yyyy HH:mm:ss",
  "MM/dd/yyyy HH:mm:ss",
  "dd.MM.yyyy HH:mm:ss",
] as const;
export type TimeForm = (typeof TIME_FORMS)[number];

export interface TimeWriting {
  times: TimeForm;
  /** IANA zone. */
  timeZone: string;
}

/** Null: as it is stored. @throws `invalid-params` for a zone that does not exist */
export function timeWriter({
  times,
  timeZone,
}: TimeWriting): ((atMs: number) => string | number) | null {
  const offsetAt = zoneOffsets(timeZone);
  if (times === "iso") return null;
  if (times === "epoch") return (atMs) => atMs / 1000;
  return (atMs) => {
    const offsetMs = offsetAt(atMs);
    const wall = new Date(atMs + offsetMs).toISOString();
    if (times === "iso-zone") return wall.replace("Z", offsetText(offsetMs));
    const [year = "", month = "", day = ""] = wall.slice(0, wall.indexOf("T")).split(/(?<=\d)-/);
    const parts = { yyyy: year, MM: month, dd: day };
    const date = times.slice(0, 10).replace(/yyyy|MM|dd/g, (name) => parts[name as "dd"]);
    return `${date} ${wall.slice(-13, -5)}`;
  };
}
