// The parts of a zip archive, inflated in pieces and never further than a limit.

import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";
import { engineError } from "../../../errors.ts";

export interface ZipPart {
  name: string;
  method: number;
  start: number;
  packedBytes: number;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_PARTS = 2000;

function notZip(what: string): Error {
  return engineError("invalid-params", `The workbook cannot be read: ${what}.`, {
    hint: "Save it as .xlsx, or as .csv.",
  });
}

/** Parts by the directory at the end of the archive. @throws `invalid-params` */
export function zipParts(bytes: Buffer): ZipPart[] {
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  if (end < 0 || end + 22 > bytes.length || bytes.readUInt32LE(end) !== END) {
    throw notZip("it is no zip archive");
  }
  const count = bytes.readUInt16LE(end + 10);
  if (count > MOST_PARTS) throw notZip(`it has ${count} parts; the limit is ${MOST_PARTS}`);
  const parts: ZipPart[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== ENTRY) {
      throw notZip("its directory is broken");
    }
    const nameBytes = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameBytes);
    const local = bytes.readUInt32LE(at + 42);
    if (local + 30 > bytes.length || bytes.readUInt32LE(local) !== LOCAL) {
      throw notZip(`its part ${name} is not there`);
    }
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packedBytes = bytes.readUInt32LE(at + 20);
    parts.push({ name, method: bytes.readUInt16LE(at + 10), start, packedBytes });
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return parts;
}

/**
 * Inflates a part in pieces; answers how many bytes it has.
 * @throws `too-large` when there are more than `mostBytes`, `invalid-params` when it is broken
 */
export async function inflatePart(
  bytes: Buffer,
  part: ZipPart,
  { mostBytes, onPiece }: { mostBytes: number; onPiece(piece: Buffer): void },
): Promise<number> {
  const packed = bytes.subarray(part.start, part.start + part.packedBytes);
  let inflated = 0;
  const sink = new Writable({
    write(piece: Buffer, _encoding, done) {
      inflated += piece.length;
      if (inflated > mostBytes) {
        done(engineError("too-large", `The workbook inflates to over ${mostBytes} bytes.`));
        return;
      }
      try {
        onPiece(piece);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  if (part.method === 0) {
    await pipeline(Readable.from([packed]), sink);
    return inflated;
  }
  if (part.method !== 8) throw notZip(`its part ${part.name} is packed in a way that is not known`);
  try {
    await pipeline(Readable.from([packed]), createInflateRaw(), sink);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === "string" && code.startsWith("Z_")) throw notZip(`${part.name} is broken`);
    throw error;
  }
  return inflated;
}
