// Files that were sent in parts, in MongoDB.
import { Binary, type Collection } from "mongodb";
import type { Upload } from "../../ports/imports/uploads.ts";
import { insertNew } from "../records.ts";
import type { UploadDocument, UploadPartDocument } from "./documents.ts";

export function partKey(id: string, number: number): string {
  return `${id}:${String(number).padStart(9, "0")}`;
}

/** Every part of an upload: `;` follows `:`. */
function partsOf(id: string) {
  return { _id: { $gt: `${id}:`, $lt: `${id};` } };
}

/** Expired ones told at once. */
const EXPIRED_PIECE = 100;

export function toUploadDocument({ id, expiresAtMs, ...members }: Upload): UploadDocument {
  return { _id: id, ...members, expiresAt: new Date(expiresAtMs) };
}

export function toUpload({ _id: id, expiresAt, ...members }: UploadDocument): Upload {
  return { id, ...members, expiresAtMs: expiresAt.getTime() };
}

export function uploadCollection(
  uploads: Collection<UploadDocument>,
  parts: Collection<UploadPartDocument>,
) {
  return {
    put: (upload: Upload, isAgain: boolean): Promise<boolean> =>
      insertNew(uploads, toUploadDocument(upload), isAgain),
    async get(id: string): Promise<Upload | null> {
      const found = await uploads.findOne({ _id: id });
      return found === null ? null : toUpload(found);
    },
    async update({ id, state, expiresAtMs }: Pick<Upload, "id" | "state" | "expiresAtMs">) {
      const members = { state, expiresAt: new Date(expiresAtMs) };
      return (await uploads.updateOne({ _id: id }, { $set: members })).matchedCount === 1;
    },
    async putPart(id: string, number: number, bytes: Uint8Array): Promise<void> {
      const part = { upload: id, number, bytes: new Binary(bytes) };
      await parts.replaceOne({ _id: partKey(id, number) }, part, { upsert: true });
    },
    async getPart(id: string, number: number): Promise<Uint8Array | null> {
      const found = await parts.findOne({ _id: partKey(id, number) });
      return found === null ? null : found.bytes.value();
    },
    async partNumbers(id: string): Promise<number[]> {
      const found = parts.find(partsOf(id), { projection: { number: 1 } }).sort({ _id: 1 });
      return (await found.toArray()).map(({ number }) => number);
    },
    async drop(id: string): Promise<void> {
      await parts.deleteMany(partsOf(id));
      await uploads.deleteOne({ _id: id });
    },
    async expired(beforeMs: number): Promise<string[]> {
      const found = uploads.find({ expiresAt: { $lt: new Date(beforeMs) } }).limit(EXPIRED_PIECE);
      return (await found.toArray()).map(({ _id }) => _id);
    },
    async totalBytes(): Promise<number> {
      const [sum] = await uploads
        .aggregate<{ bytes: number }>([{ $group: { _id: null, bytes: { $sum: "$bytes" } } }])
        .toArray();
      return sum?.bytes ?? 0;
    },
  };
}
