// Goal: a file that amends a deck changes what it names, keeps all else, and leaves nothing to chance. Method: each
// rule by hand; decks and files drawn at random, held against what a call of each day would find in both.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { dialectSchema } from "../../src/tables/dialect.ts";
import { readDeck } from "../../src/tariffs/decks/read.ts";
import { nativeDeck } from "../../src/tariffs/derive/plan-text.ts";
import { rowsInForce } from "../../src/tariffs/diff/in-force.ts";
import { amendRows } from "../../src/tariffs/edit/amend.ts";
import { createFaultList } from "../../src/tariffs/fault-list.ts";
import type { RateRow } from "../../src/tariffs/tariff.ts";
import { runs } from "../runs.ts";

const NOW = Date.parse("2026-10-10T00:00:00Z");
const DIALECT = dialectSchema.parse({
  map: { prefix: "Code", rate: "Price", effective_from: "From", change: "Change" },
  deck: { list: "amendment" },
});
const CONTEXT = { timeZone: "UTC", bandNames: new Set(["peak"]), bands: null };

function native(text: string): RateRow[] {
  const faults = createFaultList(10);
  const { deck } = readDeck("deck.csv", text, { ...CONTEXT, dialect: null }, faults);
  expect(faults.errorsIn("deck.csv")).toBe(0);
  return deck.rows;
}

interface Amended {
  rows: RateRow[];
  text: string;
  faults: string[];
}

/** `file`: of native columns, or rows of code, price, first day and word of change. */
function amend(base: string, file: string): Amended {
  const faults = createFaultList(10);
  const dialect = file.startsWith("prefix") ? null : DIALECT;
  const context = { ...CONTEXT, dialect, isAmendment: true };
  const { deck, closings, said, cells } = readDeck("the file", file, context, faults);
  const amendment = { file: "the file", rows: deck.rows, closings, said, cells };
  const rows = amendRows(native(base), amendment, { nowMs: NOW, faults });
  const told = faults.list().map(({ line, code, message }) => `${line} ${code} ${message}`);
  return { rows, text: nativeDeck(rows, "UTC"), faults: told };
}

const BASE = `prefix,destination,rate,effective_from,effective_to
34,Spain,0.05,,
346,Spain mobile,0.10,2026-01-01,
44,UK,0.02,,
44,UK,0.03,2026-11-01,
49,Germany,0.04,,
`;
const lines = (text: string) =>
  text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [prefix, , rate, , , , from = "", to = ""] = line.split(",");
      return [prefix, rate, from, to].join(" ").trim();
    });

describe("a file of changes", () => {
  it("a price from a day on, one that holds at once, a new code, and all else as it was", () => {
    const { text, faults } = amend(
      BASE,
      "Code,Price,From,Change\n34,0.06,2026-11-01,Increase\n346,0.09,,Decrease\n351,0.07,2026-10-20,New\n",
    );
    expect(faults).toEqual([]);
    expect(lines(text)).toEqual([
      "34 0.05",
      "34 0.06 2026-11-01",
      // What held since January does not take the place of a price without a day.
      "346 0.09",
      "44 0.02",
      "44 0.03 2026-11-01",
      "49 0.04",
      "351 0.07 2026-10-20",
    ]);
  });

  it("a closed code ends on its day; without a day it is gone; one that is not there is told", () => {
    const { text, faults } = amend(
      BASE,
      "Code,Price,From,Change\n34,0.05,2026-11-01,Closed\n49,,,Deleted\n99,,2026-11-01,Closed\n",
    );
    expect(lines(text).filter((line) => /^(?:34 |49|99)/.test(line))).toEqual([
      "34 0.05  2026-11-01",
    ]);
    expect(faults).toEqual([expect.stringMatching(/^4 amendment-without-row .* 99\.$/)]);
  });

  it("a code that is closed and sold anew from that day", () => {
    const { text, faults } = amend(
      BASE,
      "Code,Price,From,Change\n34,0.05,2026-11-01,Closed\n34,0.08,2026-11-01,New\n",
    );
    expect([faults, lines(text).slice(0, 2)]).toEqual([
      [],
      ["34 0.05  2026-11-01", "34 0.08 2026-11-01"],
    ]);
  });

  it("what the file has no column for stays as it is when the row begins", () => {
    const base =
      "prefix,destination,rate,connect_fee,first_interval,next_interval,minimum_seconds,effective_from\n34,Spain,0.05,0.01,60,30,20,\n34,Spain,0.06,0.02,30,6,0,2026-11-01\n";
    const { text, faults } = amend(
      base,
      "Code,Price,From,Change\n34,0.07,2026-12-01,Increase\n351,0.1,2026-12-01,New\n",
    );
    expect(faults).toEqual([]);
    expect(text.split("\n").slice(3, 5)).toEqual([
      "34,Spain,0.07,0.02,30,6,,2026-12-01",
      "351,,0.1,0,1,1,,2026-12-01",
    ]);
    const native = amend(base, "prefix,rate,next_interval,effective_from\n34,0.07,1,2026-12-01\n");
    expect(native.text.split("\n")[3]).toBe("34,Spain,0.07,0.02,1,1,,2026-12-01");
  });

  it("a price that was announced is corrected by its day, and stays where the file repeats it", () => {
    const corrected = amend(BASE, "Code,Price,From,Change\n44,0.025,2026-11-01,Increase\n");
    expect(lines(corrected.text)).toContain("44 0.025 2026-11-01");
    expect(lines(corrected.text)).not.toContain("44 0.03 2026-11-01");
    const repeated = amend(
      BASE,
      "Code,Price,From,Change\n44,0.015,,Decrease\n44,0.03,2026-11-01,Increase\n",
    );
    expect([repeated.faults, lines(repeated.text).filter((line) => line.startsWith("44"))]).toEqual(
      [[], ["44 0.015", "44 0.03 2026-11-01"]],
    );
  });

  const banded = "prefix,rate,band\n34,0.05,\n34,0.09,peak\n";
  it.each([
    [
      "a price that was announced for later",
      BASE,
      "Code,Price,From,Change\n44,0.015,2026-10-20,Decrease\n",
      /^2 amendment-conflict .* 44: the deck has a price from 2026-11-01T00:00:00Z on, the file none\.$/,
    ],
    [
      "the end of a code with such a price",
      BASE,
      "Code,Price,From,Change\n44,,2026-10-20,Closed\n",
      /^2 amendment-conflict .* 44: the deck has a price from/,
    ],
    [
      "a band that the file does not name",
      banded,
      "prefix,rate,band\n34,0.06,\n",
      /^2 amendment-conflict .* 34: the band peak is in the deck, not in the file\.$/,
    ],
    [
      "a code that is closed and sold at once",
      BASE,
      "Code,Price,From,Change\n34,0.06,,Increase\n34,,,Closed\n",
      /^2 amendment-conflict .* 34: line 3 closes it, without a day\.$/,
    ],
    [
      "a code that is closed twice",
      BASE,
      "Code,Price,From,Change\n34,,2026-11-01,Closed\n34,,2026-12-01,Closed\n",
      /^3 amendment-conflict .* 34: it is closed in line 2 too\.$/,
    ],
  ])("%s is a conflict, and the deck stays", (_name, base, file, message) => {
    const { faults, rows } = amend(base, file);
    expect(faults).toEqual([expect.stringMatching(message)]);
    expect(rows).toEqual(native(base));
  });

  it("one band changes where the file has all of them", () => {
    const { faults, rows } = amend(
      banded,
      "prefix,rate,band,effective_from\n34,0.05,,2026-11-01\n34,0.08,peak,2026-11-01\n",
    );
    expect(faults).toEqual([]);
    const then = rowsInForce(rows, Date.parse("2026-11-02T00:00:00Z")).get("34") ?? [];
    expect(then.map(({ band, rate }) => `${band} ${rate}`)).toEqual(["null 0.05", "peak 0.08"]);
  });
});

const DAYS = ["", "2026-01-01", "2026-10-20", "2026-11-01", "2026-12-01"];
const line = fc.tuple(
  fc.constantFrom("34", "346", "44", "49", "351"),
  fc.constantFrom("0.01", "0.02", "0.03"),
  fc.constantFrom(...DAYS),
);
const drawn = fc.uniqueArray(line, {
  minLength: 1,
  maxLength: 8,
  selector: ([code, , day]) => `${code} ${day}`,
});
const withWords = drawn.chain((rows) =>
  fc.tuple(
    fc.constant(rows),
    fc.array(fc.constantFrom("New", "New", "Closed"), {
      minLength: rows.length,
      maxLength: rows.length,
    }),
  ),
);

describe("any file over any deck", () => {
  const deckOf = (rows: [string, string, string][]) =>
    `prefix,rate,effective_from\n${rows.map((row) => `${row.join(",")}\n`).join("")}`;
  const fileOf = (rows: [string, string, string][], words: string[]) =>
    `Code,Price,From,Change\n${rows.map((row, index) => `${row.join(",")},${words[index]}\n`).join("")}`;
  const priceAt = (rows: RateRow[], code: string, atMs: number) =>
    rowsInForce(rows, atMs).get(code)?.[0]?.rate;

  test.prop([drawn, withWords], { numRuns: runs(60) })(
    "prices of codes that it does not have stay; of others its own hold from their day, or it is refused; the same file again changes nothing",
    (base, [rows, words]) => {
      const text = deckOf(base as [string, string, string][]);
      const file = fileOf(rows as [string, string, string][], words);
      const first = amend(text, file);
      const old = native(text);
      const isRefused = first.faults.some((fault) => fault.includes("amendment-conflict"));
      for (const day of DAYS.slice(2)) {
        const atMs = Date.parse(`${day}T00:00:00Z`);
        for (const code of ["34", "346", "44", "49", "351"]) {
          const own = rows
            .map((row, index) => ({ row, word: words[index] ?? "" }))
            .filter(({ row }) => row[0] === code);
          const is = priceAt(first.rows, code, atMs);
          if (own.length === 0) expect(is).toBe(priceAt(old, code, atMs));
          if (isRefused || own.length === 0) continue;
          const today = own.find(({ row }) => row[2] === day);
          if (today?.word === "New") expect(is).toBe(today.row[1]);
          if (today?.word === "Closed") expect(is).toBeUndefined();
        }
      }
      if (isRefused) return;
      expect(lines(amend(first.text, file).text)).toEqual(lines(first.text));
    },
  );

  test.prop([drawn], { numRuns: runs(20) })(
    "a file of all that the deck has changes nothing",
    (base) => {
      const text = deckOf(base as [string, string, string][]);
      expect(amend(text, text)).toMatchObject({ rows: native(text), faults: [] });
    },
  );
});
