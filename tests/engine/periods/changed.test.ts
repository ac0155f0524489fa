// Goal: who follows cdr.changes hears of each closing and correction once, under the same place, and only of
// those that it may see. Method: a service, two accounts, places kept between the calls.
import { afterEach, beforeEach, expect, it } from "vitest";
import { EVERYTHING, type Scope } from "../../../src/access/scope.ts";
import { startTestService, type TestService } from "../../end-to-end/test-service.ts";

const PERIOD = { from: "2026-03-02T00:00:00Z", to: "2026-03-02T12:00:00Z" };
const TENANT = "example.com";
let service: TestService;
beforeEach(async () => {
  service = await startTestService();
});
afterEach(() => service.stop());

async function close(account: string): Promise<void> {
  const { job } = await service.rpc("period.close", { account, tenant: TENANT, period: PERIOD });
  await service.service.engine.periods.settled(job);
}

it("closings come behind the place, each once, and the place of CDRs goes on as before", async () => {
  const first = await service.rpc("cdr.changes", { limit: 10 });
  expect(first).toMatchObject({ cdrs: [], periods: [] });
  // Nothing is closed: the place is as it always was.
  expect(first.next).not.toContain("~");
  await close("1001");
  await close("1002");
  const one = await service.rpc("cdr.changes", { after: first.next, limit: 1 });
  expect(one.periods).toMatchObject([{ number: "1", account: "1001", kind: "closing" }]);
  const two = await service.rpc("cdr.changes", { after: one.next, limit: 10 });
  expect(two.periods).toMatchObject([{ number: "2", account: "1002" }]);
  const cdr = { originId: "late", tenant: TENANT, account: "1001", destination: "34912345678" };
  const answerTime = "2026-03-02T10:00:00Z";
  await service.rpc("cdr.process", { cdr: { ...cdr, answerTime, usage: 30 } });
  const { job } = await service.rpc("period.correct", { number: "1" });
  await service.service.engine.periods.settled(job);
  const three = await service.rpc("cdr.changes", { after: two.next, limit: 10 });
  expect(three.cdrs).toHaveLength(1);
  expect(three.periods).toMatchObject([{ number: "3", corrects: "1", cdrs: 1 }]);
  const end = await service.rpc("cdr.changes", { after: three.next, limit: 10 });
  expect(end).toMatchObject({ cdrs: [], periods: [], next: three.next });
  const filter = { accounts: ["1002"] };
  const own = await service.rpc("cdr.changes", { filter, limit: 10 });
  expect(own.periods).toMatchObject([{ number: "2" }]);
});

it("a scope of single accounts hears of its own alone", async () => {
  await close("1001");
  await close("1002");
  const { periods } = service.service.engine;
  const accounts = [{ tenant: TENANT, account: "1002" }];
  const mine: Scope = { tenants: [TENANT], accounts, seesBuy: false };
  const seen = async (scope: Scope) =>
    (await periods.changed({ after: 0, limit: 10 }, scope)).periods.map(({ number }) => number);
  expect(await seen(mine)).toEqual(["2"]);
  expect(await seen({ tenants: ["other.org"], seesBuy: true })).toEqual([]);
  expect(await seen(EVERYTHING)).toEqual(["1", "2"]);
});
