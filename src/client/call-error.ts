// What a call throws: the code of the server's error table, or `unreachable`.
import type { ErrorCode } from "../errors.ts";

/** Every fault of a call; `message` is for people, `code` for programs. */
export class CallError extends Error {
  /** Of the server's table; `unreachable`: no answer of the service came. */
  readonly code: ErrorCode | "unreachable";
  /** Dotted path of the param that is wrong. */
  readonly path: string | undefined;
  readonly hint: string | undefined;
  /** What else the server said, e.g. every fault of the params. */
  readonly data: Record<string, unknown>;
  constructor(
    code: ErrorCode | "unreachable",
    message: string,
    data: Record<string, unknown> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "CallError";
    this.code = code;
    this.path = textOf(data["path"]);
    this.hint = textOf(data["hint"]);
    this.data = data;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/**
 * The error object of a JSON-RPC answer, or the JSON body of an HTTP error: an object of its own, or
 * the answers of calls that all failed alike.
 */
export function readError(value: unknown): CallError {
  const [first] = Array.isArray(value) ? value : [value];
  const answer = objectOf(first);
  const error = answer["error"] === undefined ? answer : objectOf(answer["error"]);
  const data = error["data"] === undefined ? error : objectOf(error["data"]);
  const message = textOf(data["detail"]) ?? textOf(error["message"]) ?? "The call failed.";
  return new CallError((textOf(data["code"]) ?? "internal") as ErrorCode, message, data);
}
