// A file of a folder as an upload: read twice, since its hash comes first.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Uploads } from "../../engine/files/uploads.ts";
import type { Upload } from "../../stores/ports/imports/uploads.ts";
import { readAt } from "../follow/place.ts";
import type { FoundFile } from "./look.ts";

const PIECE = 1_048_576;

/** @throws `too-large`, `too-busy`; `conflict` where the file changed between */
export async function sendFile(
  uploads: Pick<Uploads, "begin" | "part" | "end">,
  { path, name, bytes }: FoundFile,
  { hash, by }: { hash: string; by: string },
): Promise<Upload> {
  const begun = await uploads.begin({ hash, bytes, name }, by);
  if (begun.state === "whole") return begun;
  const handle = await open(path, "r");
  try {
    for (const number of begun.missing) {
      const at = number * begun.partBytes;
      const part = await readAt(handle, at, Math.min(begun.partBytes, bytes - at));
      await uploads.part(begun.id, { number, bytes: part }, by);
    }
  } finally {
    await handle.close();
  }
  return uploads.end(begun.id, by);
}

/** sha256 hex of so many bytes of a file. */
export async function hashOfFile({
  path,
  bytes,
}: Pick<FoundFile, "path" | "bytes">): Promise<string> {
  const hash = createHash("sha256");
  const handle = await open(path, "r");
  try {
    for (let at = 0; at < bytes; at += PIECE) {
      hash.update(await readAt(handle, at, Math.min(PIECE, bytes - at)));
    }
  } finally {
    await handle.close();
  }
  return hash.digest("hex");
}
