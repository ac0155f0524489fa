// Goal: a call that was erased is a duplicate by whichever road it comes again, and costs nothing. Method: a
// service on each store, its clock a year later, and the same call sent again by each road.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOW_MS, startTestService, type TestService } from "../../end-to-end/test-service.ts";
import { STORES } from "../rerate/test-engine.ts";

const YEAR_MS = 366 * 86_400_000;
const JSON_TYPE = { "content-type": "application/json" };

const call = (originId: string) => ({
  originId,
  originHost: "pbx",
  account: "1001",
  destination: "34650123456",
  answerTime: "2026-03-02T09:00:00Z",
  usage: 60,
});
const form = (originId: string, usage: number) =>
  new URLSearchParams({ ...call(originId), usage: `${usage}` }).toString();
const document = (uuid: string) =>
  JSON.stringify({
    variables: {
      uuid,
      accountcode: "1001",
      billsec: "60",
      answer_epoch: "1772442000",
      end_epoch: "1772442060",
    },
    callflow: [{ caller_profile: { destination_number: "34650123456" } }],
  });

describe.each(STORES)("what comes again on $name", ({ url }) => {
  let service: TestService;
  let nowMs = NOW_MS;
  beforeAll(async () => {
    service = await startTestService({ store: url(), clock: () => nowMs });
    for (const name of ["form", "one", "many"]) {
      expect((await service.post("/cgr", form(name, 60))).body.outcome).toBe("rated");
    }
    const posted = await service.post("/freeswitch_json", document("fs-1"), JSON_TYPE);
    expect(posted.body.outcome).toBe("rated");
    nowMs += YEAR_MS;
    const { job } = await service.rpc("retention.plan", { kinds: ["cdrs"], olderThanDays: 300 });
    await service.rpc("retention.apply", { job });
    await service.service.engine.retentions.settled(job);
    expect(await service.rpc("retention.show", { job })).toMatchObject({
      state: "applied",
      done: { cdrs: 4, left: 0 },
    });
  });
  afterAll(() => service.stop());

  it("is a duplicate by /cgr, also with another content", async () => {
    const { status, body } = await service.post("/cgr", form("form", 75));
    expect([status, body.outcome]).toEqual([200, "duplicate"]);
  });

  it("is a duplicate by /freeswitch_json", async () => {
    const { status, body } = await service.post("/freeswitch_json", document("fs-1"), JSON_TYPE);
    expect([status, body.outcome]).toEqual([200, "duplicate"]);
  });

  it("is a duplicate by cdr.process and in a batch, where what is new is stored", async () => {
    expect((await service.rpc("cdr.process", { cdr: call("one") })).outcome).toBe("duplicate");
    const cdrs = [call("many"), call("new")];
    const { results } = await service.rpc("cdr.processMany", { cdrs });
    expect(results.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "duplicate",
      "rated",
    ]);
  });

  it("exists for CGRateS's clients", async () => {
    const event = {
      OriginID: "one",
      OriginHost: "pbx",
      Account: "1001",
      Destination: "34650123456",
      AnswerTime: "2026-03-02T09:00:00Z",
      Usage: "60s",
    };
    const body = JSON.stringify({ id: 1, method: "CDRsV1.ProcessExternalCDR", params: [event] });
    const answer = await service.post("/jsonrpc", body, JSON_TYPE);
    expect(answer.body.error).toBe("EXISTS");
  });

  it("is nowhere, and the one that was new is counted beside what is sealed", async () => {
    expect((await service.rpc("cdr.count", {})).count).toBe(1);
    const { totals } = await service.rpc("report.traffic", {
      by: "day",
      filter: { callTime: { from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" } },
    });
    expect(totals).toHaveLength(1);
    expect(totals[0]).toMatchObject({ cdrs: 5, seconds: 300 });
  });
});
