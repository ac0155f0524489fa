// docs/numbers.md tells the truth: its examples are run, its tables are complete.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import { NUMBER_REASONS } from "../../src/numbering/reasons.ts";
import { PRESET_NAMES } from "../../src/numbering/rule-sets/presets.ts";
import { ruleSetSettings } from "../../src/numbering/rule-sets/schema.ts";
import { PLAN_CHANGES } from "../../src/numbering/tables/plan-changes.ts";

const page = readFileSync(new URL("../../docs/numbers.md", import.meta.url), "utf8");

/** Rows of the first table behind a heading, cells without their code marks. */
function tableBehind(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim().replace(/^`(.*)`$/, "$1")),
    );
}

describe("examples", () => {
  const rows = tableBehind("Examples");
  test("there are some", () => expect(rows.length).toBeGreaterThan(30));

  test.each(rows)("%s under %s is %s, %s", (number, ruleSet, result, kind) => {
    const settings = ruleSet?.startsWith("{") ? parse(ruleSet) : { preset: ruleSet };
    const answer = normalizeNumber(number ?? "", ruleSetSettings.parse(settings));
    expect([answer.e164 ?? (answer.normalized || "-"), answer.kind]).toEqual([result, kind]);
  });
});

test("every setting and preset stands on the page, and no other", () => {
  const first = (heading: string): string[] =>
    tableBehind(heading)
      .map(([cell = ""]) => cell)
      .sort();
  expect(first("Settings")).toEqual(Object.keys(ruleSetSettings.shape).sort());
  const presets = tableBehind("Presets").flatMap(([cell = ""]) => cell.match(/[\w-]{2,}/g) ?? []);
  expect(presets.filter((name) => !["country"].includes(name)).sort()).toEqual(
    [...PRESET_NAMES].sort(),
  );
});

test("every change of a numbering plan stands on the page, and no other", () => {
  const changes = PLAN_CHANGES.map(({ country, what, since, source }) =>
    [country, what, since, source].join(" | "),
  );
  const rows = tableBehind("Old and local forms").map((cells) => cells.join(" | "));
  expect([...new Set(rows)].sort()).toEqual([...new Set(changes)].sort());
});

test("every reason stands on the page with its meaning", () => {
  const sentence = (cell: string): string => {
    const plain = cell.replaceAll("`", "");
    return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}.`;
  };
  const rows = tableBehind("Reasons").map(([reason, meaning = ""]) => [reason, sentence(meaning)]);
  expect(rows).toEqual(Object.entries(NUMBER_REASONS));
});
