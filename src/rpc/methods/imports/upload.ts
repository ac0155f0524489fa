// JSON-RPC: files that are too big for one call, in parts.
import { z } from "zod";
import type { UploadState } from "../../../engine/files/uploads.ts";
import { base64, uploadId } from "../../file-params.ts";
import { method } from "../../method.ts";
import { name } from "../../shapes.ts";

const state = z.object({
  upload: z.string(),
  state: z.enum(["open", "whole"]),
  name: z.string(),
  hash: z.string(),
  bytes: z.number(),
  partBytes: z.number().describe("bytes of each part but the last one"),
  missing: z.array(z.number()).describe("parts that are not there yet; they count from 0"),
  expiresAt: z.string().describe("when it is dropped unless it is used or sent on"),
});

function view({ id: upload, by: _by, expiresAtMs, ...own }: UploadState): z.input<typeof state> {
  return { upload, ...own, expiresAt: new Date(expiresAtMs).toISOString() };
}

/** What the example sends. */
const EXAMPLE = "Call ID;B-Number\nc1;34650123456\n";
const EXAMPLE_HASH = "b6f2347dc8bc1c45f03915cfd20ae57538a193db249b858653a99f072bda4efa";

export const beginMethod = method({
  name: "upload.begin",
  summary:
    "Announces a file by its hash; the same file again goes on where it ended: `missing` says which parts are to be sent.",
  permission: "upload.write",
  writes: true,
  heavy: false,
  errors: ["too-large", "too-busy", "store-unavailable"],
  params: z.strictObject({
    hash: z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits, the sha256 of the file"),
    bytes: z.int().min(1).max(1_000_000_000_000),
    name: name.default("file"),
  }),
  result: state,
  example: { hash: EXAMPLE_HASH, bytes: EXAMPLE.length, name: "calls.csv" },
  async run(file, { engine, caller }) {
    return view(await engine.files.uploads.begin(file, caller.name));
  },
});

export const partMethod = method({
  name: "upload.part",
  summary: "Stores one part of an announced file; a part may be sent again.",
  permission: "upload.write",
  writes: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: z.strictObject({
    upload: uploadId,
    number: z.int().min(0).max(1_000_000),
    base64: base64.max(1_400_000),
  }),
  result: z.object({ bytes: z.number() }),
  example: { upload: "$upload", number: 0, base64: Buffer.from(EXAMPLE).toString("base64") },
  async run({ upload, number, base64: sent }, { engine, caller }) {
    const bytes = Buffer.from(sent, "base64");
    await engine.files.uploads.part(upload, { number, bytes }, caller.name);
    return { bytes: bytes.length };
  },
});

export const endMethod = method({
  name: "upload.end",
  summary: "Holds the parts against the hash of the file: from then on it can be used.",
  permission: "upload.write",
  writes: true,
  heavy: true,
  errors: ["not-found", "conflict", "store-unavailable"],
  params: z.strictObject({ upload: uploadId }),
  result: state,
  example: { upload: "$upload" },
  async run({ upload }, { engine, caller }) {
    return view(await engine.files.uploads.end(upload, caller.name));
  },
});
