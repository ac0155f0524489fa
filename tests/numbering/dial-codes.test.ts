// Calling codes, regions and the dial-code table: what begins a number.
import fc from "fast-check";
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

/** As the table itself says it: the longest beginning that is a row. */
function naively(digits: string, country: string | null): string | null {
  for (let length = digits.length; length > 0; length -= 1) {
    const row = dialCode(digits.slice(0, length));
    if (row !== undefined && (country === null || row.country === country)) return row.prefix;
  }
  return null;
}

test("whatever the digits, the longest row of the table, of any country or of one", () => {
  const digits = fc.oneof(
    fc.stringMatching(/^[0-9]{0,12}$/),
    fc
      .tuple(
        fc.constantFrom("1809", "34650", "7", "44", "290", "8816", "39", "262"),
        fc.stringMatching(/^[0-9+x]{0,8}$/),
      )
      .map(([code, rest]) => code + rest),
  );
  fc.assert(
    fc.property(
      digits,
      fc.constantFrom(null, "ES", "US", "DO", "GB", "RU", "KZ"),
      (text, country) => {
        const accept = (row: { country: string | null }) =>
          country === null || row.country === country;
        expect(longestDialCode(text, accept)?.prefix ?? null).toBe(naively(text, country));
        const code = callingCodeOf(text);
        const codes = [1, 2, 3].map((length) => text.slice(0, length));
        expect(code).toBe(codes.find((one) => regionsOf(one).length > 0) ?? null);
      },
    ),
    { numRuns: 500 },
  );
});
