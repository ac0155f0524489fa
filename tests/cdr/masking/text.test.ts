// Goal: wherever a number stands in a text, in whatever form, its own digits are not to be read there any
// more, and other texts stay as they are. Method: forms by hand, and random texts around random numbers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  digitsOf,
  maskDigits,
  maskForms,
  maskNumbers,
  maskRuns,
  mentions,
} from "../../../src/cdr/masking/text.ts";
import { runs } from "../../runs.ts";

const SPAIN = { digits: "34650123456", kept: 3 };

describe("numbers in texts", () => {
  it.each([
    ["34650123456", "346********"],
    ["+34 650 12 34 56", "+34 6** ** ** **"],
    ["0034650123456", "00346********"],
    ["650123456", "6********"],
    ["sip:34650123456@gw:5060", "sip:346********@gw:5060"],
    ["SIP/trunk-0123456", "SIP/trunk-*******"],
    ["1772442000.650123456", "1772442000.6********"],
    ["34650999999", "34650999999"],
    ["billsec 61", "billsec 61"],
  ])("masks %s as %s", (text, masked) => {
    expect(maskNumbers(text, [SPAIN])).toBe(masked);
  });

  it("masks a short number where it stands by itself, and a shorter one nowhere", () => {
    const short = { digits: "11833", kept: 0 };
    expect(maskNumbers("to 11833, not 118330", [short])).toBe("to *****, not 118330");
    expect(maskNumbers("to 112", [{ digits: "112", kept: 0 }])).toBe("to 112");
  });

  it("keeps the first digits that are asked for, and runs that are too short", () => {
    expect(maskDigits("+34 650-12", 4)).toBe("+34 65*-**");
    expect(maskRuns("61 s for 34650123456", 5)).toBe("61 s for ***********");
  });

  it("finds a form of a number as one of its own alone", () => {
    const forms = new Set(["34650123456", "0034650123456", "650123456"]);
    expect(mentions("a=+34 650 123 456;", forms)).toBe(true);
    expect(mentions("at 2026-03-02 650123456", forms)).toBe(true);
    // Another number that ends as this one does.
    expect(mentions("49650123456", forms)).toBe(false);
    expect(maskForms("a=650123456 b=49650123456", forms)).toBe("a=********* b=49650123456");
  });

  it("leaves the last digits of no number in any text, and no digit where none was", () => {
    const digit = fc.constantFrom(..."0123456789");
    const number = fc.string({ unit: digit, minLength: 7, maxLength: 15 });
    const around = fc.string({ unit: fc.constantFrom(..."0123456789 +-./()ab"), maxLength: 30 });
    const property = fc.property(
      number,
      around,
      around,
      fc.nat(15),
      (digits, left, right, kept) => {
        const text = `${left}${digits}${right}`;
        const hidden = { digits, kept: Math.min(kept, digits.length - 7) };
        const masked = maskNumbers(text, [hidden]);
        expect(masked).toHaveLength(text.length);
        expect(digitsOf(masked).includes(digits.slice(-7))).toBe(false);
        for (const [at, letter] of [...masked].entries()) {
          if (letter !== text[at]) expect([letter, /\d/.test(text[at] ?? "")]).toEqual(["*", true]);
        }
      },
    );
    fc.assert(property, { numRuns: runs(200), seed: 7 });
  });
});
