// PORT: small facts under a name, each kept once.
import type { JsonObject } from "../../cdr/json.ts";

export interface FactStore {
  /** Keeps a small fact under a name, once: answers what is there, the first that was kept. */
  keepFirst(name: string, fact: JsonObject): Promise<JsonObject>;
  /** The fact kept under a name; null: none. */
  get(name: string): Promise<JsonObject | null>;
}
