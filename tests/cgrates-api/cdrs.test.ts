// Goal: CDRs over the API keep the promises of every road: what is answered with OK is stored once, a
// duplicate costs nothing, rating again changes what the plan changed and nothing when asked twice. Method:
// over real HTTP, on every store.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";
import { mongoUrl } from "../stores/mongo-urls.ts";
import { type ApiService, type As, startApiService } from "./api-service.ts";
import { DEARER, PLAN } from "./plans.ts";

const mongoUri = await mongoTestUri();
const STORES = [
  { name: "sqlite", url: "sqlite::memory:" },
  ...(mongoUri === null ? [] : [{ name: "mongo", url: mongoUrl(mongoUri) }]),
];

const CDR = {
  OriginID: "c1",
  OriginHost: "192.0.2.1",
  ToR: "*voice",
  RequestType: "*rated",
  Tenant: "cgrates.org",
  Account: "1001",
  Destination: "44123",
  SetupTime: "2026-03-02T09:00:00Z",
  AnswerTime: "2026-03-02T09:00:05Z",
};
const RERATE = { Flags: ["*rerate"], RunIDs: ["*default"] };

describe.each(STORES)("CDRs over CGRateS's API, on $name", ({ url }) => {
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService({ store: url });
    await load("first", PLAN);
  });
  afterAll(() => service.stop());

  const load = (name: string, files: Record<string, string>) =>
    service.call("APIerSv1.LoadTariffPlanFromFolder", { FolderPath: service.folder(name, files) });
  const defaults = { RunIDs: ["*default"], OrderBy: "AnswerTime" };
  const costs = async () =>
    (await service.call("CDRsV1.GetCDRs", defaults)).map((row: { Cost: number }) => row.Cost);
  const revisions = async () => {
    const { cdrs } = await service.rpc("cdr.find", {}, service.bearer("admin"));
    return cdrs.map((cdr: { rating: { revision: number } }) => cdr.rating.revision);
  };

  it("are stored and rated before the answer, one record for each run", async () => {
    expect(await service.call("CDRsV1.ProcessCDR", { ...CDR, Usage: 60e9 }, "sender")).toBe("OK");
    const rows = await service.call("CDRsV1.GetCDRs", { CGRIDs: [], Accounts: ["1001"] });
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ RunID: "*default", Cost: 0.6, Usage: 60e9, Subject: "1001" });
    expect(rows[0].CostDetails).toMatchObject({ Cost: 0.6, RunID: "*default" });
    expect(rows[1]).toMatchObject({ RunID: "*raw", RequestType: "*none", CostDetails: null });
    expect(await service.call("APIerSv2.CountCDRs", {})).toBe(2);
    const { CGRID } = rows[0];
    expect(await service.call("APIerSv1.GetEventCost", { CgrId: CGRID })).toMatchObject({
      Cost: 0.6,
    });
  });

  it("that come again cost nothing, whatever they say now", async () => {
    expect(await service.call("CDRsV1.ProcessCDR", { ...CDR, Usage: 60e9 })).toBe("EXISTS");
    expect(await service.call("CDRsV1.ProcessExternalCDR", { ...CDR, Usage: "99s" })).toBe(
      "EXISTS",
    );
    expect(await costs()).toEqual([0.6]);
  });

  it("come as texts and as events too", async () => {
    const later = { ...CDR, AnswerTime: "2026-03-02T10:00:05Z", SetupTime: "2026-03-02T10:00:00Z" };
    const text = { ...later, OriginID: "c2", Usage: "30s", ExtraFields: { leg: "a" } };
    expect(await service.call("CdrsV1.ProcessExternalCDR", text)).toBe("OK");
    const Event = {
      ...later,
      OriginID: "c3",
      AnswerTime: "2026-03-02T11:00:05Z",
      Usage: "10s",
      n: 5,
    };
    expect(await service.call("CDRsV1.ProcessEvent", { Tenant: "cgrates.org", Event })).toBe("OK");
    expect(await costs()).toEqual([0.6, 0.3, 0.1]);
    const [row] = await service.call("APIerSv2.GetCDRs", { ExtraFields: { leg: "a" } });
    expect(row).toMatchObject({ OriginID: "c2", Usage: "30s", ExtraFields: { leg: "a" } });
    const [event] = await service.call("CDRsV1.GetCDRs", { ExtraFields: { n: "*exists" } });
    expect(event).toMatchObject({ OriginID: "c3", ExtraFields: { n: "5" } });
  });

  it("that cannot be read are refused in the engine's words, or kept aside and said so", async () => {
    const wrong = { ...CDR, OriginID: "w", Usage: "abc" };
    expect(await service.call("CDRsV1.ProcessExternalCDR", wrong)).toBe(
      'time: invalid duration "abc"',
    );
    const nameless = await service.call("CDRsV1.ProcessCDR", { Account: "1001" });
    expect(nameless).toMatch(/^SERVER_ERROR: suspended, id-missing/);
    const { records } = await service.rpc("suspense.find", {}, service.bearer("admin"));
    // The conflict of before, and this one.
    expect(records).toHaveLength(2);
  });

  it("are rated anew with the plan that is in force, and twice is once", async () => {
    expect(await service.call("CDRsV1.RateCDRs", { RunIDs: ["*default"] })).toBe(
      "SERVER_ERROR: EXISTS",
    );
    await load("dearer", DEARER);
    expect(await costs()).toEqual([0.6, 0.3, 0.1]);
    expect(await service.call("CDRsV1.RateCDRs", { ...RERATE, OriginIDs: ["c1"] })).toBe("OK");
    expect(await costs()).toEqual([1.2, 0.3, 0.1]);
    const before = await revisions();
    expect(await service.call("CDRsV1.RateCDRs", { ...RERATE, OriginIDs: ["c1"] })).toBe("OK");
    expect(await revisions()).toEqual(before);
    expect(await service.call("CDRsV1.RateCDRs", { ...RERATE, OriginIDs: ["none"] })).toBe(
      "NOT_FOUND",
    );
  });

  it("that come as events with *rerate replace what was stored, where there is something", async () => {
    const event = { ...CDR, OriginID: "c3", AnswerTime: "2026-03-02T11:00:05Z", Usage: "20s" };
    const sent = (more: object, as: As = "admin") =>
      service.call(
        "CDRsV1.ProcessEvent",
        { Flags: ["*rerate"], Event: { ...event, SetupTime: event.AnswerTime, ...more } },
        as,
      );
    expect(await sent({ OriginID: "never" })).toBe("PARTIALLY_EXECUTED");
    expect(await sent({}, "sender")).toMatch(/lacks the role rate/);
    expect(await costs()).toEqual([1.2, 0.3, 0.1]);
    expect(await sent({})).toBe("OK");
    expect(await costs()).toEqual([1.2, 0.3, 0.4]);
    const before = await revisions();
    expect(await sent({})).toBe("OK");
    expect(await revisions()).toEqual(before);
    const acts = await service.service.engine.acts.page({ limit: 1 });
    expect(acts[0]).toMatchObject({ act: "CDRsV1.ProcessEvent", by: "admin" });
    // As it was, for what follows.
    expect(await sent({ Usage: "5s" })).toBe("OK");
  });

  it("that come as events of the second version are answered run by run", async () => {
    const event = { ...CDR, OriginID: "v2", Usage: "15s", leg: "b", Tenant: undefined };
    const answer = await service.call("CDRsV2.ProcessEvent", { Flags: [], Event: event });
    expect(answer.map(({ Event }: { Event: object }) => Event)).toMatchObject([
      { RunID: "*default", Cost: 0.3, Usage: 15e9, leg: "b", OrderID: 0 },
      { RunID: "*raw", Usage: "15s", RequestType: "*none", leg: "b" },
    ]);
    expect(answer[1].Event).not.toHaveProperty("Cost");
    expect(await service.call("CDRsV2.ProcessEvent", { Event: event })).toBe("EXISTS");
    const raw = { OriginIDs: ["v2", "c1"], RunIDs: ["*raw"], OrderBy: "OrderID" };
    const rows = await service.call("CDRsV1.GetCDRs", raw);
    // An event says no cost; the cost of a record is 0 where it says none.
    expect(rows.map((row: { Cost: number }) => row.Cost)).toEqual([0, -1]);
    expect(await service.call("APIerSv1.RemoveCDRs", { OriginIDs: ["v2"] })).toBe("OK");
  });

  it("that debit an account show what they take, and cost the same", async () => {
    const debit = { ...CDR, OriginID: "p1", RequestType: "*postpaid", Usage: "60s" };
    expect(await service.call("CdrsV2.ProcessExternalCdr", debit)).toBe("OK");
    const [row] = await service.call("CDRsV1.GetCDRs", { OriginIDs: ["p1"], RunIDs: ["*default"] });
    expect(row).toMatchObject({ Cost: 1.2, CostDetails: { Cost: 1.2 } });
    const { ID, BalanceSummaries } = row.CostDetails.AccountSummary;
    expect(ID).toBe("1001");
    expect(BalanceSummaries[0].Value).toBeCloseTo(-1.2, 3);
    expect(await service.call("APIerSv1.RemoveCDRs", { OriginIDs: ["p1"] })).toBe("OK");
  });

  it("are removed by a filter, and keep their history", async () => {
    expect(await service.call("APIerSv1.RemoveCDRs", { OriginIDs: ["c2"] })).toBe("OK");
    expect(await costs()).toEqual([1.2, 0.1]);
    const voided = { filter: { outcomes: ["voided"] } };
    const { count } = await service.rpc("cdr.count", voided, service.bearer("admin"));
    expect(count).toBe(3);
  });

  it("are found by nobody without the role, nor by another tenant", async () => {
    expect(await service.call("CDRsV1.GetCDRs", {}, "sender")).toMatch(/lacks the role read/);
    expect(await service.call("CDRsV1.GetCDRs", {}, "other")).toBe("SERVER_ERROR: NOT_FOUND");
    expect(await service.call("CDRsV1.ProcessCDR", CDR, "other")).toMatch(/^UNAUTHORIZED_API/);
    expect(await service.call("CDRsV1.ProcessCDR", CDR, "reader")).toMatch(/lacks the role ingest/);
    expect(await service.call("APIerSv1.RemoveCDRs", {}, "other")).toBe("OK");
    expect(await costs()).toEqual([1.2, 0.1]);
  });

  it("keep a usage to the nanosecond, and are priced for what was begun", async () => {
    const short = { ...CDR, OriginID: "n1", AnswerTime: "2026-03-02T12:00:05Z", Usage: "95" };
    expect(await service.call("CDRsV1.ProcessExternalCDR", short)).toBe("OK");
    const long = { ...CDR, OriginID: "n2", AnswerTime: "2026-03-02T13:00:05Z", Usage: 2000000001 };
    expect(await service.call("CDRsV1.ProcessCDR", long)).toBe("OK");
    const own = { RunIDs: ["*default"], OriginIDs: ["n1", "n2"], OrderBy: "AnswerTime" };
    const rows = await service.call("CDRsV1.GetCDRs", own);
    const said = rows.map(({ Usage, Cost }: { Usage: number; Cost: number }) => [Usage, Cost]);
    expect(said).toEqual([
      [95, 0.02],
      [2000000001, 0.06],
    ]);
    expect(await service.call("CDRsV1.ProcessCDR", { ...long, Usage: 2000000002 })).toBe("EXISTS");
    expect(await service.call("APIerSv1.RemoveCDRs", { OriginIDs: ["n1", "n2"] })).toBe("OK");
  });

  it("keep what their session said that they cost, and are priced by the plan", async () => {
    const id = createHash("sha1").update(`s1${CDR.OriginHost}`).digest("hex");
    const Cost = { CGRID: id, RunID: "*default", CostDetails: { Cost: 0.5 } };
    const said = { Cost, CheckDuplicate: true };
    const store = (param: object, as: As = "sender") =>
      service.call("CDRsV1.StoreSessionCost", param, as);
    expect(await store({ Cost: { RunID: "*default" } })).toBe(
      "mandatory information missing: CGRID",
    );
    expect(await store(said, "reader")).toMatch(/lacks the role ingest/);
    expect(await store(said, "other")).toMatch(/^UNAUTHORIZED_API: /);
    expect(await store(said)).toBe("OK");
    expect(await store(said)).toBe("SERVER_ERROR: EXISTS");
    const call = { ...CDR, OriginID: "s1", RequestType: "*prepaid", Usage: 60e9 };
    expect(await service.call("CDRsV1.ProcessCDR", call)).toBe("OK");
    const own = { CGRIDs: [id], OrderBy: "OrderID" };
    const rows = await service.call("CDRsV1.GetCDRs", own);
    expect(rows.map(({ Cost: cost }: { Cost: number }) => cost)).toEqual([1.2, 0.5]);
    expect(await service.call("APIerSv1.RemoveCDRs", { CGRIDs: [id] })).toBe("OK");
  });

  it("are found by the account that a charger gives to a run, and by their own", async () => {
    const AttributeIDs = ["*constant:*req.Account:9999"];
    const charger = { ID: "OTHER", FilterIDs: [], RunID: "other", AttributeIDs, Weight: 0 };
    expect(await service.call("APIerSv1.SetChargerProfile", charger)).toBe("OK");
    const call = { ...CDR, OriginID: "two", Account: "1001", Subject: "1001", Usage: 60e9 };
    expect(await service.call("CDRsV1.ProcessCDR", call)).toBe("OK");
    const runs = async (account: string) => {
      const asked = { Accounts: [account], OriginIDs: ["two"] };
      const rows = await service.call("CDRsV1.GetCDRs", asked);
      return Array.isArray(rows) ? rows.map(({ RunID }) => RunID).toSorted() : rows;
    };
    expect(await runs("9999")).toEqual(["other"]);
    expect(await runs("1001")).toEqual(["*default", "*raw"]);
    expect(await runs("9998")).toBe("SERVER_ERROR: NOT_FOUND");
    expect(await service.call("APIerSv1.RemoveCDRs", { OriginIDs: ["two"] })).toBe("OK");
  });

  it("are refused by a wrong filter in the engine's words", async () => {
    const answer = (filter: object) => service.call("CDRsV1.GetCDRs", filter);
    expect(await answer({ AnswerTimeStart: "soon" })).toBe("SERVER_ERROR: Unsupported time format");
    expect(await answer({ OrderBy: "Colour" })).toBe("SERVER_ERROR: Invalid value : Colour");
    expect(await answer({ MinUsage: "abc" })).toBe('SERVER_ERROR: time: invalid duration "abc"');
  });
});
