// One page of CDRs in MongoDB: in the order of its sort, from where the page before ended.
import { BSON, type Collection, type Document } from "mongodb";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { CdrFilter, CdrPageQuery } from "../../../queries/cdr-query.ts";
import {
  addToPage,
  BATCH_DOCUMENTS,
  emptyPage,
  type FillingPage,
  PAGE_BYTES,
} from "../../page-bytes.ts";
import type { FindOptions } from "../../ports/cdrs.ts";
import { decodeCdrCursor } from "../../sort-keys.ts";
import type { CdrDocument } from "../documents.ts";
import { type CdrKeying, documentKey, ordersTenants } from "./key.ts";
import { sortField, storedSortValue } from "./sort.ts";
import { afterTwin, orderTwins } from "./twins.ts";

interface PagedCdrs {
  collection: Collection<CdrDocument>;
  keying: CdrKeying;
  maxTimeMS: number;
}

/** `match`: the filter as a query of the server. */
type PageQuery = CdrPageQuery & { match: Document };

/** Whether the order of keys may not be that of the CDRs that are asked for. */
function mayHaveTwins(keying: CdrKeying, { tenants }: CdrFilter): boolean {
  return !ordersTenants(keying) && tenants?.length !== 1;
}

function afterCursor(keying: CdrKeying, { filter, sort }: CdrPageQuery, cursor: string): Document {
  const position = decodeCdrCursor(sort, cursor);
  if (mayHaveTwins(keying, filter)) return afterTwin(sort, position);
  const field = sortField(sort);
  const value = storedSortValue(sort, position.key);
  const beyond = sort.descending ? "$lt" : "$gt";
  return {
    [field]: { [`${beyond}e`]: value },
    $or: [
      { [field]: { [beyond]: value } },
      { [field]: value, _id: { [beyond]: documentKey(keying, position) } },
    ],
  };
}

export async function readPage(
  { collection, keying, maxTimeMS }: PagedCdrs,
  { match: filtered, ...query }: PageQuery,
  { hint, signal, pageBytes = PAGE_BYTES }: FindOptions & { hint?: Document },
): Promise<FillingPage<CdrDocument>> {
  const { filter, sort, limit, cursor } = query;
  const after = cursor === undefined ? [] : [afterCursor(keying, query, cursor)];
  const match = { $and: [filtered, ...after] };
  const options = { maxTimeMS, ...(signal && { signal }) };
  const direction = sort.descending ? -1 : 1;
  const documents = collection
    .find(match, { ...options, ...(hint && { hint }) })
    .sort([
      [sortField(sort), direction],
      ["_id", direction],
    ])
    .limit(limit + 1)
    .batchSize(Math.min(limit + 1, BATCH_DOCUMENTS));
  const page = emptyPage<CdrDocument>();
  const limits = { rows: limit, bytes: pageBytes };
  let over: CdrDocument | undefined;
  for await (const row of documents) {
    if (!addToPage(page, { row, bytes: BSON.calculateObjectSize(row) }, limits)) {
      over = row;
      break;
    }
    if (isTurnOver()) await ownTurn();
  }
  if (mayHaveTwins(keying, filter)) {
    await orderTwins({ collection, sort, match, page, over, options });
  }
  return page;
}
