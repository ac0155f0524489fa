// Goal: a plan that is loaded over the API is in force at once, also for calls of before, is a version like
// any other, and is changed by nobody who may not. Method: over real HTTP, on every store.
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshMongoUrl, startTestService, type TestService } from "../end-to-end/test-service.ts";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";

const mongoUri = await mongoTestUri();
const root = mkdtempSync(join(tmpdir(), "cdrate-live-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const STORES = [
  { name: "sqlite", url: "sqlite::memory:" },
  ...(mongoUri === null ? [] : [{ name: "mongo", url: freshMongoUrl(mongoUri) }]),
];

function folder(name: string, files: Record<string, string>): string {
  const path = join(root, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

const FIRST = folder("first", {
  "Destinations.csv": "D,44\n",
  "Rates.csv": "R,0,0.6,60s,1s,0s\n",
  "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
  "RatingPlans.csv": "P,DR,*any,10\n",
  "RatingProfiles.csv": "cgrates.org,call,1001,2020-01-01T00:00:00Z,P,\n",
});
const DEARER = folder("dearer", {
  "Rates.csv": "R,0,1.2,60s,1s,0s\n",
  "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
  "RatingPlans.csv": "P,DR,*any,10\n",
});
const FAULTY = folder("faulty", { "Rates.csv": "R,0,abc,60s,1s,0s\n" });

const TOKENS = {
  reader: randomBytes(32).toString("hex"),
  admin: randomBytes(32).toString("hex"),
  other: randomBytes(32).toString("hex"),
};
const credential = (name: keyof typeof TOKENS, role: string, tenants: string[]) => ({
  name,
  tokenSha256: createHash("sha256").update(TOKENS[name]).digest("hex"),
  roles: [role],
  tenants,
});

const COST = { Tenant: "cgrates.org", Category: "call", Subject: "1001", Destination: "44123" };

describe.each(STORES)("a plan that is loaded over the API, on $name", ({ url }) => {
  let service: TestService;
  beforeAll(async () => {
    const credentials = [
      credential("reader", "read", ["*"]),
      credential("admin", "admin", ["*"]),
      credential("other", "admin", ["other.example"]),
    ];
    const settings = { tariffs: root, credentials };
    service = await startTestService({ store: url, demo: false, settings });
  });
  afterAll(() => service.stop());

  async function call(method: string, param: object, as: keyof typeof TOKENS = "admin") {
    const body = JSON.stringify({ method, params: [param], id: 1 });
    const headers = { authorization: `Bearer ${TOKENS[as]}` };
    const { body: answer } = await service.post("/jsonrpc", body, headers);
    return answer.error ?? answer.result;
  }

  const load = (path: string, more: object = {}, as: keyof typeof TOKENS = "admin") =>
    call("APIerSv1.LoadTariffPlanFromFolder", { FolderPath: path, ...more }, as);
  const costAt = async (AnswerTime: string) => {
    const answer = await call("APIerSv1.GetCost", { ...COST, AnswerTime, Usage: "60s" });
    return answer.Cost ?? answer;
  };

  it("is in force at once, for calls of any time that its own dates reach", async () => {
    expect(await load(FIRST, { DryRun: true })).toBe("OK");
    expect(await costAt("2024-01-10T10:00:00Z")).toBe("SERVER_ERROR: RATING_PLAN_NOT_FOUND");
    expect(await load(FIRST)).toBe("OK");
    expect(await costAt("2024-01-10T10:00:00Z")).toBe(0.6);
    expect(await costAt("2019-01-10T10:00:00Z")).toBe("SERVER_ERROR: UNAUTHORIZED_DESTINATION");
  });

  it("is changed by a further one, and stays as it was where that has faults", async () => {
    expect(await load(FAULTY)).toBe('SERVER_ERROR: invalid value "abc" for field RateMdl.Rate');
    expect(await costAt("2024-01-10T10:00:00Z")).toBe(0.6);
    expect(await load(DEARER)).toBe("OK");
    expect(await costAt("2024-01-10T10:00:00Z")).toBe(1.2);
  });

  it("is a version that is listed with its activations, and taken back", async () => {
    const bearer = { authorization: `Bearer ${TOKENS.admin}` };
    const { tariffs } = await service.rpc("tariff.list", {}, bearer);
    expect(tariffs).toHaveLength(2);
    expect(tariffs[0].activations).toHaveLength(1);
    await service.rpc("tariff.rollback", { tenant: "cgrates.org" }, bearer);
    expect(await costAt("2024-01-10T10:00:00Z")).toBe(0.6);
  });

  it("is loaded by nobody without the role, nor for tenants that are not theirs", async () => {
    expect(await load(FIRST, {}, "reader")).toBe(
      'UNAUTHORIZED_API: "reader" lacks the role admin.',
    );
    expect(await load(FIRST, {}, "other")).toBe("INVALID_PATH");
    const cost = { ...COST, AnswerTime: "2024-01-10T10:00:00Z", Usage: "60s" };
    expect(await call("APIerSv1.GetCost", cost, "other")).toMatch(/^UNAUTHORIZED_API: /);
    expect(await call("APIerSv1.Ping", {}, "other")).toBe("Pong");
  });

  it("is not taken from outside the tariff root", async () => {
    expect(await load("../..")).toBe("INVALID_PATH");
    expect(await load(join(root, "nowhere"))).toBe("INVALID_PATH");
  });
});
