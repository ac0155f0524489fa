// A format reads the bytes of one post into raw CDRs; one format a file, one signature.
import type { Leg } from "../cdr/cdr.ts";
import type { Json } from "../cdr/json.ts";
import type { Reason } from "../cdr/reasons.ts";

/** What a sender said, decoded but not yet understood. */
export interface RawCdr {
  /** Primary fields under their canonical names (values as sent), already chosen among spellings. */
  primary: Record<string, Json>;
  /** All else, with its type. */
  extra: Record<string, Json>;
  leg?: Leg;
  callId?: string;
  /** Repairs and oddities met while reading; kept in the log, never in the CDR. */
  warnings: string[];
}

export interface FormatInput {
  /** The body as it came, inflated. */
  body: Uint8Array;
  /** The query string without `?`. */
  query: string;
  contentType: string | null;
}

export type FormatResult =
  | { ok: true; raw: RawCdr }
  | { ok: false; reason: Reason; detail: string };
