// Compiling: tries find what a scan finds, snapshots survive the trip between threads, zones agree
// with the calendar, money of any size stays exact.
import fc from "fast-check";
import { IANAZone } from "luxon";
import { describe, expect, it } from "vitest";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import {
  buildDigitTrie,
  firstValueOf,
  longestMatch,
  matchPrefixes,
} from "../../src/rating/snapshot/digit-trie.ts";
import { snapshotTransferables } from "../../src/rating/snapshot/native.ts";
import {
  buildPrefixIndex,
  endRowOf,
  entryOf,
  firstRowOf,
} from "../../src/rating/snapshot/prefix-index.ts";
import {
  nextTransitionMs,
  offsetMsAt,
  zoneOffsets,
} from "../../src/rating/snapshot/zone-offsets.ts";
import { expectSame } from "../expect-same.ts";
import { runs } from "../runs.ts";
import { randomCall, randomFrom, randomTariff } from "./random-tariff.ts";
import { callOf, retailPlan, tariffOf } from "./tariff-fixtures.ts";

/** Random tariffs; fewer where the whole is run again for every mutant. */
const TARIFFS = Math.min(100, runs(100));

const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom("0", "1", "2", "9"), maxLength });

describe("the digit trie", () => {
  it("finds every prefix that a naive scan finds, the longest last", () => {
    fc.assert(
      fc.property(fc.uniqueArray(digits(6), { maxLength: 40 }), digits(9), (keys, number) => {
        const sorted = [...keys].sort();
        const trie = buildDigitTrie(sorted, [...sorted.keys(), sorted.length]);
        const path = new Int32Array(2 * (trie.depth + 1));
        const count = matchPrefixes(trie, number, path);
        const found = Array.from({ length: count }, (_, step) => {
          const key = sorted[firstValueOf(trie, path[2 * step]!)]!;
          expectSame(key.length, path[2 * step + 1]);
          return key;
        });
        const scanned = sorted
          .filter((key) => number.startsWith(key))
          .sort((a, b) => a.length - b.length);
        expectSame(found, scanned);
        expectSame(longestMatch(trie, number), scanned.at(-1)?.length ?? -1);
      }),
      { numRuns: 2000 },
    );
  });

  it("stops at what is no digit", () => {
    const trie = buildDigitTrie(["4", "44"], [0, 1, 2]);
    for (const text of ["4*4", "4/4", "4:4"]) {
      expect(matchPrefixes(trie, text, new Int32Array(6))).toBe(1);
      expect(longestMatch(trie, text)).toBe(1);
    }
  });
});

describe("the prefix index", () => {
  it("finds the rows of each deck at each prefix, and says where a deck has none", () => {
    const sets = fc.array(fc.uniqueArray(digits(3), { maxLength: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(sets, digits(4), (prefixesOfDecks, number) => {
        const decks = prefixesOfDecks.map((prefixes) => ({
          prefixes: [...prefixes].sort(),
          rowCounts: prefixes.map((_, index) => 1 + (index % 3)),
        }));
        const { index, firstRows, rows } = buildPrefixIndex(decks);
        const path = new Int32Array(2 * (index.trie.depth + 1));
        const count = matchPrefixes(index.trie, number, path);
        let [found, wanted] = [0, 0];
        for (const [deck, { prefixes, rowCounts }] of decks.entries()) {
          wanted += prefixes.filter((prefix) => number.startsWith(prefix)).length;
          for (let step = 0; step < count; step++) {
            const entry = entryOf(index, path[2 * step]!, deck);
            const prefix = prefixes.indexOf(number.slice(0, path[2 * step + 1]));
            expectSame(entry >= 0, prefix >= 0);
            if (entry < 0) continue;
            found++;
            expectSame(firstRowOf(index, entry), firstRows[deck]![prefix]);
            expectSame(endRowOf(index, entry) - firstRowOf(index, entry), rowCounts[prefix]);
          }
        }
        expect(found).toBe(wanted);
        expect(rows).toBe(decks.flatMap((deck) => deck.rowCounts).reduce((a, b) => a + b, 0));
      }),
      { numRuns: 1000 },
    );
  });

  it("tells the rows of a prefix that has one in every deck without its entries", () => {
    const { index } = buildPrefixIndex([
      { prefixes: ["33", "34", "35"], rowCounts: [1, 1, 2] },
      { prefixes: ["33", "34", "35", "36"], rowCounts: [1, 1, 1, 1] },
    ]);
    const entries = index.entries.slice();
    index.entries.fill(-1);
    const path = new Int32Array(6);
    const rowsOf = (prefix: string) =>
      [0, 1].map((deck) => {
        expect(matchPrefixes(index.trie, prefix, path)).toBe(1);
        const entry = entryOf(index, path[0]!, deck);
        return [firstRowOf(index, entry), endRowOf(index, entry)];
      });
    expect(rowsOf("33")).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(rowsOf("34")).toEqual([
      [2, 3],
      [3, 4],
    ]);
    index.entries.set(entries);
    expect(rowsOf("35")).toEqual([
      [4, 6],
      [6, 7],
    ]);
  });
});

describe("snapshots", () => {
  it("price the same after they were transferred", () => {
    for (let seed = 0; seed < TARIFFS / 2; seed++) {
      const random = randomFrom(seed);
      const tariff = randomTariff(random);
      const kept = compileTariff(tariff, "v");
      const sent = compileTariff(tariff, "v");
      const moved = structuredClone(sent, { transfer: snapshotTransferables(sent) });
      expect(sent.decks[0]?.rows.length).toBe(0);
      for (let index = 0; index < 20; index++) {
        const call = randomCall(random);
        expectSame(priceCall(call, moved), priceCall(call, kept));
      }
    }
  });

  it("do not depend on the order of the rows of a deck", () => {
    for (let seed = 0; seed < TARIFFS; seed++) {
      const random = randomFrom(seed);
      const tariff = randomTariff(random);
      const turned = structuredClone(tariff);
      for (const plan of [...turned.retailPlans, ...turned.carrierPlans]) {
        plan.deck.rows.sort(() => random.below(3) - 1);
      }
      const [one, other] = [compileTariff(tariff, "v"), compileTariff(turned, "v")];
      for (let index = 0; index < 30; index++) {
        const call = randomCall(random);
        expectSame(priceCall(call, other), priceCall(call, one));
      }
    }
  });

  it("read the one deck of several plans once for each zone of its bands", () => {
    const bands = [{ name: "b", fromMinute: 540, toMinute: 600, timeZone: null }];
    const first = retailPlan("a", [
      { prefix: "34", band: "b" },
      { prefix: "34", rate: "9" },
    ]);
    const again = { ...first, name: "again" };
    const elsewhere = { ...first, name: "b", rules: { ...first.rules, timeZone: "Asia/Tokyo" } };
    const snapshot = compileTariff(
      tariffOf({ bands, retailPlans: [first, again, elsewhere] }),
      "v",
    );
    expect(snapshot.retailPlans.map((plan) => plan.deck)).toEqual([0, 0, 1]);
  });

  it("refuse a tariff that names what it does not have: that is the reader's fault", () => {
    const retailPlans = [retailPlan("r", [{ prefix: "34", band: "nowhere" }])];
    const code = expect.objectContaining({ code: "internal" });
    expect(() => compileTariff(tariffOf({ retailPlans }), "v")).toThrow(code);
    const voipPlan = { retail: ["nobody"] };
    expect(() => compileTariff(tariffOf({ voipPlan }), "v")).toThrow(code);
    expect(() => compileTariff(tariffOf({ voipPlan: { ban: ["none"] } }), "v")).toThrow(code);
    const bands = [{ name: "b", fromMinute: 0, toMinute: 0, timeZone: "Mars/Olympus" }];
    const banded = [retailPlan("r", [{ prefix: "34", band: "b" }])];
    expect(() => compileTariff(tariffOf({ bands, retailPlans: banded }), "v")).toThrow(code);
  });

  it("take money text in any decimal form", () => {
    const amount = (rate: string) => {
      const retailPlans = [retailPlan("r", [{ prefix: "34", rate, unitSeconds: 1 }])];
      return priceCall(callOf({ usage: 3000 }), compileTariff(tariffOf({ retailPlans }), "v")).sell
        ?.amount;
    };
    expect(amount("1e-3")).toBe("0.0030");
    expect(amount("0.001")).toBe("0.0030");
    expect(amount("-2.5")).toBe("-7.5000");
    expect(amount("900719925474.0993")).toBe("2702159776422.2979");
  });
});

describe("zone tables", () => {
  const days = (from: string, to: string) => {
    const [first, last] = [Date.parse(from), Date.parse(to)];
    return Array.from(
      { length: (last - first) / 86_400_000 },
      (_, day) => first + day * 86_400_000,
    );
  };

  it.each(["Europe/Madrid", "Africa/Casablanca", "Australia/Lord_Howe", "Africa/Cairo", "UTC"])(
    "%s has the offsets of the calendar on every day of 60 years",
    (name) => {
      const zone = IANAZone.create(name);
      const table = zoneOffsets(name);
      const wrong = days("1980-01-01", "2040-01-01").filter(
        (dayMs) => offsetMsAt(table, dayMs) !== zone.offset(dayMs) * 60_000,
      );
      expect(wrong).toEqual([]);
    },
  );

  it("know a transition to the millisecond", () => {
    const table = zoneOffsets("Europe/Madrid");
    const spring = Date.parse("2026-03-29T01:00:00Z");
    expect(offsetMsAt(table, spring - 1)).toBe(3_600_000);
    expect(offsetMsAt(table, spring)).toBe(7_200_000);
    expect(nextTransitionMs(table, spring - 1)).toBe(spring);
    expect(nextTransitionMs(table, spring)).toBe(Date.parse("2026-10-25T01:00:00Z"));
  });

  it.each([
    "Europe/Madrid",
    "Asia/Tokyo",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Tunis",
  ])("%s has the offsets of the calendar long before and after the table", (name) => {
    const zone = IANAZone.create(name);
    const table = zoneOffsets(name);
    const anyMs = (from: string, to: string) =>
      fc.integer({ min: Date.parse(from), max: Date.parse(to) });
    const instant = fc.oneof(
      anyMs("1835-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
      anyMs("2100-01-01T00:00:00Z", "+012000-01-01T00:00:00Z"),
    );
    fc.assert(
      fc.property(instant, (atMs) => {
        const offsetMs = zone.offset(atMs) * 60_000;
        const untilMs = nextTransitionMs(table, atMs);
        expect(offsetMsAt(table, atMs)).toBe(Math.round(offsetMs));
        expect(untilMs).toBeGreaterThan(atMs);
        expect(zone.offset(Math.min(untilMs, 8e15) - 1) * 60_000).toBe(offsetMs);
      }),
      { numRuns: 500 },
    );
  });

  it("end a stretch at transitions and years, not more often", () => {
    const table = zoneOffsets("Europe/Madrid");
    const next = (text: string) => new Date(nextTransitionMs(table, Date.parse(text))).toJSON();
    expect(next("2120-01-01T00:00:00Z")).toBe("2120-03-31T01:00:00.000Z");
    expect(next("2500-01-01T00:00:00Z")).toBe("2500-03-28T01:00:00.000Z");
    expect(next("2500-11-01T00:00:00Z")).toBe("2501-01-01T00:00:00.000Z");
    expect(next("1960-07-01T00:00:00Z")).toBe("1970-01-01T00:00:00.000Z");
    expect(next("1900-07-01T00:00:00Z")).toBe("1901-01-01T00:00:00.000Z");
  });
});
