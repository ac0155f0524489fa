// Goal: of all work that waits for a turn, one piece runs in each turn of the event loop.
import { afterEach, expect, it, vi } from "vitest";
import { isTurnOver, ownTurn, turnFor } from "../../src/event-loop.ts";

/** The number of the turn, as long as the test runs. */
function countTurns(): { now(): number; end(): void } {
  let [turn, isOver] = [0, false];
  const next = () => {
    turn += 1;
    if (!isOver) setImmediate(next);
  };
  setImmediate(next);
  return {
    now: () => turn,
    end() {
      isOver = true;
    },
  };
}

afterEach(() => {
  vi.restoreAllMocks();
});

it("forty that wait at once have forty turns, in their order", async () => {
  const turns = countTurns();
  const had: number[] = [];
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      await ownTurn();
      had.push(turns.now());
    }),
  );
  turns.end();
  expect(new Set(had).size).toBe(40);
  expect(had).toEqual([...had].sort((a, b) => a - b));
});

it("a turn is over after some milliseconds of slices, whoever had them, and the next one is not", async () => {
  let nowMs = 1000;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  await ownTurn();
  expect(isTurnOver()).toBe(false);
  nowMs += 15;
  expect(isTurnOver()).toBe(true);
  await ownTurn();
  expect(isTurnOver()).toBe(false);
});

it("what is small does not wait", async () => {
  const turns = countTurns();
  await ownTurn();
  const before = turns.now();
  for (let n = 0; n < 100; n += 1) await turnFor(1000);
  expect(turns.now()).toBe(before);
  await turnFor(1_000_000);
  expect(turns.now()).toBeGreaterThan(before);
  turns.end();
});
