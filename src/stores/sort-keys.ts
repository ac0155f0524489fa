// The instants that CDRs are sorted and cut into days by, and the opaque page cursors over them.
import { callTimeOf } from "../cdr/call.ts";
import type { PrimaryFields } from "../cdr/cdr.ts";
import { engineError } from "../errors.ts";
import type { CdrFilter, CdrPageQuery, CdrSort } from "../queries/cdr-query.ts";
import type { CdrKey } from "./ports/cdrs.ts";

/**
 * Call time in epoch milliseconds: answer, else setup, else end − usage, else end.
 * A CDR without any time takes the time of its receipt, so that time-ordered reads find it.
 */
export function callTimeMs(primary: PrimaryFields, receivedAtMs: number): number {
  return callTimeOf(primary)?.atMs ?? receivedAtMs;
}

/** Setup time, else the call time: a sort by setup time leaves nobody out. */
export function setupKeyMs(primary: PrimaryFields, receivedAtMs: number): number {
  return primary.setupTime?.atMs ?? callTimeMs(primary, receivedAtMs);
}

/** The filter without what has no value of the sort. */
export function sortedFilter({ filter, sort }: Pick<CdrPageQuery, "filter" | "sort">): CdrFilter {
  if (sort.by !== "duration") return filter;
  const { duration } = filter;
  return { ...filter, duration: { ...duration, min: Math.max(0, duration?.min ?? 0) } };
}

/** Where a page ended: the sort value and the key of its last record. */
export interface PagePosition extends CdrKey {
  key: number;
}

/** The order of texts in both stores: that of their bytes in UTF-8. */
export function compareTexts(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function encode(fields: (string | number)[]): string {
  return Buffer.from(JSON.stringify(fields)).toString("base64url");
}

function decode(cursor: string, kinds: ("string" | "number")[]): unknown[] {
  try {
    const fields: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    const fits =
      Array.isArray(fields) &&
      fields.length === kinds.length &&
      kinds.every((kind, index) => typeof fields[index] === kind);
    if (fits) return fields;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw engineError("invalid-params", "The cursor is not one that this query gave.", {
    path: "cursor",
    hint: "Pass nextCursor of the page before, with the same filter and sort.",
  });
}

/** A cursor of `cdr.find`; it names its sort, so that it cannot be used with another. */
export function encodeCdrCursor(sort: CdrSort, position: PagePosition): string {
  return encode([sortName(sort), position.key, position.id, position.tenant]);
}

/** Throws `invalid-params` for a cursor that is broken or belongs to another sort. */
export function decodeCdrCursor(sort: CdrSort, cursor: string): PagePosition {
  const [name, key, id, tenant] = decode(cursor, ["string", "number", "string", "string"]);
  if (name !== sortName(sort)) {
    throw engineError("invalid-params", "The cursor belongs to another sort.", { path: "cursor" });
  }
  return { key: key as number, id: id as string, tenant: tenant as string };
}

function sortName(sort: CdrSort): string {
  return `${sort.by}:${sort.descending ? "descending" : "ascending"}`;
}

/** Cursors of the smaller lists: a number, then texts. */
export function encodeListCursor(key: number, texts: string[]): string {
  return encode([key, ...texts]);
}

/** Throws `invalid-params` unless the cursor holds a number and `textCount` texts. */
export function decodeListCursor(cursor: string, textCount: number): (string | number)[] {
  const texts = Array.from({ length: textCount }, () => "string" as const);
  return decode(cursor, ["number", ...texts]) as (string | number)[];
}
