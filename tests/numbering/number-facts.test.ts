// What libphonenumber knows of a number, in our words, asked once.
import { expect, test } from "vitest";
import { numberFacts } from "../../src/numbering/facts.ts";

const inUse = { possible: true, valid: true };

test.each([
  ["+34650123456", undefined, { ...inUse, country: "ES", type: "MOBILE" }],
  ["2079460123", "GB", { ...inUse, e164: "+442079460123", country: "GB", type: "FIXED_LINE" }],
  ["02079460123", "GB", { ...inUse, e164: "+442079460123", country: "GB", type: "FIXED_LINE" }],
  ["+4402079460123", undefined, { ...inUse, e164: "+442079460123", country: "GB" }],
  ["+80087654321", undefined, { ...inUse, country: "001", type: "TOLL_FREE" }],
  ["+34000000000", undefined, { possible: true, valid: false, country: "ES", type: null }],
  ["+3465012345", undefined, { possible: false, valid: false, country: "ES", type: null }],
  ["+390000000000", undefined, { possible: true, valid: false, country: null, type: null }],
])("%s in %s", (text, country, facts) => {
  const answer = numberFacts(text, country);
  expect(answer).toMatchObject({ e164: text, ...facts });
  expect(numberFacts(text, country)).toBe(answer);
});

test.each([
  ["+999123456789", undefined],
  ["34650123456", undefined],
  ["call +34650123456", undefined],
  ["", undefined],
  ["1", "GB"],
])("%s in %s is no number, also when it is asked again", (text, country) => {
  expect(numberFacts(text, country)).toBeNull();
  expect(numberFacts(text, country)).toBeNull();
});

test("the same digits are another number in another country", () => {
  expect(numberFacts("650123456", "ES")?.e164).toBe("+34650123456");
  expect(numberFacts("650123456", "FR")?.e164).toBe("+33650123456");
  expect(numberFacts("650123456")).toBeNull();
});
