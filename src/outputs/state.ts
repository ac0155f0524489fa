// What an output has done: counted while it runs, kept in the store beside its position.
import type { JsonObject } from "../cdr/json.ts";
import type { OutputState } from "../engine/outputs.ts";
import { wholeNumber } from "../feeds/contract.ts";

export interface Tally {
  /** So many were taken; `writtenMs`: when the store wrote the last of them. */
  sent(count: number, writtenMs: number): void;
  failed(fault: string): void;
  /** Nothing is left to be sent, or there is again. */
  caughtUp(isSo: boolean): void;
  /** Answers whether it was not said already. */
  warned(warning: string | null): boolean;
  takeChange(): boolean;
  toJson(): JsonObject;
}

/** Goes on counting where `kept` ended. */
export function createTally(kept: JsonObject, clock: () => number): Tally {
  const state: JsonObject = { ...kept, caughtUp: false, fault: null, warning: null };
  let isChanged = false;
  const set = (changes: JsonObject) => {
    const isNew = Object.entries(changes).some(([name, value]) => state[name] !== value);
    Object.assign(state, changes);
    isChanged ||= isNew;
  };
  return {
    sent(count, writtenMs) {
      const nowMs = clock();
      set({
        sent: wholeNumber(state["sent"]) + count,
        lastSentMs: nowMs,
        lagMs: Math.max(0, nowMs - writtenMs),
        fault: null,
      });
    },
    failed: (fault) => set({ failures: wholeNumber(state["failures"]) + 1, fault }),
    caughtUp: (isSo) => set(isSo ? { caughtUp: true, fault: null } : { caughtUp: false }),
    warned(warning) {
      const isNew = state["warning"] !== warning;
      set({ warning });
      return isNew;
    },
    takeChange() {
      const wasChanged = isChanged;
      isChanged = false;
      return wasChanged;
    },
    toJson: () => ({ ...state }),
  };
}

/** What is told of an output. */
export function stateOf(kept: JsonObject, position: JsonObject | null): OutputState {
  const { lastSentMs, lagMs, caughtUp, fault, warning } = kept;
  const textOf = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    sent: wholeNumber(kept["sent"]),
    lastSent: typeof lastSentMs === "number" ? new Date(lastSentMs).toISOString() : null,
    lagSeconds: typeof lagMs === "number" ? lagMs / 1000 : null,
    caughtUp: caughtUp === true,
    failures: wholeNumber(kept["failures"]),
    fault: textOf(fault),
    warning: textOf(warning),
    position,
  };
}
