// Documents of dialects, uploads and batches.
import type { Binary } from "mongodb";
import type { Upload } from "../../ports/imports/uploads.ts";

export interface DialectDocument {
  /** The name. */
  _id: string;
  /** JSON text: names of members may be any. */
  dialect: string;
  tenants: string[] | null;
  setAt: Date;
  by: string;
}

export type UploadDocument = Omit<Upload, "id" | "expiresAtMs"> & { _id: string; expiresAt: Date };

export interface UploadPartDocument {
  /** Upload and number with leading zeros: a range of keys is the file. */
  _id: string;
  upload: string;
  number: number;
  bytes: Binary;
}

export interface BatchDocument {
  _id: string;
  version: number;
  state: string;
  hash: string | null;
  tenants: string[] | null;
  createdAt: Date;
  /** JSON text: names of members may be any. */
  body: string;
}
