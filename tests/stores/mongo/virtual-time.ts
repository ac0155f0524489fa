// A clock for the calls of a store that a test sets: pauses take no time, and move it.
import type { Timing } from "../../../src/stores/mongo/connection/calls.ts";

export interface VirtualTime extends Timing {
  pass(ms: number): void;
}

export function virtualTime(): VirtualTime {
  let now = 0;
  return {
    nowMs: () => now,
    pass(ms) {
      now += ms;
    },
    async pause(ms) {
      now += ms;
      // What else is under way gets its turn, as it would in a pause.
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
}
