// Goal: chargers, timings and accounts in force are read, set and taken away one by one, each by who may.
// Method: over real HTTP, on every store.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";
import { mongoUrl } from "../stores/mongo-urls.ts";
import { type ApiService, type As, startApiService } from "./api-service.ts";
import { PLAN } from "./plans.ts";

const mongoUri = await mongoTestUri();
const STORES = [
  { name: "sqlite", url: "sqlite::memory:" },
  ...(mongoUri === null ? [] : [{ name: "mongo", url: mongoUrl(mongoUri) }]),
];

const ACCOUNTS = {
  "AccountActions.csv": "cgrates.org,1001,AP,T,,\ncgrates.org,1002,AP,,true,\n",
  "ActionTriggers.csv": "T,,*max_balance,20,false,0,,,,*monetary,,,,,,,,,,LOG,10\n",
};

describe.each(STORES)("objects in force, on $name", ({ url }) => {
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService({ store: url });
    const FolderPath = service.folder("plan", { ...PLAN, ...ACCOUNTS });
    await service.call("APIerSv1.LoadTariffPlanFromFolder", { FolderPath });
  });
  afterAll(() => service.stop());

  const call = (method: string, param: object, as?: As) => service.call(method, param, as);

  it("have chargers, which decide on the runs of an event", async () => {
    const charger = { ID: "S", FilterIDs: ["*string:~*req.Account:1001"], RunID: "supplier" };
    const AttributeIDs = ["*constant:*req.Subject:2000"];
    const set = { ...charger, AttributeIDs, Weight: 5 };
    expect(await call("APIerSv1.SetChargerProfile", set)).toBe("OK");
    const found = await call("APIerSv1.GetChargerProfile", { ID: "S" });
    expect(found).toEqual({ Tenant: "cgrates.org", ...set, ActivationInterval: null });
    const runsOf = async (Account: string) =>
      (await call("ChargerSv1.ProcessEvent", { ID: "e", Event: { Account } })).map(
        ({ CGREvent }: { CGREvent: { Event: object } }) => CGREvent.Event,
      );
    const plain = (Account: string) => [
      { Account, RunID: "*default" },
      { Account, RequestType: "*none", RunID: "*raw" },
    ];
    const supplier = { Account: "1001", RunID: "supplier", Subject: "2000" };
    expect(await runsOf("1001")).toEqual([supplier, ...plain("1001")]);
    expect(await runsOf("1002")).toEqual(plain("1002"));
    expect(await call("APIerSv1.RemoveChargerProfile", { ID: "S" })).toBe("OK");
    expect(await call("APIerSv1.GetChargerProfileIDs", {})).toEqual(["C", "RAW"]);
    expect(await call("APIerSv1.RemoveChargerProfile", { ID: "S" })).toBe("NOT_FOUND");
  });

  it("have timings, and rating plans under short names of what they say", async () => {
    const timing = { ID: "T", Years: [], Months: [], MonthDays: [], WeekDays: [1, 2] };
    const times = { StartTime: "10:00:00", EndTime: "" };
    expect(await call("APIerSv1.SetTiming", { ...timing, ...times })).toBe("OK");
    expect(await call("APIerSv1.GetTiming", { ID: "T" })).toEqual({ ...timing, ...times });
    expect(await call("APIerSv1.RemoveTiming", { ID: "T" })).toBe("OK");
    expect(await call("APIerSv1.GetTiming", { ID: "T" })).toBe("NOT_FOUND");
    const body = { method: "APIerSv1.GetRatingPlan", params: ["P"], id: 1 };
    const { body: answer } = await service.post(
      "/jsonrpc",
      JSON.stringify(body),
      service.bearer("reader"),
    );
    const [bound] = answer.result.DestinationRates.D;
    expect(answer.result.Timings[bound.Timing]).toMatchObject({ ID: "*any" });
    expect(answer.result.Ratings[bound.Rating].Rates).toMatchObject([{ Value: 0.6 }]);
  });

  it("have routes, sorted by their weight or by what a call costs there", async () => {
    const routes = [
      { ID: "dear", RatingPlanIDs: ["P"], Weight: 10 },
      { ID: "other", RatingPlanIDs: ["P"], Weight: 20, FilterIDs: ["*prefix:~*req.Destination:4"] },
      { ID: "never", RatingPlanIDs: ["P"], FilterIDs: ["*string:~*req.Account:x"] },
    ];
    const profile = { ID: "R", Sorting: "*lc", Routes: routes, Weight: 5 };
    expect(await call("APIerSv1.SetRouteProfile", profile)).toBe("OK");
    const Event = { Account: "1001", Destination: "4412", SetupTime: "2024-01-10T10:00:00Z" };
    const data = (Weight: number) => ({ Cost: 0.6, RatingPlanID: "P", Weight });
    expect(await call("RouteSv1.GetRoutes", { ID: "e", Event })).toEqual([
      {
        ...{ ProfileID: "R", Sorting: "*lc" },
        Routes: [
          { RouteID: "other", RouteParameters: "", SortingData: data(20) },
          { RouteID: "dear", RouteParameters: "", SortingData: data(10) },
        ],
      },
    ]);
    const APIOpts = { "*rouLimit": 1, "*rouOffset": 1 };
    expect(await call("RouteSv1.GetRoutesList", { ID: "e", Event, APIOpts })).toEqual(["dear"]);
    const far = { ID: "e", Event: { ...Event, Destination: "99" } };
    const refusal = "SERVER_ERROR: UNAUTHORIZED_DESTINATION";
    expect(await call("RouteSv1.GetRoutes", far)).toBe(refusal);
    const ignoring = { ...far, APIOpts: { "*rouIgnoreErrors": true } };
    expect(await call("RouteSv1.GetRoutes", ignoring)).toBe("NOT_FOUND");
    expect(await call("APIerSv1.GetRouteProfile", { ID: "R" })).toMatchObject({
      Routes: [{ ID: "dear", FilterIDs: null }, { ID: "other" }, { ID: "never" }],
    });
    expect(await call("APIerSv1.SetRouteProfile", { ID: "X", FilterIDs: ["F"] })).toBe(
      "SERVER_ERROR: broken reference to filter: <F> for item with ID: cgrates.org:X",
    );
    expect(await call("APIerSv1.RemoveRouteProfile", { ID: "R" })).toBe("OK");
    expect(await call("APIerSv1.GetRouteProfileIDs", {})).toBe("NOT_FOUND");
  });

  it("have accounts of the plan and accounts that were set, without balances", async () => {
    const ids = async () =>
      (await call("APIerSv2.GetAccounts", {})).map(({ ID }: { ID: string }) => ID);
    expect(await ids()).toEqual(["cgrates.org:1001", "cgrates.org:1002"]);
    const marks = { ExtraOptions: { Disabled: true } };
    expect(await call("APIerSv2.SetAccount", { Account: "1003", ...marks })).toBe("OK");
    expect(await call("APIerSv2.GetAccount", { Account: "1003" })).toMatchObject({
      ...{ BalanceMap: null, ActionTriggers: null, AllowNegative: false, Disabled: true },
    });
    expect(await call("APIerSv2.GetAccount", { Account: "1002" })).toMatchObject({
      AllowNegative: true,
    });
    const { ActionTriggers } = await call("APIerSv1.GetAccount", { Account: "1001" });
    expect(ActionTriggers).toMatchObject([{ Id: "T", ThresholdValue: 20, ActionsId: "LOG" }]);
    expect(await call("APIerSv1.RemoveAccount", { Account: "1001" })).toBe("OK");
    expect(await ids()).toEqual(["cgrates.org:1002", "cgrates.org:1003"]);
    expect(await call("APIerSv1.GetAccountsCount", {})).toBe(2);
    const money = { Account: "1003", BalanceType: "*monetary", Balance: { ID: "b" }, Value: 1 };
    expect(await call("APIerSv1.SetBalance", money)).toMatch(
      /^SERVER_ERROR: balances are not kept/,
    );
  });

  it("are taken away by the files that name them, and changed by nobody who may not", async () => {
    expect(await call("APIerSv1.SetAccount", { Account: "1" }, "reader")).toMatch(/^UNAUTHORIZED/);
    expect(await call("APIerSv1.SetAccount", { Account: "1" }, "other")).toMatch(/^UNAUTHORIZED/);
    expect(await call("APIerSv1.SetChargerProfile", { ID: "X" }, "reader")).toMatch(/^UNAUTH/);
    const FolderPath = service.folder("some", { "Destinations.csv": "D,44\n" });
    expect(await call("APIerSv1.RemoveTPFromFolder", { FolderPath })).toBe("OK");
    expect(await call("APIerSv2.GetDestinations", { DestinationIDs: ["D"] })).toBe("NOT_FOUND");
  });
});
