// PORT: the log of admin acts: who changed what, from what to what. It is only added to, but that numbers
// in it can be masked.
import type { Json } from "../../cdr/json.ts";

/** How an act came in: over HTTP, over a TCP port of CGRateS's API, or by a command on the store. */
export type Road = "http" | "tcp" | "cli";

export interface AdminAct {
  /** Of its own, whatever else is equal; of an entry of the chain it is made of its number. */
  id: string;
  atMs: number;
  /** Name of the credential; `loopback` without credentials, `command line` without a service. */
  by: string;
  /** Null: an entry of before the chain, or the service itself. */
  road: Road | null;
  /** The peer's address; null where there is none. */
  address: string | null;
  /** What was done, as the methods are named: `feed.stop`. */
  act: string;
  /** What it was done to. */
  subject: string;
  /** Whose it is; null: nobody's, as the settings are. */
  tenant: string | null;
  /** The reason that was given for it; null: none. */
  why: string | null;
  /** As it was and as it is; null: it was, or is, not there. */
  before: Json;
  after: Json;
  /** Its place in the chain; null: written before there was one. */
  link: ChainLink | null;
}

export interface ChainLink {
  /** 1, 2, 3 … without a gap. */
  sequence: number;
  /** The hash of the entry before it; 64 zeros at the first. */
  previous: string;
  /** SHA-256 of what masking may change: subject, why, before and after, with the salt. */
  said: string;
  /** Null: numbers in it were masked, so that nobody finds the digits by trying hashes. */
  salt: string | null;
  /** SHA-256 of all else of this entry, with `previous` and `said`, as hexadecimal digits. */
  hash: string;
}

export interface LogPageQuery {
  limit: number;
  /** The acts before this one; absent: from the latest on. */
  before?: { atMs: number; id: string };
}

export interface LogStore {
  /** False where the id is there already: of two that want one place in the chain one has it. */
  append(act: AdminAct): Promise<boolean>;
  /** Writes subject, why, before and after of those that are there; their salts go, as after masking. */
  replace(acts: readonly AdminAct[]): Promise<void>;
  /** The latest first; those of one instant by their ids. */
  page(query: LogPageQuery): Promise<AdminAct[]>;
  /** The entries of the chain by number, those after this one; 0: from the first on. */
  chain(query: { after: number; limit: number }): Promise<AdminAct[]>;
  /** The last entry of the chain; null: there is none. */
  last(): Promise<AdminAct | null>;
}

/** Ids of the chain sort by their numbers, and after those of before it, which begin with a digit. */
export const CHAIN_IDS = { from: "n", to: "o" } as const;

export function chainId(sequence: number): string {
  return `${CHAIN_IDS.from}${String(sequence).padStart(15, "0")}`;
}
