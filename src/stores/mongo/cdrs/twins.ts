// Twins: CDRs of one id and one time in several tenants. Where keys are bytes their order is that of
// hashes; a page has them in the order of their tenants, as the server orders texts.
import type { Collection, Document } from "mongodb";
import type { CdrSort } from "../../../queries/cdr-query.ts";
import type { FillingPage } from "../../page-bytes.ts";
import type { PagePosition } from "../../sort-keys.ts";
import type { CdrDocument } from "../documents.ts";
import { idOfKey, isOfOneId, keysOfId, keyText } from "./key.ts";
import { sortField, sortValue, storedSortValue } from "./sort.ts";

/** After the place, where the CDRs of several tenants are asked for. */
export function afterTwin(sort: CdrSort, { key, id, tenant }: PagePosition): Document {
  const field = sortField(sort);
  const value = storedSortValue(sort, key);
  const { first, last } = keysOfId(id);
  const beyond = sort.descending ? "$lt" : "$gt";
  return {
    [field]: { [`${beyond}e`]: value },
    $or: [
      { [field]: { [beyond]: value } },
      { [field]: value, _id: { [beyond]: sort.descending ? first : last } },
      { [field]: value, _id: { $gte: first, $lte: last }, tenant: { [beyond]: tenant } },
    ],
  };
}

interface ReadPage {
  collection: Collection<CdrDocument>;
  sort: CdrSort;
  /** What was asked for, with the place that it goes on after. */
  match: Document;
  page: FillingPage<CdrDocument>;
  /** The first that the page did not take. */
  over: CdrDocument | undefined;
  options: Document;
}

/** Puts the twins of the page in order; those that its end divides are asked for anew. */
export async function orderTwins(parts: ReadPage): Promise<void> {
  const { sort, page, over } = parts;
  const { rows } = page;
  const isTwin = (left: CdrDocument | undefined, right: CdrDocument | undefined): boolean =>
    left !== undefined &&
    right !== undefined &&
    isOfOneId(left, right) &&
    sortValue(left, sort.by) === sortValue(right, sort.by);

  let whole = rows.length;
  const last = rows.at(-1);
  if (isTwin(last, over)) while (isTwin(rows[whole - 1], last)) whole -= 1;
  const together = rows.slice(0, whole);
  const twins = together.filter(
    (row, n) => isTwin(row, together[n - 1]) || isTwin(row, together[n + 1]),
  );
  if (twins.length > 0) {
    const order = await tenantOrder(parts, twins);
    const place = (row: CdrDocument) => order.get(keyText(row._id)) ?? 0;
    together.sort((left, right) => (isTwin(left, right) ? place(left) - place(right) : 0));
  }
  const divided = last === undefined ? [] : await firstTwins(parts, last, rows.length - whole);
  page.rows = [...together, ...divided];
}

const direction = ({ descending }: CdrSort) => (descending ? -1 : 1);

/** Places of these documents in the order of their tenants. */
async function tenantOrder(
  { collection, sort, options }: ReadPage,
  rows: readonly CdrDocument[],
): Promise<Map<string, number>> {
  const found = await collection
    .find({ _id: { $in: rows.map(({ _id }) => _id) } }, { ...options, hint: { _id: 1 } })
    .project({ _id: 1 })
    .sort({ tenant: direction(sort) })
    .toArray();
  return new Map(found.map(({ _id }, place) => [keyText(_id), place]));
}

/** Of all twins of `last` that were asked for those whose tenants come first. */
async function firstTwins(
  { collection, sort, match, options }: ReadPage,
  last: CdrDocument,
  count: number,
): Promise<CdrDocument[]> {
  if (count === 0) return [];
  const { first: $gte, last: $lte } = keysOfId(idOfKey(last._id));
  const value = storedSortValue(sort, sortValue(last, sort.by));
  const twin = { _id: { $gte, $lte }, [sortField(sort)]: value };
  return await collection
    .find({ $and: [match, twin] }, { ...options, hint: { _id: 1 } })
    .sort({ tenant: direction(sort) })
    .limit(count)
    .toArray();
}
