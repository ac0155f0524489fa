// One answer within the budget of its caller: what it has is given back when it has gone out, and
// the work for it ends when nobody waits for it any more.
import { Readable } from "node:stream";
import type { Context } from "koa";
import { callerLeft } from "../rpc/budget/call-limit.ts";
import type { Access } from "./access/access.ts";

/** Whose budget it is: the credential's; without credentials everybody on the loopback shares one. */
export function budgetName(access: Access): string {
  return access.credential ?? "loopback";
}

/** The bytes that a body may come to in memory: of one that is packed, as many as are taken. */
export function expectedBytes({ req }: Context, mostBytes: number): number {
  const encoding = req.headers["content-encoding"] ?? "identity";
  const length = Number(req.headers["content-length"] ?? mostBytes);
  return encoding === "identity" && length < mostBytes ? length : mostBytes;
}

/**
 * Runs the work; `giveBack` is called when both the work and the answer are over. The signal is
 * aborted when the connection ends before its answer.
 */
export async function answerWithin(
  { res }: Context,
  giveBack: () => void,
  work: (left: AbortSignal) => Promise<void>,
): Promise<void> {
  const left = new AbortController();
  let open = 2;
  const end = (): void => {
    open -= 1;
    if (open === 0) giveBack();
  };
  res.once("close", () => {
    if (!res.writableFinished) left.abort(callerLeft());
    end();
  });
  try {
    await work(left.signal);
  } finally {
    end();
  }
}

/** JSON in pieces as the body, without making one of them. */
export function sendPieces(context: Context, pieces: readonly Buffer[]): void {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const [only] = pieces;
  context.type = "application/json";
  context.body = pieces.length === 1 && only !== undefined ? only : Readable.from(joined(pieces));
  context.length = size;
}

/** Pieces put together up to this: one write to the socket each. */
const CHUNK_BYTES = 65_536;

function* joined(pieces: readonly Buffer[]): Generator<Buffer, void> {
  let some: Buffer[] = [];
  let size = 0;
  for (const piece of pieces) {
    some.push(piece);
    size += piece.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(some);
    some = [];
    size = 0;
  }
  if (some.length > 0) yield Buffer.concat(some);
}
