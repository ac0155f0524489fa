// What a service and its threads of work tell each other; all of it is data that can be copied.
import type { JsonObject } from "../../cdr/json.ts";
import type { ErrorFacts } from "../../thread-errors.ts";
import type { Stretch } from "./work.ts";

/** One stretch of a run; a thread has one at a time. */
export interface StretchOrder {
  run: number;
  name: string;
  request: unknown;
  stretch: Stretch;
  /** The clock of the service. */
  nowMs: number;
}

export type ToThread =
  | StretchOrder
  /** Nobody wants more of that run. */
  | { ended: number }
  /** What was kept of a fact. */
  | { asked: number; kept: JsonObject }
  | { asked: number; fault: ErrorFacts }
  | "close";

export type FromThread =
  | { page: unknown }
  | { failed: ErrorFacts }
  | "done"
  /** The service alone writes. */
  | { ask: number; keepFirst: { name: string; fact: JsonObject } };
