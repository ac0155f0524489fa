// Goal: every deck of the reference folder is read by the proposed dialect and the answers to its
// doubts, or refused with the doubt named. Method: the files themselves, where the folder is there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { rateCells } from "../../../src/tariffs/decks/report.ts";
import type { RateRow } from "../../../src/tariffs/tariff.ts";
import { readForeign, sniffDeck } from "./read-foreign.ts";
import { REFERENCE_DECKS, REFUSED_DECKS } from "./reference-decks.ts";
import { REFERENCE_SAMPLES } from "./reference-samples.ts";

const FOLDER = fileURLToPath(new URL("../../../../shared/reference/ratedecks/", import.meta.url));
const isThere = existsSync(FOLDER);
if (!isThere) {
  process.stderr.write(
    "SKIPPED: ../shared/reference/ratedecks is not there: no deck of others is read.\n",
  );
}

function deckBytes(file: string): Uint8Array {
  const bytes = readFileSync(join(FOLDER, file));
  return file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}

/** As the samples are written. */
function sampleText(row: RateRow): string {
  const { effective_from: from = "", effective_to: to = "" } = rateCells(row, "UTC");
  const caller = row.callerPrefix === "" ? "" : `<${row.callerPrefix}`;
  const window = `${from}..${to}`.replaceAll("Z", "");
  return `${row.prefix}${caller} ${row.rate} ${row.firstInterval}/${row.nextInterval} ${window}`;
}

describe.skipIf(!isThere)("decks of others", () => {
  it("each file of the folder is in one of the two tables", () => {
    const known = [...REFERENCE_DECKS.map(({ file }) => file), ...Object.keys(REFUSED_DECKS)];
    const there = readdirSync(FOLDER).filter((name) => /\.csv(\.gz)?$/.test(name));
    expect(there.filter((name) => !known.includes(name))).toEqual(["synthetic-quirks.csv"]);
  });

  it.each(REFERENCE_DECKS)("$file: $rates rates", ({ file, doubts, answers, rates, samples }) => {
    const bytes = deckBytes(file);
    const read = answers === undefined ? readForeign(bytes) : null;
    const { sniffed } = read ?? { sniffed: sniffDeck(bytes) };
    expect(sniffed.doubts.map(({ code }) => code)).toEqual(doubts);
    const { deck, faults } = read ?? readForeign(bytes, answers);
    expect(faults.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(deck.rows).toHaveLength(rates);
    for (const [prefix, cells] of Object.entries(samples)) {
      const row = deck.rows.find((one) => one.prefix === prefix);
      expect(row === undefined ? prefix : rateCells(row, "UTC")).toMatchObject(cells);
    }
    const texts = new Set(deck.rows.map(sampleText));
    const sampled = REFERENCE_SAMPLES[file] ?? [];
    expect(sampled.length).toBeGreaterThanOrEqual(Math.min(10, rates));
    expect(sampled.filter((text) => !texts.has(text))).toEqual([]);
  });

  it.each(Object.entries(REFUSED_DECKS))("%s is refused: %s", (file, doubt) => {
    const { sniffed, faults } = readForeign(deckBytes(file));
    expect(sniffed.doubts.map(({ code }) => code)).toContain(doubt);
    expect(faults).toContainEqual(
      expect.objectContaining({ code: "dialect-doubt", message: expect.stringContaining(doubt) }),
    );
  });

  it("the file of quirks: what is accepted, and what is refused where", () => {
    const expected = JSON.parse(
      readFileSync(join(FOLDER, "synthetic-quirks.expected.json"), "utf8"),
    );
    const read = readForeign(deckBytes("synthetic-quirks.csv"));
    const shown = read.deck.rows.map((row) => ({
      prefix: row.prefix,
      rate: row.status === "blocked" ? null : Number(row.rate),
      interval_1: row.firstInterval,
      interval_n: row.nextInterval,
      destination: row.destination,
      at: row.effectiveFromMs ?? row.effectiveToMs,
    }));
    type Accepted = { prefix: string; rate: string | null; interval_1: number; interval_n: number };
    const accepted = (
      expected.accepted as (Accepted & { effective: string; destination: string })[]
    ).map(({ prefix, rate, interval_1, interval_n, destination, effective }) => ({
      prefix,
      rate: rate === null ? null : Number(rate),
      interval_1,
      interval_n,
      destination,
      at: Date.parse(effective),
    }));
    expect(shown).toEqual(accepted);
    // A footer is told, and is no reason to refuse the deck.
    expect(read.faults.map(({ line, code, severity }) => [line, code, severity])).toEqual([
      [4, "unread-columns", "note"],
      [11, "mangled-prefix", "error"],
      [18, "not-a-decimal", "error"],
      [19, "conflicting-row", "error"],
      [20, "conflicting-row", "error"],
      [22, "no-rate-row", "note"],
    ]);
    const lines = (expected.refused as { line: number }[]).map(({ line }) => line);
    const ofRows = read.faults.filter(({ code }) => code !== "unread-columns");
    expect(ofRows.map(({ line }) => line)).toEqual(lines);
  });
});
