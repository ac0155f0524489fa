// The members of a document that pages are sorted by.
import type { CdrSort, SortKey } from "../../../queries/cdr-query.ts";
import type { CdrDocument } from "../documents.ts";

const SORT_FIELDS: Record<SortKey, string> = {
  callTime: "keys.callTime",
  setupTime: "keys.setupTime",
  receivedAt: "receivedAt",
  usage: "primary.usage",
};

export function sortField({ by }: CdrSort): string {
  return SORT_FIELDS[by];
}

/** Epoch milliseconds, or usage as it is stored. */
export function sortValue(document: CdrDocument, by: SortKey): number {
  if (by === "usage") return document.primary.usage;
  if (by === "receivedAt") return document.receivedAt.getTime();
  return document.keys[by].getTime();
}

/** A sort value as documents have it. */
export function storedSortValue({ by }: CdrSort, value: number): number | Date {
  return by === "usage" ? value : new Date(value);
}
