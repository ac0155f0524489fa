// PORT: master data: what is said of accounts, carriers, gateways and causes while the service runs.
import type { JsonObject } from "../../../cdr/json.ts";

export type MasterKind = "account" | "carrier" | "gateway" | "cause" | "source";

export interface MasterKey {
  kind: MasterKind;
  /** Whose it is; empty: nobody's, as the settings are. */
  tenant: string;
  /** Unique among those of its kind and tenant. */
  id: string;
}

export interface MasterEntry extends MasterKey {
  /** Raised by each change: who writes names the version it saw, 0 where there was none. */
  version: number;
  /** What it is searched by beside its id: its name, folded; empty: it has none. */
  label: string;
  /** Whoever reads it checks it. */
  body: JsonObject;
}

export interface MasterPage {
  kind: MasterKind;
  tenant: string;
  /** The order, and what begins with `prefix`: the id, or the label and then the id. */
  by: "id" | "label";
  /** Empty: all of them. */
  prefix: string;
  limit: number;
  /** Those behind this one; its label counts in the order of labels alone. */
  after?: { label: string; id: string } | undefined;
}

export interface MasterStore {
  /** False when it is not at the version seen: nothing is written then. */
  put(entry: MasterEntry, expectedVersion: number): Promise<boolean>;
  /** Those that are there, in any order. @param keys at most 1000 */
  getFor(keys: readonly MasterKey[]): Promise<MasterEntry[]>;
  /** False when it is there at another version than the one seen. */
  remove(key: MasterKey, expectedVersion: number): Promise<boolean>;
  /** Bounded by an index, however many there are; in the order of bytes. */
  page(page: MasterPage): Promise<MasterEntry[]>;
  /** The first tenant behind this one that has any of the kind; null: none has. */
  tenantAfter(kind: MasterKind, tenant: string): Promise<string | null>;
}
