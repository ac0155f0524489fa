// A request body as bytes, inflated, never over the limit: read once, so that what goes to
// suspense is what came.
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { engineError } from "../errors.ts";

const INFLATERS = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

export type Body =
  | { ok: true; bytes: Buffer }
  /** The Content-Encoding could not be undone: `bytes` is what came. */
  | { ok: false; bytes: Buffer; detail: string };

/** @throws EngineError `too-large` for a body over `limitBytes`, as sent or inflated */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  const bytes = await readBytes(request, limitBytes);
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "" || bytes.length === 0) return { ok: true, bytes };
  const inflater = Object.hasOwn(INFLATERS, encoding)
    ? INFLATERS[encoding as keyof typeof INFLATERS]
    : undefined;
  if (inflater === undefined) {
    return { ok: false, bytes, detail: `Content-Encoding "${encoding}" is not known` };
  }
  try {
    return { ok: true, bytes: await inflater(bytes, { maxOutputLength: limitBytes }) };
  } catch (cause) {
    if (isOverLimit(cause)) throw tooLarge(limitBytes);
    const text = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, bytes, detail: `the body is not ${encoding}: ${text}` };
  }
}

function isOverLimit(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
}

function tooLarge(limitBytes: number): Error {
  return engineError("too-large", `The body is over ${limitBytes} bytes; nothing was stored.`);
}

/** A body over the limit is read on and dropped up to this multiple, so that the sender gets the
 * answer instead of a broken connection. */
const DRAIN_FACTOR = 16;

/** By events: an async iterator over the stream costs more than parsing a form does. */
function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      else if (size > limitBytes * DRAIN_FACTOR) {
        request.pause();
        reject(tooLarge(limitBytes));
      }
    });
    request.once("error", reject);
    request.once("aborted", () => reject(cutShort()));
    request.once("end", () => {
      if (size > limitBytes) reject(tooLarge(limitBytes));
      else
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
  });
}

function cutShort(): Error {
  return engineError("invalid-request", "The sender closed the connection within the body.");
}
