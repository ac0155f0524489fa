// PORT: who may come in: users and programs, and the sessions and tokens by which they come.
import type { JsonObject } from "../../../cdr/json.ts";

export type LoginKind = "user" | "session" | "program" | "token";

export interface LoginKey {
  kind: LoginKind;
  /** Of a user and a program the name; of a session and a token the SHA-256 of its secret, in hex. */
  name: string;
}

export interface LoginRecord extends LoginKey {
  /** Name of the user or program that it belongs to; of these its own. */
  owner: string;
  /** Raised by each change: who writes names the version it saw, 0 where there was none. */
  version: number;
  /** From then on it does not hold; null: it has no end. */
  endsAtMs: number | null;
  /** Whoever reads it checks it. */
  content: JsonObject;
}

export interface LoginPage {
  kind: LoginKind;
  limit: number;
  /** Those of this user alone. */
  owner?: string;
  /** Those after this name. */
  after?: string;
}

export interface LoginStore {
  /** False when it is not at the version seen: nothing is written then. */
  put(login: LoginRecord, expectedVersion: number): Promise<boolean>;
  get(key: LoginKey): Promise<LoginRecord | null>;
  /** By name, those after `after`. */
  list(page: LoginPage): Promise<LoginRecord[]>;
  /** Nothing where there is none. */
  remove(key: LoginKey): Promise<void>;
  /** Those of a kind whose end was before. */
  removeEnded(what: { kind: LoginKind; beforeMs: number }): Promise<void>;
}
