// Goal: a plan that is loaded over the API is in force at once, also for calls of before, is a version like
// any other, and is changed by nobody who may not. Method: over real HTTP, on every store.
import { join } from "node:path";
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

const COST = { Tenant: "cgrates.org", Category: "call", Subject: "1001", Destination: "44123" };

describe.each(STORES)("a plan that is loaded over the API, on $name", ({ url }) => {
  let service: ApiService;
  let first: string;
  beforeAll(async () => {
    service = await startApiService({ store: url });
    first = service.folder("first", PLAN);
  });
  afterAll(() => service.stop());

  const load = (path: string, more: object = {}, as: As = "admin") =>
    service.call("APIerSv1.LoadTariffPlanFromFolder", { FolderPath: path, ...more }, as);
  const costAt = async (AnswerTime: string) => {
    const answer = await service.call("APIerSv1.GetCost", { ...COST, AnswerTime, Usage: "60s" });
    return answer.Cost ?? answer;
  };

  it("is in force at once, for calls of any time that its own dates reach", async () => {
    expect(await load(first, { DryRun: true })).toBe("OK");
    expect(await costAt("2024-01-10T10:00:00Z")).toBe("SERVER_ERROR: RATING_PLAN_NOT_FOUND");
    expect(await load(first)).toBe("OK");
    expect(await costAt("2024-01-10T10:00:00Z")).toBe(0.6);
    expect(await costAt("2019-01-10T10:00:00Z")).toBe("SERVER_ERROR: UNAUTHORIZED_DESTINATION");
  });

  it("is changed by a further one, and stays as it was where that has faults", async () => {
    const faulty = service.folder("faulty", { "Rates.csv": "R,0,abc,60s,1s,0s\n" });
    expect(await load(faulty)).toBe('SERVER_ERROR: invalid value "abc" for field RateMdl.Rate');
    expect(await costAt("2024-01-10T10:00:00Z")).toBe(0.6);
    expect(await load(service.folder("dearer", DEARER))).toBe("OK");
    expect(await costAt("2024-01-10T10:00:00Z")).toBe(1.2);
  });

  it("is a version that is listed with its activations, and taken back", async () => {
    const { tariffs } = await service.rpc("tariff.list", {}, service.bearer("admin"));
    expect(tariffs).toHaveLength(2);
    expect(tariffs[0].activations).toHaveLength(1);
    await service.rpc("tariff.rollback", { tenant: "cgrates.org" }, service.bearer("admin"));
    expect(await costAt("2024-01-10T10:00:00Z")).toBe(0.6);
  });

  it("is loaded by nobody without the role, nor for tenants that are not theirs", async () => {
    const refusal = 'UNAUTHORIZED_API: "reader" lacks the role admin.';
    expect(await load(first, {}, "reader")).toBe(refusal);
    expect(await load(first, {}, "other")).toBe("INVALID_PATH");
    const cost = { ...COST, AnswerTime: "2024-01-10T10:00:00Z", Usage: "60s" };
    expect(await service.call("APIerSv1.GetCost", cost, "other")).toMatch(/^UNAUTHORIZED_API: /);
    expect(await service.call("APIerSv1.Ping", {}, "other")).toBe("Pong");
  });

  it("is changed object by object, each change a version and a line of the log", async () => {
    const versions = async () =>
      (await service.rpc("tariff.list", {}, service.bearer("admin"))).tariffs.length;
    const before = await versions();
    const activation = { ActivationTime: "2020-01-01T00:00:00Z", RatingPlanId: "P" };
    const profile = { Category: "call", Subject: "1002", RatingPlanActivations: [activation] };
    expect(await service.call("APIerSv1.SetRatingProfile", profile)).toBe("OK");
    const cost = { ...COST, Subject: "1002", AnswerTime: "2024-01-10T10:00:00Z", Usage: "60s" };
    expect(await service.call("APIerSv1.GetCost", cost)).toMatchObject({ Cost: 0.6 });
    const destination = { Id: "D", Prefixes: ["33", "34"], Overwrite: true };
    expect(await service.call("APIerSv1.SetDestination", destination)).toBe("OK");
    expect(await service.call("APIerSv1.GetCost", cost)).toBe(
      "SERVER_ERROR: UNAUTHORIZED_DESTINATION",
    );
    expect(await service.call("APIerSv1.GetCost", { ...cost, Destination: "34" })).toMatchObject({
      Cost: 0.6,
    });
    expect(await versions()).toBe(before + 2);
    const acts = await service.service.engine.acts.page({ limit: 2 });
    expect(acts.map(({ act, by }) => `${act} ${by}`)).toEqual([
      "APIerSv1.SetDestination admin",
      "APIerSv1.SetRatingProfile admin",
    ]);
  });

  it("is read object by object, as the last change left it", async () => {
    const [Id, Tenant] = ["D", "cgrates.org"];
    const one = { Id, Prefixes: ["33", "34"] };
    const { call } = service;
    const reads = async () => [
      await call("APIerSv2.GetDestinations", {}),
      await call("APIerSv1.GetRatingPlanIDs", {}),
      (await call("APIerSv1.GetRatingProfileIDs", { Tenant })).toSorted(),
    ];
    expect(await reads()).toEqual([[one], ["P"], ["call:1001", "call:1002"]]);
    const removed = { Tenant, Category: "call", Subject: "1002" };
    expect(await call("APIerSv1.RemoveRatingProfile", removed)).toBe("OK");
    expect(await call("APIerSv1.GetRatingProfile", removed)).toBe("NOT_FOUND");
    const some = { DestinationIDs: [Id], Prefixes: ["33"] };
    expect(await call("APIerSv1.RemoveDestination", some)).toBe("OK");
    expect(await call("APIerSv2.GetDestinations", {})).toEqual([{ Id, Prefixes: ["34"] }]);
  });

  it("is changed by nobody without the role, and never to what it has not", async () => {
    const activation = { ActivationTime: "soon", RatingPlanId: "NOPE" };
    const profile = { Category: "call", Subject: "1", RatingPlanActivations: [activation] };
    const set = (more: object, as: As = "admin") =>
      service.call("APIerSv1.SetRatingProfile", { ...profile, ...more }, as);
    expect(await set({}, "reader")).toMatch(/lacks the role admin/);
    expect(await set({})).toBe("NOT_FOUND:RatingPlanId:NOPE");
    const late = { RatingPlanActivations: [{ ...activation, RatingPlanId: "P" }] };
    expect(await set(late)).toBe("SERVER_ERROR:Cannot parse activation time from soon");
    expect(await set(late, "other")).toMatch(/^NOT_FOUND:RatingPlanId:P|^UNAUTHORIZED_API/);
  });

  it("is not taken from outside the tariff root", async () => {
    expect(await load("../..")).toBe("INVALID_PATH");
    expect(await load(join(service.root, "nowhere"))).toBe("INVALID_PATH");
  });
});

describe("a plan in force with gates", () => {
  const tariffGates = {
    ...{ fourEyes: true, requireBacktest: true, maxLossPercent: 1 },
    ...{ maxPriceJump: 50, minNoticeDays: 7 },
  };
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService({ store: "sqlite::memory:" }, { tariffGates });
  });
  afterAll(() => service.stop());

  const load = (name: string, files: Record<string, string>) =>
    service.call("APIerSv1.LoadTariffPlanFromFolder", {
      FolderPath: service.folder(name, files),
    });
  const state = async () => {
    const cost = { ...COST, AnswerTime: "2024-01-10T10:00:00Z", Usage: "60s" };
    const { Cost } = await service.call("APIerSv1.GetCost", cost);
    const { tariffs } = await service.rpc("tariff.list", {}, service.bearer("admin"));
    const acts = await service.service.engine.acts.page({ limit: 10 });
    return [Cost, tariffs.length, acts.length];
  };
  /** The plan with its rate by another one. */
  const priced = (rate: string) => ({ ...DEARER, "Rates.csv": `R,0,${rate},60s,1s,0s\n` });

  it("is refused a change of rates past the limits, without a trace, and told what to do", async () => {
    expect(await load("first", PLAN)).toBe("OK");
    expect(await state()).toEqual([0.6, 1, 1]);
    const refused = await load("dearer", DEARER);
    expect(refused).toMatch(
      /^SERVER_ERROR: .*maxPriceJump: The sell rate of 44 in P changes from 0.6 to 1.2 \(100 %\)/,
    );
    expect(refused).toMatch(/minNoticeDays: .* rises from 0.6 to 1.2 in 0 days/);
    expect(refused).toMatch(/Change less at once, or load the whole plan as a folder/);
    expect(await load("cheap", priced("0.2"))).toMatch(/0.2 \(-66.6667 %\); at most 50 %/);
    expect(await state()).toEqual([0.6, 1, 1]);
  });

  it("takes what changes no rate by more than they say", async () => {
    expect(await load("cheaper", priced("0.42"))).toBe("OK");
    const D2 = { Id: "D2", Prefixes: ["33"], Overwrite: true };
    expect(await service.call("APIerSv1.SetDestination", D2)).toBe("OK");
    const activation = { ActivationTime: "2020-01-01T00:00:00Z", RatingPlanId: "P" };
    const profile = { Category: "call", Subject: "1002", RatingPlanActivations: [activation] };
    expect(await service.call("APIerSv1.SetRatingProfile", profile)).toBe("OK");
    expect(await state()).toEqual([0.42, 4, 4]);
  });

  it("is held to them where a profile gets another plan, from its day on", async () => {
    const dear = { ...PLAN, "RatingPlans.csv": "Q,DR,*any,10\n", "RatingProfiles.csv": "" };
    expect(await load("dear", { ...dear, "Rates.csv": "R,0,0.48,60s,1s,0s\n" })).toBe("OK");
    const set = (days: number) => {
      const at = new Date(service.service.engine.clock() + days * 86_400_000).toISOString();
      const activation = { ActivationTime: at, RatingPlanId: "Q" };
      const profile = { Category: "call", Subject: "1001", RatingPlanActivations: [activation] };
      return service.call("APIerSv1.SetRatingProfile", profile);
    };
    expect(await set(2)).toMatch(
      /minNoticeDays: .*44 in Q rises from 0.42 to 0.48 in (1.99|2) days/,
    );
    expect(await set(8)).toBe("OK");
  });
});
