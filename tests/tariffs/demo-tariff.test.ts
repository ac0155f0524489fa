// The demo tariff is sound and shows what it promises.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTariff } from "../../src/tariffs/read-folder.ts";
import type { Deck } from "../../src/tariffs/tariff.ts";

const FOLDER = new URL("../../tariffs/demo", import.meta.url).pathname;

function demoFiles(): Record<string, string> {
  const names = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(FOLDER.length + 1));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(FOLDER, name), "utf8")]));
}

const longest = (deck: Deck, number: string) =>
  deck.rows
    .filter((row) => number.startsWith(row.prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];

test("the demo tariff has neither faults nor warnings but notes, and its decks are short", () => {
  const read = readTariff(demoFiles());
  expect(read).toMatchObject({ ok: true });
  // Some destinations cost more at the dearest of three carriers than the customer pays.
  const told = read.ok ? read.warnings : read.faults;
  expect(told.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
    "note below-dearest",
    "note below-dearest",
  ]);
  if (!read.ok) return;
  const { tariff, counts } = read;
  expect(tariff.tenant).toBe("cgrates.org");
  expect(counts).toMatchObject({ retailPlans: 2, carrierPlans: 3, voipPlans: 2, accounts: 3 });
  for (const plan of [...tariff.retailPlans, ...tariff.carrierPlans]) {
    expect(plan.deck.rows.length).toBeLessThanOrEqual(25);
  }
  expect(tariff.accounts.map((row) => row.account)).toEqual(["*any", "1001", "1002"]);
});

test("its carriers have different prefix depth, and internal numbers have a price", () => {
  const read = readTariff(demoFiles());
  if (!read.ok) throw new Error("The demo tariff has faults.");
  const prefixes = read.tariff.carrierPlans.map((plan) => longest(plan.deck, "34650123456"));
  expect(prefixes.map((row) => row?.prefix)).toEqual(["34650", "346", "34"]);
  expect(Number(prefixes[0]?.rate)).toBeGreaterThan(Number(prefixes[1]?.rate));
  const [standard] = read.tariff.retailPlans;
  expect(standard && longest(standard.deck, "1002")?.destination).toBe("Internal");
  const [alpha] = read.tariff.carrierPlans;
  expect(alpha && longest(alpha.deck, "1002")?.rate).toBe("0");
});
