// PORT: files that were sent in parts, kept until they are used or expire.

export interface Upload {
  id: string;
  /** sha256 hex of the whole file, as the sender said it and as its parts have it. */
  hash: string;
  bytes: number;
  partBytes: number;
  /** Name of the file, for people. */
  name: string;
  /** Name of the credential that sends it. */
  by: string;
  /** `whole`: every part is there, and their hash is right. */
  state: "open" | "whole";
  expiresAtMs: number;
}

export interface UploadStore {
  /** False when the id is taken: nothing is written then. */
  put(upload: Upload): Promise<boolean>;
  get(id: string): Promise<Upload | null>;
  /** Replaces state and time of expiry; false when it is not there (any more). */
  update(upload: Pick<Upload, "id" | "state" | "expiresAtMs">): Promise<boolean>;
  /** A number that is there already is replaced. Parts count from 0. */
  putPart(id: string, number: number, bytes: Uint8Array): Promise<void>;
  getPart(id: string, number: number): Promise<Uint8Array | null>;
  /** Numbers of the parts that are there, in their order. */
  partNumbers(id: string): Promise<number[]>;
  /** Removes it with its parts; nothing where it is not there. */
  drop(id: string): Promise<void>;
  /** Ids of those that expired before this moment, some at a time. */
  expired(beforeMs: number): Promise<string[]>;
  /** Bytes that all of them have, as they were announced. */
  totalBytes(): Promise<number>;
}
