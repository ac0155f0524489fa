// A clock that is set by hand, with the timers that hang on it.

export interface ManualClock {
  now(): number;
  later(ms: number, run: () => void): () => void;
  /** Goes on, and runs each timer at its time; what became ready by it is done before the next. */
  advance(ms: number): Promise<void>;
}

/** Lets everything run that waits for a promise only. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

export function createManualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const timers = new Set<{ atMs: number; run: () => void }>();
  return {
    now: () => nowMs,
    later(ms, run) {
      const timer = { atMs: nowMs + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter(({ atMs }) => atMs <= untilMs);
        const [next] = due.sort((left, right) => left.atMs - right.atMs);
        if (next === undefined) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}
