// Goal: the log is found by who, what and when, in pages, and nobody reads of another tenant's things.
// Method: acts written through the store of a service, asked for over JSON-RPC and the use case.
import { afterAll, beforeAll, expect, it } from "vitest";
import { NOW_MS, startTestService, type TestService } from "../end-to-end/test-service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ demo: false });
  const { log } = service.service.engine.store;
  for (let n = 0; n < 12; n += 1) {
    await log.append({
      ...{ id: `a${String(n).padStart(2, "0")}`, atMs: NOW_MS + Math.floor(n / 2) * 1000 },
      ...{ by: n % 3 === 0 ? "boss" : "user anna", act: n % 2 === 0 ? "feed.stop" : "feed.start" },
      ...{ subject: `f${n % 4}`, tenant: n % 4 === 0 ? null : `t${n % 4}`, before: n, after: null },
      ...{
        road: n < 3 ? ("cli" as const) : ("http" as const),
        address: n < 3 ? null : `192.0.2.${n}`,
      },
      ...{ why: null, link: null },
    });
  }
});
afterAll(() => service.stop());

const find = async (params: object): Promise<number[]> =>
  (await service.rpc("log.find", params)).acts.map(({ before }: { before: number }) => before);

it("has the latest first, and is found by who, what, on what, and when", async () => {
  expect(await find({})).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  expect(await find({ by: ["boss"] })).toEqual([9, 6, 3, 0]);
  expect(await find({ acts: ["feed.stop"], subjects: ["f2"] })).toEqual([10, 6, 2]);
  expect(await find({ roads: ["cli"] })).toEqual([2, 1, 0]);
  expect(await find({ addresses: ["192.0.2.4", "192.0.2.9"], by: ["boss"] })).toEqual([9]);
  const at = (seconds: number) => new Date(NOW_MS + seconds * 1000).toISOString();
  expect(await find({ from: at(1), to: at(3) })).toEqual([5, 4, 3, 2]);
  expect(await find({ from: at(99) })).toEqual([]);
});

it("is read in pages, each act once", async () => {
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = { limit: 2, by: ["user anna"], ...(cursor === undefined ? {} : { cursor }) };
    const { acts, nextCursor } = await service.rpc("log.find", page);
    seen.push(...acts.map(({ before }: { before: number }) => before));
    cursor = nextCursor;
  } while (cursor !== undefined);
  expect(seen).toEqual([11, 10, 8, 7, 5, 4, 2, 1]);
  await expect(service.rpc("log.find", { cursor: "x" })).rejects.toMatchObject({
    data: { code: "invalid-params" },
  });
});

it("tells of nobody's things to who sees everything alone, and of others' to nobody", async () => {
  const { acts } = service.service.engine;
  const own = await acts.find({ limit: 50 }, { tenants: ["t1"], seesBuy: true });
  expect(own.acts.map(({ before }) => before)).toEqual([9, 5, 1]);
  for (const part of [
    { tenants: ["t1"], seesBuy: false },
    { tenants: ["t1"], seesBuy: true, accounts: [{ tenant: "t1", account: "a" }] },
  ]) {
    await expect(acts.find({ limit: 50 }, part)).rejects.toMatchObject({ code: "forbidden" });
  }
});
