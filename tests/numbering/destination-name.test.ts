// Names of destinations: today's plan for numbers in use, the dial-code table for prefixes.
import { expect, test } from "vitest";
import { destinationOf } from "../../src/numbering/destination-name.ts";

test.each([
  ["34650123456", { country: "ES", name: "Spain mobile", kind: "mobile", prefix: "34650" }],
  ["442079460123", { country: "GB", name: "United Kingdom", kind: "fixed", prefix: "4420" }],
  ["447781123456", { country: "GG", name: "Guernsey mobile", kind: "mobile" }],
  ["18005551212", { country: "US", name: "United States toll-free", kind: "toll-free" }],
  ["449098790000", { country: "GB", name: "United Kingdom premium", kind: "premium" }],
  ["12423561234", { country: "BS", name: "Bahamas", kind: "fixed" }],
  ["8816123456789", { country: "001", name: "Global mobile satellite", kind: "satellite" }],
  ["34", { country: "ES", prefix: "34", kind: "unknown" }],
  ["34650", { country: "ES", prefix: "34650", kind: "mobile" }],
  ["1242", { country: "BS", prefix: "1242", name: "Bahamas" }],
  ["211912345678", { country: "SS", prefix: "211" }],
])("%s", (digits, destination) => {
  expect(destinationOf(digits)).toMatchObject(destination);
});

test("no calling code, no destination", () => {
  expect(destinationOf("999")).toBeNull();
  expect(destinationOf("")).toBeNull();
  expect(destinationOf("034650")).toBeNull();
});
