// What the steps of mediation share: the record that is read, its fields as text, and a fault.
import type { Json } from "../cdr/json.ts";
import type { Semantics } from "../cdr/rating.ts";
import type { Reason } from "../cdr/reasons.ts";
import type { RawCdr } from "../formats/format.ts";
import type { SourceSettings } from "./source-settings.ts";

export interface MediationFault {
  ok: false;
  reason: Reason;
  /** Canonical name of the primary field, or the path of an extra one. */
  field: string;
  /** One sentence that names source, field and value. */
  detail: string;
}

/** By what semantics calls of a tenant and time are priced; null: by none. */
export type SemanticsAt = (tenant: string, callTimeMs: number) => Semantics | null;

/** One record on its way. */
export interface Mediation {
  raw: RawCdr;
  source: SourceSettings;
  semanticsAt: SemanticsAt;
  /** Of the receipt. */
  nowMs: number;
  warnings: string[];
}

/** `what` completes "Source NAME: FIELD …". */
export function fault(job: Mediation, reason: Reason, field: string, what: string): MediationFault {
  return { ok: false, reason, field, detail: `Source ${job.source.name}: ${field} ${what}.` };
}

/** Text of a primary field: numbers as text, blank is absent, null for anything else. */
export function textOf(value: Json | undefined): string | undefined | null {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value === "number") {
    return String(value);
  }
  if (typeof value !== "string") {
    return null;
  }
  return value.trim() === "" ? undefined : value;
}

/** A value as a fault quotes it. */
export function shown(value: Json | undefined): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
