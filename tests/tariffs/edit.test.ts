// Goal: a change of a tariff's text changes what it says and nothing else. Method: settings and decks in
// many spellings, read again by the readers of tariffs.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { dialectSchema } from "../../src/tables/dialect.ts";
import { readDeck } from "../../src/tariffs/decks/read.ts";
import { withDeck } from "../../src/tariffs/edit/deck.ts";
import { editRate, type RateEdit } from "../../src/tariffs/edit/rate.ts";
import { withoutSetting, withSetting } from "../../src/tariffs/edit/settings-text.ts";
import { createFaultList } from "../../src/tariffs/fault-list.ts";

const SETTINGS = `# Ours.
tenant: example.com   # who
banPlans: { premium: { prefixes: [0900, "44909"] } }
retailPlans:
  standard: { deck: "decks/a.csv" }
  'other one':
    # as it was agreed
    deck: decks/a.csv
carrierPlans: {}
`;

describe("a setting", () => {
  it.each([
    [["tenant"], "other.example"],
    [["retailPlans", "standard", "deck"], "b.csv"],
    [["retailPlans", "standard", "priority"], 3],
    [["retailPlans", "other one", "deck"], "b.csv"],
    [["retailPlans", "other one", "dialect"], "acme"],
    [["dialects", "acme"], { delimiter: ";", map: { prefix: "Code: x" } }],
    [["carrierPlans", "alpha"], { carrier: "Alpha" }],
    [["currency"], "EUR"],
  ])("%j", (path, value) => {
    const text = withSetting(SETTINGS, path, value);
    const expected = parse(SETTINGS);
    const last = path.slice(0, -1).reduce((at, name) => {
      at[name] ??= {};
      return at[name];
    }, expected);
    last[path.at(-1) as string] = value;
    expect(parse(text)).toEqual(expected);
    // What a parser would write anew stays as it was written.
    for (const kept of ["# Ours.", "# who", "# as it was agreed", "[0900,"]) {
      expect(text).toContain(kept);
    }
    expect(withSetting(text, path, value)).toBe(text);
  });
});

describe("a setting taken out", () => {
  const written = `# Ours.
carrierPlans:
  alpha: { carrier: Alpha, dialect: acme, deck: a.csv } # the first
  beta: { deck: b.csv, dialect: acme }
  gamma: { dialect: acme }
  delta:
    dialect: acme   # as they send it
    deck: d.csv
  last:
    deck: e.csv
    dialect: { delimiter: ";" }`;
  it.each(["alpha", "beta", "gamma", "delta", "last", "none"])("%s", (plan) => {
    const text = withoutSetting(written, ["carrierPlans", plan, "dialect"]);
    const expected = parse(written);
    delete expected.carrierPlans[plan]?.dialect;
    expect(parse(text)).toEqual(expected);
    for (const kept of ["# Ours.", "# the first"]) expect(text).toContain(kept);
    expect(withoutSetting(text, ["carrierPlans", plan, "dialect"])).toBe(text);
  });
});

describe("a deck", () => {
  const files = { "tariff.yaml": SETTINGS, "decks/a.csv": "prefix,rate\n34,0.1\n" };
  const dialect = dialectSchema.parse({ delimiter: ";", map: { prefix: "Code", rate: "Price" } });

  it("of one plan is replaced where it is, one of several gets a file of its own", () => {
    const own = withDeck(files, { plan: "standard", text: "prefix,rate\n34,0.2\n" });
    expect(own).toEqual({
      "tariff.yaml": SETTINGS.replace('"decks/a.csv"', '"decks/standard.csv"'),
      "decks/a.csv": files["decks/a.csv"],
      "decks/standard.csv": "prefix,rate\n34,0.2\n",
    });
    const again = withDeck(own ?? {}, { plan: "standard", text: "x" });
    expect(again).toEqual({ ...own, "decks/standard.csv": "x" });
    expect(withDeck(files, { plan: "none", text: "" })).toBeNull();
  });

  it("a dialect comes with it; another of the same name stays", () => {
    const first = withDeck(files, {
      plan: "standard",
      text: "x",
      dialect: { name: "acme", dialect },
    });
    const settings = parse(first?.["tariff.yaml"] ?? "");
    expect(settings.retailPlans.standard).toMatchObject({ dialect: "acme" });
    expect(dialectSchema.parse(settings.dialects.acme)).toEqual(dialect);
    const same = withDeck(first ?? {}, {
      plan: "standard",
      text: "y",
      dialect: { name: "acme", dialect },
    });
    expect(same?.["tariff.yaml"]).toBe(first?.["tariff.yaml"]);
    const other = { name: "acme", dialect: { ...dialect, delimiter: "\t" } };
    const third = parse(
      withDeck(first ?? {}, { plan: "standard", text: "z", dialect: other })?.["tariff.yaml"] ?? "",
    );
    expect(Object.keys(third.dialects).sort()).toEqual(["acme", "acme-2"]);
    expect(third.retailPlans.standard.dialect).toBe("acme-2");
  });
});

const rowsOf = (text: string) => {
  const faults = createFaultList(10);
  const context = { timeZone: "UTC", bandNames: new Set(["peak"]), bands: null, dialect: null };
  const { deck } = readDeck("d.csv", text, context, faults);
  expect(faults.list().filter(({ severity }) => severity === "error")).toEqual([]);
  return deck.rows.map(({ line: _line, ...row }) => row);
};

describe("a rate", () => {
  const DECK =
    'prefix,destination,rate,band\r\n\r\n34,"Spain, all\nof it",0.1,\r\n34,Spain,0.2,peak\r\n44,"UK ""x""",0.3,\r\n';
  const edit = (rate: RateEdit["rate"], how: RateEdit["how"], cells: RateEdit["cells"] = {}) =>
    editRate(DECK, { rate, how, cells });

  it("is changed, with the columns that it needs; the others stay", () => {
    const edited = edit({ prefix: "34", band: "" }, "set", { rate: "0.15", connect_fee: "0.01" });
    expect(edited).toMatchObject({ ok: true, before: { rate: "0.1" }, after: { rate: "0.15" } });
    const [was, is] = [rowsOf(DECK), rowsOf((edited as { text: string }).text)];
    expect(is).toEqual([{ ...was[0], rate: "0.15", connectFee: "0.01" }, was[1], was[2]]);
  });

  it("is added beside another or made anew, and taken out", () => {
    const later = edit({ prefix: "44" }, "add", { rate: "0.4", effective_from: "2026-05-01" });
    expect(rowsOf((later as { text: string }).text).map(({ rate }) => rate)).toEqual([
      ...["0.1", "0.2", "0.3", "0.4"],
    ]);
    const made = edit({ prefix: "49" }, "set", { rate: "1" });
    expect(made).toMatchObject({ before: null, after: { prefix: "49", rate: "1" } });
    expect(rowsOf((made as { text: string }).text)).toHaveLength(4);
    const gone = edit({ prefix: "34", band: "peak" }, "remove");
    expect(gone).toMatchObject({ before: { rate: "0.2" }, after: null });
    expect(rowsOf((gone as { text: string }).text).map(({ rate }) => rate)).toEqual(["0.1", "0.3"]);
  });

  it("that is not the only one, or not there, is said", () => {
    expect(edit({ prefix: "34" }, "set", { rate: "1" })).toEqual({
      ok: false,
      why: "several-rates",
      line: 5,
    });
    expect(edit({ prefix: "49" }, "remove")).toEqual({ ok: false, why: "no-such-rate" });
  });

  const cell = fc.constantFrom("a", "a,b", 'say "x"', "two\nlines", "");
  test.prop(
    [fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), cell), { minLength: 1, maxLength: 8 })],
    {
      numRuns: 200,
    },
  )("any deck: only the one rate differs", (rates) => {
    const unique = [...new Map(rates.map(([digit, name]) => [digit, name]))];
    const quoted = (text: string) =>
      /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    const lines = unique.map(([digit, name]) => `3${digit},${quoted(name)},0.1`);
    const text = ["prefix,destination,rate", ...lines].join("\n");
    const [target = [1, ""]] = unique;
    const edited = editRate(text, {
      rate: { prefix: `3${target[0]}` },
      how: "set",
      cells: { tor: "*sms" },
    });
    const is = rowsOf((edited as { text: string }).text);
    expect(is).toEqual(
      rowsOf(text).map((row) => (row.prefix === `3${target[0]}` ? { ...row, tor: "*sms" } : row)),
    );
  });
});
