// What a UCM posts becomes CDRs: one record or many in a body, by each way to show a token, and all
// of it once whatever is sent again.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { ucmLeg } from "../feeds/ucm-legs.ts";

const SOURCES = [
  { name: "hq", kind: "ucm", timeZone: "Europe/Madrid", match: { paths: ["/", "/ucm/hq"] } },
  { name: "branch", kind: "ucm", match: { tokens: ["branch"] } },
];
const CREDENTIALS = ["branch", "reader"].map((name) => ({
  name,
  tokenSha256: createHash("sha256").update(`token-${name}`).digest("hex"),
  roles: [name === "reader" ? "read" : "ingest"],
  tenants: ["*"],
}));
const JSON_TYPE = { "content-type": "application/json" };
const leg = (call: number, changes: object = {}) => JSON.stringify(ucmLeg(call, changes));

describe("posts of a UCM", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ settings: { sources: sourceList.parse(SOURCES) } });
  });
  afterAll(() => service.stop());

  it("are taken on /api/cdr/https and on every path of a source, / too", async () => {
    const first = await service.post("/", leg(1), JSON_TYPE);
    expect(first).toMatchObject({ status: 200, body: { outcome: "rated" } });
    expect(first.body.sell.amount).toMatch(/^\d/);
    const again = await service.post("/ucm/hq", leg(1), {});
    expect(again.body).toMatchObject({ id: first.body.id, outcome: "duplicate" });
    // Another feed of the device says less of the same leg.
    const less = leg(1, { session: undefined, caller_name: "Ann Other" });
    expect((await service.post("/", less)).body.outcome).toBe("duplicate");
    expect((await service.post("/", leg(1, { billsec: "59" }))).body.outcome).toBe("conflict");
    const byDefault = await service.post("/api/cdr/https", leg(2), JSON_TYPE);
    expect(byDefault).toMatchObject({ status: 200, body: { outcome: "rated" } });
    const { cdrs } = await service.rpc("cdr.find", { filter: { sources: ["hq"] } });
    expect(cdrs).toMatchObject([
      { primary: { setupTime: "2026-03-02T10:00:01.000+01:00", usage: 60, supplier: "Alpha" } },
    ]);
    expect((await service.post("/elsewhere", leg(3), JSON_TYPE)).status).toBe(404);
    expect((await service.post("/", "", JSON_TYPE)).status).toBe(400);
  });

  it("inbound and internal legs are kept without a price", async () => {
    const { body } = await service.post("/", leg(10, { userfield: "Inbound" }));
    expect(body).toMatchObject({ outcome: "unrated", reason: "direction-not-rated" });
  });

  it("may hold many records: each has its answer, and a repeat changes nothing", async () => {
    const legs = Array.from({ length: 1200 }, (_, call) => ucmLeg(1000 + call));
    const broken = { ...ucmLeg(1), AcctId: "x", billsec: "soon" };
    const body = JSON.stringify([...legs, broken]);
    const first = await service.post("/", body, JSON_TYPE);
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({ processed: 1201, outcomes: { rated: 1200, suspended: 1 } });
    expect(first.body.records.at(-1)).toMatchObject({ reason: "invalid-field" });
    const again = await service.post("/", body, JSON_TYPE);
    expect(again.body.outcomes).toEqual({ duplicate: 1200, suspended: 1 });
    const { records } = await service.rpc("suspense.find", { reasons: ["invalid-field"] });
    expect(records).toHaveLength(1);
    const fixed = { id: records[0].id, fields: { usage: 60 } };
    expect((await service.rpc("suspense.retry", fixed)).answer.outcome).toBe("rated");
    expect((await service.post("/", "[]", JSON_TYPE)).body).toEqual({
      processed: 0,
      outcomes: {},
      records: [],
    });
  });

  it("that break off keep what is whole, and the rest in suspense", async () => {
    const body = `[${leg(5001)},${leg(5002)},${leg(5003).slice(0, 50)}`;
    const { status, body: answer } = await service.post("/", body, JSON_TYPE);
    expect(status).toBe(202);
    expect(answer.outcomes).toEqual({ rated: 2, suspended: 1 });
  });

  it("may be the form with callId", async () => {
    const form = {
      callId: "form-1",
      startTime: "2026-03-02T09:00:00Z",
      endTime: "2026-03-02T09:01:00Z",
      duration: 60,
      callerNumber: "1001",
      calleeNumber: "34650123456",
      disposition: "ANSWERED",
      accountcode: "1001",
    };
    const { body } = await service.post("/api/cdr/https", JSON.stringify(form), JSON_TYPE);
    expect(body.outcome).toBe("rated");
    const unanswered = { ...form, callId: "form-2", disposition: "NO_ANSWER" };
    const other = await service.post("/api/cdr/https", JSON.stringify(unanswered), JSON_TYPE);
    expect(other.body).toMatchObject({ outcome: "rated", reason: "unanswered" });
  });
});

describe("credentials of a UCM", () => {
  let service: TestService;
  const basic = (text: string) => ({
    authorization: `Basic ${Buffer.from(text).toString("base64")}`,
  });
  beforeAll(async () => {
    const settings = { sources: sourceList.parse(SOURCES), credentials: CREDENTIALS };
    service = await startTestService({ settings });
  });
  afterAll(() => service.stop());

  it("are a Bearer token, or the token as the password of any user", async () => {
    const post = async (call: number, headers: Record<string, string>) =>
      (await service.post("/api/cdr/https", leg(call), headers)).status;
    expect(await post(1, { authorization: "Bearer token-branch" })).toBe(200);
    expect(await post(2, basic("ucm:token-branch"))).toBe(200);
    expect(await post(3, basic(":token-branch"))).toBe(200);
    expect(await post(4, basic("ucm:token-other"))).toBe(401);
    expect(await post(5, basic("token-branch"))).toBe(401);
    expect(await post(6, basic("ucm:token-reader"))).toBe(403);
    expect(await post(7, {})).toBe(401);
    const read = { authorization: "Bearer token-reader" };
    expect((await service.rpc("cdr.count", { filter: { sources: ["branch"] } }, read)).count).toBe(
      3,
    );
  });
});

const REFERENCE = "../shared/reference/other";
const isThere = existsSync(REFERENCE);
if (!isThere) process.stderr.write(`SKIPPED: ${REFERENCE} is not there.\n`);

describe.runIf(isThere)("real files of UCMs", () => {
  it("are kept once each, however often they come", async () => {
    const sources = sourceList.parse(SOURCES);
    const service = await startTestService({ settings: { sources } });
    const outcomes = {
      "10-ucm-realtime-json-2026.json": ["unrated"],
      "11-ucm-cdrapi-2013.json": ["unrated", "unrated", "unrated"],
      // Two of the three before.
      "12-ucm-cdrapi-2013.csv": ["duplicate", "duplicate"],
      // Its trunk is none of the demo's carriers.
      "13-ucm-realtime-guide-example-2026.json": ["partial"],
    };
    const answersTo = async (name: string) => {
      const { body } = await service.post("/ucm/hq", readFileSync(`${REFERENCE}/${name}`));
      return (body.records ?? [body]).map(({ outcome }: { outcome: string }) => outcome);
    };
    try {
      for (const [name, expected] of Object.entries(outcomes)) {
        expect(await answersTo(name), name).toEqual(expected);
      }
      for (const [name, expected] of Object.entries(outcomes)) {
        expect(await answersTo(name), name).toEqual(expected.map(() => "duplicate"));
      }
      expect((await service.rpc("cdr.count")).count).toBe(5);
    } finally {
      await service.stop();
    }
  });
});
