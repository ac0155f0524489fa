// How far a search is, as its opaque cursor says it.
import { createHash } from "node:crypto";
import { engineError } from "../../errors.ts";

export interface SearchPlace {
  /**
   * Newest first: all of this moment and after it is done; else all before it is.
   */
  edgeMs: number;
  /** Hits of the next stretch that were answered already: a cursor of the store. */
  after?: string | undefined;
  /** CDRs that were looked at, and those of them that were hits. */
  looked: number;
  hits: number;
}

/** What two calls of one search have in common. */
export function searchHash(asked: unknown): string {
  return createHash("sha256").update(JSON.stringify(asked)).digest("base64url").slice(0, 16);
}

export function placeCursor({ edgeMs, after, looked, hits }: SearchPlace, hash: string): string {
  const fields = [hash, edgeMs, looked, hits, after ?? ""];
  return Buffer.from(JSON.stringify(fields)).toString("base64url");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** @throws `invalid-params` at `cursor`, for one that this search did not give */
export function readPlace(
  cursor: string,
  hash: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): SearchPlace {
  const [ofSearch, edgeMs, looked, hits, after] = fieldsOf(cursor);
  const isWhole =
    Number.isSafeInteger(edgeMs) && isCount(looked) && isCount(hits) && typeof after === "string";
  const isInRange = Number(edgeMs) >= fromMs && Number(edgeMs) <= toMs;
  if (!isWhole || !isInRange || ofSearch !== hash) {
    throw engineError("invalid-params", "The cursor is not one that this search gave.", {
      path: "cursor",
      hint: "Pass nextCursor of the answer before, with the same params.",
    });
  }
  return { edgeMs: Number(edgeMs), looked, hits, ...(after !== "" && { after }) };
}

function fieldsOf(cursor: string): unknown[] {
  try {
    const fields: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(fields) ? fields : [];
  } catch (cause) {
    if (cause instanceof SyntaxError) return [];
    throw cause;
  }
}
