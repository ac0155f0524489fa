// The canonical text of a folder tells different folders apart and nothing else.
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalFolder } from "../../src/tariffs/version.ts";

const folder = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 6 }));

test("the order of files is of no account", () => {
  expect(canonicalFolder({ b: "2", a: "1" })).toBe(canonicalFolder({ a: "1", b: "2" }));
});

test("names and texts cannot run into each other", () => {
  expect(canonicalFolder({ a: "1:b0:" })).not.toBe(canonicalFolder({ a: "", b: "" }));
  fc.assert(
    fc.property(folder, folder, (one, other) => {
      const same =
        JSON.stringify(Object.entries(one).toSorted()) ===
        JSON.stringify(Object.entries(other).toSorted());
      expect(canonicalFolder(one) === canonicalFolder(other)).toBe(same);
    }),
  );
});
