// Decks that are read without a fault and cannot be meant: rows that no call reaches, customers who
// pay less than every carrier charges, slipped decimal points; and rows that a spreadsheet leaves.
import { describe, expect, it } from "vitest";
import { readTariff } from "../../src/tariffs/read-folder.ts";

type Files = Record<string, string>;

function folder(
  decks: Files,
  { settings = "", carriers = [] as string[], numbering = "wholesale-e164" } = {},
): Files {
  const plans = carriers.map((name) => `${name}: { carrier: ${name}, deck: ${name}.csv }`);
  return {
    "tariff.yaml": [
      "tenant: example.com",
      "currency: EUR",
      `numbering: { n: { preset: ${numbering} } }`,
      "defaultNumbering: n",
      "retailPlans: { r: { deck: r.csv } }",
      ...(carriers.length === 0 ? [] : [`carrierPlans: { ${plans.join(", ")} }`]),
      `voipPlans: { v: { retail: [r], carriers: [${carriers.join(", ")}] } }`,
      settings,
      "",
    ].join("\n"),
    ...decks,
  };
}

function warningsOf(files: Files, inForce: Files | null = null): string[] {
  const read = readTariff(files, { inForce });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.warnings.map(({ file, line, code }) => `${file}:${line} ${code}`);
}

describe("rows that no call can reach", () => {
  const decks = { "r.csv": "prefix,rate\n0044,0.05\n0034,0.06\n44,0.05\n" };
  const both = ["r.csv:2 unreachable-prefix", "r.csv:3 unreachable-prefix"];

  it.each(["wholesale-e164", "ES", "GB", "US", "account-country"])(
    "%s: 0044 and 0034",
    (preset) => {
      expect(warningsOf(folder(decks, { numbering: preset }))).toEqual(
        expect.arrayContaining(both),
      );
    },
  );

  it.each(["wholesale-digits", "cdr-stats"])("%s matches every digit as it is", (preset) => {
    expect(warningsOf(folder(decks, { numbering: preset }))).toEqual([]);
  });

  it("are fewer where the tariff matches what was not understood", () => {
    const deck = { "r.csv": "prefix,rate\n0044,0.05\n055,0.1\n2105551,0.1\n" };
    const warned = (settings: string) =>
      warningsOf(folder(deck, { numbering: "US", settings })).filter((one) =>
        one.endsWith("unreachable-prefix"),
      );
    expect(warned("")).toEqual([2, 3, 4].map((line) => `r.csv:${line} unreachable-prefix`));
    expect(warned("unknownNumbers: match-digits")).toEqual(["r.csv:2 unreachable-prefix"]);
  });

  it("one rule set that reaches them is enough, also the one of an account", () => {
    const accounts = "account,voip_plan,numbering\n*any,v,wholesale-digits\n";
    const files = folder(
      { ...decks, "accounts.csv": accounts },
      { settings: "accounts: accounts.csv" },
    );
    expect(warningsOf(files)).toEqual([]);
  });

  it("a country's own short numbers and extensions are reached whole", () => {
    const deck = "prefix,rate\n999,0\n118500,0.5\n210,0.1\n2101,0.1\n2105551,0.1\n";
    const warned = (preset: string) =>
      warningsOf(folder({ "r.csv": deck }, { numbering: preset })).filter((one) =>
        one.endsWith("unreachable-prefix"),
      );
    // 210 is nobody's calling code; 210 and 2101 are extensions, 2105551 is too long for one.
    expect(warned("GB")).toEqual(["r.csv:6 unreachable-prefix"]);
  });

  it("callers are whole numbers of a country, whatever extensions there are", () => {
    const deck = "prefix,rate,caller_prefix\n44,0.05,\n44,0.01,34\n44,0.01,2101\n44,0.01,0034\n";
    expect(warningsOf(folder({ "r.csv": deck }, { numbering: "ES" }))).toEqual(
      expect.arrayContaining(["r.csv:4 unreachable-prefix", "r.csv:5 unreachable-prefix"]),
    );
  });

  it("every calling code, and what begins one, is reached", () => {
    const codes = ["1", "2", "20", "21", "34", "7", "88", "881", "99", "998"];
    const deck = `prefix,rate\n${codes.map((code) => `${code},0.01`).join("\n")}\n`;
    const warned = warningsOf(folder({ "r.csv": deck }, { numbering: "ES" }));
    expect(warned.filter((one) => one.endsWith("unreachable-prefix"))).toEqual([]);
  });
});

describe("rows below every carrier's cost", () => {
  const warned = (retail: string, carriers: Files, settings = "") => {
    const decks = Object.fromEntries(
      Object.entries(carriers).map(([name, rows]) => [`${name}.csv`, rows]),
    );
    const files = folder(
      { "r.csv": retail, ...decks },
      { carriers: Object.keys(carriers), settings },
    );
    return warningsOf(files).filter((one) => one.endsWith("below-cost"));
  };
  const at = (rate: string, terms = "") =>
    `prefix,rate${terms && ",connect_fee"}\n34,${rate}${terms}\n`;

  it("are told where each carrier that has a price is dearer", () => {
    expect(warned(at("0.01"), { a: at("0.02"), b: at("0.011") })).toEqual(["r.csv:2 below-cost"]);
    expect(warned(at("0.01"), { a: at("0.02"), b: "prefix,rate\n44,0.001\n" })).toHaveLength(1);
    expect(warned(at("0.01"), { a: at("0.02"), b: at("0.01") })).toEqual([]);
    expect(warned(at("0.01"), { a: at("0.02"), b: at("0.009") })).toEqual([]);
    expect(warned(at("0.01"), { a: "prefix,rate\n44,0.02\n" })).toEqual([]);
  });

  it("go by a carrier's longest prefix, its fee, least amount and units", () => {
    expect(warned(at("0.01"), { a: "prefix,rate\n3,0.001\n*,9\n" })).toEqual([]);
    expect(warned(at("0.01"), { a: "prefix,rate\n34,0.02\n3,0.001\n" })).toHaveLength(1);
    expect(warned(at("0.01"), { a: at("0.009", ",0.1") })).toHaveLength(1);
    // Short calls are dearer by the fee, long ones cheaper.
    expect(warned(at("0.01"), { a: at("0.001", ",0.02") })).toEqual([]);
    expect(warned(at("0.01"), { a: "prefix,rate,minimum_amount\n34,0.001,0.5\n" })).toHaveLength(1);
    expect(warned(at("0.01"), { a: "prefix,rate,unit_seconds\n34,0.0002,1\n" })).toHaveLength(1);
  });

  it("are compared band by band, at the times at which both prices are in force", () => {
    const bands =
      "bands: { holiday: { dates: [12-25] }, peak: { days: [mon, tue, wed, thu, fri], from: '08:00', to: '20:00' }, weekend: { days: [sat, sun] } }\n";
    const deck = (...rows: string[]) => `prefix,rate,band\n${rows.join("\n")}\n`;
    const told = (retail: string, a: string) => warned(retail, { a }, bands);
    const both = deck("34,0.01,", "34,0.03,peak");
    expect(told(both, deck("34,0.005,", "34,0.04,peak"))).toEqual(["r.csv:3 below-cost"]);
    expect(told(both, deck("34,0.02,", "34,0.02,peak"))).toEqual(["r.csv:2 below-cost"]);
    expect(told(both, deck("34,0.005,", "34,0.02,peak"))).toEqual([]);
    // Without a band of its own the carrier charges its one price at every hour.
    expect(told(both, deck("34,0.04,"))).toEqual(["r.csv:2 below-cost", "r.csv:3 below-cost"]);
    expect(told(deck("34,0.01,"), deck("34,0.02,", "34,0.04,peak"))).toHaveLength(1);
    expect(told(deck("34,0.01,"), deck("34,0.005,", "34,0.04,peak"))).toEqual([]);
    // Outside its own peak the retail price meets the weekend of the carrier, which is cheaper.
    expect(told(both, deck("34,0.02,", "34,0.005,weekend"))).toEqual([]);
    expect(told(both, deck("34,0.02,", "34,0.5,peak", "34,0.9,weekend"))).toHaveLength(2);
    // A band that comes first is in force at a holiday's peak.
    expect(told(both, deck("34,0.005,", "34,0.04,peak", "34,0.001,holiday"))).toEqual([]);
  });

  it("are not guessed at: other currencies without a rate, parts of a price, free rows and *", () => {
    const usd = "carrierPlans: { a: { carrier: a, deck: a.csv, currency: USD } }";
    const files = folder({ "r.csv": at("0.01"), "a.csv": at("0.02") }, { carriers: ["a"] });
    const foreign = {
      ...files,
      "tariff.yaml": `${(files["tariff.yaml"] ?? "").replace(/^carrierPlans.*$/m, usd)}`,
    };
    expect(warningsOf(foreign)).toEqual(["tariff.yaml:7 missing-exchange"]);
    const rates = (rate: string) => ({
      ...foreign,
      "tariff.yaml": `${foreign["tariff.yaml"]}exchange: x.csv\n`,
      "x.csv": `from,to,rate\nUSD,EUR,${rate}\n`,
    });
    expect(warningsOf(rates("0.9"))).toEqual(["r.csv:2 below-cost"]);
    expect(warningsOf(rates("0.4"))).toEqual([]);
    expect(warned(at("0.01"), { a: "prefix,rate,from_second\n34,0.02,0\n34,0.001,60\n" })).toEqual(
      [],
    );
    expect(warned("prefix,rate\n112,0\n", { a: "prefix,rate\n*,0.9\n" })).toEqual([]);
    expect(warned("prefix,rate\n34,0\n", { a: at("0.9") })).toHaveLength(1);
  });

  it("are those of the carriers that take the plan's calls, in the time that both hold", () => {
    const two = [
      "carrierPlans: { a: { carrier: a, deck: a.csv }, b: { carrier: b, deck: b.csv } }",
      "voipPlans: { v: { retail: [r], carriers: [a] }, w: { carriers: [b] } }",
    ];
    const files = folder({ "r.csv": at("0.01"), "a.csv": at("0.02"), "b.csv": at("0.001") });
    const yaml = (files["tariff.yaml"] ?? "").replace(/^voipPlans.*$/m, two.join("\n"));
    expect(warningsOf({ ...files, "tariff.yaml": yaml })).toEqual(["r.csv:2 below-cost"]);
    const dated = "prefix,rate,effective_from\n34,0.001,\n34,0.02,2026-06-01\n";
    expect(warned(at("0.01"), { a: dated })).toEqual([]);
    expect(
      warned("prefix,rate,effective_from\n34,0.01,2026-06-01\n", {
        a: "prefix,rate,effective_from,effective_to\n34,0.001,,2026-06-01\n34,0.02,2026-06-01,\n",
      }),
    ).toHaveLength(1);
  });
});

describe("prices that jump", () => {
  const jumps = (now: string, before: string | null = null) =>
    warningsOf(
      folder({ "r.csv": now }),
      before === null ? null : folder({ "r.csv": before }),
    ).filter((warning) => warning.endsWith("price-jump"));

  it("are told against the tariff in force: ten times or a tenth, and nothing nearer", () => {
    const old = "prefix,rate,connect_fee\n34,0.039,\n346,0.3,0.01\n44,0.05,\n";
    const now = (rows: string) => `prefix,rate,connect_fee\n${rows}`;
    expect(jumps(now("34,0.39,\n346,0.03,\n44,0.05,\n"), old)).toEqual([
      "r.csv:2 price-jump",
      "r.csv:3 price-jump",
    ]);
    expect(jumps(now("34,0.3899,\n346,0.0301,\n44,0.45,\n"), old)).toEqual([]);
    expect(jumps(now("346,0.3,0.1\n"), old)).toEqual(["r.csv:2 price-jump"]);
    expect(jumps(now("34,0,\n35,9,\n"), old)).toEqual([]);
    expect(jumps(now("34,39,\n"))).toEqual([]);
  });

  it("count the same price in other units as the same", () => {
    const second = "prefix,rate,unit_seconds\n34,0.00065,1\n";
    expect(jumps(second, "prefix,rate\n34,0.039\n")).toEqual([]);
    expect(jumps("prefix,rate\n34,0.00065\n", "prefix,rate\n34,0.039\n")).toHaveLength(1);
  });

  it("go by the window before, in the deck first", () => {
    const old = "prefix,rate,effective_from\n34,0.5,\n34,0.039,2026-03-01\n";
    const dated = (rate: string, from: string) =>
      `prefix,rate,effective_from\n34,${rate},${from}\n`;
    expect(jumps(dated("0.4", "2026-06-01"), old)).toHaveLength(1);
    expect(jumps(dated("0.4", "2026-02-01"), old)).toEqual([]);
    expect(jumps(dated("0.4", ""), old)).toHaveLength(1);
    const own = "prefix,rate,effective_from\n34,0.3,2026-02-01\n34,4,2026-04-01\n";
    expect(jumps(own, old)).toEqual(["r.csv:3 price-jump"]);
  });

  it("are not told of another currency, another band or another caller", () => {
    const files = folder({ "r.csv": "prefix,rate\n34,3.9\n" });
    const yen = { ...files, "tariff.yaml": (files["tariff.yaml"] ?? "").replace("EUR", "JPY") };
    expect(warningsOf(yen, folder({ "r.csv": "prefix,rate\n34,0.039\n" }))).toEqual([]);
    const callers = "prefix,rate,caller_prefix\n34,0.26,\n34,0.01,34\n";
    expect(jumps(callers, callers)).toEqual([]);
  });
});

describe("rows of delimiters only", () => {
  it("are as blank as empty lines, in every table, of any number of fields", () => {
    const blank = [",", ",,,,", '"",""', " , ", ""];
    const files = folder(
      {
        "r.csv": `${blank.join("\n")}\nprefix,rate\n1,0.01\n${blank.join("\n")}\n44,0.02\n,\n,\n`,
        "accounts.csv": "account,voip_plan\n,\n*any,v\n,\n",
        "x.csv": "from,to,rate\n,,\nUSD,EUR,0.9\n,,\n",
      },
      { settings: "accounts: accounts.csv\nexchange: x.csv" },
    );
    const read = readTariff(files);
    expect(read).toMatchObject({ ok: true, warnings: [], counts: { rates: 2, accounts: 1 } });
    expect(read.ok && read.tariff.retailPlans[0]?.deck.rows.map(({ line }) => line)).toEqual([
      7, 13,
    ]);
  });

  it("do not make a table of none", () => {
    expect(warningsOf(folder({ "r.csv": "prefix,rate\n,\n,\n" }))).toEqual(["r.csv:1 no-rows"]);
  });
});
