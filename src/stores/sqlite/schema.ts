// Names and expressions of the SQLite schema that queries must spell as its steps do, and pragmas.
import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import { LEADING_DIGIT_COUNT } from "../leading-digits.ts";

/** The indexed expression; queries must spell it the same way for the index to be used. */
export const LEADING_DIGITS = `substr(normalized, 1, ${LEADING_DIGIT_COUNT})`;

/** Whole milliseconds that a side was billed for, out of the JSON of a rating. */
export function billedMsOfRating(side: "sell" | "buy"): string {
  return `CAST(round(coalesce(rating ->> '$.${side}.billedSeconds', 0) * 1000) AS INTEGER)`;
}

/** JSON path of a top-level member, whatever characters its name has. */
export function memberPath(name: string): string {
  return `$.${JSON.stringify(name)}`;
}

/** The indexed expression; queries must spell it the same way for the index to be used. */
export function extraExpression(name: string): string {
  return `(extra -> '${memberPath(name).replaceAll("'", "''")}')`;
}

export function extraIndexName(name: string): string {
  return `cdr_by_extra_${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}

/** Write-ahead log with a sync at every commit: what was answered survives a power cut. */
export function setPragmas(database: Database): void {
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma("foreign_keys = ON");
  // What is masked or erased is written over, not only let go.
  database.pragma("secure_delete = ON");
  // 64 MB of log between checkpoints: a page that many commits touch is written back once.
  database.pragma("wal_autocheckpoint = 16384");
  database.pragma("cache_size = -65536");
  database.pragma("temp_store = MEMORY");
}
