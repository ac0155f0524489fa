// Calling codes, regions and the dial-code table: what begins a number.
import { expect, test } from "vitest";
import {
  callingCodeOf,
  dialCode,
  longestDialCode,
  regionName,
  regionsOf,
} from "../../src/numbering/dial-codes.ts";

test.each([
  ["34650123456", "34"],
  ["1", "1"],
  ["7", "7"],
  ["12", "1"],
  ["35012345", "350"],
  ["800", "800"],
  ["35", null],
  ["999", null],
  ["0034", null],
  ["", null],
])("%s has calling code %s", (digits, code) => {
  expect(callingCodeOf(digits)).toBe(code);
});

test("regions of a calling code, the main one first", () => {
  expect(regionsOf("44")).toEqual(["GB", "GG", "IM", "JE"]);
  expect(regionsOf("34")).toEqual(["ES"]);
  expect(regionsOf("1")).toHaveLength(25);
  expect(regionsOf("800")).toEqual(["001"]);
  expect(regionsOf("999")).toEqual([]);
  expect(regionsOf("")).toEqual([]);
});

test("names of regions", () => {
  expect([regionName("ES"), regionName("GB"), regionName("AX")]).toEqual([
    "Spain",
    "United Kingdom",
    "Åland Islands",
  ]);
  expect(["ZZ", "001", ""].map(regionName)).toEqual([null, null, null]);
});

test("the row of exactly a prefix", () => {
  expect(dialCode("34650")).toEqual({
    prefix: "34650",
    country: "ES",
    name: "Spain Telefonica Movile Mobile",
  });
  expect(dialCode("2903")).toEqual({ prefix: "2903", country: null, name: "Tristan da Cunha" });
  expect(dialCode("346501")).toBeUndefined();
  expect(dialCode("")).toBeUndefined();
});

test("the longest row that is accepted", () => {
  const any = (): boolean => true;
  const prefixes = (digits: string, accept: (row: { country: string | null }) => boolean) =>
    longestDialCode(digits, accept)?.prefix ?? null;
  expect(prefixes("34650123456", any)).toBe("34650");
  expect(prefixes("18095429055", any)).toBe("180954290");
  expect(prefixes("29034", any)).toBe("2903");
  expect(prefixes("29034", ({ country }) => country !== null)).toBe("290");
  expect(prefixes("1", any)).toBe("1");
  expect(prefixes("999", any)).toBeNull();
  expect(prefixes("34650123456", () => false)).toBeNull();
  expect(prefixes("", any)).toBeNull();
});
