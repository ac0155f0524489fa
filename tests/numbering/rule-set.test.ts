// What a rule set may say, which faults it can have, and which form of it holds when.
import { describe, expect, test } from "vitest";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import { ruleSetAt } from "../../src/numbering/rule-sets/at.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";
import { PRESET_NAMES, presetNamed } from "../../src/numbering/rule-sets/presets.ts";
import { ruleSetSettings } from "../../src/numbering/rule-sets/schema.ts";

describe("settings", () => {
  test.each(PRESET_NAMES)("preset %s is itself a rule set without faults", (name) => {
    expect(ruleSetSettings.safeParse(presetNamed(name)).success).toBe(true);
  });

  test.each([
    [{ preset: "XX" }, "preset"],
    [{ preset: "GB", areacode: "20" }, ""],
    [{ preset: "GB", PN_MIN_DIGITS: 6 }, "PN_MIN_DIGITS"],
    [{ preset: "cdr-stats", areaCode: "20" }, "areaCode"],
    [{ preset: "cdr-stats", PREFIX_TO_IGNORE: "+,*" }, "PREFIX_TO_IGNORE"],
    [{ preset: "cdr-stats", PREFIX_TO_IGNORE: "(0+)+" }, "PREFIX_TO_IGNORE"],
    [{ preset: "cdr-stats", PREFIX_TO_IGNORE: "0?0?0?0?0?1" }, "PREFIX_TO_IGNORE"],
    [{ preset: "GB", nationalLengths: { min: 9, max: 7 } }, "nationalLengths"],
    [{ preset: "GB", maxLength: 1000 }, "maxLength"],
    [{ preset: "GB", changes: [{ from: "soon" }] }, "changes.0.from"],
  ])("%o is a fault at %s", (settings, path) => {
    const read = ruleSetSettings.safeParse(settings);
    expect(read.error?.issues.map((issue) => issue.path.join("."))).toContain(path);
  });
});

describe("dated changes", () => {
  const settings: RuleSetSettings = {
    preset: "GB",
    areaCode: "20",
    changes: [
      { from: "2027-01-01", areaCode: "161" },
      { from: "2026-06-01T12:00:00+02:00", techPrefixes: ["99"] },
    ],
  };

  test("each holds from its start on, on top of those before it", () => {
    const at = (text: string): RuleSetSettings => ruleSetAt(settings, Date.parse(text));
    expect(at("2026-06-01T09:59:59.999Z")).toEqual({ preset: "GB", areaCode: "20" });
    expect(at("2026-06-01T10:00:00Z")).toMatchObject({ areaCode: "20", techPrefixes: ["99"] });
    expect(at("2027-01-01T00:00:00Z")).toMatchObject({ areaCode: "161", techPrefixes: ["99"] });
  });

  test("a day starts where the caller says, and one state is one object", () => {
    const madrid = (from: string): number => Date.parse(from) - 3_600_000;
    const before = Date.parse("2026-12-31T23:00:00Z");
    expect(ruleSetAt(settings, before, madrid).areaCode).toBe("161");
    expect(ruleSetAt(settings, before, madrid)).toBe(ruleSetAt(settings, before + 1, madrid));
    const undated = { preset: "GB" };
    expect(ruleSetAt(undated, 0)).toBe(undated);
  });
});

test("the same text gives the same answer, and another context another one", () => {
  const settings = { preset: "GB", areaCode: "20" };
  const first = normalizeNumber("79460123", settings);
  expect(normalizeNumber("79460123", settings)).toBe(first);
  expect(normalizeNumber("79460123", { ...settings })).toEqual(first);
  expect(Object.isFrozen(first)).toBe(true);
  expect(normalizeNumber("4960123", settings, { accountArea: "161" }).e164).toBe("+441614960123");
});
