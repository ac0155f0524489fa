// Goal: a deck is the same whatever layout it came in, and what a dialect does not explain is refused at
// its cell. Method: decks of our own, written in layouts drawn from a seed, and files of single oddities.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTariff } from "../../../src/tariffs/read-folder.ts";
import { readForeign } from "./read-foreign.ts";

const read = (text: string, known = {}) => readForeign(Buffer.from(text), known);
const codesOf = ({ faults }: { faults: { code: string; line: number; column: number }[] }) =>
  faults.map(({ line, column, code }) => `${line}:${column} ${code}`);

interface Rate {
  prefix: string;
  rate: string;
  fee: string;
  first: number;
  next: number;
  day: string;
}

const rate: fc.Arbitrary<Rate> = fc.record({
  prefix: fc.integer({ min: 10, max: 999_999 }).map((digits) => `4${digits}`),
  rate: fc.integer({ min: 1, max: 99_999 }).map((value) => (value / 10_000).toFixed(4)),
  fee: fc.constantFrom("0.0000", "0.0500", "1.2500"),
  first: fc.constantFrom(1, 30, 60),
  next: fc.constantFrom(1, 6, 60),
  day: fc.constantFrom("2026-12-25", "2027-01-31"),
});

const layout = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  comma: fc.boolean(),
  front: fc.constantFrom("", "+", "00"),
  order: fc.constantFrom("dmy" as const, "mdy" as const, "ymd" as const),
  pair: fc.boolean(),
  notice: fc.boolean(),
  total: fc.boolean(),
  names: fc.constantFrom(
    ["Prefix", "Destination", "Rate", "Connect Fee", "Valid From"],
    ["Dial Code", "Country", "Price (EUR) / min", "Setup fee", "Effective Date"],
    ["CODES", "Zone name", "EUR per minute", "Connection charge", "Effective"],
  ),
});

type Layout = typeof layout extends fc.Arbitrary<infer One> ? One : never;

function write(
  rates: Rate[],
  { delimiter, comma, front, order, pair, notice, total, names }: Layout,
) {
  const money = (text: string) => (comma ? text.replace(".", ",") : text);
  const day = (iso: string) => {
    const [year = "", month = "", date = ""] = iso.split("-");
    if (order === "ymd") return iso;
    return order === "dmy" ? `${date}/${month}/${year}` : `${month}/${date}/${year}`;
  };
  const line = (cells: string[]) =>
    cells.map((cell) => (cell.includes(delimiter) ? `"${cell}"` : cell)).join(delimiter);
  const steps = pair ? ["Billing"] : ["Initial Increment", "Increment"];
  const rows = rates.map(({ prefix, rate: price, fee, first, next, day: iso }, index) => [
    front + prefix,
    `Zone ${index}`,
    money(price),
    money(fee),
    day(iso),
    ...(pair ? [`${first}/${next}`] : [String(first), String(next)]),
  ]);
  const above = notice ? ["Acme Voice", "Premium routes, all prices without taxes", ""] : [];
  const below = total ? [line(["Total", "", "", "", "", ...steps.map(() => "")])] : [];
  return [...above, line([...names, ...steps]), ...rows.map(line), ...below, ""].join("\n");
}

describe("layouts", () => {
  it("a deck reads as it was written, whatever its layout", () => {
    const decks = fc.uniqueArray(rate, {
      minLength: 5,
      maxLength: 30,
      selector: (one) => one.prefix,
    });
    fc.assert(
      fc.property(decks, layout, (rates, how) => {
        const { deck, faults, sniffed } = read(write(rates, how));
        expect(sniffed.doubts).toEqual([]);
        expect(faults.filter(({ severity }) => severity === "error")).toEqual([]);
        expect(
          deck.rows.map((row) => ({
            prefix: row.prefix,
            rate: Number(row.rate),
            fee: Number(row.connectFee),
            first: row.firstInterval,
            next: row.nextInterval,
            day: new Date(row.effectiveFromMs ?? 0).toISOString().slice(0, 10),
          })),
        ).toEqual(rates.map((one) => ({ ...one, rate: Number(one.rate), fee: Number(one.fee) })));
      }),
      { numRuns: 60 },
    );
  });
});

describe("what a row is refused or left out for", () => {
  const HEADER = "Code,Destination,Rate,Effective,Change\n";

  it("each fault is at its cell, also in a quoted row", () => {
    const text = `${HEADER}34,Spain,0.01,2026-12-01,New\n"35,1E+05",Portugal,0.02,2026-12-01,New\n36,"Hungary, mobile",a,2026-12-01,New\n`;
    expect(codesOf(read(text))).toEqual(["3:1 mangled-prefix", "4:22 not-a-decimal"]);
  });

  it("rows that cannot be read may be left out, and are told all the same", () => {
    const text = `${HEADER}34,Spain,0.01,2026-12-01,New\n36,Hungary,a,2026-12-01,New\n`;
    const { deck, faults, passed } = read(text, { deck: { refusedRows: "left-out" } });
    expect(faults).toMatchObject([{ line: 3, column: 12, severity: "warning" }]);
    expect([deck.rows.length, passed.leftOut]).toEqual([1, 1]);
  });

  it("the same row again is left out; two prices of one day refuse both rows", () => {
    const same = read(`${HEADER}34,Spain,0.01,2026-12-01,New\n34,España,0.010,2026-12-01,New\n`);
    expect([codesOf(same), same.deck.rows.length]).toEqual([["3:1 repeated-row"], 1]);
    const other = read(`${HEADER}34,Spain,0.01,2026-12-01,New\n34,Spain,0.02,2026-12-01,New\n`);
    expect(codesOf(other)).toEqual(["2:1 conflicting-row", "3:1 conflicting-row"]);
    const later = read(`${HEADER}34,Spain,0.01,2026-12-01,New\n34,Spain,0.02,2026-12-08,New\n`);
    expect([codesOf(later), later.deck.rows.length]).toEqual([[], 2]);
  });

  it("a closed code holds until its day, also where its row has no price", () => {
    const text = `${HEADER}34,Spain,0.01,,\n35,Portugal,0.02,,\n34,Spain,,2026-12-01,Closed\n36,Hungary,0.03,2026-12-08,Deleted\n37,Lithuania,0.04,,Closed\n`;
    const { deck, faults } = read(text);
    expect(faults).toEqual([]);
    expect(deck.rows.map((row) => [row.prefix, row.effectiveFromMs, row.effectiveToMs])).toEqual([
      ["34", null, Date.parse("2026-12-01")],
      ["35", null, null],
      ["36", null, Date.parse("2026-12-08")],
    ]);
  });

  it("a code that is closed without a day and sold in another row is refused", () => {
    const text = `${HEADER}34,Spain,0.01,,New\n34,Spain,0.02,,Closed\n35,Portugal,0.02,,\n`;
    const { deck, faults } = read(text);
    const errors = faults.filter(({ severity }) => severity === "error");
    expect(codesOf({ faults: errors })).toEqual(["2:1 conflicting-row"]);
    expect(deck.rows.map(({ prefix }) => prefix)).toEqual(["35"]);
  });

  it("what was not sniffed is no guess: a doubt that only a later row has refuses it", () => {
    const dialect = { map: { prefix: "Code", rate: "Rate" }, deck: {} };
    const files = {
      "tariff.yaml": [
        "tenant: example.com",
        "currency: EUR",
        `dialects: { acme: ${JSON.stringify(dialect)} }`,
        "retailPlans: { standard: { deck: deck.csv, dialect: acme } }",
        "voipPlans: { gold: { retail: [standard] } }",
      ].join("\n"),
      "deck.csv": `Code,Rate\n34,0.01\n7840-7849,0.02\n-,"0,03"\n35,-1\n,0.05\n`,
    };
    const checked = readTariff(files);
    expect(
      checked.ok
        ? []
        : checked.faults.map(({ line, code, message }) => [
            line,
            code,
            /deck\.\w+/.exec(message)?.[0],
          ]),
    ).toEqual([
      [3, "dialect-doubt", "deck.hyphen"],
      [4, "invalid-prefix", undefined],
      [4, "dialect-doubt", "deck.decimal"],
      [5, "dialect-doubt", "deck.negativePrice"],
      [6, "dialect-doubt", "deck.emptyCode"],
    ]);
    expect(checked.decks).toMatchObject([
      {
        file: "deck.csv",
        plans: ["standard"],
        dialect: "acme",
        rates: 1,
        leftOut: 4,
        rows: [{ line: "2", prefix: "34", rate: "0.01" }],
      },
    ]);
  });

  it("a column, a field, a dialect and a currency that are not there are named", () => {
    const tariff = (dialect: object, more = "") =>
      readTariff({
        "tariff.yaml": [
          "tenant: example.com",
          "currency: EUR",
          `dialects: { acme: ${JSON.stringify(dialect)} }`,
          `retailPlans: { standard: { deck: deck.csv, dialect: acme${more} } }`,
          "voipPlans: { gold: { retail: [standard] } }",
        ].join("\n"),
        "deck.csv": "Code,Rate\n34,0.01\n",
      });
    const faults = (found: ReturnType<typeof readTariff>) =>
      found.ok ? [] : found.faults.map(({ file, code }) => `${file} ${code}`);
    const map = { prefix: "Code", rate: "Rate" };
    expect(faults(tariff({ map: { ...map, rate: "Price" } }))).toEqual(["deck.csv missing-column"]);
    expect(faults(tariff({ map: { ...map, margin: "Rate" } }))).toEqual(["deck.csv unknown-field"]);
    expect(faults(tariff({ map, deck: { currency: "USD" } }))).toEqual([
      "tariff.yaml other-currency",
    ]);
    expect(faults(tariff({ map, deck: { currency: "USD" } }, ", currency: USD"))).toEqual([]);
    expect(faults(tariff({ map, deck: { list: "amendment" } }))).toEqual([
      "deck.csv amendment-alone",
    ]);
    expect(faults(tariff({ map, deck: { hyphens: "range" } }))).toEqual([
      "tariff.yaml not-supported",
    ]);
    expect(faults(tariff({ map }))).toEqual([]);
  });

  it("increments of some destinations, as the notes of a file say", () => {
    const deck = { intervals: "1/1", intervalsFor: { brazil: "30/6", "Brazil Mobile": "60/60" } };
    const text =
      "Code,Destination,Rate\n55,Brazil,0.02\n5511,Brazil Mobile Vivo,0.03\n34,Spain,0.01\n";
    const { rows } = read(text, { deck }).deck;
    expect(rows.map(({ firstInterval, nextInterval }) => [firstInterval, nextInterval])).toEqual([
      [30, 6],
      [60, 60],
      [1, 1],
    ]);
    expect(codesOf(read(text, { deck: { ...deck, intervals: "often" } }))).toEqual([
      "4:1 not-whole",
    ]);
  });

  it("prices by band, behind the first interval, and for callers are rows of their own", () => {
    const bands = read("Code,Peak,Off-Peak\n34,0.02,0.01\n", {});
    expect(bands.deck.rows.map(({ band, rate: price }) => [band, price])).toEqual([
      [null, "0.01"],
      ["peak", "0.02"],
    ]);
    const steps = read(
      "Prefix,Price 1,Price N,Interval 1,Interval N\n34,0.02,0.01,60,1\n35,0.02,0.02,60,1\n",
    );
    expect(
      steps.deck.rows.map(({ prefix, fromSecond, rate: price }) => [prefix, fromSecond, price]),
    ).toEqual([
      ["34", 0, "0.02"],
      ["34", 60, "0.01"],
      ["35", 0, "0.02"],
    ]);
    const callers = read('Prefix,Price,Origination Prefixes\n"34, 35",0.02,"1, 2"\n34,0.03,\n');
    expect(
      callers.deck.rows.map(({ prefix, callerPrefix }) => `${prefix}<${callerPrefix}`),
    ).toEqual(["34<1", "34<2", "35<1", "35<2", "34<"]);
  });
});
