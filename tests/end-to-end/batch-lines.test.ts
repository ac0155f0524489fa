// Goal: a line of a batch is one CDR, also where a sender says no lines: what would give one line to
// two CDRs is refused whole, and the same call again is harmless. Method: calls over JSON-RPC on
// every store, then the audit.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STORES } from "../engine/rerate/test-engine.ts";
import { startTestService, type TestService } from "./test-service.ts";

function cdrs(...ids: string[]) {
  return ids.map((accid) => ({
    accid,
    account: "1001",
    destination: "34650123456",
    answer_time: "2026-03-02T10:00:00Z",
    usage: 30,
  }));
}

describe.each(STORES)("batch lines on $name", ({ url }) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ store: url() });
  });
  afterAll(async () => {
    const { checks } = await service.rpc("audit.run");
    expect(checks.find(({ name }: { name: string }) => name === "batch-lines-once").ok).toBe(true);
    await service.stop();
  });

  const send = async (batch: string, ids: string[], firstLine?: number): Promise<string[]> => {
    const params = { batch, cdrs: cdrs(...ids), ...(firstLine === undefined ? {} : { firstLine }) };
    const { results } = await service.rpc("cdr.processMany", params);
    return results.map(({ outcome }: { outcome: string }) => outcome);
  };
  const linesOf = async (batch: string): Promise<string[]> => {
    const found = await service.rpc("cdr.find", { filter: { batchIds: [batch] }, limit: 1000 });
    const line = (cdr: { batchLine: number; primary: { originId: string } }) =>
      `${cdr.batchLine} ${cdr.primary.originId}`;
    return found.cdrs.map(line).sort();
  };
  const refused = { data: { code: "invalid-params", path: "firstLine" } };

  it("a second part that says no lines is refused before anything is stored", async () => {
    await send("x", ["x-a", "x-b"]);
    await expect(send("x", ["x-c", "x-d"])).rejects.toMatchObject(refused);
    await expect(send("x", ["x-a", "x-d"])).rejects.toMatchObject(refused);
    expect(await linesOf("x")).toEqual(["1 x-a", "2 x-b"]);
    expect(await send("x", ["x-c", "x-d"], 3)).toEqual(["rated", "rated"]);
  });

  it("the same call again answers duplicates, and stores what was not stored yet", async () => {
    await send("y", ["y-a", "y-b"]);
    expect(await send("y", ["y-a", "y-b"])).toEqual(["duplicate", "duplicate"]);
    const whole = ["y-a", "y-b", "y-c", "y-d"];
    expect(await send("y", whole)).toEqual(["duplicate", "duplicate", "rated", "rated"]);
    expect(await linesOf("y")).toEqual(["1 y-a", "2 y-b", "3 y-c", "4 y-d"]);
  });

  it("a voided line is still taken", async () => {
    await send("v", ["v-a"]);
    const { cdrs: found } = await service.rpc("cdr.find", { filter: { batchIds: ["v"] } });
    await service.rpc("cdr.void", { id: found[0].id, reason: "test" });
    await expect(send("v", ["v-b"])).rejects.toMatchObject(refused);
  });

  it("of two calls at once one is stored", async () => {
    const both = await Promise.allSettled([send("z", ["z-a", "z-b"]), send("z", ["z-c", "z-d"])]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await linesOf("z")).toEqual(["1 z-a", "2 z-b"]);
  });

  it("the first part of a long batch may be sent again, another first part not", async () => {
    const part = (from: number) => Array.from({ length: 1000 }, (_, n) => `long-${from + n}`);
    await send("long", part(1).slice(0, 999));
    await send("long", part(1001), 1001);
    await send("long", part(2001), 2001);
    const outcomes = await send("long", part(1));
    expect(new Set(outcomes.slice(0, 999))).toEqual(new Set(["duplicate"]));
    expect(outcomes[999]).toBe("rated");
    await expect(send("long", part(5001))).rejects.toMatchObject(refused);
  });
});
