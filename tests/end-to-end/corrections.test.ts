// Goal: facts of a stored CDR can be corrected and a CDR voided, nothing is lost of what it was,
// and a voided id that arrives again is priced. Method: JSON-RPC and posts on every store.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";
import { mongoUrl } from "../stores/mongo-urls.ts";
import { startTestService, type TestService } from "./test-service.ts";

const mongoUri = await mongoTestUri();

const STORES = [
  { name: "sqlite", url: () => "sqlite::memory:" },
  ...(mongoUri === null ? [] : [{ name: "mongo", url: () => mongoUrl(mongoUri) }]),
];

const call = (originId: string, usage: number) => ({
  originId,
  account: "1001",
  destination: "34650123456",
  answerTime: "2026-03-02T09:00:00Z",
  usage,
});

describe.each(STORES)("corrections on $name", ({ url }) => {
  let service: TestService;
  beforeAll(async () => {
    const sources = sourceList.parse([
      { name: "trunks", match: { paths: ["/cdr_http"] }, ruleSet: "ES" },
    ]);
    service = await startTestService({ store: url(), settings: { sources } });
  });
  afterAll(() => service.stop());

  const post = (id: string, duration = "60s") =>
    service.post(
      "/cgr",
      `accid=${id}&account=1001&destination=34650123456&time_answer=2026-03-02T10:00:00%2B01:00&duration=${duration}&note=kept`,
    );
  const get = (id: string) => service.rpc("cdr.get", { id });

  it("new facts make a new content revision with new amounts; the old one stays", async () => {
    const { body: first } = await post("longer");
    const corrected = await service.rpc("cdr.correct", {
      id: first.id,
      fields: { usage: "2m", ticket: 7 },
      reason: "wrong clock",
    });
    expect(corrected).toMatchObject({ revision: 2, outcome: "rated" });
    expect(Number(corrected.sell.amount)).toBeGreaterThan(Number(first.sell.amount));
    const cdr = await get(first.id);
    expect(cdr.primary).toMatchObject({ usage: 120, answerTime: "2026-03-02T10:00:00.000+01:00" });
    expect(cdr.extra).toEqual({ note: "kept", ticket: 7 });
    expect(cdr.rating.note).toBe("wrong clock");
    expect(cdr.history).toHaveLength(1);
    expect(cdr.history[0].content.primary.usage).toBe(60);
    expect(cdr.history[0].rating.sell).toEqual(first.sell);
    for (const revision of [1, 2]) {
      const explained = await service.rpc("cdr.explain", { id: first.id, revision });
      expect(explained.matches).toBe(true);
    }
  });

  it("the same correction again changes nothing; null takes a field away", async () => {
    const { body } = await post("again");
    const call = { id: body.id, fields: { usage: "90s", note: null } };
    expect((await service.rpc("cdr.correct", call)).revision).toBe(2);
    expect((await service.rpc("cdr.correct", call)).revision).toBe(2);
    expect((await get(body.id)).extra).toEqual({});
  });

  it("the record that was corrected, sent again, is a duplicate; a third content a conflict", async () => {
    const { body } = await post("resent");
    await service.rpc("cdr.correct", { id: body.id, fields: { account: "1002" } });
    expect((await get(body.id)).primary).toMatchObject({ account: "1002", subject: "1002" });
    expect((await post("resent")).body.outcome).toBe("duplicate");
    expect((await post("resent", "61s")).body.outcome).toBe("conflict");
    expect((await get(body.id)).primary.account).toBe("1002");
  });

  it("what describes a call is corrected too, and the record stays the one that was sent", async () => {
    const { body } = await post("described");
    const correct = (fields: object) => service.rpc("cdr.correct", { id: body.id, fields });
    const described = { callDirection: "inbound", queue: "sales", usage: 60, duration: "75s" };
    expect((await correct(described)).revision).toBe(2);
    expect((await correct(described)).revision).toBe(2);
    expect((await get(body.id)).primary).toMatchObject({ ...described, duration: 75 });
    const filter = { queues: ["sales"], duration: { min: 75, max: 76 } };
    expect((await service.rpc("cdr.count", { filter })).count).toBe(1);
    expect((await post("described")).body.outcome).toBe("duplicate");
    expect((await correct({ queue: null })).revision).toBe(3);
    const { primary, extra } = await get(body.id);
    expect([primary.queue, primary.callDirection]).toEqual([undefined, "inbound"]);
    expect(extra).not.toHaveProperty("queue");
    expect((await service.rpc("cdr.count", { filter })).count).toBe(0);
    await expect(correct({ callDirection: "sideways" })).rejects.toMatchObject({
      data: { code: "invalid-params", path: "fields.callDirection" },
    });
  });

  it("the corrected record, sent so by the switch, is a duplicate; another one stays a conflict", async () => {
    const { body } = await post("repaired");
    await service.rpc("cdr.correct", { id: body.id, fields: { duration: "120s", ticket: 7 } });
    expect((await post("repaired", "120s")).body.outcome).toBe("conflict");
    await service.rpc("cdr.correct", { id: body.id, fields: { ticket: null } });
    expect((await post("repaired", "2m")).body.outcome).toBe("duplicate");
    expect((await post("repaired", "120s&ticket=7")).body.outcome).toBe("duplicate");
    expect((await post("repaired", "120s&ticket=8")).body.outcome).toBe("conflict");
    expect((await post("repaired", "121s")).body.outcome).toBe("conflict");
    expect((await get(body.id)).rating.revision).toBe(3);
  });

  it("without a correction a record that reads the same, sent otherwise, is still a conflict", async () => {
    await post("spelled");
    expect((await post("spelled", "1m")).body.outcome).toBe("conflict");
  });

  it("usage that is the time from answer to end follows a correction of either", async () => {
    const times = "time_answer=2026-03-02T10:00:00Z&time_end=2026-03-02T10:01:00Z";
    const record = `account=1001&destination=34650123456&${times}`;
    const { body } = await service.post("/cgr", `accid=derived&${record}`);
    const usageAfter = async (fields: Record<string, unknown>) => {
      await service.rpc("cdr.correct", { id: body.id, fields });
      const { primary, rating } = await get(body.id);
      return [primary.usage, rating.sell.billedSeconds];
    };
    expect(await usageAfter({ endTime: "2026-03-02T10:11:00Z" })).toEqual([660, 660]);
    expect(await usageAfter({ answer_time: "2026-03-02T10:10:00Z" })).toEqual([60, 60]);
    // Nothing to derive it from, or another field: it stays.
    expect(await usageAfter({ note: "x" })).toEqual([60, 60]);
    expect(await usageAfter({ endTime: null })).toEqual([60, 60]);
    // Usage that is named, or was another length all along, is nobody else's.
    expect(await usageAfter({ endTime: "2026-03-02T10:30:00Z", usage: "2m" })).toEqual([120, 120]);
    expect(await usageAfter({ endTime: "2026-03-02T10:31:00Z" })).toEqual([120, 120]);
  });

  it("the identity cannot change, and a field that cannot be read is named", async () => {
    const { body } = await post("identity");
    for (const [fields, path] of [
      [{ accid: "other" }, "fields.originId"],
      [{ cdrhost: "10.0.0.1" }, "fields.originHost"],
      [{ tenant: "b.example" }, "fields.tenant"],
      [{ usage: "-1s" }, "fields.usage"],
      [{ answer_time: "noon" }, "fields.answerTime"],
    ]) {
      await expect(service.rpc("cdr.correct", { id: body.id, fields })).rejects.toMatchObject({
        data: { code: "invalid-params", path },
      });
    }
    expect((await get(body.id)).rating.revision).toBe(1);
    await expect(
      service.rpc("cdr.correct", { id: "0".repeat(40), fields: { usage: 1 } }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
  });

  it("a voided CDR is in no sum and no query, keeps the reason, and can be explained", async () => {
    const { body } = await post("void-me");
    const filter = { ids: [body.id] };
    const voided = await service.rpc("cdr.void", { id: body.id, reason: "test call" });
    expect(voided).toMatchObject({ revision: 2, outcome: "voided", sell: null, buy: null });
    expect((await service.rpc("cdr.void", { id: body.id, reason: "twice" })).revision).toBe(2);
    expect(await service.rpc("cdr.count", { filter })).toEqual({ count: 0 });
    expect((await service.rpc("cdr.summarize", { filter })).rows).toEqual([]);
    const named = { ids: [body.id], outcomes: ["voided"] };
    expect(await service.rpc("cdr.count", { filter: named })).toEqual({ count: 1 });
    expect((await get(body.id)).rating).toMatchObject({ outcome: "voided", note: "test call" });
    expect((await service.rpc("cdr.explain", { id: body.id })).matches).toBe(true);
    await expect(
      service.rpc("cdr.correct", { id: body.id, fields: { usage: 1 } }),
    ).rejects.toMatchObject({ data: { code: "conflict" } });
  });

  it("a voided id that arrives again is a new content revision and is priced, once", async () => {
    const { body } = await post("back");
    await service.rpc("cdr.void", { id: body.id, reason: "wrong import" });
    const arrivals = await Promise.all(Array.from({ length: 8 }, () => post("back", "75s")));
    const outcomes = arrivals.map((arrival) => arrival.body.outcome).sort();
    expect(outcomes).toEqual([...Array.from({ length: 7 }, () => "duplicate"), "rated"]);
    const cdr = await get(body.id);
    expect(cdr.rating).toMatchObject({ revision: 3, outcome: "rated" });
    expect(cdr.primary.usage).toBe(75);
    expect(
      cdr.history.map((entry: { rating: { outcome: string } }) => entry.rating.outcome),
    ).toEqual(["rated", "voided"]);
    const same = await service.rpc("cdr.explain", { id: body.id });
    expect(same.matches).toBe(true);
  });

  it("a voided id that comes by another source is read as that source reads it", async () => {
    const national =
      "accid=moved&account=1001&destination=650123456&time_answer=2026-03-02T09:00:00Z&duration=9";
    const { body } = await service.post("/cgr", national);
    await service.rpc("cdr.void", { id: body.id, reason: "wrong path" });
    expect((await service.post("/cdr_http", national)).body).toMatchObject({ outcome: "rated" });
    const { rating, history } = await get(body.id);
    const read = [history[0].rating, rating].map(({ normalized }) => normalized.destination);
    expect(read.map(({ normalized }) => normalized)).toEqual(["650123456", "34650123456"]);
    const filter = { ids: [body.id], sources: ["trunks"] };
    expect(await service.rpc("cdr.count", { filter })).toEqual({ count: 1 });
    const asked = { id: body.id, asOf: (await get(body.id)).history[0].replacedAt };
    expect((await get(body.id)).history.map((entry: { origin: unknown }) => entry.origin)).toEqual([
      undefined,
      { source: "default" },
    ]);
    expect((await service.rpc("cdr.get", asked)).source).toBe("trunks");
    for (const revision of [1, 2, 3]) {
      const explained = await service.rpc("cdr.explain", { id: body.id, revision });
      expect(explained.matches).toBe(true);
    }
  });

  it("a voided line that is imported again is a line of the new batch", async () => {
    const send = (batch: string, cdrs: object[]) =>
      service.rpc("cdr.processMany", { batch, cdrs, firstLine: 1 });
    const [first] = (await send("B1", [call("b-1", 60)])).results;
    await service.rpc("cdr.void", { id: first.id, reason: "wrong file" });
    await send("B2", [call("b-1", 61), call("b-2", 62)]);
    const counts = ["B1", "B2"].map((batch) =>
      service.rpc("cdr.count", { filter: { batchIds: [batch] } }),
    );
    expect(await Promise.all(counts)).toEqual([{ count: 0 }, { count: 2 }]);
    expect(await get(first.id)).toMatchObject({
      batchId: "B2",
      batchLine: 1,
      history: [{}, { origin: { batchId: "B1", batchLine: 1 } }],
    });
  });

  it("a line that comes again in its own batch keeps its place", async () => {
    const send = async (cdrs: object[]) =>
      (await service.rpc("cdr.processMany", { batch: "march", cdrs })).results;
    const [, second, third] = await send([call("m-1", 60), call("m-2", 60), call("m-3", 60)]);
    await service.rpc("cdr.void", { id: second.id, reason: "wrong" });
    await send([call("m-2", 61)]);
    const [conflict] = await send([call("m-3", 62)]);
    await service.rpc("suspense.retry", { id: conflict.suspenseId, conflict: "replace" });
    expect((await get(second.id)).batchLine).toBe(2);
    expect(await get(third.id)).toMatchObject({ batchLine: 3, primary: { usage: 62 } });
    const { checks } = await service.rpc("audit.run");
    expect(checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
  });

  it("corrections that race are all made, each on the one before", async () => {
    const { body } = await post("race");
    await Promise.all(
      [61, 62, 63, 64].map((usage) =>
        service.rpc("cdr.correct", { id: body.id, fields: { usage } }),
      ),
    );
    const cdr = await get(body.id);
    expect(cdr.rating.revision).toBe(5);
    expect(cdr.history).toHaveLength(4);
  });
});
