// How often a call is tried, by its kind, by what its fault means and by how late it came: every one of
// them, with a clock that the test sets.
import { MongoServerError } from "mongodb";
import { describe, expect, test } from "vitest";
import { type Calls, createCalls } from "../../../src/stores/mongo/connection/calls.ts";
import { type FaultOutcome, SERVER_CODES } from "../../../src/stores/mongo/faults.ts";
import { virtualTime } from "./virtual-time.ts";

type Kind = keyof Calls;
const KINDS: Kind[] = ["read", "sum", "write", "once"];
const OUTCOMES: FaultOutcome[] = ["retried", "away", "conflict", "refused", "ours", "unknown"];
const WAIT_MS = 8_000;

const codeOf = (outcome: FaultOutcome): number =>
  outcome === "ours"
    ? 2
    : ([...SERVER_CODES].find(([, known]) => known.outcome === outcome)?.[0] ?? 0);

/** Tries of a call whose every try fails after so long. */
async function triesOf(kind: Kind, outcome: FaultOutcome, tookMs: number) {
  const time = virtualTime();
  const calls = createCalls({ waitMs: WAIT_MS, isClosed: () => false, timing: time });
  const again: boolean[] = [];
  const error = new MongoServerError({ message: "told", code: codeOf(outcome) });
  const work = async (isAgain: boolean) => {
    again.push(isAgain);
    time.pass(tookMs);
    throw error;
  };
  const call = calls[kind] as (of: (isAgain: boolean) => Promise<never>) => Promise<never>;
  const told: unknown = await call((isAgain) => work(isAgain)).catch((fault: unknown) => fault);
  return { tries: again.length, again, told, error, elapsedMs: time.nowMs() };
}

/** More than one: it was tried for as long as it may be. */
function expectedTries(
  kind: Kind,
  outcome: FaultOutcome,
  isLate: boolean,
): "once" | "twice" | "on" {
  const isWrite = kind === "write";
  const mayPass = outcome === "retried" || (outcome === "unknown" && isWrite);
  if (!mayPass || kind === "once") return "once";
  if (!isLate) return "on";
  // A write that may have been done is looked for once, however late it is.
  return isWrite ? "twice" : "once";
}

const ROWS = KINDS.flatMap((kind) =>
  OUTCOMES.flatMap((outcome) =>
    [1, 65_000].map((tookMs): [Kind, FaultOutcome, number] => [kind, outcome, tookMs]),
  ),
);

describe("tries of a call", () => {
  test.each(ROWS)("%s, %s, each try %i ms", async (kind, outcome, tookMs) => {
    const { tries, again, elapsedMs, told, error } = await triesOf(kind, outcome, tookMs);
    const expected = expectedTries(kind, outcome, tookMs === 65_000);
    if (expected === "on") {
      expect(tries).toBeGreaterThan(2);
      // A sum that failed late would take as long again.
      expect(elapsedMs).toBeLessThanOrEqual(kind === "sum" ? 1_000 : WAIT_MS);
    } else expect(tries).toBe(expected === "once" ? 1 : 2);
    if (kind === "write") expect(again).toEqual(again.map((_, n) => n > 0));
    if (outcome === "ours") expect(told).toBe(error);
    else {
      const isTime = outcome === "unknown" && kind !== "write";
      const code = outcome === "conflict" ? "conflict" : "store-unavailable";
      expect(told).toMatchObject({ code: isTime ? "timeout" : code });
    }
  });

  test("a call that is over in time the second time is answered; its pauses grow", async () => {
    const time = virtualTime();
    const calls = createCalls({ waitMs: WAIT_MS, isClosed: () => false, timing: time });
    const at: number[] = [];
    const answer = await calls.read(async () => {
      at.push(time.nowMs());
      if (at.length < 8) throw new MongoServerError({ message: "told", code: 189 });
      return "answer";
    });
    expect([answer, at]).toEqual(["answer", [0, 50, 150, 350, 750, 1550, 2550, 3550]]);
  });

  test("a store that is closed meanwhile ends its calls", async () => {
    let isClosed = false;
    const calls = createCalls({
      waitMs: WAIT_MS,
      isClosed: () => isClosed,
      timing: virtualTime(),
    });
    const read = calls.read(async () => {
      isClosed = true;
      throw new MongoServerError({ message: "told", code: 189 });
    });
    await expect(read).rejects.toMatchObject({ code: "store-unavailable" });
    await expect(calls.write(async () => 1)).rejects.toMatchObject({ code: "store-unavailable" });
  });
});
