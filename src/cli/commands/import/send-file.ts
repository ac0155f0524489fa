// Sends a file in parts: those that are there already are not sent again.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { CdrateClient } from "../../../client/client.ts";
import { engineError } from "../../../errors.ts";

export interface FileFacts {
  path: string;
  bytes: number;
  /** sha256 hex. */
  hash: string;
}

/** @throws `not-found` where there is no such file, `invalid-params` for an empty one or a folder */
export async function fileFacts(path: string): Promise<FileFacts> {
  const { size, isFile } = await statOf(path);
  if (!isFile) throw engineError("invalid-params", `${path} is no file.`, { path: "file" });
  if (size === 0) throw engineError("invalid-params", `${path} is empty.`, { path: "file" });
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { path, bytes, hash: hash.digest("hex") };
}

async function statOf(path: string): Promise<{ size: number; isFile: boolean }> {
  try {
    const found = await stat(path);
    return { size: found.size, isFile: found.isFile() };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const what = code === "ENOENT" ? `There is no file ${path}.` : `${path}: ${message}.`;
    throw engineError("not-found", what, { path: "file", cause });
  }
}

/** The id of the upload, whole. `onPart` is told how many bytes are there. */
export async function sendFile(
  client: CdrateClient,
  { path, bytes, hash }: FileFacts,
  onPart: (sent: number) => void = () => undefined,
): Promise<string> {
  const begun = await client.call("upload.begin", { hash, bytes, name: basename(path) });
  const { upload, partBytes, missing, state } = begun;
  if (state === "whole") return upload;
  const file = await open(path, "r");
  try {
    for (const number of missing) {
      const part = await readPart(file, number * partBytes, partBytes);
      await client.call("upload.part", { upload, number, base64: part.toString("base64") });
      onPart(Math.min(bytes, (number + 1) * partBytes));
    }
  } finally {
    await file.close();
  }
  await client.call("upload.end", { upload });
  return upload;
}

export async function readPart(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
