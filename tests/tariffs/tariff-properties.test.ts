// Properties of the reader: what was printed is read back, order is of no account, nothing throws.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTariff } from "../../src/tariffs/read-folder.ts";
import type { RateRow } from "../../src/tariffs/tariff.ts";
import { runs } from "../runs.ts";
import { deckRows, randomTariff } from "./random-tariff.ts";
import { printDeck, printTariff } from "./tariff-printing.ts";
import { filesOf, tariffOf } from "./tariff-samples.ts";

const YAML = "retailPlans: { a: { deck: a.csv } }\nvoipPlans: { gold: { retail: [a] } }\n";

test("a tariff that was printed reads as itself", () => {
  fc.assert(
    fc.property(randomTariff, (tariff) => {
      const read = readTariff(printTariff(tariff));
      expect(read.ok ? [] : read.faults).toEqual([]);
      expect(read.ok && read.tariff).toEqual(tariff);
    }),
    { numRuns: runs(80) },
  );
});

test("the order of a deck's rows changes only their line numbers", () => {
  const rowsOf = (rows: RateRow[]) =>
    tariffOf({ yaml: YAML, decks: { "a.csv": printDeck(rows) } })
      .retailPlans[0]!.deck.rows.map(({ line: _, ...row }) => JSON.stringify(row))
      .toSorted();
  const shuffled = deckRows([]).chain((rows) =>
    fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
  );
  fc.assert(
    fc.property(shuffled, ([rows, moved]) => {
      expect(rowsOf(moved)).toEqual(rowsOf(rows));
    }),
  );
});

describe("no input throws, and every fault has a place in its text", () => {
  const check = (files: Record<string, string>) => {
    const read = readTariff(files);
    const known: Record<string, string[]> = {};
    const linesOf = (file: string): string[] => {
      known[file] ??= (files[file] ?? "").replace(/^\uFEFF/, "").split(/\r\n?|\n/);
      return known[file];
    };
    for (const fault of read.ok ? read.warnings : read.faults) {
      const lines = linesOf(fault.file);
      const length = lines[fault.line - 1]?.length;
      // `expect` for each of thousands of faults would take longer than the reading.
      if (length !== undefined && fault.column >= 1 && fault.column <= length + 1) continue;
      expect.fail(`no such place: ${JSON.stringify(fault)}`);
    }
  };
  const sound = fc.sample(randomTariff, { numRuns: 20, seed: 7 }).map(printTariff);

  test("random text", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(..."[]{}:,\"'-\n\r \t#&*!|>%@`?a1".split("")) }),
    );
    const decks = fc.oneof(
      text,
      fc.string({ unit: fc.constantFrom(...'",\n\r01.*;'.split("")), maxLength: 100 }),
    );
    fc.assert(
      fc.property(text, decks, decks, (yaml, deck, accounts) => {
        check({ "tariff.yaml": yaml });
        check({ ...filesOf({ yaml: YAML, decks: { "a.csv": "" }, accounts: "" }), "a.csv": deck });
        check({
          ...filesOf({ yaml: YAML }),
          "a.csv": `prefix,rate\n${deck}`,
          "accounts.csv": accounts,
        });
      }),
      { numRuns: runs(700) },
    );
  });

  test("sound folders with one span of one file replaced", () => {
    const change = fc.record({
      folder: fc.constantFrom(...sound),
      file: fc.nat(),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(10),
      text: fc.string({ maxLength: 5 }),
    });
    fc.assert(
      fc.property(change, ({ folder, file, at, length, text }) => {
        const names = Object.keys(folder);
        const name = names[file % names.length]!;
        const old = folder[name]!;
        const start = Math.floor(at * old.length);
        check({ ...folder, [name]: old.slice(0, start) + text + old.slice(start + length) });
      }),
      { numRuns: runs(120) },
    );
  });

  test("deep nesting is a fault", () => {
    for (const yaml of ["[".repeat(100_000), "a: ".repeat(50_000), "- ".repeat(50_000)]) {
      expect(readTariff({ "tariff.yaml": yaml }).ok).toBe(false);
    }
  });

  test("behind a broken quote too", () => {
    const yaml = ' "tenant: a\ncurrency: "EUR"\nrounding: { decimals: 4 }\ntimeZone: "UTC"\n';
    const read = readTariff({ "tariff.yaml": yaml });
    const places = read.ok ? [] : read.faults.map(({ line, column }) => [line, column]);
    expect(places).toEqual([
      [1, 2],
      [2, 12],
      [4, 1],
      [4, 9],
      [4, 11],
    ]);
  });
});
