// Every setting of a rule set: what it takes, up to its limits, what it refuses, and where.
import { describe, expect, test } from "vitest";
import { ruleSetSettings } from "../../src/numbering/rule-sets/schema.ts";

function faultsOf(settings: object): string[] {
  const issues = ruleSetSettings.safeParse(settings).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

function pathsOf(settings: object): string[] {
  const issues = ruleSetSettings.safeParse(settings).error?.issues ?? [];
  return [...new Set(issues.map(({ path }) => String(path[0])))];
}

const digits = (length: number): string => "9".repeat(length);
const codes = (...names: string[]) => Object.fromEntries(names.map((name) => [name, "hidden"]));
const named = (...patterns: string[]) =>
  Object.fromEntries(patterns.map((pattern) => [pattern, "a name"]));

const patterns = ["9", "+44", "0a", "#9#", "_X.", "_9!", "_[2-5]XzN*#+", "_-A", digits(64)];
const longPatterns = [`_${digits(64)}`, `_${digits(64)}.`, `_${digits(64)}!`];
const noPatterns = ["", "_", " 9", "9 9", "9 ", "_X ", "_X X", " _X", "_X..", "_X.!", "_é"];
const longNoPatterns = [digits(65), `_${digits(65)}`, `_${digits(65)}.`];
const lengths = [
  { min: 1, max: 15 },
  { min: 7, max: 7 },
];
const noLengths = [
  { min: 0, max: 5 },
  { min: 1, max: 16 },
  { min: 9, max: 7 },
  { min: 1.5, max: 7 },
  { min: 1, max: 7.5 },
  { min: 7 },
  { min: 1, max: 7, most: 9 },
  null,
];

type Row = [setting: string, taken: unknown[], refused: unknown[]];

const ofCountries: Row[] = [
  ["country", ["ES"], ["es", "E", "ESP", "xES", "ESx", "", null]],
  ["callingCode", ["1", "34", "383"], ["", "0", "034", "3834", "x34", "34x", "3x", 34]],
  ["areaCode", [null, "2", digits(15)], ["", digits(16), "x2", "2x", 20]],
  ["internationalPrefixes", [[], patterns, longPatterns], [...noPatterns, ...longNoPatterns]],
  ["nationalPrefixes", [[], ["0"]], noPatterns],
  ["nationalPrefixRequired", [true, false], ["yes"]],
  ["nationalLengths", lengths, noLengths],
  ["localLengths", [...lengths, null], noLengths.slice(0, -1)],
  ["emergency", [[], ["112", "_11X"]], noPatterns],
  ["shortNumbers", [{}, named(...patterns)], [...noPatterns.map((p) => named(p)), { "118": 1 }]],
  ["techPrefixes", [[], ["_X#"]], noPatterns],
  [
    "serviceCodes",
    [{}, codes("*31#", "+44", "141", "#".repeat(16)), { "1": "hidden", "2": "shown", "3": "none" }],
    [...["", "+", "++4", "4+", "a1", "1a", digits(17)].map((code) => codes(code)), { "1": "no" }],
  ],
  ["outsideLine", [[], ["0", "9"]], [[""], ["x"], [digits(16)], [0]]],
  ["bareInternational", [true, false], [0]],
  ["vanity", [true, false], [0]],
  ["validate", ["off", "flag", "refuse"], ["", "on"]],
  ["portability", ["dialled", "routing-number"], ["", "lrn"]],
];

const lists = (name: string): Row => [
  name,
  [[], ["34650", "0", digits(15)]],
  [[-1], [1.5], [""], [digits(16)], ["x3"], ["3x"]],
];

const ofBoth: Row[] = [
  ["maxLength", [1, 256], [0, 257, 1.5, "20"]],
  lists("blacklist"),
  lists("whitelist"),
  [
    "changes",
    [
      [],
      [{ from: "2027-01-01" }],
      [{ from: "2027-01-01T00:00:00Z", maxLength: 20 }, { from: "2027-01-01T00:00:00+02:00" }],
    ],
    [
      [{}],
      [{ from: "soon" }],
      [{ from: "2027-01-01T00:00:00" }],
      [{ from: "2027-01-01", preset: "ES" }],
      [{ from: "2027-01-01", maxLength: 0 }],
    ],
  ],
];

const ofCdrStats: Row[] = [
  ["PREFIX_TO_IGNORE", ["", "+,00", digits(256)], [digits(257), "+,*", 0]],
  ["PN_MIN_DIGITS", [0, 64], [-1, 65, 1.5, "6"]],
  ["PN_MAX_DIGITS", [0, 64], [-1, 65, 1.5, "6"]],
  ["PREFIX_LIMIT_MIN", [1, 20], [0, 21, 1.5, "2"]],
  ["PREFIX_LIMIT_MAX", [1, 20], [0, 21, 1.5, "5"]],
  ["LOCAL_DIALCODE", ["", "44", digits(15)], [digits(16), -1, 1.5, null]],
  ["INTERNAL_CALL", [0, 256], [-1, 257, 1.5, "5"]],
];

/** A single pattern stands for a list of one. */
function asValue(setting: string, value: unknown): unknown {
  return typeof value === "string" && /Prefixes$|^emergency$/.test(setting) ? [value] : value;
}

describe.each([
  ["GB", [...ofCountries, ...ofBoth]],
  ["cdr-stats", [...ofCdrStats, ...ofBoth]],
])("preset %s", (preset, rows) => {
  test.each(rows)("%s", (setting, taken, refused) => {
    for (const value of taken) {
      const settings = { preset, [setting]: value };
      expect(ruleSetSettings.safeParse(settings).data, JSON.stringify(value)).toEqual(settings);
    }
    for (const value of refused) {
      const settings = { preset, [setting]: asValue(setting, value) };
      expect(pathsOf(settings), JSON.stringify(value)).toEqual([setting]);
    }
  });
});

test("extensions by length, by pattern, both, or none", () => {
  for (const extensions of [null, {}, { lengths: lengths[1] }, { patterns }, { patterns: [] }]) {
    const settings = { preset: "GB", extensions };
    expect(ruleSetSettings.parse(settings)).toEqual(settings);
  }
  for (const extensions of [{ lengths: noLengths[0] }, { patterns: ["9 9"] }, { min: 2 }, []]) {
    expect(pathsOf({ preset: "GB", extensions })).toEqual(["extensions"]);
  }
});

test("prefixes and the local dial code may be written as whole numbers", () => {
  const settings = { preset: "cdr-stats", blacklist: [0, 212], whitelist: [34650] };
  expect(ruleSetSettings.parse({ ...settings, LOCAL_DIALCODE: 0 })).toEqual({
    preset: "cdr-stats",
    blacklist: ["0", "212"],
    whitelist: ["34650"],
    LOCAL_DIALCODE: "0",
  });
});

test.each([
  [{ preset: "gb" }, ["preset: there is no preset of this name"]],
  [
    { preset: "XX", PN_MIN_DIGITS: 6 },
    [
      "preset: there is no preset of this name",
      "PN_MIN_DIGITS: counts under preset cdr-stats only",
    ],
  ],
  [{ preset: "GB", areaCode: "2x" }, ["areaCode: 1 to 15 digits"]],
  [{ preset: "GB", country: "gb" }, ["country: ISO 3166 alpha-2"]],
  [{ preset: "GB", emergency: [""] }, ["emergency.0: a number, or a pattern after _"]],
  [{ preset: "GB", localLengths: { min: 9, max: 7 } }, ["localLengths: min must not be above max"]],
  [
    { preset: "GB", areaCode: "20", PREFIX_TO_IGNORE: "+", LOCAL_DIALCODE: "44" },
    [
      "PREFIX_TO_IGNORE: counts under preset cdr-stats only",
      "LOCAL_DIALCODE: counts under preset cdr-stats only",
    ],
  ],
  [{ preset: "GB", PN_MIN_DIGITS: undefined }, []],
  [
    { preset: "cdr-stats", areaCode: null, country: "GB", PN_MIN_DIGITS: 6 },
    ["country: is not of cdr-stats", "areaCode: is not of cdr-stats"],
  ],
  [{ preset: "cdr-stats", areaCode: undefined }, []],
  [
    { preset: "cdr-stats", PREFIX_TO_IGNORE: "+,*" },
    ["PREFIX_TO_IGNORE: an entry cannot be applied"],
  ],
])("%o: %o", (settings, faults) => {
  expect(faultsOf(settings)).toEqual(faults);
});

test("a change may hold what its rule set may, and nothing of the other kind of preset", () => {
  const from = "2027-01-01";
  const changes = [
    { from, PN_MAX_DIGITS: 10, maxLength: 20, blacklist: ["44"], whitelist: ["4420"] },
    { from, areaCode: "20" },
    { from, PREFIX_TO_IGNORE: "(" },
  ];
  expect(faultsOf({ preset: "cdr-stats", changes })).toEqual([
    "changes.1.areaCode: is not of cdr-stats",
    "changes.2.PREFIX_TO_IGNORE: an entry cannot be applied",
  ]);
  expect(faultsOf({ preset: "GB", changes })).toEqual([
    "changes.0.PN_MAX_DIGITS: counts under preset cdr-stats only",
    "changes.2.PREFIX_TO_IGNORE: counts under preset cdr-stats only",
    "changes.2.PREFIX_TO_IGNORE: an entry cannot be applied",
  ]);
});
