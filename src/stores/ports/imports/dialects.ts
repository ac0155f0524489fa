// PORT: dialects of foreign tables, by name.
import type { JsonObject } from "../../../cdr/json.ts";

export interface NamedDialect {
  name: string;
  /** As it was set; whoever reads it checks it. */
  dialect: JsonObject;
  /** Whose it is; null: everybody's. */
  tenants: string[] | null;
  setAtMs: number;
  /** Name of the credential that set it. */
  by: string;
}

export interface DialectStore {
  /** The same name again replaces it. */
  set(dialect: NamedDialect): Promise<void>;
  get(name: string): Promise<NamedDialect | null>;
  /** By name, those after `after`. */
  list(page: { limit: number; after?: string }): Promise<NamedDialect[]>;
}
