// Batches, in MongoDB.
import type { Collection, Document } from "mongodb";
import type { JsonObject } from "../../../cdr/json.ts";
import { pageOfBatches } from "../../list-pages.ts";
import type { BatchQuery, BatchRecord } from "../../ports/imports/batches.ts";
import { decodeListCursor } from "../../sort-keys.ts";
import { insertNew, replaceSeen } from "../records.ts";
import type { BatchDocument } from "./documents.ts";

export function toBatchDocument({ id, createdAtMs, body, ...same }: BatchRecord): BatchDocument {
  return { _id: id, ...same, createdAt: new Date(createdAtMs), body: JSON.stringify(body) };
}

export function toBatch({ _id: id, createdAt, body, ...same }: BatchDocument): BatchRecord {
  return {
    id,
    ...same,
    createdAtMs: createdAt.getTime(),
    body: JSON.parse(body) as JsonObject,
  };
}

export function batchCollection(batches: Collection<BatchDocument>) {
  async function latest({ hash, states, cursor, limit }: BatchQuery): Promise<BatchRecord[]> {
    const filter: Document = {};
    if (hash !== undefined) filter["hash"] = hash;
    if (states !== undefined) filter["state"] = { $in: states };
    if (cursor !== undefined) {
      const [ms, id] = decodeListCursor(cursor, 1);
      const time = new Date(Number(ms));
      filter["$or"] = [{ createdAt: { $lt: time } }, { createdAt: time, _id: { $lt: id } }];
    }
    const found = batches.find(filter).sort({ createdAt: -1, _id: -1 }).limit(limit);
    return (await found.toArray()).map(toBatch);
  }
  return {
    put: (batch: BatchRecord, isAgain: boolean): Promise<boolean> =>
      insertNew(batches, toBatchDocument(batch), isAgain),
    async get(id: string): Promise<BatchRecord | null> {
      const found = await batches.findOne({ _id: id });
      return found === null ? null : toBatch(found);
    },
    /** `isAgain`: the batch may have been replaced by an earlier attempt. */
    update(batch: BatchRecord, expectedVersion: number, isAgain: boolean): Promise<boolean> {
      const { _id, version, state, body } = toBatchDocument(batch);
      return replaceSeen(batches, { _id, version, state, body }, { expectedVersion, isAgain });
    },
    list: (query: BatchQuery) => pageOfBatches(query, latest),
  };
}
