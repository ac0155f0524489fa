// Goal: of the processes on a store one makes kept sums, and another goes on when it ends; a store that
// is away leaves the metrics out. Method: two makers on one store, and a service asked for its state.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { makeRollups } from "../../src/compose/store-care.ts";
import { isMade } from "../../src/engine/reports/rollup-maker.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { SILENT, startTestService, type TestService } from "../end-to-end/test-service.ts";
import { makeSums } from "../engine/reports/make-sums.ts";

const clock = () => 1;

it("one process makes them, another when it ends, and nobody when both have ended", async () => {
  const store = await openSqliteStore({ path: ":memory:" });
  const made: string[] = [];
  const maker = (name: string) => {
    const tend = async () => {
      made.push(name);
      return { made: 0, joined: 0, isBehind: false };
    };
    return makeRollups({ store, rollups: { tend }, clock, log: SILENT, leaseMs: 30_000 });
  };
  const first = maker("first");
  await vi.waitFor(() => expect(made).toEqual(["first"]));
  const look = vi.spyOn(store.feeds, "getFor");
  const second = maker("second");
  await vi.waitFor(() => expect(look).toHaveBeenCalled());
  expect(await isMade(store, { clock })).toBe(true);
  await first.stop();
  expect(made).not.toContain("second");
  await vi.waitFor(() => expect(made).toContain("second"), { timeout: 5000 });
  await second.stop();
  expect(await isMade(store, { clock })).toBe(false);
  await store.close();
});

let service: TestService;
let sums: Pick<Store, "rollups">;
let isAway = false;
beforeAll(async () => {
  const wrapStore = (store: Store): Store => {
    sums = store;
    const state: Store["rollups"]["state"] = async (...args) => {
      if (isAway) throw new Error("away");
      return store.rollups.state(...args);
    };
    return { ...store, rollups: { ...store.rollups, state } };
  };
  const credential = (name: string, tenants: string[]) => ({
    ...{ name, roles: ["ingest", "read"], tenants },
    tokenSha256: createHash("sha256").update(name).digest("hex"),
  });
  const credentials = [credential("all", ["*"]), credential("one", ["cgrates.org"])];
  service = await startTestService({ wrapStore, settings: { credentials, rollups: false } });
});
afterAll(() => service.stop());

it("the state and the metrics say how many quarter hours there are, to who sees every tenant", async () => {
  const all = { authorization: "Bearer all" };
  const cdrs = ["10:00", "10:20", "10:25"].map((time, index) => ({
    originId: `${index}`,
    account: "1001",
    destination: "34650123456",
    answerTime: `2026-03-02T${time}:00Z`,
    usage: 60,
  }));
  await service.rpc("cdr.processMany", { cdrs }, all);
  const status = async (by: Record<string, string>) =>
    (await service.rpc("system.status", {}, by)).rollups;
  expect(await status(all)).toEqual({ on: false, quarters: 2, dirty: 2 });
  expect(await status({ authorization: "Bearer one" })).toBeNull();
  const metrics = async () => String((await service.get("/metrics", all)).body);
  expect(await metrics()).toMatch(/^cdrate_rollup_quarters 2$/m);
  await makeSums(sums);
  expect(await metrics()).toMatch(/^cdrate_rollup_dirty 0$/m);
  isAway = true;
  expect(await metrics()).not.toMatch(/^cdrate_rollup_(dirty|quarters) /m);
  isAway = false;
});
