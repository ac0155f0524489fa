// What one caller may have under way at once, and how many bytes of answers one request and one
// caller may hold: whatever is sent, the memory and the work of the process stay bounded.
import { engineError } from "../../errors.ts";
import { answersTooLarge } from "./answer-text.ts";
import { createPlaces } from "./places.ts";

/** Settings of `limits`; each is described in docs/limits.md. */
export interface BudgetLimits {
  callerRequests: number;
  callerBodyBytes: number;
  callerHeavy: number;
  heavy: number;
  rpcAnswerBytes: number;
  callerAnswerBytes: number;
  callerExports: number;
  rpcSeconds: number;
}

/**
 * What a call takes: `heavy` works over many records, `large` may answer megabytes of one. Of both
 * one request runs one at a time.
 */
export type Load = "heavy" | "large";

/** Large calls are short: so many of them run in the place of a heavy one. */
const LARGE_IN_A_PLACE = 4;

/** What all callers together may have of what one may have. */
const CALLERS = 4;

/** The share of one request. Everything it has is given back by `release`. */
export interface RequestBudget {
  /** A place for a call. @throws `too-busy`, or the reason of the signal */
  place(load: Load, signal?: AbortSignal): Promise<() => void>;
  /** Bytes that answers of this request may still have. */
  room(): number;
  /**
   * Counts bytes of an answer, which are held until the caller has read them.
   * @throws `too-large` when there is no room for them, `too-busy` when the caller holds too many
   * already: nothing is counted then
   */
  hold(bytes: number): void;
  /** The same for the answer of what was written: it is never dropped. */
  keep(bytes: number): void;
  release(): void;
}

export interface Budget {
  /** @throws `too-busy` when the caller has too much under way already */
  request(caller: string, bodyBytes: number): RequestBudget;
  /** Answers what ends the export. @throws `too-busy` when too many are under way */
  beginExport(caller: string): () => void;
}

export function createBudget(limits: BudgetLimits): Budget {
  const requests = createTally("requests", limits.callerRequests);
  const bodies = createTally("bytes of request bodies", limits.callerBodyBytes);
  const answers = createTally("bytes of answers not read yet", limits.callerAnswerBytes);
  const exports = createTally("exports", limits.callerExports);
  const waitMs = limits.rpcSeconds * 1000;
  const places = {
    heavy: createPlaces({ all: limits.heavy, perCaller: limits.callerHeavy, waitMs }),
    large: createPlaces({
      all: limits.heavy * LARGE_IN_A_PLACE,
      perCaller: limits.callerHeavy * LARGE_IN_A_PLACE,
      waitMs,
    }),
  };

  return {
    request(caller, bodyBytes) {
      requests.add(caller, 1);
      try {
        bodies.add(caller, bodyBytes);
      } catch (error) {
        requests.giveBack(caller, 1);
        throw error;
      }
      let held = 0;
      let isReleased = false;
      const count = (bytes: number, must: boolean): void => {
        if (isReleased) return;
        answers.add(caller, bytes, must);
        held += bytes;
      };
      return {
        place: (load, signal) => places[load].take(caller, signal),
        room: () => limits.rpcAnswerBytes - held,
        hold(bytes) {
          if (bytes > limits.rpcAnswerBytes - held) throw answersTooLarge();
          count(bytes, false);
        },
        keep: (bytes) => count(bytes, true),
        release() {
          if (isReleased) return;
          isReleased = true;
          requests.giveBack(caller, 1);
          bodies.giveBack(caller, bodyBytes);
          answers.giveBack(caller, held);
        },
      };
    },
    beginExport(caller) {
      exports.add(caller, 1);
      let isUnderWay = true;
      return () => {
        if (isUnderWay) exports.giveBack(caller, 1);
        isUnderWay = false;
      };
    },
  };
}

/** How much of one thing each caller has, and all of them. */
function createTally(what: string, perCaller: number) {
  const has = new Map<string, number>();
  let all = 0;
  return {
    /** One alone is let in whatever its size. @throws `too-busy`: nothing is counted then */
    add(caller: string, amount: number, must = false): void {
      const own = has.get(caller) ?? 0;
      const isOver = own > 0 && own + amount > perCaller;
      if (!must && (isOver || (all > 0 && all + amount > perCaller * CALLERS))) {
        const whose = isOver ? `"${caller}" has` : "All callers have";
        throw engineError("too-busy", `${whose} too many ${what} under way.`, {
          hint: "Ask again when some of them are done.",
        });
      }
      has.set(caller, own + amount);
      all += amount;
    },
    /** What was added, at most once. */
    giveBack(caller: string, amount: number): void {
      all -= amount;
      const left = (has.get(caller) ?? amount) - amount;
      if (left === 0) has.delete(caller);
      else has.set(caller, left);
    },
  };
}

/** For a program that asks its own store: nobody else waits for it. */
export const UNBOUNDED: Budget = createBudget({
  callerRequests: Number.POSITIVE_INFINITY,
  callerBodyBytes: Number.POSITIVE_INFINITY,
  callerHeavy: Number.POSITIVE_INFINITY,
  heavy: Number.POSITIVE_INFINITY,
  rpcAnswerBytes: Number.POSITIVE_INFINITY,
  callerAnswerBytes: Number.POSITIVE_INFINITY,
  callerExports: Number.POSITIVE_INFINITY,
  rpcSeconds: 86_400,
});
