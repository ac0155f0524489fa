// One declaration a method: what it takes, who may call it, what it does.
import type { Permission } from "../access/permissions.ts";
import type { Engine } from "../engine/engine.ts";
import type { Caller } from "../rpc/method.ts";
import type { Decoded } from "./codec/go-decode.ts";
import type { GoType } from "./codec/go-type.ts";

export interface ApiContext {
  engine: Engine;
  caller: Caller;
  /** Aborted when nobody waits for a read any more. */
  readonly signal: AbortSignal;
}

export interface ApiMethod {
  params: GoType;
  /** Null: whoever is let in at all. */
  permission: Permission | null;
  /** Whether it changes something: it then runs to its end, whoever still waits for it. */
  writes: boolean;
  /** Reads or works over many records: such calls take turns. */
  heavy?: boolean;
  /** @throws ApiError with the text that the engine answers; EngineError */
  run(params: Decoded, context: ApiContext): Promise<unknown> | unknown;
}

export type Service = Readonly<Record<string, ApiMethod>>;

/** An error of the engine: clients compare its text. */
export class ApiError extends Error {}

/** `SERVER_ERROR: …`, as the engine wraps what it did not foresee. */
export function serverError(text: string): ApiError {
  return new ApiError(`SERVER_ERROR: ${text}`);
}

/** @throws ApiError that names every member that is empty, in the order given */
export function requireMembers(params: Decoded, names: readonly string[]): void {
  const missing = names.filter((name) => isEmpty(params[name]));
  if (missing.length > 0) throw new ApiError(`MANDATORY_IE_MISSING: [${missing.join(" ")}]`);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}
