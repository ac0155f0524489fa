// A cache that forgets: what was not used lately goes, what was used stays.
import { expect, test } from "vitest";
import { boundedCache } from "../../src/numbering/bounded-cache.ts";

function filled(capacity: number, keys: string): ReturnType<typeof boundedCache<string>> {
  const cache = boundedCache<string>(capacity);
  for (const key of keys) cache.set(key, `value of ${key}`);
  return cache;
}

function kept(cache: ReturnType<typeof boundedCache<string>>, keys: string): string {
  return [...keys].filter((key) => cache.get(key) === `value of ${key}`).join("");
}

test.each([
  [2, "ab", "ab"],
  [2, "abc", "abc"],
  [2, "abcd", "abcd"],
  [2, "abcde", "cde"],
  [1, "abc", "bc"],
])("capacity %i, %s set: %s is known", (capacity, keys, expected) => {
  expect([...keys].filter((key) => kept(filled(capacity, keys), key) !== "").join("")).toBe(
    expected,
  );
});

test("what is read stays, although it was set long ago", () => {
  const cache = filled(2, "abc");
  expect(kept(cache, "a")).toBe("a");
  cache.set("d", "value of d");
  expect(kept(cache, "a")).toBe("a");
  expect(kept(cache, "b")).toBe("");
});

test("the value set last counts", () => {
  const cache = filled(2, "abc");
  cache.set("a", "another");
  expect(cache.get("a")).toBe("another");
});

test("asking for what is not there forgets nothing", () => {
  const cache = filled(2, "ab");
  for (const key of "xyzxyz") expect(cache.get(key)).toBeUndefined();
  expect(kept(cache, "ab")).toBe("ab");
});
