// Goal: cells of foreign decks mean what their dialect says, and nothing where it does not say. Method:
// cells as they are met, and properties over generated codes, prices and dates.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinCodes, readCodes } from "../../../src/tables/deck/codes.ts";
import { readDay } from "../../../src/tables/deck/days.ts";
import { readIntervals } from "../../../src/tables/deck/intervals.ts";
import { readMoney, readPrice } from "../../../src/tables/deck/prices.ts";
import type { DeckRules } from "../../../src/tables/deck/rules.ts";
import { readChange } from "../../../src/tables/deck/words.ts";
import { findDecimals } from "../../../src/tables/sniff/deck/decimals.ts";

function codes(text: string, rules: DeckRules = {}): string[] | string {
  const read = readCodes(text, rules);
  const joined = read.ok ? joinCodes(null, read.value, rules) : read;
  return joined.ok ? joined.value : joined.code;
}

describe("codes", () => {
  it.each<[string, DeckRules, string[] | string]>([
    ["34", {}, ["34"]],
    ["+34", {}, ["34"]],
    ["0034", {}, ["34"]],
    ["01134", { strip: "011" }, ["34"]],
    ["1134", { strip: "11,00" }, ["34"]],
    ["+49 (0)15", {}, ["4915"]],
    ["4.4.20", {}, ["4420"]],
    ["49152, 49162;49172/49173|49174", {}, ["49152", "49162", "49172", "49173", "49174"]],
    ["336 07, 336 08", { blanks: "nothing" }, ["33607", "33608"]],
    ["33607 33608", { blanks: "list" }, ["33607", "33608"]],
    ["33607 33608", {}, "dialect-doubt"],
    ["7840-7843", { hyphen: "range" }, ["7840", "7841", "7842", "7843"]],
    ["7840-42", { hyphen: "range" }, ["7840", "7841", "7842"]],
    ["093 - 095", { hyphen: "range", strip: "" }, ["093", "094", "095"]],
    ["93-70", { hyphen: "separator" }, ["9370"]],
    ["93-70", {}, "dialect-doubt"],
    ["1-204;1-226", { hyphen: "separator" }, ["1204", "1226"]],
    ["7849-7840", { hyphen: "range" }, "invalid-prefix"],
    ["100000-199999", { hyphen: "range" }, "range-too-wide"],
    ["201200", { add: "1" }, ["1201200"]],
    ["93(C)", {}, "dialect-doubt"],
    ["93(C)", { codeMarks: "drop" }, ["93"]],
    ["93(C)", { codeMarks: "refuse" }, "invalid-prefix"],
    ["^93.*", {}, ["93"]],
    ["4917XXXX", {}, ["4917"]],
    ["4,47E+03", {}, "mangled-prefix"],
    ["4.4123E+11", {}, "mangled-prefix"],
    ["*", {}, ["*"]],
    ["Others", { defaultCodes: ["others"] }, ["*"]],
    ["Others", {}, "invalid-prefix"],
    ["", {}, []],
  ])("%s by %j is %j", (text, rules, expected) => {
    expect(codes(text, rules)).toEqual(expected);
  });

  it("each area of each country; a country alone is a code", () => {
    const join = (countries: string[], areas: string[]) => joinCodes(countries, areas, {});
    expect(join(["1"], ["204", "226"])).toEqual({ ok: true, value: ["1204", "1226"] });
    expect(join(["0053"], [])).toEqual({ ok: true, value: ["53"] });
    expect(join(["*"], ["5"])).toEqual({ ok: true, value: ["*"] });
    const many = Array.from({ length: 200 }, (_none, index) => String(index));
    expect(join(many, many)).toMatchObject({ ok: false, code: "range-too-wide" });
  });

  it("a range has each code between its ends once, as long as they are", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9_990_000 }),
        fc.integer({ min: 0, max: 999 }),
        (first, more) => {
          const text = (value: number) => String(value).padStart(8, "0");
          const read = codes(`${text(first)}-${text(first + more)}`, {
            hyphen: "range",
            strip: "",
          });
          expect(read).toEqual(
            Array.from({ length: more + 1 }, (_none, index) => text(first + index)),
          );
        },
      ),
    );
  });
});

describe("prices", () => {
  it.each<[string, DeckRules, string]>([
    ["0.0085", {}, "0.0085"],
    ["$ 0.0085", {}, "0.0085"],
    ["0,0085 €", { decimal: "," }, "0.0085"],
    ["EUR 0,0085", { decimal: ",", currency: "EUR" }, "0.0085"],
    ["1.234,5678", { decimal: ",", grouping: "." }, "1234.5678"],
    ["1 234,5", { decimal: ",", grouping: " " }, "1234.5"],
    ["1’234.5", { grouping: "'" }, "1234.5"],
    ["1.234", { decimal: ",", grouping: "." }, "1234"],
    [".5", {}, "0.5"],
    ["12.5", { minorUnits: true }, "0.125"],
    ["5", { minorUnits: true }, "0.05"],
    ["free", {}, "0"],
    ["-0.5", { negativePrice: "price" }, "-0.5"],
    ["0,0085", {}, "dialect-doubt"],
    ["1,234", {}, "dialect-doubt"],
    ["1,234.5", { decimal: "." }, "dialect-doubt"],
    ["-1", {}, "dialect-doubt"],
    ["-1", { negativePrice: "refuse" }, "not-a-decimal"],
    ["-1", { negativePrice: "blocked" }, "blocked"],
    ["Forbidden", {}, "blocked"],
    ["zu", { words: { ZU: "blocked" } }, "blocked"],
    ["", {}, "not-a-decimal"],
    ["n/a", { emptyPrice: "left-out" }, "left-out"],
    ["", { emptyPrice: "blocked" }, "blocked"],
    ["0.01 USD", { currency: "EUR" }, "other-currency"],
    ["0,01,02", { decimal: "," }, "not-a-decimal"],
    ["0x10", {}, "not-a-decimal"],
  ])("%s by %j is %s", (text, rules, expected) => {
    const read = readPrice(text, rules);
    const found = read.ok
      ? read.value.kind === "price"
        ? read.value.text
        : read.value.kind
      : read.code;
    expect(found).toBe(expected);
  });

  const decimal = fc.constantFrom("." as const, "," as const);
  const amount = fc.tuple(
    fc.integer({ min: 0, max: 9_999_999 }),
    fc.integer({ min: 0, max: 99_999_999 }),
  );

  it("what is written by a dialect is read by it, to the last digit", () => {
    fc.assert(
      fc.property(amount, decimal, ([whole, fraction], sign) => {
        const grouping = sign === "." ? "," : ".";
        const digits = String(fraction).padStart(8, "0");
        const grouped = String(whole).replaceAll(/\B(?=(\d{3})+$)/g, grouping);
        const read = readMoney(`${grouped}${sign}${digits}`, { decimal: sign, grouping });
        expect(read).toEqual({ ok: true, value: `${whole}.${digits}` });
      }),
    );
  });

  it("the sniffer finds the signs that a column was written with, or asks", () => {
    fc.assert(
      fc.property(
        fc.array(amount, { minLength: 1 }),
        decimal,
        fc.integer({ min: 1, max: 8 }),
        (all, sign, places) => {
          const cells = all.map(([whole, fraction]) => {
            const grouping = sign === "." ? "," : ".";
            const grouped = String(whole).replaceAll(/\B(?=(\d{3})+$)/g, grouping);
            return `${grouped}${sign}${String(fraction).padStart(8, "0").slice(0, places)}`;
          });
          const { decimal: found, doubts } = findDecimals(cells);
          expect(found === sign || doubts.length > 0).toBe(true);
        },
      ),
    );
  });
});

describe("dates, intervals, words", () => {
  it.each([
    ["2026-12-01", undefined, "2026-12-01"],
    ["2026/12/01", undefined, "2026-12-01"],
    ["01.12.2026", "dmy", "2026-12-01"],
    ["12/01/2026", "mdy", "2026-12-01"],
    ["1.12.26", "dmy", "2026-12-01"],
    ["21-Sep-18", undefined, "2018-09-21"],
    ["1 December 2026", undefined, "2026-12-01"],
    ["Dec 1, 2026", undefined, "2026-12-01"],
    ["45000", undefined, "2023-03-15"],
    ["45000.5", undefined, "2023-03-15 12:00:00"],
    ["01/12/2026 08:30", "dmy", "2026-12-01 08:30:00"],
    ["2026-09-23 00:00:00", undefined, "2026-09-23"],
    ["ASAP", undefined, ""],
    ["", undefined, ""],
    ["01/12/2026", undefined, "dialect-doubt"],
    ["soon", "dmy", "invalid-date"],
  ] as const)("%s by %s is %s", (text, order, expected) => {
    const read = readDay(text, order);
    expect(read.ok ? read.value : read.code).toBe(expected);
  });

  it.each([
    ["60/1", "60", "1"],
    ["30-6", "30", "6"],
    ["1+1", "1", "1"],
    ["30", "30", "30"],
    ["60 sec", "60", "60"],
    ["per second", "1", "1"],
  ])("%s: first %s, next %s", (text, first, next) => {
    expect(readIntervals(text)).toEqual({ ok: true, value: { first, next } });
  });

  it("an interval that is none, a word that nobody knows", () => {
    expect(readIntervals("60/1/1")).toMatchObject({ ok: false, code: "not-whole" });
    expect(readChange("New Code", {})).toEqual({ ok: true, value: "open" });
    expect(readChange("DELETED", {})).toEqual({ ok: true, value: "closed" });
    expect(readChange("zu", {})).toMatchObject({ ok: false, code: "unknown-word" });
    expect(readChange("zu", { words: { ZU: "closed" } })).toEqual({ ok: true, value: "closed" });
  });
});
