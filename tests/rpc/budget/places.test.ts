// Goal: places are given so many at once, in turn by caller, and waiting has an end.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPlaces } from "../../../src/rpc/budget/places.ts";

const LONG_MS = 60_000;

/** What has happened by the time that everything settled was told. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test("one caller has its share, and a long line of it holds up nobody else", async () => {
  const places = createPlaces({ all: 3, perCaller: 2, waitMs: LONG_MS });
  const order: string[] = [];
  const give: Record<string, () => void> = {};
  const take = (name: string) =>
    places.take(name.slice(0, 1)).then((giveBack) => {
      order.push(name);
      give[name] = giveBack;
    });
  for (const name of ["a1", "a2", "a3", "a4", "b1", "b2", "c1"]) void take(name);
  await settled();
  expect(order).toEqual(["a1", "a2", "b1"]);
  give["a1"]?.();
  give["a1"]?.();
  await settled();
  expect(order.slice(3)).toEqual(["a3"]);
  give["a2"]?.();
  await settled();
  expect(order.slice(4)).toEqual(["b2"]);
  give["a3"]?.();
  await settled();
  expect(order.slice(5)).toEqual(["c1"]);
  give["b1"]?.();
  await settled();
  expect(order.slice(6)).toEqual(["a4"]);
});

test("who waits too long is told so, and who leaves is passed over", async () => {
  const places = createPlaces({ all: 1, perCaller: 1, waitMs: 20 });
  const giveBack = await places.take("a");
  await expect(places.take("b")).rejects.toMatchObject({ code: "too-busy" });
  const patient = createPlaces({ all: 1, perCaller: 1, waitMs: LONG_MS });
  const first = await patient.take("a");
  const leaving = new AbortController();
  const left = patient.take("b", leaving.signal);
  const next = patient.take("c");
  leaving.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
  first();
  await expect(next).resolves.toBeTypeOf("function");
  await expect(patient.take("d", leaving.signal)).rejects.toThrow("gone");
  giveBack();
});

test("whatever is taken and given back: never too many, and everybody is served", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      async (callers, all, perCaller) => {
        const places = createPlaces({ all, perCaller, waitMs: LONG_MS });
        const has: Record<string, number> = { a: 0, b: 0, c: 0 };
        await Promise.all(
          callers.map(async (caller) => {
            const giveBack = await places.take(caller);
            has[caller] = (has[caller] ?? 0) + 1;
            expect(has[caller]).toBeLessThanOrEqual(perCaller);
            expect(Object.values(has).reduce((sum, own) => sum + own, 0)).toBeLessThanOrEqual(all);
            await settled();
            has[caller] -= 1;
            giveBack();
          }),
        );
      },
    ),
    { numRuns: 100 },
  );
});
