// PORT: the log of admin acts: who changed what, from what to what. It is only added to, but that numbers
// in it can be masked.
import type { Json } from "../../cdr/json.ts";

export interface AdminAct {
  /** Of its own, whatever else is equal. */
  id: string;
  atMs: number;
  /** Name of the credential; `loopback` without credentials, `command line` without a service. */
  by: string;
  /** What was done, as the methods are named: `feed.stop`. */
  act: string;
  /** What it was done to. */
  subject: string;
  /** Whose it is; null: nobody's, as the settings are. */
  tenant: string | null;
  /** As it was and as it is; null: it was, or is, not there. */
  before: Json;
  after: Json;
}

export interface LogPageQuery {
  limit: number;
  /** The acts before this one; absent: from the latest on. */
  before?: { atMs: number; id: string };
}

export interface LogStore {
  append(act: AdminAct): Promise<void>;
  /** Writes what was done to, before and after of those that are there. */
  replace(acts: readonly AdminAct[]): Promise<void>;
  /** The latest first; those of one instant by their ids. */
  page(query: LogPageQuery): Promise<AdminAct[]>;
}
