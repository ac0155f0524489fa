// Goal: one tariff under the rules of 0.1.0 and under today's shows the money of each rule, over a
// file of calls and over a stored month. Method: calls that each rule alone prices otherwise.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { TODAYS_EDITION } from "../../../src/cdr/edition.ts";
import { capturedRun } from "../../cli/captured-run.ts";
import { startTestService } from "../../end-to-end/test-service.ts";

const FILES: Record<string, string> = {
  "tariff.yaml": `tenant: t.example
currency: USD
numbering: { mx: { preset: MX, areaCode: "55" }, us: { preset: US } }
defaultNumbering: us
retailPlans: { r: { deck: r.csv } }
voipPlans: { v: { retail: [r] } }
accounts: accounts.csv
`,
  "r.csv":
    "prefix,rate,caller_prefix\n*,1.50,\n1,0.06,\n34,0.26,\n34,0.01,31\n52,0.05,\n521,0.15,\n55,0.07,\n",
  "accounts.csv": "account,voip_plan,numbering\n*any,v,\nmexico,v,mx\n",
};

const CALLS = [
  { id: "old", account: "mexico", destination: "+5215562001234" },
  { id: "local", account: "1", destination: "5551234" },
  { id: "short", account: "1", destination: "911" },
  { id: "caller", account: "1", destination: "+34911234567", callerNumber: "3112" },
  { id: "same", account: "1", destination: "12125551234" },
].map((call) => ({ ...call, tenant: "t.example", answerTime: "2026-02-20T09:00:00Z", usage: 60 }));

/** rule → sides, difference. */
const MONEY = {
  "old-form": [1, "-0.1"],
  "number-not-understood": [1, "-0.07"],
  "whole-number": [1, "-1.5"],
  "caller-number": [1, "0.25"],
};

interface Report {
  calls: number;
  equal: number;
  before: object;
  after: object;
  rules: { rule: string; meaning: string; sides: number; sums: { difference: string }[] }[];
  differences: { id: string; rule: string }[];
}

function moneyOf({ rules }: Report): Record<string, [number, string]> {
  return Object.fromEntries(
    rules.map(({ rule, sides, sums }) => [rule, [sides, sums[0]?.difference ?? ""]]),
  );
}

const folder = mkdtempSync(join(tmpdir(), "cdrate-compare-rules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("one tariff under the rules of 0.1.0 and today's", () => {
  it("on the command line, over a file of calls", async () => {
    const tariff = join(folder, "tariff");
    mkdirSync(tariff);
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(tariff, name), text);
    const calls = join(folder, "calls.jsonl");
    writeFileSync(calls, CALLS.map((call) => JSON.stringify(call)).join("\n"));
    const asked = ["tariff", "compare", tariff, "--rules", "0.1.0", "--calls", calls];
    const report = (await capturedRun(...asked, "--json")).json() as Report;
    expect(report).toMatchObject({
      calls: 5,
      equal: 1,
      before: { rules: "0.1.0" },
      after: { rules: TODAYS_EDITION.name },
    });
    expect(moneyOf(report)).toEqual(MONEY);
    expect(report.rules.every(({ meaning }) => meaning !== "")).toBe(true);
    const { text } = await capturedRun(...asked);
    expect(text).toMatch(/^before: native \S+, rules 0\.1\.0$/m);
    expect(text).toMatch(/^whole-number +1 +-1\.5 USD +A short, emergency or internal number/m);
  });

  it("by tariff.compare, over the stored calls of a month", async () => {
    const service = await startTestService({ demo: false });
    try {
      const { tariffs } = service.service.engine;
      const { version } = await tariffs.load({ files: FILES }, { name: "t" });
      await tariffs.activate(version, { fromMs: 0 });
      for (const { id, usage, answerTime, ...call } of CALLS) {
        const form = { ...call, accid: id, answer_time: answerTime, duration: `${usage}s` };
        await service.post("/cgr", new URLSearchParams(form).toString());
      }
      const month = { filter: { tenants: ["t.example"] }, days: 31 };
      const before = { version, rules: "0.1.0" };
      const report = (await service.rpc("tariff.compare", { before, ...month })) as Report;
      expect(report).toMatchObject({ calls: 5, equal: 1 });
      expect(moneyOf(report)).toEqual(MONEY);
      const back = { before: { version }, after: before, ...month };
      const reverse = (await service.rpc("tariff.compare", back)) as Report;
      expect(moneyOf(reverse)["whole-number"]).toEqual([1, "1.5"]);
      await expect(
        service.rpc("tariff.compare", { before: { version, rules: "0.0.9" }, ...month }),
      ).rejects.toMatchObject({ data: { code: "invalid-params" } });
    } finally {
      await service.stop();
    }
  });

  it("an edition that is not known is named, with those that are", async () => {
    const asked = ["--rules", "0.0.9", "--calls", join(folder, "calls.jsonl"), "--json"];
    const { code, json } = await capturedRun("tariff", "compare", "tariffs/demo", ...asked);
    expect([code, json().error.path, json().error.hint]).toEqual([
      2,
      "before.rules",
      `Editions: 0.1.0, ${TODAYS_EDITION.name}.`,
    ]);
  });
});
