// Where in which file a feed is: told by the bytes before that place, for names and numbers of files
// change hands at a rotation.
import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { JsonObject } from "../../cdr/json.ts";
import { wholeNumber } from "../contract.ts";

/** What was read before a file was begun: of what is newer nothing was. */
export interface Before {
  /** Device and number of the file that was left; empty: none. */
  afterFile: string;
  /** When it was last written, in nanoseconds; rotated files since then are to be read. */
  afterNs: string;
}

export interface Place extends Before {
  /** Device and number of the file. */
  file: string;
  offset: number;
  /** The first bytes of the file, and the last ones before `offset`. */
  head: Buffer;
  tail: Buffer;
}

/** A place as it is kept: hashes instead of the bytes, which are somebody's calls. */
export interface KeptPlace extends Before {
  file: string;
  offset: number;
  head: string;
  tail: string;
}

const HEAD_BYTES = 1024;
const TAIL_BYTES = 256;
const NOTHING = Buffer.alloc(0);

export function fileOf({ dev, ino }: Pick<BigIntStats, "dev" | "ino">): string {
  return `${dev}:${ino}`;
}

export function beginningOf(file: string, { afterFile, afterNs }: Before): Place {
  return { file, afterFile, afterNs, offset: 0, head: NOTHING, tail: NOTHING };
}

/** The place behind bytes that were read at it. */
export function placeAfter(place: Place, bytes: Buffer): Place {
  const head =
    place.head.length < HEAD_BYTES
      ? Buffer.concat([place.head, bytes]).subarray(0, HEAD_BYTES)
      : place.head;
  const tail = Buffer.from(
    Buffer.concat([place.tail, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES),
  );
  return { ...place, offset: place.offset + bytes.length, head: Buffer.from(head), tail };
}

export function keptPlace({ head, tail, ...place }: Place): KeptPlace {
  return { ...place, head: hashOf(head), tail: hashOf(tail) };
}

/** What a position from the store says; one of another shape is none. */
export function placeFrom(position: JsonObject | null): KeptPlace | null {
  if (position === null) return null;
  const { file, head, tail, afterFile, afterNs } = position;
  if (typeof file !== "string" || typeof head !== "string" || typeof tail !== "string") return null;
  if (typeof afterFile !== "string" || typeof afterNs !== "string") return null;
  if (!/^\d{1,20}$/.test(afterNs)) return null;
  return { file, head, tail, afterFile, afterNs, offset: wholeNumber(position["offset"]) };
}

/**
 * The place in this file, if it is the one that was read up to there, whatever it is called by now
 * and be it a copy. Something was read of it before.
 */
export async function placeIn(
  handle: FileHandle,
  file: string,
  kept: KeptPlace,
): Promise<Place | null> {
  const { offset, afterFile, afterNs } = kept;
  const head = await readAt(handle, 0, Math.min(HEAD_BYTES, offset));
  const tailBytes = Math.min(TAIL_BYTES, offset);
  const tail = await readAt(handle, offset - tailBytes, tailBytes);
  const isSame = hashOf(head) === kept.head && hashOf(tail) === kept.tail;
  return isSame ? { file, afterFile, afterNs, offset, head, tail } : null;
}

/** Whether the bytes before the place are still those that were read: a file may be cut and begin anew. */
export async function isStillAt(handle: FileHandle, place: Place): Promise<boolean> {
  const { head, tail, offset } = place;
  const before = await readAt(handle, 0, head.length);
  const after = await readAt(handle, offset - tail.length, tail.length);
  return before.equals(head) && after.equals(tail);
}

/** As many bytes as are there. */
export async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
