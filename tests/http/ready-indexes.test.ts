// /ready and system.status while indexes of the store lack: the service takes CDRs, and says how far it is.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SchemaState } from "../../src/stores/migration.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { wrapCalls } from "../stores/wrapped-store.ts";

const indexes = {
  missing: ["cdrs.received", "cdrs.setup"],
  progress: { done: 3, total: 10 },
  fault: "Indexes could not be built, it is tried again: no space left on secret.example",
};
let service: TestService;
beforeAll(async () => {
  const wrapStore = (store: Parameters<typeof wrapCalls>[0]) =>
    wrapCalls(store, async (name, run) =>
      name === "schemaState" ? { ...((await run()) as SchemaState), indexes } : run(),
    );
  service = await startTestService({ wrapStore });
});
afterAll(() => service.stop());

test("/ready counts them and says how far, system.status names them and says why", async () => {
  const ready = await service.get("/ready");
  expect(ready.status).toBe(200);
  expect(ready.body).toEqual({ ok: true, indexes: { missing: 2, done: 3, total: 10 } });
  const { store } = await service.rpc("system.status");
  expect(store).toMatchObject({ ok: true, schema: { indexes } });
  const posted = await service.post("/cgr", "accid=building&account=1&duration=1s");
  expect(posted.status).toBeLessThan(300);
});
