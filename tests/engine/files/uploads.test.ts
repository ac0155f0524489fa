// Goal: a file in parts is whole or refused, bounded, expires, and is its sender's alone; what was sent
// before a crash is not sent again. Method: the use case over a store in memory, with a clock by hand.
import { createHash } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { createUploads, type Uploads } from "../../../src/engine/files/uploads.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";

const LIMITS = { uploadBytes: 100, uploadsBytes: 150, uploadHours: 1, bodyBytes: 2100 };
/** Of a body of 2100 bytes. */
const PART = 75;
let nowMs = 0;
let store: Store;
let uploads: Uploads;

beforeEach(async () => {
  nowMs = 1_000_000;
  store = await openSqliteStore({
    path: ":memory:",
    migrates: true,
    build: "test",
    clock: () => nowMs,
  });
  uploads = createUploads({ store, clock: () => nowMs, limits: LIMITS });
});

const BYTES = Buffer.from(Array.from({ length: 90 }, (_none, index) => index));
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const FILE = { hash: hashOf(BYTES), bytes: BYTES.length, name: "calls.csv" };

async function contentOf(id: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of uploads.pieces(id)) pieces.push(piece);
  return Buffer.concat(pieces);
}

it("goes on where it ended: the same file again says which parts are missing", async () => {
  const begun = await uploads.begin(FILE, "ops");
  expect(begun).toMatchObject({ partBytes: PART, missing: [0, 1], state: "open" });
  await uploads.part(begun.id, { number: 1, bytes: BYTES.subarray(PART) }, "ops");
  await expect(uploads.end(begun.id, "ops")).rejects.toMatchObject({
    code: "conflict",
    detail: { data: { missing: [0] } },
  });
  expect(await uploads.begin(FILE, "ops")).toMatchObject({ id: begun.id, missing: [0] });
  await uploads.part(begun.id, { number: 0, bytes: BYTES.subarray(0, PART) }, "ops");
  expect(await uploads.end(begun.id, "ops")).toMatchObject({ state: "whole", missing: [] });
  expect(await uploads.end(begun.id, "ops")).toMatchObject({ state: "whole" });
  expect(await contentOf(begun.id)).toEqual(BYTES);
  expect(await uploads.begin(FILE, "ops")).toMatchObject({ state: "whole" });
});

it("parts of another length or number, and parts with another hash, are refused", async () => {
  const { id } = await uploads.begin(FILE, "ops");
  const send = (number: number, bytes: Uint8Array) => uploads.part(id, { number, bytes }, "ops");
  await expect(send(0, BYTES.subarray(1, PART))).rejects.toMatchObject({
    message: "Part 0 has 75 bytes, not 74.",
  });
  await expect(send(2, BYTES)).rejects.toMatchObject({ message: "Part 2 is none of the file." });
  await send(0, Buffer.alloc(PART, 1));
  await send(1, BYTES.subarray(PART));
  await expect(uploads.end(id, "ops")).rejects.toMatchObject({
    code: "conflict",
    detail: { hint: "Begin again: the parts were dropped." },
  });
  expect(await uploads.begin(FILE, "ops")).toMatchObject({ missing: [0, 1] });
});

it("is its sender's alone", async () => {
  const { id } = await uploads.begin(FILE, "ops");
  expect((await uploads.begin({ ...FILE, bytes: 60 }, "other")).id).not.toBe(id);
  for (const call of [
    () => uploads.part(id, { number: 0, bytes: BYTES.subarray(0, PART) }, "other"),
    () => uploads.end(id, "other"),
    () => uploads.whole(id, "other"),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: "not-found" });
  }
  await expect(uploads.whole(id, "ops")).rejects.toMatchObject({ code: "conflict" });
});

it("one file and all of them are bounded", async () => {
  await expect(uploads.begin({ ...FILE, bytes: 101 }, "ops")).rejects.toMatchObject({
    code: "too-large",
  });
  await uploads.begin({ ...FILE, bytes: 80 }, "ops");
  await expect(uploads.begin(FILE, "ops")).rejects.toMatchObject({ code: "too-busy" });
  expect(await uploads.begin({ ...FILE, bytes: 70 }, "ops")).toMatchObject({ state: "open" });
});

it("expires an hour after its last part, or when it is said to be kept longer", async () => {
  const { id } = await uploads.begin(FILE, "ops");
  nowMs += 3_599_000;
  await uploads.part(id, { number: 0, bytes: BYTES.subarray(0, PART) }, "ops");
  nowMs += 3_599_000;
  await uploads.sweep();
  expect(await store.uploads.get(id)).not.toBeNull();
  await uploads.keep(id, 2);
  nowMs += 7_100_000;
  await uploads.sweep();
  expect(await store.uploads.get(id)).not.toBeNull();
  nowMs += 101_000;
  await uploads.sweep();
  expect(await store.uploads.get(id)).toBeNull();
  expect(await store.uploads.getPart(id, 0)).toBeNull();
  await expect(contentOf(id)).rejects.toMatchObject({ code: "not-found" });
});
