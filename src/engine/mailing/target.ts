// Where a delivery goes beside mail: folders and webhooks of the settings, by name.
import type { JsonObject } from "../../cdr/json.ts";

/** One delivery as it is handed over; the same for the same delivery, but for what it says. */
export interface Parcel {
  /** Whoever gets it twice knows it by this. */
  id: string;
  schedule: string;
  report: string;
  /** RFC 3339. */
  period: { from: string; to: string };
  /** As it is named in a folder. */
  fileName: string;
  /** For a folder: the bytes of the file. */
  content: Uint8Array;
  /** For a webhook: what the report says. */
  answer: JsonObject;
}

export type ParcelOutcome =
  | { outcome: "sent"; answer: string }
  /** It was not taken, and may be later; `againMs`: not before so long. */
  | { outcome: "not-taken"; fault: string; againMs?: number };

export interface Target {
  kind: "folder" | "webhook";
  name: string;
  /** Whose schedules may name it; null: those of everybody. */
  tenants: readonly string[] | null;
  /** How long one takes at most, in milliseconds. */
  longestMs: number;
  /** Repeatable: the second of one id changes nothing for a receiver that looks at it. */
  deliver(parcel: Parcel, signal: AbortSignal): Promise<ParcelOutcome>;
}
