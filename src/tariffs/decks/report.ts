// A rate as a native deck writes it: what is the same in nearly every row is left out.
import { DateTime } from "luxon";
import type { RateRow } from "../tariff.ts";
import type { DeckColumn } from "./columns.ts";

/** The columns that differ from their defaults, and those that every deck has. */
export function rateCells(
  row: RateRow,
  timeZone: string,
): Partial<Record<DeckColumn, string>> & { prefix: string } {
  const optional: [DeckColumn, string, string][] = [
    ["minimum_seconds", String(row.minimumSeconds), "0"],
    ["grace_seconds", String(row.graceSeconds), "0"],
    ["from_second", String(row.fromSecond), "0"],
    ["band", row.band ?? "", ""],
    ["effective_from", timeText(row.effectiveFromMs, timeZone), ""],
    ["effective_to", timeText(row.effectiveToMs, timeZone), ""],
    ["status", row.status, "open"],
    ["minimum_amount", row.minimumAmount ?? "", ""],
    ["maximum_amount", row.maximumAmount ?? "", ""],
    ["caller_prefix", row.callerPrefix, ""],
    ["tor", row.tor, "*voice"],
    ["unit_seconds", String(row.unitSeconds), "60"],
    ["interval_price", row.intervalPrice ?? "", ""],
  ];
  const others = optional.filter(([, text, usual]) => text !== usual);
  return {
    prefix: row.prefix === "" ? "*" : row.prefix,
    destination: row.destination,
    rate: row.status === "blocked" ? "" : row.rate,
    connect_fee: row.connectFee,
    first_interval: String(row.firstInterval),
    next_interval: String(row.nextInterval),
    ...Object.fromEntries(others.map(([column, text]) => [column, text])),
  };
}

/** A date where it is midnight of the zone, else the time with its offset. */
function timeText(atMs: number | null, timeZone: string): string {
  if (atMs === null) return "";
  const at = DateTime.fromMillis(atMs, { zone: timeZone });
  const isMidnight = at.equals(at.startOf("day"));
  return (isMidnight ? at.toISODate() : at.toISO({ suppressMilliseconds: true })) ?? "";
}
