// Goal: every row of the answer table: what a CDR route answers, and what is stored then.
// Method: real HTTP against a service in memory; a store that can be taken away.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineError } from "../../src/errors.ts";
import type { Store } from "../../src/stores/store.ts";
import { wrapCalls } from "../stores/wrapped-store.ts";
import { startTestService, type TestService } from "./test-service.ts";

let storeIsAway = false;
const takeAway = (store: Store): Store =>
  wrapCalls(store, (_name, run) =>
    storeIsAway ? Promise.reject(engineError("store-unavailable")) : run(),
  );

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ wrapStore: takeAway });
});
afterAll(() => service.stop());

const call = (members: string) =>
  `account=1001&destination=34650123456&time_answer=2026-03-02T09:00:00Z&${members}`;
const json = { "content-type": "application/json" };

describe("the answers of the CDR routes", () => {
  it("202 and a suspense id for what is not understood; its bytes are kept", async () => {
    const cases: [path: string, body: string, reason: string, detail: RegExp][] = [
      ["/freeswitch_json", '{"variables": {"uuid": "x"', "broken-json", /./],
      ["/cgr", call("duration=10s"), "id-missing", /originId|accid/i],
      [
        "/cgr",
        call("accid=y1969&duration=1s").replace("2026-", "1969-"),
        "time-out-of-range",
        /1969|1970/,
      ],
      ["/cgr", call("accid=neg&duration=-5s"), "negative-duration", /-5s|usage|duration/],
      [
        "/cgr",
        call("accid=rel&duration=5s").replace("2026-03-02T09:00:00Z", "*now"),
        "invalid-field",
        /answerTime|time_answer|now/,
      ],
      [
        "/cgr",
        call("accid=back&usage=5s&end_time=2026-03-02T08:00:00Z"),
        "end-before-answer",
        /end/i,
      ],
    ];
    for (const [path, body, reason, detail] of cases) {
      const answer = await service.post(path, body);
      expect([answer.status, answer.body.outcome, answer.body.reason]).toEqual([
        202,
        "suspended",
        reason,
      ]);
      expect(answer.body.detail).toMatch(detail);
      const again = await service.post(path, body);
      expect(again.body.suspenseId).toBe(answer.body.suspenseId);
      const record = await service.rpc("suspense.get", { id: answer.body.suspenseId });
      expect(record).toMatchObject({ text: body, reason, state: "open" });
    }
    const { records } = await service.rpc("suspense.find", { limit: 100 });
    expect(records).toHaveLength(cases.length);
  });

  it("400 for an empty post, 413 for one over 2 MB: nothing is stored", async () => {
    expect((await service.post("/cgr", "")).status).toBe(400);
    expect((await service.get("/cgr")).status).toBe(400);
    expect((await service.post("/freeswitch_json?uuid=a_b", "")).status).toBe(400);
    const large = await service.post("/cgr", `accid=large&pad=${"x".repeat(3_000_000)}`);
    expect(large.status).toBe(413);
    expect(large.body.code).toBe("too-large");
    const bomb = gzipSync(Buffer.alloc(5_000_000, 0x20));
    const inflated = await service.post("/freeswitch_json", bomb, {
      ...json,
      "content-encoding": "gzip",
    });
    expect(inflated.status).toBe(413);
  });

  it("takes a gzip body, and suspends one that is not gzip", async () => {
    const body = call("accid=zipped&duration=10s");
    const answer = await service.post("/cgr", gzipSync(body), { "content-encoding": "gzip" });
    expect(answer.body.outcome).toBe("rated");
    const plain = await service.post("/cgr", body, { "content-encoding": "gzip" });
    expect([plain.status, plain.body.reason]).toEqual([202, "broken-encoding"]);
  });

  it("200 unrated with the reason for calls that are not priced", async () => {
    const cases: [members: string, outcome: string, reason: string][] = [
      [call("accid=in&duration=10s&direction=*in"), "unrated", "direction-not-rated"],
      [call("accid=none&duration=10s&reqtype=*none"), "unrated", "not-requested"],
      [call("accid=zero&duration=0"), "rated", "unanswered"],
      [call("accid=nowhere&usage=10&tor=*sms"), "unrated", "no-rate"],
    ];
    for (const [body, outcome, reason] of cases) {
      const answer = await service.post("/cgr", body);
      expect([answer.status, answer.body.outcome]).toEqual([200, outcome]);
      expect(answer.body.reason ?? answer.body.sell.reason).toBe(reason);
    }
  });

  it("an unknown account is stored unrated, and says so", async () => {
    const files = {
      "tariff.yaml":
        "tenant: closed.example\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\nvoipPlans: { v: { retail: [r] } }\naccounts: accounts.csv\n",
      "r.csv": "prefix,rate\n34,0.6\n",
      "accounts.csv": "account,voip_plan,numbering,from\n7,v,,\n",
    };
    const { version } = await service.rpc("tariff.load", { files });
    await service.rpc("tariff.activate", { version });
    const known = await service.post(
      "/cgr",
      call("accid=k&usage=60&tenant=closed.example").replace("1001", "7"),
    );
    expect(known.body).toMatchObject({ outcome: "rated", sell: { amount: "0.6000" }, buy: null });
    const unknown = await service.post("/cgr", call("accid=u&usage=60&tenant=closed.example"));
    expect([unknown.status, unknown.body.outcome]).toEqual([200, "unrated"]);
    expect(unknown.body.reason ?? unknown.body.sell.reason).toBe("account-unknown");
  });

  it("an unknown tenant is stored unrated and waits for a tariff", async () => {
    const answer = await service.post(
      "/cgr",
      call("accid=foreign&duration=10s&tenant=other.example"),
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ outcome: "unrated", reason: "no-active-tariff" });
  });

  it("503 with Retry-After while the store is away, and everything comes in afterwards", async () => {
    const body = call("accid=patient&duration=10s");
    storeIsAway = true;
    try {
      const answer = await service.post("/cgr", body);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(answer.body.code).toBe("store-unavailable");
      expect((await service.post("/freeswitch_json", "{broken")).status).toBe(503);
      expect((await service.get("/ready")).status).toBe(503);
      expect((await service.get("/health")).status).toBe(200);
      await expect(service.rpc("cdr.count")).rejects.toMatchObject({
        data: { code: "store-unavailable" },
      });
    } finally {
      storeIsAway = false;
    }
    expect((await service.post("/cgr", body)).body.outcome).toBe("rated");
    expect((await service.get("/ready")).status).toBe(200);
  });

  it("HEAD stores nothing", async () => {
    const query = call("accid=head&duration=5s");
    const head = await fetch(`${service.url}/cgr?${query}`, { method: "HEAD" });
    expect(head.status).toBe(405);
    expect((await service.get(`/cgr?${query}`)).body.outcome).toBe("rated");
  });

  it("numbers that a double cannot hold stay what they are, over RPC too", async () => {
    const ids = ["9007199254740992001", "9007199254740992002"].map(
      (id) =>
        `{"jsonrpc":"2.0","id":1,"method":"cdr.process","params":{"cdr":{"accid":${id},"account":"1001","destination":"34650123456","answer_time":"2026-03-02T09:00:00Z","usage":5,"big":${id}}}}`,
    );
    const answers = await Promise.all(ids.map((text) => service.post("/jsonrpc", text, json)));
    expect(answers.map((answer) => answer.body.result.outcome)).toEqual(["rated", "rated"]);
    const cdr = await service.rpc("cdr.get", { id: answers[1]?.body.result.id });
    expect([cdr.primary.originId, cdr.extra.big]).toEqual([
      "9007199254740992002",
      "9007199254740992002",
    ]);
  });

  it("one record is one record, whether its numbers came as numbers or as text", async () => {
    expect((await service.post("/cgr", call("accid=77&usage=95&x=5"))).body.outcome).toBe("rated");
    const again = await service.rpc("cdr.process", {
      cdr: {
        account: "1001",
        destination: "34650123456",
        time_answer: "2026-03-02T09:00:00Z",
        accid: 77,
        usage: 95,
        x: 5,
      },
    });
    expect(again.outcome).toBe("duplicate");
  });

  it("404 and 405 name what is not here", async () => {
    expect((await service.get("/nothing")).status).toBe(404);
    expect((await service.get("/freeswitch_json")).status).toBe(405);
  });
});
