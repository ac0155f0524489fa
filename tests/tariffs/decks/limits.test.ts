// Goal: a deck of as many rows as the limit is taken, and one of more is refused by its name. Method: limits of a few
// rows, which the reader is given; those of every tariff are 1,000,000 rows and 2,000,000 rates.
import { describe, expect, it } from "vitest";
import { dialectSchema } from "../../../src/tables/dialect.ts";
import { readDeck } from "../../../src/tariffs/decks/read.ts";
import { createFaultList } from "../../../src/tariffs/fault-list.ts";
import { TARIFF_LIMITS } from "../../../src/tariffs/limits.ts";

const DIALECT = dialectSchema.parse({
  map: { prefix: "prefix", rate: "rate" },
  deck: { hyphen: "range" },
});
const CONTEXT = { timeZone: "UTC", bandNames: new Set<string>(), bands: [] };

function read(codes: string[], { dialect = null as typeof DIALECT | null } = {}) {
  const faults = createFaultList(10);
  const text = `prefix,rate\n${codes.map((code) => `${code},0.01\n`).join("")}`;
  const limits = { deckRows: 5, deckRates: 8 };
  const { deck } = readDeck("d.csv", text, { ...CONTEXT, dialect, limits }, faults);
  const told = faults.list().map(({ line, code, message }) => `${line} ${code} ${message}`);
  return { rows: deck.rows.length, told };
}

const codes = (count: number) =>
  Array.from({ length: count }, (_none, index) => String(340 + index));

describe("rows of a deck", () => {
  it("are at most a million, and the rates that they stand for two", () => {
    expect([TARIFF_LIMITS.deckRows, TARIFF_LIMITS.deckRates]).toEqual([1_000_000, 2_000_000]);
  });

  it.each([
    ["native", null],
    ["of another layout", DIALECT],
  ])(
    "%s: as many as the limit are taken, one more and twice as many are refused",
    (_name, dialect) => {
      expect(read(codes(5), { dialect })).toEqual({ rows: 5, told: [] });
      for (const count of [6, 10]) {
        const [fault, ...others] = read(codes(count), { dialect }).told;
        expect(fault).toMatch(/^7 over-limit .*It has over 5 rows/);
        expect(others).toEqual([]);
      }
    },
  );

  it("rates of ranges count one by one", () => {
    expect(read(["340-347"], { dialect: DIALECT })).toEqual({ rows: 8, told: [] });
    const { told } = read(["340-348", "35"], { dialect: DIALECT });
    expect(told).toEqual([expect.stringMatching(/^3 over-limit .*over 5 rows or 8 rates/)]);
  });
});
