// Goal: `cdrate price` gives CGRateS's figures through its flags and through `--calls`, as the pure
// function does. Method: every reference case and random call by the command line, in this process.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { nanoseconds } from "../cgrates/pricing.ts";
import { hasReference, referenceText } from "../cgrates/reference-folder.ts";
import { capturedRun } from "./captured-run.ts";

const REFERENCE = fileURLToPath(new URL("../../../shared/reference/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cdrate-price-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface ReferenceCase {
  id: string;
  plan: string;
  engine: string;
  api: string;
  config: { rounding_decimals: number; fallback_depth?: number };
  call: Record<string, string | string[] | undefined>;
  expected: { cost?: number; error?: string; connectFee?: number; ratedUsage?: string };
}

const FLAGS: Record<string, string> = {
  tenant: "--tenant",
  category: "--category",
  account: "--account",
  subject: "--subject",
  destination: "--destination",
  timeStart: "--answer-time",
  timeEnd: "--end-time",
  usage: "--usage",
  tor: "--tor",
};
/** These answer the sum of the increments, all others the rounded call cost. */
const EVENT_COST_APIS = /^(APIerSv1\.Get|RALsV1\.GetRatingPlansCost)/;

function flagsOf({ plan, call, config }: ReferenceCase): string[] {
  const { ratingPlanIDs = [], ...texts } = call;
  return [
    ...["--tariff", `${REFERENCE}tariffplans/${plan}`, "--compat", "cgrates", "--json"],
    ...Object.entries(texts).flatMap(([name, text]) =>
      text === undefined ? [] : [`${FLAGS[name]}=${text}`],
    ),
    ...[ratingPlanIDs].flat().flatMap((id) => ["--rating-plan", id]),
    ...["--rounding-decimals", String(config.rounding_decimals)],
    ...["--fallback-depth", String(config.fallback_depth ?? 3)],
  ];
}

const hasCases = hasReference("cgrates-cases.json");
const cases: ReferenceCase[] = hasCases ? JSON.parse(referenceText("cgrates-cases.json")) : [];

describe.skipIf(!hasCases)("reference cases by flags", () => {
  it.each(cases.filter(({ engine }) => engine === "master"))("$id", async (each) => {
    const { code, json } = await capturedRun("price", ...flagsOf(each));
    expect(code).toBe(0);
    const answer = json();
    const { expected } = each;
    expect(answer.error).toBe(expected.error);
    if (expected.error !== undefined) {
      expect(answer).toMatchObject({ outcome: "unrated", sell: { amount: null } });
      return;
    }
    const cost = EVENT_COST_APIS.test(each.api) ? answer.eventCost : answer.cost;
    if (expected.cost !== undefined) expect(Number(cost)).toBe(expected.cost);
    expect(answer.sell.amount).toBe(answer.cost);
    if (expected.connectFee !== undefined) {
      expect(Number(answer.connectFee)).toBe(expected.connectFee);
    }
    if (expected.ratedUsage !== undefined) {
      expect(answer.ratedUsageSeconds * 1e9).toBe(nanoseconds(expected.ratedUsage));
    }
  });
});

const hasRandom = hasReference("cgrates-random/calls.jsonl");
const NUMBERS = new Set(["cost", "eventCost", "connectFee"]);

describe.skipIf(!hasRandom)("random calls by --calls", () => {
  const lines = hasRandom
    ? referenceText("cgrates-random/calls.jsonl")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];
  const plans = hasRandom
    ? readdirSync(`${REFERENCE}cgrates-random`).filter((name) => /^r\d+$/.test(name))
    : [];

  it.each(plans)("%s: no difference, in order, ids echoed", async (plan) => {
    const calls = lines.filter((call) => call.plan === plan);
    const file = join(folder, `${plan}.jsonl`);
    const asked = calls.map(({ plan: _plan, expected: _expected, ...call }) => call);
    writeFileSync(file, asked.map((call) => JSON.stringify(call)).join("\n"));
    const tariff = ["--tariff", `${REFERENCE}cgrates-random/${plan}`, "--compat", "cgrates"];
    const priced = await capturedRun("price", ...tariff, "--calls", file);
    const differences = priced.lines.flatMap((line, index) => {
      const answer = JSON.parse(line);
      const { id, expected } = calls[index];
      const wrong = Object.keys(expected).filter((name) => {
        const value = NUMBERS.has(name) ? Number(answer[name]) : answer[name];
        return value !== expected[name];
      });
      return answer.id === id && wrong.length === 0 ? [] : [{ id, wrong, answer, expected }];
    });
    expect(priced.lines).toHaveLength(calls.length);
    expect(differences).toEqual([]);
  });
});

describe("the flags of one call", () => {
  const ROWS = {
    "Destinations.csv": "D,44\n",
    "Rates.csv": "R,0.4,0.2,60s,60s,0s\nR,0,0.1,60s,1s,60s\n",
    "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
    "RatingPlans.csv": "P,DR,*any,10\n",
    "RatingProfiles.csv": "cgrates.org,call,*any,,P,\n",
  };
  for (const [name, text] of Object.entries(ROWS)) writeFileSync(join(folder, name), text);
  const call = ["--tariff", folder, "--destination", "4420", "--answer-time=2026-03-02T09:00:00Z"];
  const priced = async (...flags: string[]) =>
    (await capturedRun("price", ...call, ...flags, "--json")).json();

  it("a bare usage is nanoseconds; the end may stand for it", async () => {
    expect(await priced("--usage", "95s")).toMatchObject({ cost: "0.6585", connectFee: "0.4" });
    expect(await priced("--usage", "95000000000")).toMatchObject({ cost: "0.6585" });
    const ended = await priced("--end-time", "2026-03-02T09:01:35Z");
    expect(ended).toMatchObject({ cost: "0.6585", outcome: "rated", sell: { amount: "0.6585" } });
  });

  it("loop index, decimals, semantics, steps", async () => {
    expect(await priced("--usage=95s", "--loop-index", "1")).toMatchObject({ cost: "0.2585" });
    const coarse = await priced("--usage=95s", "--rounding-decimals", "2");
    expect(coarse.eventCost).toBe("0.6");
    expect(await priced("--usage=95s", "--compat", "exact")).toMatchObject({ cost: "0.6584" });
    expect((await priced("--usage=95s", "--trace")).trace).toMatchObject({ spanCount: 2 });
  });

  it("faults are JSON on standard output, with exit codes", async () => {
    const refused = await capturedRun(
      ...["price", ...call, "--usage=1s", "--compat", "cgrates-0.9.1", "--json"],
    );
    expect(refused.code).toBe(1);
    expect(refused.json().error.code).toBe("semantics-not-available");
    const usage = await capturedRun("price", ...call, "--usage=x", "--json");
    expect([usage.code, usage.json().error.path, usage.warnings]).toEqual([2, "usage", []]);
    const unknown = await capturedRun("price", ...call, "--usage=1s", "--compat=x", "--json");
    expect([unknown.code, unknown.json().error.path]).toEqual([2, "compat"]);
    const flag = await capturedRun("price", ...call, "--usage=1s", "--nope", "--json");
    expect([flag.code, flag.json().error.code]).toEqual([2, "invalid-params"]);
  });
});
