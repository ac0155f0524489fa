// What imports need of the store, each call of it through the connection's own rules.
import type { BatchStore } from "../../ports/imports/batches.ts";
import type { DialectStore } from "../../ports/imports/dialects.ts";
import type { UploadStore } from "../../ports/imports/uploads.ts";
import type { Calls } from "../connection/calls.ts";
import type { StoreCollections } from "../schema.ts";
import { batchCollection } from "./batches.ts";
import { dialectCollection } from "./dialects.ts";
import { uploadCollection } from "./uploads.ts";

export function importsThrough(
  { read, sum, write }: Calls,
  collections: StoreCollections,
): { dialects: DialectStore; uploads: UploadStore; batches: BatchStore } {
  const dialects = dialectCollection(collections.dialects);
  const uploads = uploadCollection(collections.uploads, collections.uploadParts);
  const batches = batchCollection(collections.batches);
  return {
    dialects: {
      set: (dialect) => write(() => dialects.set(dialect)),
      get: (name) => read(() => dialects.get(name)),
      list: (page) => read(() => dialects.list(page)),
    },
    uploads: {
      put: (upload) => write((isAgain) => uploads.put(upload, isAgain)),
      get: (id) => read(() => uploads.get(id)),
      update: (upload) => write(() => uploads.update(upload)),
      putPart: (id, number, bytes) => write(() => uploads.putPart(id, number, bytes)),
      getPart: (id, number) => read(() => uploads.getPart(id, number)),
      partNumbers: (id) => read(() => uploads.partNumbers(id)),
      drop: (id) => write(() => uploads.drop(id)),
      expired: (beforeMs) => read(() => uploads.expired(beforeMs)),
      totalBytes: () => sum(() => uploads.totalBytes()),
    },
    batches: {
      put: (batch) => write((isAgain) => batches.put(batch, isAgain)),
      get: (id) => read(() => batches.get(id)),
      update: (batch, version) => write((isAgain) => batches.update(batch, version, isAgain)),
      list: (query) => read(() => batches.list(query)),
    },
  };
}
