// PORT: what was changed of the sources of the settings while the service ran.
import type { JsonObject } from "../../cdr/json.ts";

export interface SourceOverlay {
  /** Name of the source. */
  source: string;
  /** Raised by each change: who writes names the version it saw, 0 where there was none. */
  version: number;
  /** The members that are not as in the settings; null: all are. */
  members: JsonObject | null;
}

export interface OverlayStore {
  all(): Promise<SourceOverlay[]>;
  /** False when it is not at the version seen: nothing is written then. */
  put(overlay: SourceOverlay, expectedVersion: number): Promise<boolean>;
}
