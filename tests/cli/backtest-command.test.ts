// Goal: cdrate tariff backtest says the same on a store and over --url, as text, JSON and CSV, of a version, a
// folder and a carrier's file; and a gate that refuses an activation is told with its figures, and overridden.
// Method: the program in this process, on a store with a day of calls, and over --url.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { capturedRun } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-backtest-command-"));
const store = `sqlite:${join(folder, "backtest.db")}`;

const tariff = (retail: string, gates = "") => ({
  "tariff.yaml": `tenant: t.example
currency: EUR
retailPlans: { standard: { deck: retail.csv } }
carrierPlans: { alpha: { carrier: Alpha, deck: alpha.csv } }
voipPlans: { gold: { retail: [standard], carriers: [alpha] } }
accounts: accounts.csv
${gates}`,
  "retail.csv": `prefix,rate\n34,${retail}\n`,
  "alpha.csv": "prefix,rate\n34,0.05\n",
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
});

let service: TestService;
let strict: string;
let cheap: string;
beforeAll(async () => {
  service = await startTestService({ store, demo: false });
  const load = async (files: Record<string, string>) =>
    (await service.rpc("tariff.load", { files })).version;
  strict = await load(tariff("0.10", "gates: { maxPriceJump: 50, requireBacktest: true }\n"));
  cheap = await load(tariff("0.02"));
  await service.rpc("tariff.activate", { version: strict, at: "2026-03-01T00:00:00Z" });
  const cdrs = Array.from({ length: 4 }, (_, n) => ({
    originId: `c-${n}`,
    tenant: "t.example",
    account: `${1001 + (n % 2)}`,
    destination: "34650123456",
    answerTime: "2026-03-02T10:00:00Z",
    usage: 60 * (n + 1),
  }));
  await service.rpc("cdr.processMany", { cdrs });
  mkdirSync(join(folder, "tried"));
  for (const [name, text] of Object.entries(tariff("0.02"))) {
    writeFileSync(join(folder, "tried", name), text);
  }
  writeFileSync(join(folder, "retail.csv"), "prefix,rate\n34,0.02\n");
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(["store", "url"])("by --%s", (way) => {
  const run = (...argv: string[]) =>
    way === "store"
      ? capturedRun("--store", store, "tariff", ...argv)
      : capturedRun("tariff", ...argv, "--url", service.url);
  const ask = (...argv: string[]) => run("backtest", ...argv, "--from", "2026-03-01");

  it("a version, the same folder and the same file say the same money", async () => {
    const money = async (...argv: string[]) => {
      const { code, json } = await ask(...argv, "--json");
      expect(code).toBe(0);
      const { state, backtest } = json();
      expect(state).toBe("done");
      return backtest.totals;
    };
    const ofVersion = await money(cheap);
    expect(ofVersion).toMatchObject({
      cdrs: 4,
      changed: 4,
      sell: { currency: "EUR", old: "1", new: "0.2", difference: "-0.8" },
      margin: { old: "0.5", new: "-0.3", difference: "-0.8" },
    });
    expect(await money(join(folder, "tried"))).toEqual(ofVersion);
    const file = join(folder, "retail.csv");
    expect(await money(file, "--plan", "standard", "--tenant", "t.example")).toEqual(ofVersion);
  });

  it("as text and as CSV", async () => {
    const csv = join(folder, `${way}.csv`);
    const { code, text } = await ask(cheap, "--csv", csv, "--top", "1");
    expect(code).toBe(0);
    expect(text).toContain("dated: each call at its own time, against its stored rating");
    expect(text).toContain("4 calls, 4 answered; 4 would come out otherwise");
    expect(text).toContain("margin below 0: 0 calls before, 4 after");
    expect(text).toMatch(/34 +4 +0\.5 +-0\.3 +4 +EUR/);
    const rows = readFileSync(csv, "utf8").split("\r\n");
    expect(rows[0]).toMatch(/^table,key,tenant,currency,calls,calls_old,calls_new,sell_old/);
    expect(rows).toContain("total,,,EUR,4,,,1,0.2,-0.8,0.5,0.5,0,0.5,-0.3,-0.8,,,");
    expect(rows).toContain("lossy-prefix,34,,EUR,4,,,,,,,,,0.5,-0.3,-0.8,,,");
    expect(rows.filter((row) => row.startsWith("account,"))).toHaveLength(2);
  });

  it("what contradicts itself is refused at its flag", async () => {
    const { code, warnings } = await ask(cheap, "--as", "dated", "--at", "2026-04-01");
    expect(code).toBe(2);
    expect(warnings.join(" ")).toContain("at:");
    expect((await ask(cheap, "--plan", "standard")).code).toBe(2);
  });

  it("a gate that is not passed is named with its figures, and overridden for a reason", async () => {
    const refused = await run("activate", cheap);
    expect(refused.code).toBe(1);
    const said = refused.warnings.join(" ");
    expect(said).toMatch(
      /maxPriceJump: The sell rate of 34 in standard changes from 0\.1 to 0\.02/,
    );
    const { json } = await run("activate", cheap, "--json", "--override", "agreed by telephone");
    expect(json().overridden).toMatchObject([{ gate: "maxPriceJump", found: { percent: "-80" } }]);
    const by = way === "store" ? "command line" : "loopback";
    // The service and the command line have clocks of their own.
    const acts = await service.service.engine.acts.page({ limit: 20 });
    const own = acts.find((one) => one.by === by && one.subject === cheap);
    expect(own).toMatchObject({
      act: "tariff.activate",
      after: {
        "t.example": cheap,
        override: { reason: "agreed by telephone", gates: [{ gate: "maxPriceJump" }] },
      },
    });
    expect((await run("rollback", "t.example", "--json")).code).toBe(0);
    const inForce = await service.service.engine.tariffs.inForce({ tenant: "t.example" });
    expect(inForce).toEqual({ "t.example": strict });
  });
});
