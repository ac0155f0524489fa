// Dated changes of a rule set: which hold when, in which order, one object a state.
import { describe, expect, test } from "vitest";
import { ruleSetAt } from "../../src/numbering/rule-sets/at.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

const settings: RuleSetSettings = {
  preset: "GB",
  areaCode: "20",
  changes: [
    { from: "2027-03-01", areaCode: "131", outsideLine: ["9"] },
    { from: "2027-01-01", areaCode: "161", vanity: true },
    { from: "2027-02-01", areaCode: "141" },
  ],
};

test.each([
  ["2026-12-31", { areaCode: "20" }],
  ["2027-01-01", { areaCode: "161", vanity: true }],
  ["2027-02-01", { areaCode: "141", vanity: true }],
  ["2027-03-01", { areaCode: "131", vanity: true, outsideLine: ["9"] }],
])("on %s: %o", (date, members) => {
  expect(ruleSetAt(settings, day(date))).toStrictEqual({ preset: "GB", ...members });
});

test("of changes on the same day the one that stands last counts", () => {
  const from = "2027-01-01";
  const changes = [
    { from, areaCode: "161" },
    { from, areaCode: "131" },
  ];
  expect(ruleSetAt({ preset: "GB", changes }, day(from)).areaCode).toBe("131");
});

test("without changes the rule set itself holds", () => {
  for (const plain of [{ preset: "GB" }, { preset: "GB", changes: [] }]) {
    expect(ruleSetAt(plain, day("2027-01-01"))).toBe(plain);
  }
});

describe("one state of one rule set is one object", () => {
  test("between two changes, and before the first", () => {
    const january = ruleSetAt(settings, day("2027-01-01"));
    expect(ruleSetAt(settings, day("2027-01-31"))).toBe(january);
    expect(ruleSetAt(settings, day("2027-02-01"))).not.toBe(january);
    expect(ruleSetAt(settings, 0)).toBe(ruleSetAt(settings, day("2026-12-31")));
  });

  test("another rule set has its own, also when it says the same", () => {
    const january = ruleSetAt(settings, day("2027-01-01"));
    expect(ruleSetAt({ ...settings }, day("2027-01-01"))).not.toBe(january);
  });
});
