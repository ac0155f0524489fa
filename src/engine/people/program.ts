// What a program is that comes by a token, and how the store has it and its tokens.
import type { Grant } from "../../access/grant.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { LoginRecord } from "../../stores/ports/people/logins.ts";

export interface Program extends Grant {
  /** As the log and the owners of things have it. */
  name: string;
  /** The only addresses that it may come from, IP or CIDR; empty: every one. */
  addresses: readonly string[];
  setAtMs: number;
  /** Who made it. */
  by: string;
}

/** One token of a program; of its secret the SHA-256 alone is kept, in hex, which is its id. */
export interface ProgramToken {
  id: string;
  madeMs: number;
  /** Null: it has no end. */
  endsMs: number | null;
  /** To the minute; null: it was not used yet. */
  usedMs: number | null;
  /** Where it was used last. */
  address: string | null;
}

type TokenContent = Omit<ProgramToken, "id" | "endsMs">;

export function toProgram({ name, content }: LoginRecord): Program {
  return { ...(content as unknown as Omit<Program, "name">), name };
}

export function programRecord({ name, ...content }: Program): LoginRecord {
  const kept = JSON.parse(JSON.stringify(content)) as JsonObject;
  return { kind: "program", name, owner: name, version: 1, endsAtMs: null, content: kept };
}

export function toToken({ name: id, endsAtMs: endsMs, content }: LoginRecord): ProgramToken {
  return { ...(content as unknown as TokenContent), id, endsMs };
}

export function tokenRecord(
  owner: string,
  { id, endsMs, ...content }: ProgramToken,
  version: number,
): LoginRecord {
  const kept = { ...content } as unknown as JsonObject;
  return { kind: "token", name: id, owner, version, endsAtMs: endsMs, content: kept };
}
