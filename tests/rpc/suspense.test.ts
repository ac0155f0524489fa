// Goal: a suspended record can be read again, corrected, kept, replaced or discarded, and is
// `retried` only when its CDR is stored. Method: posts and calls to a service, on both stores.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";
import { mongoUrl } from "../stores/mongo-urls.ts";

const uri = await mongoTestUri();
const stores = [
  { kind: "sqlite", store: () => "sqlite::memory:" },
  ...(uri === null ? [] : [{ kind: "mongo", store: () => mongoUrl(uri) }]),
];

describe.each(stores)("suspense on $kind", ({ store }) => {
  let service: TestService;
  beforeAll(async () => {
    const sources = sourceList.parse([
      { name: "trunks", match: { paths: ["/cdr_http"] }, ruleSet: "ES" },
    ]);
    service = await startTestService({ store: store(), settings: { sources } });
  });
  afterAll(() => service.stop());

  const form = (originId: string, usage: string): string =>
    `accid=${originId}&account=1001&destination=34650123456&time_answer=2026-03-02T09:00:00Z&duration=${usage}`;
  const stateOf = async (id: string) => (await service.rpc("suspense.get", { id })).state;

  it("a corrected record becomes a CDR with what else it said", async () => {
    const posted = await service.post(
      "/cgr",
      `${form("s-1", "95s")}&answer_time=nonsense&trunk=t9`,
    );
    const { suspenseId: id } = posted.body;
    expect((await service.rpc("suspense.retry", { id })).state).toBe("open");
    const fields = { answerTime: "2026-03-02T09:00:00Z" };
    const retried = await service.rpc("suspense.retry", { id, fields });
    expect(retried).toMatchObject({ id, state: "retried", answer: { outcome: "rated" } });
    const cdr = await service.rpc("cdr.get", { id: retried.answer.id });
    expect(cdr).toMatchObject({ primary: { originId: "s-1", usage: 95 }, extra: { trunk: "t9" } });
    expect(await stateOf(id)).toBe("retried");
    await expect(service.rpc("suspense.retry", { id })).rejects.toMatchObject({
      data: { code: "conflict" },
    });
  });

  it("a record that came in the query alone, and one of FreeSWITCH, are read as they came", async () => {
    const byQuery = await service.get(`/cgr?${form("s-2", "-5s")}`);
    const retried = await service.rpc("suspense.retry", {
      id: byQuery.body.suspenseId,
      fields: { usage: 5 },
    });
    expect(retried.answer.outcome).toBe("rated");
    const { extra } = await service.rpc("cdr.get", { id: retried.answer.id });
    expect(Object.keys(extra)).toEqual([]);

    const posted = await service.post("/freeswitch_json", '{"variables":{"billsec":"7"}}');
    const fixed = await service.rpc("suspense.retry", {
      id: posted.body.suspenseId,
      fields: {
        originId: "s-3",
        account: "1001",
        destination: "34650123456",
        answerTime: "2026-03-02T09:00:00Z",
        usage: 7,
      },
    });
    expect(fixed).toMatchObject({ state: "retried", answer: { outcome: "rated" } });
  });

  it("a conflict is kept: the stored CDR stays and the record is discarded", async () => {
    const { id: cdrId } = (await service.post("/cgr", form("s-4", "10s"))).body;
    const { suspenseId: id } = (await service.post("/cgr", form("s-4", "20s"))).body;
    expect((await service.rpc("suspense.retry", { id })).state).toBe("open");
    const kept = await service.rpc("suspense.retry", { id, conflict: "keep" });
    expect(kept).toEqual({ id, state: "discarded", answer: null });
    const cdr = await service.rpc("cdr.get", { id: cdrId });
    expect(cdr.primary.usage).toBe(10);
    expect(cdr.rating.revision).toBe(1);
  });

  it("a conflict is replaced: a new content revision, the old one in the history", async () => {
    const { id: cdrId } = (await service.post("/cgr", form("s-5", "10s"))).body;
    const { suspenseId: id } = (await service.post("/cgr", form("s-5", "20s"))).body;
    const replaced = await service.rpc("suspense.retry", { id, conflict: "replace" });
    expect(replaced).toMatchObject({ state: "retried", answer: { id: cdrId, outcome: "rated" } });
    const cdr = await service.rpc("cdr.get", { id: cdrId });
    expect(cdr.primary.usage).toBe(20);
    expect(cdr.rating.revision).toBe(2);
    expect(cdr.history[0]).toMatchObject({
      rating: { revision: 1 },
      content: { primary: { usage: 10 } },
    });
    const { matches } = await service.rpc("cdr.explain", { id: cdrId });
    expect(matches).toBe(true);
    expect((await service.post("/cgr", form("s-5", "20s"))).body.outcome).toBe("duplicate");
  });

  it("a conflict that came by another source is replaced as that source reads it", async () => {
    const national = (usage: string) => form("s-7", usage).replace("34650123456", "650123456");
    const { id: cdrId } = (await service.post("/cgr", national("10s"))).body;
    const { suspenseId: id } = (await service.post("/cdr_http", national("20s"))).body;
    const { answer } = await service.rpc("suspense.retry", { id, conflict: "replace" });
    expect(answer).toMatchObject({ id: cdrId, outcome: "rated" });
    const cdr = await service.rpc("cdr.get", { id: cdrId });
    expect(cdr).toMatchObject({ source: "trunks", history: [{ origin: { source: "default" } }] });
    const read = [cdr.history[0].rating, cdr.rating].map(({ normalized }) => normalized);
    expect(read.map(({ destination }) => destination.normalized)).toEqual([
      "650123456",
      "34650123456",
    ]);
    for (const revision of [1, 2]) {
      const { matches } = await service.rpc("cdr.explain", { id: cdrId, revision });
      expect(matches).toBe(true);
    }
  });

  it("a record of a source that is no longer configured keeps that source's name", async () => {
    const { id: cdrId } = (await service.post("/cgr", form("s-8", "10s"))).body;
    const { suspenseId: id } = (await service.post("/cgr", form("s-8", "20s"))).body;
    const { store } = service.service.engine;
    const suspended = await store.suspense.get(id);
    if (suspended === null) throw new Error("the record is gone");
    const gone = { ...suspended, id: "f".repeat(64), source: "gone" };
    await store.suspense.add(gone);
    const retried = { id: gone.id, conflict: "replace" };
    expect((await service.rpc("suspense.retry", retried)).answer.outcome).toBe("rated");
    expect((await service.rpc("cdr.get", { id: cdrId })).source).toBe("gone");
  });

  it("another call under the same id cannot replace it", async () => {
    await service.post("/cgr", form("s-6", "10s"));
    const other = `${form("s-", "10s")}&cdrhost=6`;
    const { suspenseId: id, reason } = (await service.post("/cgr", other)).body;
    expect(reason).toBe("identity-collision");
    await expect(service.rpc("suspense.retry", { id, conflict: "replace" })).rejects.toMatchObject({
      data: { code: "conflict" },
    });
    expect(await stateOf(id)).toBe("open");
  });

  it("one body with two queries is two records, and a repeat of each is the same", async () => {
    const body = "answer_time=nonsense&usage=5";
    const post = (query: string) => service.post(`/cgr?${query}`, body);
    const first = await post("accid=q1&account=1001");
    const second = await post("accid=q2&account=1002");
    expect([first.status, second.status]).toEqual([202, 202]);
    const ids = [first.body.suspenseId, second.body.suspenseId];
    expect(new Set(ids).size).toBe(2);
    expect((await post("accid=q1&account=1001")).body.suspenseId).toBe(ids[0]);
    const { records } = await service.rpc("suspense.find", { states: ["open"] });
    const queries = records.map(({ query }: { query?: string }) => query);
    expect(queries).toContain("accid=q1&account=1001");
    expect(queries).toContain("accid=q2&account=1002");
    // The form without a query is another record still, with the id of the releases before.
    const alone = (await service.post("/cgr", body)).body.suspenseId;
    const hash = createHash("sha256").update("default\0").update(body).digest("hex");
    expect(alone).toBe(hash);
    // A query that the format only has beside it counts as well.
    const json = '{"variables":{"billsec":"9"}}';
    const beside = ["1", "2"].map((uuid) =>
      service.post(`/freeswitch_json?uuid=a&n=${uuid}`, json),
    );
    const [left, right] = await Promise.all(beside);
    expect(left?.body.suspenseId).not.toBe(right?.body.suspenseId);
  });

  it("a record that release 0.1.0 kept without its query in the id keeps that id", async () => {
    const body = "answer_time=nonsense&usage=6";
    const { store } = service.service.engine;
    const id = createHash("sha256").update("default\0").update(body).digest("hex");
    const query = "accid=old&account=1001";
    await store.suspense.add({
      id,
      source: "default",
      state: "open",
      reason: "invalid-field",
      detail: "",
      format: "cgr-form",
      query,
      bytes: Buffer.from(body),
      receivedAtMs: 1,
    });
    expect((await service.post(`/cgr?${query}`, body)).body.suspenseId).toBe(id);
    expect((await service.post("/cgr?accid=new", body)).body.suspenseId).not.toBe(id);
    const fields = { answerTime: "2026-03-02T09:00:00Z", destination: "34650123456" };
    expect((await service.rpc("suspense.retry", { id, fields })).state).toBe("retried");
  });

  it("a record that was retried and comes again stays retried and answers its CDR", async () => {
    const sent = `${form("s-20", "95s")}&answer_time=nonsense`;
    const { suspenseId: id } = (await service.post("/cgr", sent)).body;
    const fields = { originId: "s-20 corrected", answerTime: "2026-03-02T09:00:00Z" };
    const { answer } = await service.rpc("suspense.retry", { id, fields });
    const again = await service.post("/cgr", sent);
    expect(again.status).toBe(200);
    const { sell, buy } = answer;
    expect(again.body).toEqual({ id: answer.id, outcome: "duplicate", suspenseId: id, sell, buy });
    expect(await service.rpc("suspense.get", { id })).toMatchObject({
      state: "retried",
      retriedAs: { tenant: "cgrates.org", id: answer.id },
    });
  });

  it("a conflict that became a CDR of its own answers that one when it comes again", async () => {
    await service.post("/cgr", form("s-21", "10s"));
    const { suspenseId: id } = (await service.post("/cgr", form("s-21", "20s"))).body;
    const fields = { originId: "s-21 again" };
    const { answer } = await service.rpc("suspense.retry", { id, fields });
    expect(answer.outcome).toBe("rated");
    const again = (await service.post("/cgr", form("s-21", "20s"))).body;
    expect(again).toMatchObject({ id: answer.id, outcome: "duplicate", suspenseId: id });
  });

  it("a discarded record opens again when it comes again, counted, with who discarded it", async () => {
    const sent = "account=1&usage=55";
    const { suspenseId: id } = (await service.post("/cgr", sent)).body;
    await service.rpc("suspense.discard", { id });
    const again = await service.post("/cgr", sent);
    expect([again.status, again.body.suspenseId]).toEqual([202, id]);
    expect(await service.rpc("suspense.get", { id })).toMatchObject({
      state: "open",
      reopened: 1,
      discardedBy: "loopback",
      discardedAt: "2026-03-03T00:00:00.000Z",
    });
    expect(await service.rpc("suspense.discard", { id })).toEqual({ id, state: "discarded" });
  });

  it("a discarded record stays with its bytes, and is not there for other tenants", async () => {
    const { suspenseId: id } = (await service.post("/cgr", "account=1&usage=5")).body;
    expect(await service.rpc("suspense.discard", { id })).toEqual({ id, state: "discarded" });
    expect((await service.rpc("suspense.get", { id })).text).toBe("account=1&usage=5");
    await expect(service.rpc("suspense.discard", { id })).rejects.toMatchObject({
      data: { code: "conflict" },
    });
    await expect(service.rpc("suspense.discard", { id: "0".repeat(64) })).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });
});
