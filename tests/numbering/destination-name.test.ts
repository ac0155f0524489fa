// Names of destinations: today's plan for numbers in use, the dial-code table for prefixes.
import { expect, test } from "vitest";
import { destinationOf } from "../../src/numbering/destination-name.ts";

const britain = { country: "GB", name: "United Kingdom", prefix: "44" };
const networks = { country: "001", name: "International networks", kind: "unknown" };

test.each([
  ["34650123456", { country: "ES", name: "Spain mobile", kind: "mobile", prefix: "34650" }],
  ["442079460123", { ...britain, kind: "fixed", prefix: "4420" }],
  [
    "12125551234",
    { country: "US", name: "United States", kind: "fixed-or-mobile", prefix: "1212" },
  ],
  ["447781123456", { country: "GG", name: "Guernsey mobile", kind: "mobile", prefix: "447781" }],
  [
    "18005551212",
    { country: "US", name: "United States toll-free", kind: "toll-free", prefix: "1" },
  ],
  ["449098790000", { ...britain, name: "United Kingdom premium", kind: "premium", prefix: "449" }],
  ["448431234567", { ...britain, name: "United Kingdom premium", kind: "premium", prefix: "448" }],
  ["445612345678", { ...britain, name: "United Kingdom voip", kind: "voip", prefix: "4456" }],
  ["447640123456", { ...britain, name: "United Kingdom pager", kind: "pager", prefix: "4476" }],
  ["12423561234", { country: "BS", name: "Bahamas", kind: "fixed", prefix: "124235" }],
  ["262262123456", { country: "RE", name: "Réunion", kind: "fixed", prefix: "262" }],
  ["59994351234", { country: "CW", name: "Curaçao", kind: "fixed", prefix: "599" }],
  ["211912345678", { country: "SS", name: "South Sudan mobile", kind: "mobile", prefix: "211" }],
])("the number %s is named by today's numbering plan", (digits, destination) => {
  expect(destinationOf(digits)).toEqual(destination);
});

test.each([
  ["447012345678", "personal", "United Kingdom personal"],
  ["443001234567", "universal-access", "United Kingdom universal-access"],
  ["41860781234567", "voicemail", "Switzerland voicemail"],
  ["34901123456", "shared-cost", "Spain shared-cost"],
])("%s is %s", (digits, kind, name) => {
  expect(destinationOf(digits)).toMatchObject({ kind, name });
});

test.each([
  ["34", { country: "ES", name: "Spain", kind: "unknown", prefix: "34" }],
  [
    "34650",
    { country: "ES", name: "Spain Telefonica Movile Mobile", kind: "mobile", prefix: "34650" },
  ],
  ["1242", { country: "BS", name: "Bahamas", kind: "unknown", prefix: "1242" }],
  ["4476", { ...britain, name: "United Kingdom Pager", kind: "pager", prefix: "4476" }],
  ["4476231", { ...britain, name: "UK Paging ff9", kind: "pager", prefix: "4476231" }],
  ["449", { ...britain, name: "United Kingdom Premium-Rate", kind: "premium", prefix: "449" }],
  [
    "4470",
    { ...britain, name: "United Kingdom Personal Number", kind: "personal", prefix: "4470" },
  ],
  ["3385", { country: "FR", name: "France VoIP", kind: "voip", prefix: "3385" }],
  ["3739", { country: "MD", name: "Moldova MBL OLD", kind: "mobile", prefix: "3739" }],
  ["2903", { country: "SH", name: "Tristan da Cunha", kind: "unknown", prefix: "2903" }],
  ["441200", { ...britain, name: "Clitheroe", kind: "unknown", prefix: "441200" }],
  [
    "3465012",
    { country: "ES", name: "Spain Telefonica Movile Mobile", kind: "mobile", prefix: "34650" },
  ],
  ["398", { country: "IT", name: "Italy", kind: "unknown", prefix: "39" }],
  ["447624", { country: "IM", name: "Isle of Man", kind: "unknown", prefix: "44" }],
  ["383", { country: "XK", name: "Kosovo", kind: "unknown", prefix: "383" }],
  ["7", { country: "RU", name: "Russia", kind: "unknown", prefix: "7" }],
])("the prefix %s is named by the dial-code table, else its region", (digits, destination) => {
  expect(destinationOf(digits)).toEqual(destination);
});

test.each([
  ["80012345678", { country: "001", name: "International freephone", kind: "toll-free" }],
  ["808", { country: "001", name: "International shared cost", kind: "shared-cost" }],
  ["870", { country: "001", name: "Inmarsat", kind: "satellite" }],
  ["878", { country: "001", name: "Universal personal numbers", kind: "personal" }],
  ["8816123456789", { country: "001", name: "Global mobile satellite", kind: "satellite" }],
  ["88213", networks],
  ["883", networks],
  ["888", { country: "001", name: "Disaster relief", kind: "unknown" }],
  ["979", { country: "001", name: "International premium rate", kind: "premium" }],
])("%s is of no country", (digits, destination) => {
  expect(destinationOf(digits)).toEqual({ ...destination, prefix: digits.slice(0, 3) });
});

test("a name is looked up once", () => {
  expect(destinationOf("34650123456")).toBe(destinationOf("34650123456"));
});

test("no calling code, no destination", () => {
  expect(destinationOf("999")).toBeNull();
  expect(destinationOf("")).toBeNull();
  expect(destinationOf("034650")).toBeNull();
});
