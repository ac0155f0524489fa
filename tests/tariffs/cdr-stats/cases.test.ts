// Goal: calls cost what CDR-Stats makes them cost, by the rates that it takes. Method: the tables of its
// reference run are moved, the folder is read and compiled, and each call is priced; random tables are
// held against its query, written out here as it stands there.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cdr/json.ts";
import type { Rating } from "../../../src/cdr/rating.ts";
import { compileTariff } from "../../../src/rating/compile/tariff.ts";
import { priceCall } from "../../../src/rating/price-call.ts";
import type { NativeSnapshot } from "../../../src/rating/snapshot/native.ts";
import { basisFaults } from "../../../src/rating/trace/recompute-basis.ts";
import { type MovedFolder, moveCdrStats } from "../../../src/tariffs/cdr-stats/folder.ts";
import { readRateFile } from "../../../src/tariffs/cdr-stats/rate-file.ts";
import type { CdrStatsTables } from "../../../src/tariffs/cdr-stats/tables.ts";
import { readTariff } from "../../../src/tariffs/read-folder.ts";
import { callOf } from "../../rating/tariff-fixtures.ts";
import { REFERENCE, referenceTables, row } from "./reference-tables.ts";

const CHOICES = { tenant: "example.com", currency: "EUR", timeZone: "UTC", added: [] };

function snapshotOf({ files }: MovedFolder): NativeSnapshot {
  const read = readTariff(files);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return compileTariff(read.tariff, "v");
}

/** Priced as a call of an account with that VoIP plan. */
function priced(snapshot: NativeSnapshot, voipPlan: string, call: Parameters<typeof callOf>[0]) {
  const assignment = { tenant: "example.com", account: "1001", voipPlan, fromMs: 0 };
  return priceCall(callOf({ ...call, assignment }), snapshot, { trace: true });
}

describe.skipIf(REFERENCE === null)("the reference run", () => {
  const reference = REFERENCE as NonNullable<typeof REFERENCE>;
  const snapshot = snapshotOf(moveCdrStats(referenceTables(reference), CHOICES));
  const planName = (id: number) =>
    reference.tables.voip_plan.find((plan) => plan.id === id)?.name ?? "";

  it.each(reference.calls.map((one) => [one.id, one] as const))("%s", (_id, one) => {
    const { expected, billsec, destination } = one;
    const found = priced(snapshot, planName(one.plan), { destination, usage: billsec * 1000 });
    const { sell, buy, trace } = found;
    expect(basisFaults({ ...found, tariffVersion: "v" } as unknown as Rating)).toEqual([]);
    if (expected.route === null) {
      expect([sell?.amount, buy?.amount, found.outcome]).toEqual([null, null, "unrated"]);
      return;
    }
    const { route } = expected;
    const carrier = reference.tables.voip_carrier_plan.find(
      ({ id }) => id === route["carrier_plan"],
    );
    expect(Number(sell?.amount)).toBe(Number(expected.sell_cost));
    expect(Number(buy?.amount)).toBe(Number(expected.buy_cost));
    expect(sell).toMatchObject({
      plan: `retail-${route["retail_plan"]}`,
      prefix: route["retail_prefix"],
    });
    expect(buy).toMatchObject({
      plan: carrier?.name,
      carrier: `provider-${route["provider"]}`,
      prefix: route["carrier_prefix"],
      basis: "routed",
    });
    if (billsec === 0) return;
    const rateOf = (side: string) =>
      Number(((found.basis[side] as JsonObject)["rows"] as JsonObject[])[0]?.["rate"]);
    expect([rateOf("sell"), rateOf("buy")]).toEqual([
      Number(route["retail_rate"]),
      Number(route["carrier_rate"]),
    ]);
    const steps = trace?.["steps"] as JsonObject[];
    expect(steps.find(({ step }) => step === "selection")?.["text"]).toContain("longest prefix");
    expect(steps.find(({ step }) => step === "routing")?.["text"]).toContain("Strategy cdr-stats");
  });

  it("its upload: rows that it takes, and rows that it refuses", () => {
    const { rows, dialcodes_known } = reference.rate_import_csv;
    const read = readRateFile(rows.map((one) => one.row).join("\n"), {
      known: new Set(dialcodes_known.map(String)),
      present: new Set(["34"]),
    });
    const taken = rows.filter((one) => one.expected.startsWith("inserted"));
    // A row of the same prefix as one before it is refused by the database, whatever the list says.
    expect(read.rates.length + read.refused.length).toBe(rows.length);
    expect(read.rates).toEqual([
      { prefix: "36", rate: "0.0820" },
      { prefix: "44", rate: "0.0120" },
      { prefix: "40", rate: "0.0001" },
      { prefix: "32", rate: "-0.0100" },
    ]);
    expect(read.rates.length).toBe(taken.length);
  });
});

interface Side {
  plan: number;
  metric: number;
  prefix: number;
  rate: number;
}

/** Its query: candidates as whole numbers, both sides joined, sorted, the first one. */
function chosenByQuery(destination: string, retail: Side[], carriers: Side[]) {
  const digits = /^\+?(\d*)/.exec(destination)?.[1] ?? "";
  if (digits === "") return null;
  const candidates = [5, 4, 3, 2].map((length) => Number(digits.slice(0, length)));
  const has = ({ prefix }: Side) => candidates.includes(prefix);
  const pairs = retail
    .filter(has)
    .flatMap((sold) => carriers.filter(has).map((bought) => ({ sold, bought })));
  pairs.sort(
    (a, b) =>
      b.bought.prefix - a.bought.prefix ||
      b.sold.prefix - a.sold.prefix ||
      a.sold.metric + a.bought.metric - (b.sold.metric + b.bought.metric) ||
      a.bought.rate - b.bought.rate ||
      a.sold.rate - b.sold.rate,
  );
  return pairs[0] ?? null;
}

const rate = fc.integer({ min: 1, max: 4 });
const prefix = fc.constantFrom(1, 4, 20, 44, 447, 4477, 44770, 34);
const sides = fc
  .array(fc.record({ plan: fc.integer({ min: 1, max: 3 }), prefix, rate }), { maxLength: 12 })
  .chain((rates) =>
    fc
      .array(fc.integer({ min: -1, max: 2 }), { minLength: 3, maxLength: 3 })
      .map((metrics) => rates.map((one) => ({ ...one, metric: metrics[one.plan - 1] ?? 0 }))),
  );
const number = fc.constantFrom(
  ...["447700900123", "+442079460123", "00442079460123", "02079460123", "011442079460123"],
  ...["12125551234", "44 20", "4", "44", "anonymous", "", "0", "000", "34650", "+0447"],
);

test.prop([sides, sides, number], { numRuns: 100 })("random tables", (retail, carriers, to) => {
  const ids = [1, 2, 3];
  const metricOf = (list: Side[], id: number) => list.find(({ plan }) => plan === id)?.metric ?? 0;
  const tables: CdrStatsTables = {
    voip_plan: [row({ id: 1, name: "gold" })],
    voip_provider: ids.map((id) => row({ id, metric: metricOf(carriers, id) })),
    voip_retail_plan: ids.map((id) => row({ id, metric: metricOf(retail, id) })),
    voip_carrier_plan: ids.map((id) => row({ id, metric: 0, voip_provider_id: id })),
    voip_retail_rate: retail.map((one) =>
      row({ voip_retail_plan_id: one.plan, prefix: one.prefix, retail_rate: `0.000${one.rate}` }),
    ),
    voip_carrier_rate: carriers.map((one) =>
      row({ voip_carrier_plan_id: one.plan, prefix: one.prefix, carrier_rate: `0.000${one.rate}` }),
    ),
    voipplan_voipretailplan: ids.map((id) => row({ voipplan_id: 1, voipretailplan_id: id })),
    voipplan_voipcarrierplan: ids.map((id) => row({ voipplan_id: 1, voipcarrierplan_id: id })),
  };
  const snapshot = snapshotOf(moveCdrStats(tables, CHOICES));
  const expected = chosenByQuery(to, retail, carriers);
  // A named carrier and a ban change nothing there.
  for (const supplier of ["", "provider-1"]) {
    const { sell, buy } = priced(snapshot, "gold", { destination: to, usage: 60_000, supplier });
    expect([sell?.prefix ?? null, buy?.prefix ?? null]).toEqual([
      expected === null ? null : String(expected.sold.prefix),
      expected === null ? null : String(expected.bought.prefix),
    ]);
    expect([sell?.amount ?? null, buy?.amount ?? null]).toEqual([
      expected === null ? null : `0.000${expected.sold.rate}`,
      expected === null ? null : `0.000${expected.bought.rate}`,
    ]);
  }
});

describe("the setting", () => {
  const files = (more: string, plan = "") => ({
    "tariff.yaml": `tenant: example.com
currency: EUR
${more}
retailPlans: { standard: { deck: retail.csv${plan} } }
carrierPlans: { alpha: { carrier: Alpha, deck: alpha.csv } }
voipPlans: { gold: { retail: [standard], carriers: [alpha] } }
accounts: accounts.csv
`,
    "retail.csv": "prefix,rate\n34,0.05\n3465012,0.5\n",
    "alpha.csv": "prefix,rate\n34,0.02\n",
    "accounts.csv": "account,voip_plan\n*any,gold\n",
  });
  const codes = (found: ReturnType<typeof readTariff>) =>
    (found.ok ? found.warnings : found.faults).map(({ code, line }) => [code, line]);

  it("a window of its own, and rows that it cannot reach", () => {
    const short = readTariff(files("selection: cdr-stats"));
    expect(codes(short)).toEqual([["unreachable-prefix", 3]]);
    const long = readTariff(files("selection: { rule: cdr-stats, PREFIX_LIMIT_MAX: 7 }"));
    expect(long).toMatchObject({ ok: true, warnings: [] });
    const call = { destination: "34650123456", usage: 60_000 };
    const of = (read: typeof short) =>
      priced(compileTariff((read as Extract<typeof read, { ok: true }>).tariff, "v"), "gold", call);
    expect([of(short).sell?.amount, of(long).sell?.amount]).toEqual(["0.0500", "0.5000"]);
  });

  it("what goes with it alone, and what cannot go with it, is a fault", () => {
    expect(codes(readTariff(files("", ", priority: 1")))).toEqual([["not-supported", 4]]);
    expect(codes(readTariff(files("selection: cdr-stats", ", currency: USD")))).toEqual([
      ["invalid-setting", 4],
    ]);
    expect(codes(readTariff(files("selection: other")))).toEqual([["invalid-setting", 3]]);
    const turned = "selection: { rule: cdr-stats, PREFIX_LIMIT_MIN: 6 }";
    expect(codes(readTariff(files(turned)))).toEqual([["invalid-setting", 3]]);
  });
});
