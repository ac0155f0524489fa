// Goal: the batch of an import holds what it brought alone: nobody sends CDRs under its name, and no import
// takes a name that CDRs were sent under. Method: both roads, in both orders and at once, on both stores.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { startTestService, type TestService } from "../../end-to-end/test-service.ts";
import { callTable, importFile } from "../imports/import-file.ts";
import { STORES } from "../rerate/test-engine.ts";

describe.each(STORES)("the name of a batch on $name", ({ url }) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ store: url() });
  });
  afterAll(() => service.stop());

  const cdr = (originId: string) => ({
    ...{ originId, account: "1001", destination: "34650123456" },
    ...{ answerTime: "2026-03-02T09:00:00Z", usage: 60 },
  });
  const send = (ids: string[], batch: string, more: object = {}) =>
    service.rpc("cdr.processMany", { cdrs: ids.map(cdr), batch, ...more });
  const refused = { data: { code: "conflict", path: "batch" } };
  const calls = (count: number, name: string) =>
    callTable(Array.from({ length: count }, (_none, index) => `${name}-${index}`));

  it("of an import is refused to who sends CDRs, whatever their lines, and nothing is stored", async () => {
    await importFile(service.service.engine, calls(2, "a"), { batch: "a" });
    await expect(send(["s1"], "a")).rejects.toMatchObject(refused);
    await expect(send(["s1"], "a", { firstLine: 100 })).rejects.toMatchObject(refused);
    expect((await service.rpc("cdr.count", { filter: { batchIds: ["a"] } })).count).toBe(2);
  });

  it("that CDRs were sent under stays theirs: an import gets another one, and takes back its own", async () => {
    await send(["b1", "b2"], "b");
    await send(["b3"], "b", { firstLine: 3 });
    const { engine } = service.service;
    const job = await importFile(engine, calls(2, "b"), { batch: "b" });
    expect(job.body.request.batch).toBe("b-2");
    await send(["b4"], "b", { firstLine: 4 });
    const by = { note: "", by: "test", scope: EVERYTHING };
    const { id } = await engine.rollbacks.begin("b-2", by);
    await engine.rollbacks.settled(id);
    const { count } = await service.rpc("cdr.count", {
      filter: { batchIds: ["b"], outcomes: ["rated"] },
    });
    expect(count).toBe(4);
    // It is no batch that has a record to look at.
    await expect(service.rpc("batch.get", { id: "b" })).rejects.toMatchObject({
      data: { code: "not-found" },
    });
    const { batches } = await service.rpc("batch.list", {});
    expect(batches.map((batch: { id: string }) => batch.id).sort()).toEqual(["a", "b-2"]);
    const { checks } = await service.rpc("audit.run", {});
    expect(checks.filter(({ ok }: { ok: boolean | null }) => ok === false)).toEqual([]);
  });

  it("is one or the other's where both ask at once", async () => {
    for (let round = 0; round < 5; round += 1) {
      const name = `race-${round}`;
      const [sent, job] = await Promise.all([
        send([`${name}-s`], name).then(
          () => true,
          () => false,
        ),
        importFile(service.service.engine, calls(3, name), { batch: name }),
      ]);
      expect(job.body.request.batch).toBe(sent ? `${name}-2` : name);
      const { count } = await service.rpc("cdr.count", { filter: { batchIds: [name] } });
      expect(count).toBe(sent ? 1 : 3);
    }
  });
});
