// Goal: a tariff plan is stored object by object, read back as it was sent, loaded whole or in parts, and is
// nobody's who has some of the tenants. Method: over real HTTP, on every store.
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

const slot = { ConnectFee: 0, Rate: 0.6, RateUnit: "60s", RateIncrement: "1s" };
const row = {
  DestinationId: "D",
  RateId: "R",
  Rate: null,
  RoundingMethod: "*up",
  RoundingDecimals: 4,
};
const activation = { ActivationTime: "2020-01-01T00:00:00Z", RatingPlanId: "P" };
const PROFILE = { TPid: "T", LoadId: "L", Tenant: "", Category: "call", Subject: "1001" };
const OBJECTS: Record<string, object> = {
  Timing: {
    ID: "DAY",
    Years: "*any",
    Months: "*any",
    MonthDays: "*any",
    WeekDays: "1;2",
    Time: "08:00:00",
  },
  Destination: { ID: "D", Prefixes: ["44", "447"] },
  Rate: { ID: "R", RateSlots: [{ ...slot, GroupIntervalStart: "0s" }] },
  DestinationRate: {
    ID: "DR",
    DestinationRates: [{ ...row, MaxCost: 0, MaxCostStrategy: "" }],
  },
  RatingPlan: {
    ID: "P",
    RatingPlanBindings: [{ DestinationRatesId: "DR", TimingId: "*any", Weight: 10 }],
  },
  RatingProfile: {
    ...PROFILE,
    Tenant: "cgrates.org",
    RatingPlanActivations: [{ ...activation, FallbackSubjects: "" }],
  },
  Charger: {
    Tenant: "cgrates.org",
    ID: "C",
    FilterIDs: [],
    ActivationInterval: null,
    RunID: "*default",
    AttributeIDs: ["*none"],
    Weight: 0,
  },
};
const NAMES: Record<string, object> = {
  RatingProfile: { RatingProfileID: "L:cgrates.org:call:1001" },
  Charger: { ID: "C" },
};

describe.each(STORES)("stored plans, on $name", ({ url }) => {
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService({ store: url });
  });
  afterAll(() => service.stop());

  const call = (method: string, param: object, as?: As) =>
    service.call(`APIerSv1.${method}`, param, as);
  const cost = async () => {
    const asked = { Category: "call", Subject: "1001", Destination: "44123", Usage: "60s" };
    const answer = await call("GetCost", { ...asked, AnswerTime: "2024-01-10T10:00:00Z" });
    return answer.Cost ?? answer;
  };

  it("have objects that come back as they were sent, in the order of their type", async () => {
    for (const [kind, object] of Object.entries(OBJECTS)) {
      expect(await call(`SetTP${kind}`, { TPid: "T", ...object })).toBe("OK");
      const { ID } = object as { ID?: string };
      const found = await call(`GetTP${kind}`, { TPid: "T", ...(NAMES[kind] ?? { ID }) });
      expect(JSON.stringify(found)).toBe(JSON.stringify({ TPid: "T", ...object }));
    }
    expect(await call("GetTPIds", {})).toEqual(["T"]);
    expect(await call("GetTPRatingProfileIds", { TPid: "T" })).toEqual(["L:cgrates.org:call:1001"]);
    expect(await call("GetTPChargerIDs", { TPid: "T", SearchTerm: "x" })).toEqual([]);
  });

  it("price nothing until they are loaded, and then as a folder of the same rows", async () => {
    expect(await cost()).toBe("SERVER_ERROR: RATING_PLAN_NOT_FOUND");
    expect(await call("LoadTariffPlanFromStorDb", { TPid: "T", DryRun: true })).toBe("OK");
    expect(await cost()).toBe("SERVER_ERROR: RATING_PLAN_NOT_FOUND");
    expect(await call("LoadTariffPlanFromStorDb", { TPid: "T" })).toBe("OK");
    expect(await cost()).toBe(0.6);
  });

  it("are loaded in parts: a plan with its prices, a destination, a profile", async () => {
    const dearer = { ID: "R", RateSlots: [{ ...slot, Rate: 1.2 }] };
    expect(await call("SetTPRate", { TPid: "T", ...dearer })).toBe("OK");
    expect(await call("LoadDestination", { TPid: "T", ID: "D" })).toBe("OK");
    expect(await cost()).toBe(0.6);
    expect(await call("LoadRatingPlan", { TPid: "T", RatingPlanId: "P" })).toBe("OK");
    expect(await cost()).toBe(1.2);
    expect(await call("LoadRatingProfile", PROFILE)).toBe("OK");
    expect(await call("LoadDestination", { TPid: "T", ID: "NOPE" })).toBe("NOT_FOUND");
    const none =
      "SERVER_ERROR: no RatingProfile for filter &{T X cgrates.org call 1001 []}, error: NOT_FOUND";
    expect(await call("LoadRatingProfile", { ...PROFILE, LoadId: "X" })).toBe(none);
  });

  it("take folders in, and tell of a row that is none", async () => {
    const FolderPath = service.folder("plan", PLAN);
    expect(await call("ImportTariffPlanFromFolder", { TPid: "F", FolderPath })).toBe("OK");
    const { RateSlots } = await call("GetTPRate", { TPid: "F", ID: "R" });
    expect(RateSlots).toEqual([{ ...slot, GroupIntervalStart: "0s" }]);
    const faulty = service.folder("faulty", {
      "Rates.csv": "R,0,abc,60s,1s,0s\n",
      "Destinations.csv": "E,1\n",
    });
    const answer = await call("ImportTariffPlanFromFolder", { TPid: "G", FolderPath: faulty });
    expect(answer).toBe("SERVER_ERROR: PARTIALLY_EXECUTED");
    expect(await call("GetTPDestinationIDs", { TPid: "G" })).toEqual(["E"]);
    expect(await call("RemTP", { TPid: "G" })).toBe("OK");
    expect(await call("GetTPIds", {})).toEqual(["F", "T"]);
  });

  it("are changed by the role alone, and by nobody who has some of the tenants", async () => {
    const destination = { TPid: "T", ...OBJECTS["Destination"] };
    expect(await call("SetTPDestination", destination, "reader")).toMatch(/^UNAUTHORIZED_API: /);
    const asked = { TPid: "T", ID: "D" };
    expect(await call("GetTPDestination", asked, "reader")).toMatchObject({ ID: "D" });
    for (const method of ["GetTPDestination", "RemoveTPDestination"]) {
      expect(await call(method, asked, "other")).toMatch(/^UNAUTHORIZED_API: /);
    }
    const acts = await service.service.engine.acts.page({ limit: 1 });
    expect(acts[0]).toMatchObject({ by: "admin", act: "APIerSv1.RemTP", subject: "G" });
  });
});
