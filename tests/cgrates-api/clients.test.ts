// Goal: clients of CGRateS set up a plan, load it, ask for costs, send records, read and rate them, with the
// requests that they send as they are. Method: those requests, in the spellings of three public clients.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiService, startApiService } from "./api-service.ts";

const TENANT = "test.org";

describe("a client of CGRateS that names no tenant, no id and no version", () => {
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService({ store: "sqlite::memory:" });
  });
  afterAll(() => service.stop());

  const set = async (method: string, param: object) =>
    expect([method, await service.call(method, param)]).toEqual([method, "OK"]);
  const slot = { ConnectFee: 0, Rate: 0.6, RateUnit: "60s", RateIncrement: "1s" };
  const activation = { ActivationTime: "2012-01-01T00:00:00Z", RatingPlanId: "RP_1" };

  it("sets up a plan object by object and asks for a cost", async () => {
    const TPid = TENANT;
    await set("ApierV1.ReloadCache", {});
    await set("ApierV1.SetTPDestination", { id: "DST_64", Prefixes: ["64"], TPid });
    await set("ApierV1.LoadDestination", { id: "DST_64", TPid });
    const rate = { Id: "RT_1", RateSlots: [{ ...slot, GroupIntervalStart: null }], TPid };
    await set("ApierV1.SetTPRate", rate);
    const price = { DestinationId: "DST_64", RateId: "RT_1", RoundingMethod: "*up" };
    const prices = [{ ...price, RoundingDecimals: 4, MaxCost: 0, MaxCostStrategy: "" }];
    await set("ApierV1.SetTPDestinationRate", { Id: "DR_1", DestinationRates: prices, TPid });
    const binding = { DestinationRatesId: "DR_1", TimingId: "*any", Weight: 10 };
    await set("ApierV1.SetTPRatingPlan", { Id: "RP_1", RatingPlanBindings: [binding], TPid });
    await set("ApierV1.LoadRatingPlan", { RatingPlanId: "RP_1", TPid });
    const profile = { Tenant: TENANT, Category: "call", Direction: "*out", Subject: "*any" };
    const activations = { RatingPlanActivations: [{ ...activation, FallbackSubjects: "" }] };
    const stored = { LoadId: "RPF_1", TPid, ...profile, ...activations };
    await set("ApierV1.SetTPRatingProfile", stored);
    await set("ApierV1.LoadRatingProfile", { TPid, LoadId: "RPF_1" });
    const asked = { Tenant: TENANT, Category: "call", Subject: "1001", Destination: "6421" };
    const cost = { ...asked, AnswerTime: "2024-01-10T10:00:00", Usage: "120s" };
    expect(await service.call("ApierV1.GetCost", cost)).toMatchObject({ Cost: 1.2 });
    const unknown = { ...cost, Destination: "999" };
    expect(await service.call("ApierV1.GetCost", unknown)).toBe(
      "SERVER_ERROR: UNAUTHORIZED_DESTINATION",
    );
  });

  it("sends records with members of no value, and reads and rates them", async () => {
    const call = { Category: "call", RequestType: "*rated", Account: "1001", Subject: null };
    const times = { SetupTime: "2024-01-10T10:00:00", AnswerTime: "2024-01-10T10:00:00" };
    const cdr = { ...call, ...times, Destination: "6421", Usage: "60s", Tenant: TENANT };
    await set("CdrsV1.ProcessExternalCDR", { ...cdr, OriginID: "a1", ToR: "*voice" });
    await set("CdrsV2.ProcessExternalCdr", { ...cdr, AccId: "a2", TOR: "*voice", PDD: "1s" });
    await set("CDRsV1.ProcessExternalCDR", { ...cdr, OriginId: "a3", ToR: "*voice" });
    const rows = await service.call("CdrsV1.GetCDRs", { Limit: 1000, Accounts: ["1001"] });
    const told = rows.map(({ OriginID, Cost }: Record<string, unknown>) => `${OriginID} ${Cost}`);
    expect(told.toSorted()).toEqual(["a1 0.6", "a2 0.6", "a3 0.6"]);
    await set("CdrsV1.RateCDRs", { Flags: ["*rerate"], Accounts: ["1001"] });
  });

  it("sends what it has listed elsewhere, member by member", async () => {
    const filter = { RunIDs: ["*default"], OriginIDs: ["a1"] };
    const [listed] = await service.call("APIerSv2.GetCDRs", filter);
    expect(listed).toMatchObject({ OriginID: "a1", Usage: "1m0s", Cost: 0.6, PreRated: false });
    expect(await service.call("CDRsV1.ProcessExternalCDR", listed)).toBe("EXISTS");
    await set("APIerSv1.RemoveCDRs", { OriginIDs: ["a1"] });
    await set("CDRsV1.ProcessExternalCDR", listed);
    const { CostDetails: _price, ...same } = listed;
    expect(await service.call("APIerSv2.GetCDRs", filter)).toMatchObject([same]);
  });
});
