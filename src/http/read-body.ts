// A request body as bytes, inflated, never over the limit: read once, so that what goes to
// suspense is what came.
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { engineError } from "../errors.ts";
import type { BodyRoom } from "./body-room.ts";

const INFLATERS = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

type Inflated =
  | { ok: true; bytes: Buffer }
  /** The Content-Encoding could not be undone: `bytes` is what came. */
  | { ok: false; bytes: Buffer; detail: string };

/** `handOn` is called once what is done with the bytes is counted elsewhere, or over. */
export type Body = Inflated & { handOn(): void };

export interface BodyLimits {
  /** Of one body, as sent and inflated. */
  limitBytes: number;
  /** Of all bodies that are being read. */
  room: BodyRoom;
}

/** @throws EngineError `too-large` for a body over its limit, `too-busy` where all have too much */
export async function readBody(
  request: IncomingMessage,
  { limitBytes, room }: BodyLimits,
): Promise<Body> {
  const place = room.enter();
  try {
    const bytes = await readBytes(request, limitBytes, place.take);
    const encoding = request.headers["content-encoding"];
    if (encoding === undefined) return { ok: true, bytes, handOn: place.leave };
    return { ...(await inflated(bytes, encoding, limitBytes, place.take)), handOn: place.leave };
  } catch (error) {
    place.leave();
    throw error;
  }
}

async function inflated(
  bytes: Buffer,
  sent: string,
  limitBytes: number,
  take: (bytes: number) => void,
): Promise<Inflated> {
  const encoding = sent.trim().toLowerCase();
  if (encoding === "identity" || encoding === "" || bytes.length === 0) return { ok: true, bytes };
  const inflater = Object.hasOwn(INFLATERS, encoding)
    ? INFLATERS[encoding as keyof typeof INFLATERS]
    : undefined;
  if (inflater === undefined) {
    return { ok: false, bytes, detail: `Content-Encoding "${encoding}" is not known` };
  }
  let whole: Buffer;
  try {
    whole = await inflater(bytes, { maxOutputLength: limitBytes });
  } catch (cause) {
    if (isOverLimit(cause)) throw tooLarge(limitBytes);
    const text = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, bytes, detail: `the body is not ${encoding}: ${text}` };
  }
  take(whole.length);
  return { ok: true, bytes: whole };
}

function isOverLimit(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
}

function tooLarge(limitBytes: number): Error {
  return engineError("too-large", `The body is over ${limitBytes} bytes; nothing was stored.`);
}

/** By events: an async iterator over the stream costs more than parsing a form does. */
function readBytes(
  request: IncomingMessage,
  limitBytes: number,
  take: (bytes: number) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let isRefused = false;
    // What follows is read on and dropped: see `dropBody`.
    const refuse = (error: unknown) => {
      isRefused = true;
      chunks.length = 0;
      reject(error);
    };
    request.on("data", (chunk: Buffer) => {
      if (isRefused) return;
      size += chunk.length;
      if (size > limitBytes) return refuse(tooLarge(limitBytes));
      try {
        take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        refuse(error);
      }
    });
    request.once("error", reject);
    request.once("aborted", () => reject(cutShort()));
    request.once("end", () => {
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
  });
}

function cutShort(): Error {
  return engineError("invalid-request", "The sender closed the connection within the body.");
}

/**
 * Before an answer that does not wait for the body: the rest of it is read and dropped. A socket that
 * closes over bytes nobody read is reset, and its sender never sees the answer; so where the
 * connection closes after the answer, the whole body comes first. `limits.bodySeconds` bounds both.
 */
export async function dropBody(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.complete || request.destroyed) return;
  request.unpipe();
  request.resume();
  if (response.shouldKeepAlive && response.getHeader("connection") !== "close") return;
  await new Promise<void>((done) => {
    request.once("end", () => done());
    request.once("close", () => done());
  });
}
