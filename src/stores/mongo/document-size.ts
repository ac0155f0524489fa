// What MongoDB takes as one document.
import { BSON, type Document } from "mongodb";
import { engineError } from "../../errors.ts";

/** 16 MB, less some for the envelope of the command. */
const DOCUMENT_BYTES = 16 * 1024 * 1024 - 16_384;

/**
 * Asked before a write: servers and drivers name the fault in ways that differ. The bytes of the parts
 * are those of one document. @throws `too-large`
 */
export function requireDocument(...parts: Document[]): void {
  const bytes = parts.reduce((sum, part) => sum + BSON.calculateObjectSize(part), 0);
  if (bytes > DOCUMENT_BYTES) throw documentTooLarge();
}

/** What the server says of a document that an update makes too large, its history with it. */
export const TOO_LARGE_CODES: ReadonlySet<unknown> = new Set([10334, 17419, 17420]);

export function documentTooLarge(cause?: unknown): Error {
  const message = "The record does not fit in one document of MongoDB (16 MB).";
  return engineError("too-large", message, {
    cause,
    hint: "Nothing was stored of it. SQLite has no such limit; limits.bodyBytes bounds what is sent.",
  });
}
