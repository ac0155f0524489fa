// Readers of flag values; a value that cannot be read is a fault that names its flag.
import type { Command } from "commander";
import type { Compat } from "../engine/ports.ts";
import { engineError } from "../errors.ts";
import { createTimeReader, isTimeZone } from "../tariffs/time/zoned.ts";

export const COMPAT_FLAG = "--compat <semantics>";
const COMPATS: readonly string[] = ["exact", "cgrates", "cgrates-0.9.1"] satisfies Compat[];

/** @throws EngineError `invalid-params` */
export function readCompat(text: string): Compat {
  if (COMPATS.includes(text)) return text as Compat;
  throw engineError("invalid-params", `--compat: "${text}" is none of ${COMPATS.join(", ")}.`, {
    path: "compat",
  });
}

/** A reader of whole numbers ≥ 0 for one member. @throws EngineError `invalid-params` */
export function wholeNumberOf(path: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw engineError("invalid-params", `${path}: "${text}" is no whole number ≥ 0.`, { path });
  };
}

/** A reader of the whole numbers that a flag takes. @throws EngineError `invalid-params` */
export function wholeNumberFlag(
  flag: string,
  { min, max }: { min: number; max: number },
): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw engineError(
      "invalid-params",
      `--${flag}: "${text}" is no whole number from ${min} to ${max}.`,
      { path: flag },
    );
  };
}

/** How many a page has: 1 to 1000. @throws EngineError `invalid-params` */
export const pageLimitFlag = wholeNumberFlag("limit", { min: 1, max: 1000 });

/** The zone of the days and months that the other flags of a command name. */
export function timeZoneFlag(command: Command): Command {
  return command.option(
    "--time-zone <zone>",
    "IANA zone in which days and months are read",
    readTimeZone,
    "UTC",
  );
}

/** @throws EngineError `invalid-params` */
function readTimeZone(text: string): string {
  if (text === "UTC" || isTimeZone(text)) return text;
  throw engineError("invalid-params", `--time-zone: "${text}" is no IANA zone.`, {
    path: "timeZone",
    hint: "Name a place, e.g. Europe/Madrid.",
  });
}

/** What a flag of a time takes, for its line of the help. */
export const TIME_FORMS = "RFC 3339, or a day or month in --time-zone";

const INSTANT = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * An RFC 3339 time with its offset, or the begin of a day or month in the zone; in UTC, as the
 * service takes it. @throws EngineError `invalid-params`
 */
export function instantFlag(text: string, flag: string, timeZone = "UTC"): string {
  const atMs = INSTANT.test(text) ? Date.parse(text) : beginOf(text, timeZone);
  if (!Number.isNaN(atMs)) return new Date(atMs).toISOString();
  const fault = `--${flag}: "${text}" is no time such as 2026-03, 2026-03-01 or 2026-03-01T00:00:00Z.`;
  throw engineError("invalid-params", fault, { path: flag });
}

/** The first moment of a day or month; NaN for any other text. */
function beginOf(text: string, timeZone: string): number {
  const day = /^\d{4}-\d\d$/.test(text) ? `${text}-01` : text;
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return Number.NaN;
  const read = createTimeReader(timeZone)(day);
  return read.ok ? read.atMs : Number.NaN;
}
