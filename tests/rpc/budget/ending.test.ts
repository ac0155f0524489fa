// Goal: who asks whether work is over, and who was given a signal, hear the same, whichever was first.
import { describe, expect, it, vi } from "vitest";
import {
  createCallLimit,
  createDeparture,
  createRequestLimit,
} from "../../../src/rpc/budget/ending.ts";

const timeout = { code: "timeout" };

describe("a caller that leaves", () => {
  it("is told to whoever asks, and to signals made before and after", () => {
    const left = createDeparture();
    const before = left.signal();
    expect([left.aborted, left.reason, before.aborted]).toEqual([false, undefined, false]);
    left.leave();
    expect([left.aborted, before.aborted, left.signal().aborted]).toEqual([true, true, true]);
    expect(left.reason).toMatchObject(timeout);
    expect(before.reason).toBe(left.reason);
    const other = createDeparture();
    other.leave();
    expect(other.signal().reason).toBe(other.reason);
  });
});

describe("a request", () => {
  it("is over after its seconds, by its signal and without one", () => {
    vi.useFakeTimers();
    try {
      const asked = createRequestLimit(2, undefined);
      const signalled = createRequestLimit(2, undefined);
      const signal = signalled.signal();
      vi.advanceTimersByTime(1999);
      expect([asked.aborted, signal.aborted]).toEqual([false, false]);
      vi.advanceTimersByTime(1);
      expect([asked.aborted, signal.aborted]).toEqual([true, true]);
      expect(asked.reason).toMatchObject(timeout);
      expect(signal.reason).toBe(signalled.reason);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is over when its caller leaves, for that reason", () => {
    const left = createDeparture();
    const ends = createRequestLimit(60, left);
    const signal = ends.signal();
    left.leave();
    expect(ends.reason).toBe(left.reason);
    expect(signal.reason).toBe(left.reason);
    ends.clear();
  });

  it("takes as long as its calls without seconds", () => {
    const ends = createRequestLimit(undefined, undefined);
    expect([ends.aborted, ends.signal().aborted]).toEqual([false, false]);
  });
});

describe("a call", () => {
  it("that reads ends with its request, one that writes does not", () => {
    const left = createDeparture();
    const reads = createCallLimit({ name: "r", writes: false }, 60, left);
    const writes = createCallLimit({ name: "w", writes: true }, 60, left);
    const signals = [reads.signal(), writes.signal()];
    left.leave();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    reads.clear();
  });
});
