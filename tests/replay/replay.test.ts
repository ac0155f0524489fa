// Goal: the same source prices the frozen corpus the same on every machine, and a change of any
// price is noticed. Whoever changes the hash says in the CHANGELOG which prices changed, and why.
import { expect, it } from "vitest";
import { replay } from "./replay.ts";

const PINNED = "ad72b8599b4a87ad959a8a66c93e2cf2cfcd8dc62289ad767730e99bac5a93b3";

it("the frozen corpus has the prices that it had", async () => {
  const { hash, cdrs, outcomes } = await replay();
  expect({ cdrs, outcomes }).toEqual({
    cdrs: 5000,
    outcomes: { rated: 3843, unrated: 779, partial: 378 },
  });
  expect(hash, "explain the change in the CHANGELOG, then pin the new hash").toBe(PINNED);
});
