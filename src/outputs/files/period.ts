// Of which hour or day a file is, as its name says it.
import { DateTime } from "luxon";
import type { FilesSettings } from "../settings.ts";

/**
 * `NAME-2026-03-29.csv`, `NAME-2026-03-29T14+0200.csv`: with its offset the hour that a clock change
 * repeats has two names.
 */
export function fileNameAt(
  { name, per, timeZone, format }: Pick<FilesSettings, "name" | "per" | "timeZone" | "format">,
  atMs: number,
): string {
  const at = DateTime.fromMillis(atMs, { zone: timeZone });
  const day = at.toFormat("yyyy-MM-dd");
  const offset = at.offset === 0 ? "Z" : at.toFormat("ZZZ");
  const period = per === "day" ? day : `${day}T${at.toFormat("HH")}${offset}`;
  return `${name}-${period}.${format}`;
}
