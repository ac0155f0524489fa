// Goal: rates are told of the account's own plan, page by page, and of no other. Method: an engine on
// each store, an account that changes its plan, scopes of customers.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING, type Scope } from "../../../src/access/scope.ts";
import type { AskedRates } from "../../../src/engine/pricing/rates.ts";
import { createTestEngine, STORES, type TestEngine } from "../rerate/test-engine.ts";

const TENANT = "own.example";
const FILES = {
  "tariff.yaml": `tenant: ${TENANT}
currency: EUR
bands: { night: { from: "22:00", to: "06:00" } }
retailPlans: { standard: { deck: standard.csv }, cheap: { deck: cheap.csv } }
carrierPlans: { alpha: { carrier: Alpha, gateway: gw, deck: alpha.csv } }
banPlans: { premium: { prefixes: ["44909"] } }
voipPlans:
  basic: { retail: [standard], carriers: [alpha], ban: [premium] }
  gold: { retail: [cheap, standard], carriers: [alpha] }
accounts: accounts.csv
`,
  "standard.csv": `prefix,destination,rate,band,effective_from,status
34,Spain,0.02,,,
34,Spain,0.01,night,,
34,Spain,0.05,,2026-06-01,
346,Spain mobile,0.04,,,
44909,Premium,1,,,
47,Norway,,,,blocked
`,
  "cheap.csv": "prefix,rate\n34,0.005\n",
  "alpha.csv": "prefix,rate\n34,0.008\n",
  "accounts.csv": "account,voip_plan,numbering,from\n*any,basic,,\nrich,gold,,\n",
};
const AT = Date.parse("2026-03-02T12:00:00Z");

describe.each(STORES)("$name", ({ url }) => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await createTestEngine(url());
    const { tariffs } = test.engine;
    await tariffs.activate((await tariffs.load({ files: FILES })).version);
  });
  afterAll(() => test.close());

  const find = (asked: Partial<AskedRates> = {}, scope: Scope = EVERYTHING) =>
    test.engine.rates.find(
      { tenant: TENANT, account: "1001", side: "sell", limit: 50, atMs: AT, ...asked },
      scope,
    );
  const rows = async (asked: Partial<AskedRates> = {}, scope?: Scope) =>
    (await find(asked, scope)).rates.map(({ prefix, rate, band }) => [prefix, rate, band ?? ""]);

  it("the plan in force, what is banned and blocked left out", async () => {
    expect(await find()).toMatchObject({ voipPlan: "basic", atMs: AT });
    expect(await rows()).toEqual([
      ["34", "0.01", "night"],
      ["34", "0.02", ""],
      ["346", "0.04", ""],
    ]);
    expect(await rows({ prefix: "346" })).toEqual([["346", "0.04", ""]]);
    expect(await rows({ prefix: "4" })).toEqual([]);
    const june = Date.parse("2026-06-02T12:00:00Z");
    expect(await rows({ prefix: "34", atMs: june })).toContainEqual(["34", "0.05", ""]);
    expect(await rows({ account: "rich", prefix: "34" })).toEqual([
      ["34", "0.005", ""],
      ["346", "0.04", ""],
    ]);
  });

  it("an account that is set to another plan has its rates from then on", async () => {
    const fromMs = Date.parse("2026-04-01T00:00:00Z");
    const assignment = { tenant: TENANT, account: "moved", voipPlan: "gold", fromMs };
    await test.engine.accounts.set(assignment, { scope: EVERYTHING, allowUnknown: false });
    expect((await find({ account: "moved" })).voipPlan).toBe("basic");
    expect((await find({ account: "moved", atMs: fromMs })).voipPlan).toBe("gold");
  });

  it("pages of one rate each are the whole, also within a prefix", async () => {
    const whole = await rows();
    const paged: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await find({ limit: 1, cursor });
      paged.push(...page.rates.map(({ prefix, rate, band }) => [prefix, rate, band ?? ""]));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(paged).toEqual(whole);
    await expect(find({ cursor: "x" })).rejects.toMatchObject({ code: "invalid-params" });
    const other = `${"0".repeat(32)}.${AT}.34.1`;
    await expect(find({ cursor: other })).rejects.toMatchObject({ code: "invalid-params" });
  });

  it("for a number: the rates that price it, or why there are none", async () => {
    expect(await find({ number: "34650123456" })).toMatchObject({
      normalized: "34650123456",
      rates: [{ prefix: "346", rate: "0.04", destination: "Spain mobile", currency: "EUR" }],
    });
    expect(await find({ number: "449091234567" })).toMatchObject({ rates: [], reason: "banned" });
    expect(await find({ number: "4712345678" })).toMatchObject({ rates: [], reason: "blocked" });
  });

  it("the buy side is for those who see it, and other accounts for nobody else", async () => {
    expect((await find({ side: "buy" })).rates).toMatchObject([
      { side: "buy", carrier: "Alpha", gateway: "gw", prefix: "34", rate: "0.008" },
    ]);
    const customer: Scope = {
      tenants: [TENANT],
      accounts: [{ tenant: TENANT, account: "rich" }],
      seesBuy: false,
    };
    // Of its only account, where it names none.
    const own = { tenant: undefined, account: undefined };
    expect((await find(own, customer)).voipPlan).toBe("gold");
    for (const asked of [{ account: "1001" }, { ...own, side: "buy" as const }]) {
      await expect(find(asked, customer)).rejects.toMatchObject({ code: "forbidden" });
    }
    const blind: Scope = { tenants: [TENANT], seesBuy: false };
    await expect(find({ side: "buy" }, blind)).rejects.toMatchObject({ code: "forbidden" });
    await expect(find({ tenant: "other.example" }, blind)).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it("no tariff in force is said", async () => {
    await expect(find({ tenant: "nobody.example" })).rejects.toMatchObject({
      code: "no-active-tariff",
    });
  });
});
