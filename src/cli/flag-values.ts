// Readers of flag values; a value that cannot be read is a fault that names its flag.
import type { Compat } from "../engine/ports.ts";
import { engineError } from "../errors.ts";

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

/** An RFC 3339 time with its offset, in UTC, as the service takes it. @throws `invalid-params` */
export function instantFlag(text: string, flag: string): string {
  const isInstant = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/.test(text);
  const atMs = isInstant ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return new Date(atMs).toISOString();
  const fault = `--${flag}: "${text}" is no time such as 2026-03-01T00:00:00Z.`;
  throw engineError("invalid-params", fault, { path: flag });
}
