// Goal: jobs have their turn in order, and one that gives up holds up nobody.
import { expect, test } from "vitest";
import { createTurns, type Turn } from "../../../src/engine/jobs/turns.ts";

/** Whether the turn has come, after everything that is settled was told. */
async function stateOf(turn: Turn): Promise<boolean | "waits"> {
  const waits = new Promise<"waits">((resolve) => setImmediate(() => resolve("waits")));
  return Promise.race([turn.ready, waits]);
}

test("so many at once, the others in their order", async () => {
  const turns = createTurns(2);
  const [first, second, third, fourth] = [turns.wait(), turns.wait(), turns.wait(), turns.wait()];
  expect([first, second, third, fourth].map(({ isFirst }) => isFirst)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(await stateOf(third)).toBe("waits");
  second.end();
  second.end();
  expect(await stateOf(third)).toBe(true);
  expect(await stateOf(fourth)).toBe("waits");
  first.end();
  expect(await stateOf(fourth)).toBe(true);
  third.end();
  fourth.end();
  expect(turns.wait().isFirst && turns.wait().isFirst).toBe(true);
  expect(turns.wait().isFirst).toBe(false);
});

test("who gives up is passed over; who has its turn keeps it", async () => {
  const turns = createTurns(1);
  const [first, second, third] = [turns.wait(), turns.wait(), turns.wait()];
  second.giveUp();
  first.giveUp();
  expect(await stateOf(second)).toBe(false);
  expect(await stateOf(third)).toBe("waits");
  second.end();
  expect(await stateOf(third)).toBe("waits");
  first.end();
  expect(await stateOf(third)).toBe(true);
});
