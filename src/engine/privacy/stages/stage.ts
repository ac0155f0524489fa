// What each place where numbers are kept gives: how it is looked through, and how what is found is masked.
import type { Json } from "../../../cdr/json.ts";
import type { Store } from "../../../stores/store.ts";
import type { HoldParts } from "../../retention/holds.ts";
import type { Sought } from "../sought.ts";

/** Whose numbers: those of what is older, or one number; one of the two is there. */
export interface Wanted {
  beforeMs: number | null;
  sought: Sought | null;
  /** What came from then on is left alone. */
  receivedBeforeMs: number;
  tenants?: readonly string[] | undefined;
  fields: readonly string[];
}

export interface StageParts extends HoldParts {
  store: Store;
  wanted: Wanted;
}

export interface Masker extends StageParts {
  by: string;
  markMs: number;
  /** What held a record, in words. */
  hold(reason: string): void;
}

/** What is held about a number, as it is told to whom it belongs. */
export interface Disclosed {
  kind: string;
  id: string;
  tenant: string | null;
  atMs: number | null;
  content: Json;
}

export interface Page<Found> {
  found: Found[];
  /** Records that were read. */
  looked: number;
  /** Null: there is no more. */
  next: string | null;
}

export interface Stage<Found = unknown> {
  read(parts: StageParts, cursor: string | null): Promise<Page<Found>>;
  /** Answers how many of them stay as they are. */
  mask(masker: Masker, found: Found[]): Promise<number>;
  told(found: Found): Disclosed;
}

export const NOTHING: Page<never> = { found: [], looked: 0, next: null };
