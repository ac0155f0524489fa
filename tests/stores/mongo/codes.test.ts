// Every code of the table of faults, answered by the server at reads and writes.
import { type BulkWriteResult, MongoBulkWriteError, MongoServerError } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInsertQueue } from "../../../src/engine/intake/insert-queue.ts";
import { EngineError } from "../../../src/errors.ts";
import { asTold, outcomeOf, SERVER_CODES } from "../../../src/stores/mongo/faults.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr, sampleRating } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { type ProxiedStores, proxiedStores } from "./test-store.ts";
import { virtualTime } from "./virtual-time.ts";
import type { WireFault, WireProxy } from "./wire-faults.ts";

const uri = await mongoTestUri();
const away = { code: "store-unavailable" };

/** As a server answers a command that failed. */
const failure = (code: number) => ({ ok: 0, code, errmsg: "told by a test", codeName: "Test" });
/** As it answers a write that it has done, but not on a majority in time. */
const withoutMajority = (code: number) => (answer: object) => ({
  ...answer,
  writeConcernError: { code, errmsg: "waiting for replication timed out" },
});

describe("without a server", () => {
  test.each([...SERVER_CODES])("%i %o: read and write are told so", (code, { outcome }) => {
    const error = new MongoServerError({ message: "told", code });
    expect(outcomeOf(error)).toBe(outcome);
    const written = outcome === "conflict" ? "conflict" : "store-unavailable";
    expect(asTold(error, { writes: true })).toMatchObject({ code: written });
    const isTime = [50, 262, 290].includes(code);
    expect(asTold(error, { writes: false })).toMatchObject({ code: isTime ? "timeout" : written });
  });

  test("a code that no table has is a fault of ours, unless a label says that it may pass", () => {
    const error = new MongoServerError({ message: "told", code: 2 });
    expect(asTold(error, { writes: true })).toBe(error);
    for (const label of ["RetryableWriteError", "RetryableError", "SystemOverloadedError"]) {
      const errorLabels = [label];
      expect(outcomeOf(new MongoServerError({ message: "told", code: 2, errorLabels }))).toBe(
        "retried",
      );
    }
  });

  test("a fault of the socket that comes as Node tells it may pass, alone and inside a bulk write", () => {
    const socket = Object.assign(new Error("write ECONNRESET"), { code: "ECONNRESET" });
    const bulk = new MongoBulkWriteError(
      socket as never,
      {
        getWriteConcernError: () => undefined,
      } as BulkWriteResult,
    );
    for (const error of [socket, bulk]) {
      expect(outcomeOf(error)).toBe("retried");
      expect(asTold(error, { writes: true })).toMatchObject({ code: "store-unavailable" });
    }
    expect(outcomeOf(Object.assign(new Error("told"), { code: "ERR_OTHER" }))).toBe("ours");
  });

  test("the outcomes that an outage was told by chance", () => {
    const outcomes = [133, 112, 8000, 6, 462, 189].map((code) => SERVER_CODES.get(code)?.outcome);
    expect(outcomes).toEqual(["retried", "retried", "refused", "retried", "retried", "retried"]);
  });
});

describe.skipIf(uri === null)("with a server", () => {
  let stores: ProxiedStores;
  let proxy: WireProxy;
  let store: Store;
  let hasty: Store;
  beforeAll(async () => {
    stores = await proxiedStores(uri ?? "");
    ({ proxy } = stores);
    // No code of the table needs a pause to be real.
    store = await stores.open({ waitMs: 8_000, timing: virtualTime() });
    hasty = await stores.open({ waitMs: 1_000, timing: virtualTime() });
  });
  afterAll(() => stores.close());
  const at = (command: string, fault: Omit<WireFault, "command">): void =>
    proxy.meet({ command, collection: "cdrs", ...fault });
  const revision = ({ tenant, id }: { tenant: string; id: string }) => ({
    ...{ tenant, id, expectedRevision: 1, atMs: 5 },
    rating: sampleRating({ revision: 2 }),
  });

  const passing = [...SERVER_CODES].filter(([, { outcome }]) => outcome === "retried");
  test("each code that may pass is got over inside, at a read and at a write", async () => {
    for (const [code] of passing) {
      const cdr = sampleCdr(`passing-${code}`);
      at("insert", { when: "instead", answer: failure(code), times: 1 });
      expect([code, await store.cdrs.insert([cdr])]).toEqual([code, [{ outcome: "inserted" }]]);
      at("find", { when: "instead", answer: failure(code), times: 1 });
      expect([code, (await store.cdrs.get(cdr))?.id]).toEqual([code, cdr.id]);
    }
  });

  test("each write whose fate is unknown is read back before it is answered", async () => {
    const faults: Omit<WireFault, "command">[] = [
      { when: "after", answer: "cut" },
      { when: "instead", answer: "cut" },
      ...[50, 64, 75, 79, 262, 290].map((code) => ({
        when: "after" as const,
        answer: failure(code),
      })),
      ...[64, 79, 91, 100, 189].map((code) => ({
        when: "after" as const,
        answer: withoutMajority(code),
      })),
      { when: "after", answer: failure(11600) },
    ];
    for (const [index, fault] of faults.entries()) {
      const cdrs = [sampleCdr(`unknown-${index}-a`), sampleCdr(`unknown-${index}-b`)];
      at("insert", { ...fault, times: 1 });
      const inserted = await store.cdrs.insert(cdrs);
      expect([fault, inserted]).toEqual([fault, Array(2).fill({ outcome: "inserted" })]);
      at("update", { ...fault, times: 1 });
      const revised = await store.cdrs.revise(cdrs.map(revision));
      expect([fault, revised]).toEqual([fault, ["revised", "revised"]]);
      proxy.meet(null);
      expect((await store.cdrs.get(cdrs[0] ?? { tenant: "", id: "" }))?.history).toHaveLength(1);
      expect(await store.cdrs.revise(cdrs.map(revision))).toEqual(
        Array(2).fill("changed-meanwhile"),
      );
      expect((await store.cdrs.insert(cdrs)).map(({ outcome }) => outcome)).toEqual(
        Array(2).fill("exists"),
      );
    }
  });

  test("jobs, suspense and the time line are written once, whatever answer is lost", async () => {
    const job = { id: "j1", kind: "k", state: "new", version: 1, createdAtMs: 1, body: { a: 1 } };
    const lost = (command: string) =>
      proxy.meet({ command, when: "after", answer: "cut", times: 1 });
    lost("insert");
    expect(await store.jobs.put(job)).toBe(true);
    expect(await store.jobs.put(job)).toBe(false);
    lost("update");
    expect(await store.jobs.update({ ...job, version: 2 }, 1)).toBe(true);
    expect(await store.jobs.update({ ...job, version: 2 }, 1)).toBe(false);
    const entry = { tenant: "t", version: "v", fromMs: 1, activatedAtMs: 2 };
    lost("insert");
    expect(await store.tariffs.activate([entry])).toEqual([{ ...entry, sequence: 1 }]);
    expect((await store.tariffs.activations()).filter(({ tenant }) => tenant === "t")).toHaveLength(
      1,
    );
    const record = {
      ...{ id: "s1", source: "s", reason: "no-id", bytes: new Uint8Array([1]), receivedAtMs: 1 },
      ...{ state: "open", query: "" },
    } as unknown as Parameters<Store["suspense"]["add"]>[0];
    lost("insert");
    expect(await store.suspense.add(record)).toMatchObject({ outcome: "new" });
    expect(await store.suspense.add(record)).toMatchObject({ outcome: "repeat" });
    const closing = { state: "discarded", by: "me", atMs: 3 } as const;
    lost("update");
    expect(await store.suspense.close("s1", closing)).toBe(true);
    expect(await store.suspense.close("s1", closing)).toBe(false);
  });

  test("what stays is unavailable at a read and a write, and nothing was written", async () => {
    for (const code of [133, 112, 8000, 6, 462, 13, 18, 14031, 371, 64]) {
      at("insert", { when: "instead", answer: failure(code) });
      const cdr = sampleCdr(`staying-${code}`);
      await expect(hasty.cdrs.insert([cdr])).rejects.toMatchObject(away);
      at("find", { when: "instead", answer: failure(code) });
      await expect(hasty.cdrs.get(cdr)).rejects.toMatchObject(away);
      at("aggregate", { when: "instead", answer: failure(code) });
      await expect(hasty.cdrs.count({})).rejects.toMatchObject(away);
      proxy.meet(null);
      expect(await hasty.cdrs.get(cdr)).toBeNull();
    }
  });

  test("a write without its majority in time is acknowledged by what a majority read shows", async () => {
    at("insert", { when: "after", answer: withoutMajority(64) });
    const find = proxy.seen("find");
    const cdr = sampleCdr("no-majority");
    await expect(
      Promise.all([hasty.cdrs.insert([cdr]), hasty.cdrs.insert([sampleCdr("other")])]),
    ).resolves.toEqual([[{ outcome: "inserted" }], [{ outcome: "inserted" }]]);
    expect(proxy.seen("find")).toBeGreaterThan(find);
  });

  test("a commit of 512 stays one write through an outage", async () => {
    at("insert", { when: "instead", answer: failure(133) });
    const queue = createInsertQueue({
      write: (cdrs: ReturnType<typeof sampleCdr>[]) => hasty.cdrs.insert(cdrs),
      limit: 1000,
      batch: 512,
    });
    const pushed = Array.from({ length: 512 }, (_, n) => queue.push(sampleCdr(`commit-${n}`)));
    const settled = await Promise.allSettled(pushed);
    expect(settled.every(({ status }) => status === "rejected")).toBe(true);
    expect(proxy.seen("insert")).toBeLessThan(6);
  });

  test("the server ends a read after the time that a call may take; it is told as a timeout", async () => {
    const slow = await stores.open({ waitMs: 150, readMs: 1234 });
    const limits: unknown[] = [];
    const answer = failure(50);
    for (const command of ["find", "aggregate"]) {
      at(command, { when: "instead", answer });
      const read = command === "find" ? slow.cdrs.find(PAGE) : slow.cdrs.count({});
      await read.catch((error: unknown) => limits.push(error));
      expect(proxy.seen(command)).toBe(1);
    }
    expect(limits).toHaveLength(2);
    for (const error of limits) {
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({ code: "timeout", detail: { data: { where: "store" } } });
    }
    expect(proxy.sent().some((command) => command["maxTimeMS"] === 1234)).toBe(true);
  });
});

const PAGE = { filter: {}, sort: { by: "callTime", descending: false }, limit: 10 } as const;
