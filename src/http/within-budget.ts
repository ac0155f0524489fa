// One answer within the budget of its caller: what it has is given back when it has gone out, and
// the work for it ends when nobody waits for it any more.
import { Readable } from "node:stream";
import type { Context } from "koa";
import type { WrittenJson } from "../rpc/budget/answer-text.ts";
import { createDeparture, type Ending } from "../rpc/budget/ending.ts";
import type { Access } from "./access/access.ts";

/** Whose budget it is: the credential's; without credentials everybody on the loopback shares one. */
export function budgetName(access: Access): string {
  return access.credential ?? access.name;
}

/** The bytes that a body may come to in memory: of one that is packed, as many as are taken. */
export function expectedBytes({ req }: Context, mostBytes: number): number {
  const encoding = req.headers["content-encoding"] ?? "identity";
  const length = Number(req.headers["content-length"] ?? mostBytes);
  return encoding === "identity" && length < mostBytes ? length : mostBytes;
}

/**
 * Runs the work; `giveBack` is called when both the work and the answer are over. The caller has
 * left when the connection ends before its answer.
 */
export async function answerWithin(
  { res }: Context,
  giveBack: () => void,
  work: (left: Ending) => Promise<void>,
): Promise<void> {
  const left = createDeparture();
  let open = 2;
  const end = (): void => {
    open -= 1;
    if (open === 0) giveBack();
  };
  res.once("close", () => {
    if (!res.writableFinished) left.leave();
    end();
  });
  try {
    await work(left);
  } finally {
    end();
  }
}

/** A short answer goes out in one write with its head, a long one in pieces. */
export function sendJson(context: Context, { pieces, bytes }: WrittenJson): void {
  context.res.setHeader("Content-Type", "application/json; charset=utf-8");
  const [only] = pieces;
  if (typeof only === "string" && pieces.length === 1 && only.length <= ONE_WRITE_CHARACTERS) {
    context.body = only;
    return;
  }
  if (bytes <= ONE_WRITE_CHARACTERS) {
    context.body = inOneBuffer(pieces, bytes);
    return;
  }
  context.body = Readable.from(joined(pieces));
  context.length = bytes;
}

/** Each piece is encoded once, to its place: texts put together first are copied and measured again. */
function inOneBuffer(pieces: readonly (string | Buffer)[], bytes: number): Buffer {
  const whole = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const piece of pieces) {
    at += typeof piece === "string" ? whole.write(piece, at, "utf8") : piece.copy(whole, at);
  }
  if (at !== bytes) throw new Error(`an answer of ${bytes} bytes was written as ${at}`);
  return whole;
}

const ONE_WRITE_CHARACTERS = 500_000;

/** Pieces put together up to this: one write to the socket each. */
const CHUNK_BYTES = 65_536;

function* joined(pieces: readonly (string | Buffer)[]): Generator<Buffer, void> {
  let some: Buffer[] = [];
  let size = 0;
  for (const piece of pieces) {
    const bytes = typeof piece === "string" ? Buffer.from(piece, "utf8") : piece;
    some.push(bytes);
    size += bytes.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(some);
    some = [];
    size = 0;
  }
  if (some.length > 0) yield Buffer.concat(some);
}
