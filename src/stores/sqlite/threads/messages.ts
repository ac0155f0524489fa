// What is said between the thread of the service and those that have the file open.
import { EngineError, type ErrorCode, type ErrorDetail } from "../../../errors.ts";
import type { MigrationEvent } from "../../migration.ts";
import type { SqliteStoreOptions } from "../file/opening.ts";

/** What a thread opens its file with. */
export interface ThreadStart {
  role: "writer" | "reader";
  options: Omit<SqliteStoreOptions, "clock" | "report" | "steps">;
  /** Of the process, the same in each of its threads. */
  id: string;
  build: string;
  nowMs: number;
}

export type ThreadRequest =
  | { open: ThreadStart }
  /** `nowMs`: the clock of whoever asks. Where `ends`, an `end` may follow. */
  | { ask: number; name: string; args: unknown[]; ends: boolean; nowMs: number }
  /** Nobody waits for the call any more. */
  | { end: number }
  /** Another thread found that the files are not ours any more. */
  | "look"
  | "close";

export type ThreadReply =
  | { answer: number; value: unknown }
  | { answer: number; error: ErrorFacts }
  | { event: MigrationEvent }
  | { refused: ErrorFacts }
  | "opened"
  | "lost"
  | "closed";

/** Errors lose their class on the way to another thread. */
export interface ErrorFacts {
  /** Of an EngineError. */
  engine?: { code: ErrorCode; detail: Omit<ErrorDetail, "cause"> };
  /** Of the driver. */
  code?: string;
  message: string;
  stack: string;
}

export function errorFacts(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { message: String(error), stack: "" };
  const facts = { message: error.message, stack: error.stack ?? error.message };
  if (error instanceof EngineError) {
    const { cause, ...detail } = error.detail;
    const stack = cause instanceof Error ? (cause.stack ?? cause.message) : facts.stack;
    return { ...facts, stack, engine: { code: error.code, detail } };
  }
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  return { ...facts, ...code };
}

/** The error again; the stack that it had in its thread is that of its cause. */
export function errorOf({ engine, code, message, stack }: ErrorFacts): Error {
  const cause = new Error(message);
  cause.stack = stack;
  if (engine !== undefined) {
    return new EngineError(engine.code, message, { ...engine.detail, cause });
  }
  return Object.assign(new Error(message, { cause }), code === undefined ? {} : { code });
}
