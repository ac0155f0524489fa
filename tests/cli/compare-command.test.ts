// Goal: the report for a move, on the command line: by a file of calls and by stored CDRs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { capturedRun } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-compare-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const plan = join(folder, "plan");
mkdirSync(plan);
const FILES: Record<string, string> = {
  "Destinations.csv": "D,44\n",
  "Rates.csv": "R,0.4,0.2,60s,60s,0s\nR,0,0.1,60s,1s,60s\n",
  "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
  "RatingPlans.csv": "P,DR,*any,10\n",
  "RatingProfiles.csv": "cgrates.org,call,*any,,P,\n",
};
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(plan, name), text);
const calls = join(folder, "calls.jsonl");
const call = { account: "1001", destination: "4420", answerTime: "2026-03-02T09:00:00Z" };
writeFileSync(
  calls,
  [
    { id: "a", ...call, usage: "95s" },
    { id: "b", ...call, usage: "60s" },
    { id: "c", ...call, endTime: "2026-03-02T09:01:35Z", loopIndex: 1 },
  ]
    .map((line) => JSON.stringify(line))
    .join("\n"),
);

describe("cdrate tariff compare", () => {
  it("one folder under both semantics, without a store: a table, or JSON", async () => {
    const text = await capturedRun("tariff", "compare", plan, "--calls", calls);
    expect(text.code).toBe(0);
    expect(text.text).toMatch(/^3 calls, 1 alike$/m);
    expect(text.text).toMatch(/^sell +1\.517 +1\.5168 +-0\.0002 +XXX$/m);
    expect(text.text).toMatch(/^increment-rounding +2 +-0\.0002 XXX/m);
    expect(text.text).toMatch(/^a +1001 +4420 .* 0\.6585 +0\.6584 +-0\.0001 +increment-rounding$/m);
    const options = ["--compat", "exact", "--limit", "1", "--json"];
    const report = (
      await capturedRun("tariff", "compare", plan, "--calls", calls, ...options)
    ).json();
    expect(report).toMatchObject({
      before: { semantics: "exact" },
      after: { semantics: "cgrates" },
      calls: 3,
      differences: [{ id: "a", difference: "0.0001" }],
      notListed: 1,
    });
  });

  it("stored CDRs of the last days by loaded versions", async () => {
    const store = ["--store", `sqlite:${join(folder, "compare.db")}`];
    const loaded = await capturedRun(...store, "tariff", "load", plan, "--activate", "--json");
    const days = ["--days", "3", "--json"];
    const report = await capturedRun(...store, "tariff", "compare", loaded.json().version, ...days);
    expect(report.json()).toMatchObject({ calls: 0, rules: [], totals: [] });
  });

  it("faults by name, also as JSON", async () => {
    const neither = await capturedRun("tariff", "compare", plan, "--json");
    expect([neither.code, neither.json().error.path]).toEqual([2, "calls"]);
    const broken = join(folder, "broken.jsonl");
    writeFileSync(broken, `${JSON.stringify(call)}\nx\n`);
    const line = await capturedRun("tariff", "compare", plan, "--calls", broken, "--json");
    expect([line.code, line.json().error.code]).toEqual([2, "invalid-params"]);
    const native = await capturedRun("tariff", "compare", "tariffs/demo", "--calls", calls);
    expect([native.code, native.warnings.length]).toEqual([2, 1]);
  });
});
