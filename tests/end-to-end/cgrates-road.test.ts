// Goal: a CGRateS folder is a tariff like any other: checked, loaded with its semantics, active for
// all of its tenants, rating CDRs of every feed, explained also by the next process, answered by
// rating.price. Method: a folder of our own over real HTTP, on every store, the clock stands.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { priceByFolder } from "../../src/engine/pricing/parameters.ts";
import { sampleFreeswitchCdr } from "../formats/freeswitch-sample.ts";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";
import { mongoUrl } from "../stores/mongo-urls.ts";
import { NOW_MS, startTestService, type TestService } from "./test-service.ts";

/** Two tenants; `*raw` asks for no price, `wholesale` prices another subject. */
const FOLDER: Record<string, string> = {
  "Timings.csv": "#Tag,Years,Months,MonthDays,WeekDays,Time\nA,*any,*any,*any,*any,00:00:00\n",
  "Destinations.csv": "#Tag,Prefix\nDST_UK,44\nDST_UK_MOBILE,447\n",
  "Rates.csv":
    "#Tag,ConnectFee,Rate,RateUnit,RateIncrement,GroupIntervalStart\n" +
    "R_UK,0.4,0.2,60s,60s,0s\nR_UK,0,0.1,60s,1s,60s\nR_MOBILE,0,0.6,60s,1s,0s\nR_LOW,0,0.03,60s,1s,0s\n",
  "DestinationRates.csv":
    "DR,DST_UK,R_UK,*up,4,0,\nDR,DST_UK_MOBILE,R_MOBILE,*up,4,0,\nDR_LOW,DST_UK,R_LOW,*up,4,0,\n",
  "RatingPlans.csv": "RP,DR,A,10\nRP_LOW,DR_LOW,A,10\n",
  "sub/RatingProfiles.csv":
    "cgrates.org,call,*any,2020-01-01T00:00:00Z,RP,\n" +
    "cgrates.org,call,wholesaler,2020-01-01T00:00:00Z,RP_LOW,\n" +
    "second.example,call,2001,2020-01-01T00:00:00Z,RP_LOW,\n",
  "Chargers.csv":
    "cgrates.org,C1,,,*default,*none,0\n" +
    "cgrates.org,C2,,,*raw,*constant:*req.RequestType:*none,0\n" +
    "cgrates.org,C3,*string:~*req.Account:1001,,wholesale,*constant:*req.Subject:wholesaler,0\n",
  "Routes.csv": "cgrates.org,ROUTE_1,,,*lc,,supplier1,,,RP_LOW,,,10,,,\n",
  "Actions.csv": "ACT,*topup,,,,,,,,,,,,,,\n",
};
/** The same in the layout of 0.9.1: profiles of eight columns. */
const OLD_FOLDER: Record<string, string> = {
  ...FOLDER,
  "sub/RatingProfiles.csv": "*out,cgrates.org,call,*any,2020-01-01T00:00:00Z,RP,,\n",
};
const CALL = { account: "1001", destination: "442079460123", answerTime: "2026-03-02T09:00:00Z" };

const mongoUri = await mongoTestUri();
const folder = mkdtempSync(join(tmpdir(), "cdrate-cgrates-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const STORES = [
  { name: "sqlite", url: `sqlite:${join(folder, "road.db")}` },
  ...(mongoUri === null ? [] : [{ name: "mongo", url: mongoUrl(mongoUri) }]),
];

function form(members: Record<string, string>): string {
  return new URLSearchParams({ cdrhost: "192.0.2.1", ...members }).toString();
}

describe.each(STORES)("a CGRateS folder on $name", ({ url }) => {
  let service: TestService;
  let version: string;
  const ids: string[] = [];
  beforeAll(async () => {
    service = await startTestService({ store: url, demo: false });
  });
  afterAll(() => service.stop());

  async function postedCgr(members: Record<string, string>) {
    const { body } = await service.post(
      "/cgr",
      form({ ...CALL, time_answer: CALL.answerTime, ...members }),
    );
    ids.push(body.id);
    return body;
  }

  it("is checked: counts by table, what is skipped, and every fault with its place", async () => {
    const checked = await service.rpc("tariff.check", { files: FOLDER });
    expect(checked).toMatchObject({ ok: true, faults: [], skipped: ["Actions.csv"] });
    expect(checked.counts).toMatchObject({ Rates: 4, RatingProfiles: 3, Chargers: 3, Routes: 1 });
    const faulty = {
      ...FOLDER,
      "RatingPlans.csv": "RP,NOPE,A,10\nRP_LOW,DR_LOW,NEVER,x\n",
    };
    const { ok, faults } = await service.rpc("tariff.check", { files: faulty });
    expect(ok).toBe(false);
    expect(
      faults.map((one: Record<string, unknown>) => `${one["file"]}:${one["line"]} ${one["code"]}`),
    ).toEqual([
      "RatingPlans.csv:1 unknown-destination-rates",
      "RatingPlans.csv:2 unknown-timing",
      "RatingPlans.csv:2 invalid-number",
    ]);
  });

  it("is loaded with its own semantics, or exact ones as another version", async () => {
    const loaded = await service.rpc("tariff.load", { files: FOLDER, name: "folder" });
    expect(loaded).toMatchObject({ kind: "cgrates", semantics: "cgrates" });
    expect(loaded.tenants).toEqual(["cgrates.org", "second.example"]);
    ({ version } = loaded);
    const same = await service.rpc("tariff.load", { files: FOLDER, compat: "cgrates" });
    expect(same.version).toBe(version);
    const exact = await service.rpc("tariff.load", { files: FOLDER, compat: "exact" });
    expect(exact.semantics).toBe("exact");
    expect(exact.version).not.toBe(version);
  });

  it("of 0.9.1 is refused by name, but checks, and loads as exact", async () => {
    const refused = { data: { code: "semantics-not-available" } };
    await expect(
      service.rpc("tariff.load", { files: FOLDER, compat: "cgrates-0.9.1" }),
    ).rejects.toMatchObject(refused);
    await expect(service.rpc("tariff.load", { files: OLD_FOLDER })).rejects.toMatchObject(refused);
    const checked = await service.rpc("tariff.check", { files: OLD_FOLDER });
    expect(checked).toMatchObject({ ok: true, unavailable: "cgrates-0.9.1" });
    const loaded = await service.rpc("tariff.load", { files: OLD_FOLDER, compat: "exact" });
    expect(loaded.semantics).toBe("exact");
  });

  it("is activated for each of its tenants", async () => {
    const from = "2026-01-01T00:00:00Z";
    const { activations } = await service.rpc("tariff.activate", { version, at: from });
    expect(activations.map((entry: { tenant: string }) => entry.tenant)).toEqual([
      "cgrates.org",
      "second.example",
    ]);
    const status = await service.rpc("system.status");
    expect(status.tariffs).toHaveLength(2);
  });

  it("rates a form: sell is *default, the other runs stand beside it", async () => {
    const answer = await postedCgr({ accid: "form", usage: "95" });
    expect(answer).toMatchObject({ outcome: "rated", buy: null });
    expect(answer.sell).toEqual({
      amount: "0.6585",
      currency: "XXX",
      plan: "RP",
      prefix: "44",
      destination: "DST_UK",
      billedSeconds: 95,
    });
    const { rating } = await service.rpc("cdr.get", { id: answer.id });
    expect(rating).toMatchObject({ semantics: "cgrates", tariffVersion: version, margin: null });
    expect(rating.runs).toEqual({
      "*raw": expect.objectContaining({ amount: null, reason: "not-requested" }),
      wholesale: expect.objectContaining({ amount: "0.0475", plan: "RP_LOW" }),
    });
    expect(rating).not.toHaveProperty("cgrates");
  });

  it("rates what a switch sends, and a call of another account has no wholesale run", async () => {
    const document = sampleFreeswitchCdr({
      uuid: "switch",
      startMs: Date.parse("2026-03-02T09:00:00Z"),
      ringMs: 2000,
      talkMs: 30_000,
      account: "1002",
      destination: "447700900123",
    });
    const { body } = await service.post("/freeswitch_json", JSON.stringify(document), {
      "content-type": "application/json",
    });
    ids.push(body.id);
    expect(body).toMatchObject({
      outcome: "rated",
      sell: { amount: "0.3", prefix: "447", billedSeconds: 30 },
    });
    const { rating } = await service.rpc("cdr.get", { id: body.id });
    expect(Object.keys(rating.runs)).toEqual(["*raw"]);
  });

  it("rates the other tenant by its own profiles", async () => {
    const known = { accid: "second", tenant: "second.example", usage: "60" };
    const answer = await postedCgr({ ...known, account: "2001" });
    expect(answer.sell).toMatchObject({ amount: "0.03", plan: "RP_LOW" });
    expect((await service.rpc("cdr.get", { id: answer.id })).rating.runs).toBeUndefined();
    const unknown = await postedCgr({ ...known, accid: "unknown", account: "2002" });
    expect(unknown).toMatchObject({ outcome: "unrated", reason: "rating-plan-not-found" });
  });

  it.each([
    ["unanswered", "rated", { usage: "0" }, { sell: { amount: "0" }, buy: { amount: "0" } }],
    [
      "unauthorized-destination",
      "unrated",
      { destination: "33123", usage: "10" },
      { sell: { amount: null } },
    ],
    [
      "routes-not-available",
      "partial",
      { supplier: "supplier1", usage: "95" },
      { sell: { amount: "0.6585" }, buy: { amount: null, carrier: "supplier1" } },
    ],
    ["max-usage-exceeded", "unrated", { usage: "73h" }, { sell: { amount: null } }],
    ["not-requested", "unrated", { reqtype: "none", usage: "10" }, { sell: null, buy: null }],
  ])("says %s", async (reason, outcome, members, sides) => {
    const answer = await postedCgr({ accid: reason, ...members });
    expect(answer).toMatchObject({ outcome, reason, ...sides });
  });

  it("answers rating.price with CGRateS's members, as the command line does", async () => {
    const answer = await service.rpc("rating.price", { ...CALL, usage: 95 });
    expect(answer).toMatchObject({
      outcome: "rated",
      cost: "0.6585",
      eventCost: "0.65845",
      ratedUsageSeconds: 95,
      connectFee: "0.4",
      matchedPrefix: "44",
      ratingPlan: "RP",
      sell: { amount: "0.6585" },
      semantics: "cgrates",
      tariffVersion: version,
    });
    const byFolder = priceByFolder(FOLDER, "cgrates", NOW_MS);
    for (const changes of [
      {},
      { usage: "0s" },
      { destination: "33123" },
      { tenant: "second.example" },
      { tenant: "second.example", account: "2001", usage: "1h" },
      { carrier: "supplier1", callerNumber: "4420" },
      { tor: "*sms", usage: 3 },
    ]) {
      const call = { ...CALL, usage: "95s", ...changes };
      const { runs: _runs, ...byService } = await service.rpc("rating.price", call);
      expect(byService).toEqual(JSON.parse(JSON.stringify(byFolder(call))));
    }
  });

  it("answers an error by CGRateS's word, and steps when asked", async () => {
    const other = { ...CALL, usage: 10, destination: "33123" };
    const refused = await service.rpc("rating.price", other);
    expect(refused).toMatchObject({ outcome: "unrated", error: "UNAUTHORIZED_DESTINATION" });
    expect(refused).not.toHaveProperty("cost");
    const unknown = await service.rpc("rating.price", { ...CALL, category: "x", usage: 10 });
    expect(unknown.error).toBe("RATING_PLAN_NOT_FOUND");
    const traced = await service.rpc("rating.price", { ...CALL, usage: 95, trace: true });
    expect(traced.trace).toMatchObject({ semantics: "cgrates", spanCount: 2 });
    await expect(service.rpc("rating.routes", { ...CALL, usage: 95 })).rejects.toMatchObject({
      data: { code: "not-supported", reason: "routes-not-available" },
    });
  });

  it("leaves nothing for the audit to find, whatever came of a call", async () => {
    await postedCgr({ accid: "unanswered", usage: "0" });
    await postedCgr({ accid: "nowhere", usage: "30", destination: "999999" });
    await postedCgr({ accid: "nowhere-unanswered", usage: "0", destination: "999999" });
    await postedCgr({ accid: "carrier", usage: "30", supplier: "North" });
    await postedCgr({ accid: "carrier-unanswered", usage: "0", supplier: "North" });
    await postedCgr({ accid: "not-requested", usage: "30", reqtype: "*none" });
    const { checks } = await service.rpc("audit.run", { explain: "all" });
    const amounts = checks.find((one: { name: string }) => one.name === "amounts-are-their-basis");
    expect(amounts.detail).toMatch(/^\d+ CDRs; [1-9]\d* not checked: their basis/);
    expect(checks.filter(({ ok }: { ok: boolean | null }) => ok !== true)).toEqual([]);
    const { rows } = await service.rpc("cdr.summarize", { groupBy: ["outcome"] });
    const outcomes = rows.map(({ outcome }: { outcome: string }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(["rated", "partial", "unrated"]));
  });

  it("is explained to the last member, also by a process that comes later", async () => {
    const explain = async () => {
      for (const id of ids) {
        const { matches, differences } = await service.rpc("cdr.explain", { id });
        expect({ id, matches, differences }).toEqual({ id, matches: true, differences: [] });
      }
    };
    await explain();
    await service.stop();
    service = await startTestService({ store: url, demo: false });
    await explain();
    const again = await service.rpc("rating.price", { ...CALL, usage: 95 });
    expect(again).toMatchObject({ cost: "0.6585", tariffVersion: version });
  });
});
