// The bytes of a file in pieces, inflated where it is packed, and never more than a limit.
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { engineError } from "../../errors.ts";

export type Pieces = AsyncIterable<Uint8Array>;

/** Bytes that a file may inflate to. */
const MOST_INFLATED = 8_000_000_000;

/** A file with its first bytes looked at. */
export interface OpenedContent {
  /** Its beginning, to tell what it is. */
  head: Uint8Array;
  /** All of it, the beginning too; to be read once. */
  pieces: Pieces;
}

/** gzip is inflated, whatever the name of the file says. @throws `invalid-params`, `too-large` */
export async function openContent(
  sent: Pieces,
  { headBytes, mostInflated = MOST_INFLATED }: { headBytes: number; mostInflated?: number },
): Promise<OpenedContent> {
  const begun = await withHead(sent, 2);
  const isPacked = begun.head[0] === 0x1f && begun.head[1] === 0x8b;
  if (!isPacked) return withHead(begun.pieces, headBytes);
  return withHead(inflated(begun.pieces, mostInflated), headBytes);
}

async function withHead(sent: Pieces, bytes: number): Promise<OpenedContent> {
  const rest = sent[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < bytes) {
    const { value, done } = await rest.next();
    if (done === true) break;
    first.push(value);
    length += value.length;
  }
  async function* pieces(): AsyncGenerator<Uint8Array, void> {
    try {
      yield* first;
      for (;;) {
        const { value, done } = await rest.next();
        if (done === true) return;
        yield value;
      }
    } finally {
      await rest.return?.();
    }
  }
  return { head: Buffer.concat(first).subarray(0, bytes), pieces: pieces() };
}

async function* inflated(packed: Pieces, most: number): AsyncGenerator<Uint8Array, void> {
  const gunzip = createGunzip();
  const source = Readable.from(packed);
  source.on("error", (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  let bytes = 0;
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > most) {
        throw engineError("too-large", `The file inflates to over ${most} bytes.`);
      }
      yield piece;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (typeof code !== "string" || !code.startsWith("Z_")) throw error;
    throw engineError("invalid-params", `The file is no whole gzip: ${message}.`, { cause: error });
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** At most so many bytes of a file, in one piece. @throws `too-large` */
export async function wholeContent(pieces: Pieces, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > most) throw engineError("too-large", `The file has over ${most} bytes.`);
    parts.push(piece);
  }
  return Buffer.concat(parts);
}
