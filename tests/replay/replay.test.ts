// Goal: the same source prices the frozen corpus the same on every machine, and a change of any
// price is noticed. Whoever changes the hash says in the CHANGELOG which prices changed, and why.
import { expect, it } from "vitest";
import { replay } from "./replay.ts";

const PINNED = "ec8b2dd10eb1a0627ec7c945093c8650513469a3920e80157c54837777358ae7";

it("the frozen corpus has the prices that it had", async () => {
  const { hash, cdrs, outcomes } = await replay();
  expect({ cdrs, outcomes }).toEqual({
    cdrs: 5000,
    outcomes: { rated: 4008, unrated: 591, partial: 401 },
  });
  expect(hash, "explain the change in the CHANGELOG, then pin the new hash").toBe(PINNED);
});
