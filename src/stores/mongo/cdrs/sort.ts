// The members of a document that pages are sorted by.
import type { CdrSort, SortKey } from "../../../queries/cdr-query.ts";
import type { CdrDocument } from "../documents.ts";

const SORT_FIELDS: Record<SortKey, string> = {
  callTime: "keys.callTime",
  setupTime: "keys.setupTime",
  receivedAt: "receivedAt",
  usage: "primary.usage",
  duration: "primary.durationMs",
};

export function sortField({ by }: CdrSort): string {
  return SORT_FIELDS[by];
}

/** Epoch milliseconds, or usage or duration as it is stored. */
export function sortValue(document: CdrDocument, by: SortKey): number {
  if (by === "usage") return document.primary.usage;
  // Pages by it leave out what has none.
  if (by === "duration") return document.primary.durationMs ?? 0;
  if (by === "receivedAt") return document.receivedAt.getTime();
  return document.keys[by].getTime();
}

/** A sort value as documents have it. */
export function storedSortValue({ by }: CdrSort, value: number): number | Date {
  return by === "usage" || by === "duration" ? value : new Date(value);
}
