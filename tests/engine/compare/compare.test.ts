// Goal: a comparison of two tariffs finds every call that costs otherwise, names what makes it so,
// and sums exactly. Method: native folders that differ in one thing each; a CGRateS folder under
// both semantics; CDRs in a store, by pages.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPARISON_RULES, compareParameters } from "../../../src/engine/compare/call.ts";
import { comparedVersions } from "../../../src/engine/compare/compared-versions.ts";
import { createRunningComparison } from "../../../src/engine/compare/comparison-report.ts";
import { VERSION_RULES } from "../../../src/engine/compare/version-rules.ts";
import { createInlineCompiler } from "../../../src/engine/tariffs/inline-compiler.ts";
import { startTestService, type TestService } from "../../end-to-end/test-service.ts";

type Files = Record<string, string>;

const NATIVE: Files = {
  "tariff.yaml": `tenant: cgrates.org
currency: EUR
rounding: { decimals: 4, mode: half-up }
retailPlans: { gold: { deck: gold.csv } }
carrierPlans: { alpha: { carrier: Alpha, deck: alpha.csv } }
voipPlans: { base: { retail: [gold], carriers: [alpha] } }
accounts: accounts.csv
`,
  "gold.csv":
    "prefix,rate,connect_fee,first_interval,next_interval\n34,0.06,0.01,60,1\n346,0.12,0,60,1\n",
  "alpha.csv": "prefix,rate\n34,0.03\n",
  "accounts.csv": "account,voip_plan\n*any,base\n",
};

const edited = (file: string, from: string, to: string): Files => ({
  ...NATIVE,
  [file]: (NATIVE[file] ?? "").replace(from, to),
});

const CALL = { account: "1001", destination: "34912345678", answerTime: "2026-03-02T09:00:00Z" };

async function compared(before: Files, after: Files | undefined, ...calls: object[]) {
  const versions = await comparedVersions(
    { compiler: createInlineCompiler() },
    { before: { files: before }, after: after && { files: after } },
  );
  const running = createRunningComparison(10);
  for (const call of calls) {
    const parameters = { ...CALL, ...call };
    const sides = compareParameters(parameters, versions, Date.parse("2026-03-03T00:00:00Z"));
    running.add({ ...CALL, usage: 1 }, sides);
  }
  return running.report();
}

describe("two native tariffs", () => {
  it.each<[string, Files, object?]>([
    ["fee", edited("gold.csv", "0.06,0.01", "0.06,0.02")],
    ["rate", edited("gold.csv", "0.06", "0.07")],
    ["interval", edited("gold.csv", "0.01,60,1", "0.01,60,60")],
    ["prefix", edited("gold.csv", "346,0.12,0,60,1\n", ""), { destination: "34600000000" }],
    ["rounding", edited("tariff.yaml", "decimals: 4", "decimals: 3")],
    ["only-before", edited("gold.csv", "34,0.06,0.01,60,1\n", "")],
    [
      "carrier",
      edited("tariff.yaml", "carrier: Alpha, deck: alpha.csv", "carrier: Beta, deck: b.csv"),
    ],
    ["plan", { ...edited("tariff.yaml", "gold: {", "silver: {") }],
    ["currency", edited("tariff.yaml", "currency: EUR", "currency: USD")],
    ["account", edited("tariff.yaml", "voipPlans: { base:", "voipPlans: { other:")],
  ])("differ by %s", async (rule, files, call = {}) => {
    const after: Files = { ...files, "b.csv": "prefix,rate\n34,0.04\n" };
    if (rule === "plan")
      after["tariff.yaml"] = (after["tariff.yaml"] ?? "").replace("[gold]", "[silver]");
    if (rule === "plan") after["gold.csv"] = (after["gold.csv"] ?? "").replace("0.06", "0.08");
    if (rule === "account") after["accounts.csv"] = "account,voip_plan\n*any,other\n";
    if (rule === "account") after["gold.csv"] = (after["gold.csv"] ?? "").replace("0.06", "0.08");
    const report = await compared(NATIVE, after, { usage: "77s", ...call });
    expect(report.rules.map((one) => one.rule)).toContain(rule);
    expect(report).toMatchObject({ calls: 1, equal: 0 });
    if (rule !== "only-before") return;
    const reverse = await compared(after, NATIVE, { usage: "77s", ...call });
    expect(reverse.rules.map((one) => one.rule)).toContain("only-after");
  });

  it("are alike where every amount is, whatever the version", async () => {
    const files = edited("gold.csv", "346,0.12", "346,0.13");
    const report = await compared(NATIVE, files, { usage: "77s" }, { usage: 0 });
    expect(report).toMatchObject({ calls: 2, equal: 2, rules: [], differences: [], notListed: 0 });
  });

  it("need a second one", async () => {
    await expect(compared(NATIVE, undefined)).rejects.toMatchObject({ code: "invalid-params" });
  });

  it("sum exactly, by currency, and list no more than asked", async () => {
    const calls = Array.from({ length: 12 }, () => ({ usage: "60s" }));
    const report = await compared(NATIVE, edited("gold.csv", "0.06", "0.07"), ...calls);
    expect(report.totals).toEqual([
      { side: "sell", currency: "EUR", before: "0.84", after: "0.96", difference: "0.12" },
      { side: "buy", currency: "EUR", before: "0.36", after: "0.36", difference: "0" },
    ]);
    expect(report.rules).toEqual([
      {
        rule: "rate",
        meaning: VERSION_RULES.rate,
        sides: 12,
        sums: [{ currency: "EUR", before: "0.84", after: "0.96", difference: "0.12" }],
      },
    ]);
    expect(report.differences).toHaveLength(10);
    expect(report.notListed).toBe(2);
    expect(report.differences[0]).toMatchObject({ side: "sell", rule: "rate", difference: "0.01" });
  });

  it("have a meaning for every rule", () => {
    for (const meaning of Object.values(COMPARISON_RULES)) expect(meaning).toMatch(/^[A-Z*].*\.$/);
  });
});

const CGRATES: Files = {
  "Destinations.csv": "D,44\n",
  "Rates.csv": "R,0.4,0.2,60s,60s,0s\nR,0,0.1,60s,1s,60s\n",
  "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
  "RatingPlans.csv": "P,DR,*any,10\n",
  "RatingProfiles.csv": "cgrates.org,call,*any,,P,\n",
};

describe("one CGRateS folder", () => {
  it("is compared under its other semantics", async () => {
    const calls = [
      { destination: "4420", usage: "95s" },
      { destination: "4420", usage: "60s" },
    ];
    const report = await compared(CGRATES, undefined, ...calls);
    expect(report).toMatchObject({
      calls: 2,
      equal: 1,
      totals: [{ side: "sell", before: "1.2585", after: "1.2584", difference: "-0.0001" }],
      rules: [{ rule: "increment-rounding", sides: 1 }],
      differences: [{ rule: "increment-rounding", difference: "-0.0001" }],
    });
  });

  it("and another one differ as two versions do", async () => {
    const dearer = { ...CGRATES, "Rates.csv": (CGRATES["Rates.csv"] ?? "").replace("0.2", "0.3") };
    const report = await compared(CGRATES, dearer, { destination: "4420", usage: "95s" });
    expect(report.rules.map(({ rule }) => rule)).toEqual(["rate"]);
  });
});

describe("stored CDRs", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ demo: false });
    const { version } = await service.rpc("tariff.load", { files: CGRATES, name: "folder" });
    await service.rpc("tariff.activate", { version, at: "2026-01-01T00:00:00Z" });
    const cdrs = Array.from({ length: 600 }, (_, index) => ({
      accid: `cdr-${index}`,
      account: index % 2 === 0 ? "1001" : "1002",
      destination: "4420",
      answer_time: "2026-03-02T09:00:00Z",
      usage: index % 3 === 0 ? 95 : 60,
    }));
    await service.rpc("cdr.processMany", { cdrs });
  });
  afterAll(() => service.stop());

  it("of the last days, in pages that add up, without a change of the store", async () => {
    const { tariffs } = await service.rpc("tariff.list");
    const before = { version: tariffs[0].version };
    const whole = await service.rpc("tariff.compare", { before, days: 2, limit: 3 });
    expect(whole).toMatchObject({ calls: 600, equal: 400, notListed: 197 });
    expect(whole.rules).toMatchObject([{ rule: "increment-rounding", sides: 200 }]);
    expect(whole.totals[0]).toMatchObject({ side: "sell", difference: "-0.02" });
    expect(whole).not.toHaveProperty("lastCdr");
    let calls = 0;
    let afterCdr: string | undefined;
    do {
      const resumed = afterCdr === undefined ? {} : { afterCdr };
      const page = await service.rpc("tariff.compare", { before, days: 2, most: 250, ...resumed });
      calls += page.calls;
      afterCdr = page.lastCdr;
    } while (afterCdr !== undefined);
    expect(calls).toBe(600);
    const some = await service.rpc("tariff.compare", {
      before,
      days: 2,
      filter: { accounts: ["1001"] },
    });
    expect(some.calls).toBe(300);
    expect((await service.rpc("tariff.compare", { before, days: 1 })).calls).toBe(600);
    expect((await service.rpc("tariff.list")).tariffs).toHaveLength(1);
  });

  it("refuses what it cannot compare, by name", async () => {
    const { tariffs } = await service.rpc("tariff.list");
    const before = { version: tariffs[0].version };
    await expect(
      service.rpc("tariff.compare", { before: { version: "no" } }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
    await expect(
      service.rpc("tariff.compare", { before, after: { ...before, compat: "cgrates-0.9.1" } }),
    ).rejects.toMatchObject({ data: { code: "semantics-not-available" } });
    await expect(
      service.rpc("tariff.compare", { before: { ...before, path: "demo" } }),
    ).rejects.toMatchObject({ data: { code: "invalid-params" } });
  });
});
