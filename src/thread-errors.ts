// Errors on their way from one thread to another.
import { EngineError, type ErrorCode, type ErrorDetail } from "./errors.ts";

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
