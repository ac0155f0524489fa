// When work for a request ends before its time: its caller has left, or its seconds are over. Most calls
// are over before anybody looks, and a signal or a timer costs more than their work: both are made
// only for whoever hands a signal on.
import { engineError } from "../../errors.ts";

/** Something that ends at some moment. */
export interface Ending {
  readonly aborted: boolean;
  /** Undefined until then. */
  readonly reason: unknown;
  /** Aborted at that moment, for that reason. */
  signal(): AbortSignal;
}

/** The end of a caller's waiting. */
export interface Departure extends Ending {
  /** The caller is gone. */
  leave(): void;
}

export function createDeparture(): Departure {
  let reason: unknown;
  let own: AbortController | undefined;
  return {
    get aborted() {
      return reason !== undefined;
    },
    get reason() {
      return reason;
    },
    signal() {
      own ??= new AbortController();
      if (reason !== undefined) own.abort(reason);
      return own.signal;
    },
    leave() {
      reason ??= engineError("timeout", "The caller left before its answer.");
      own?.abort(reason);
    },
  };
}

/** The end of a whole request, called off with `clear`; without `seconds` only its caller ends it. */
export function createRequestLimit(
  seconds: number | undefined,
  left: Ending | undefined,
): Ending & { clear(): void } {
  const limitMs = seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000;
  const endsAtMs = performance.now() + limitMs;
  let over: unknown;
  let timer: NodeJS.Timeout | undefined;
  let signal: AbortSignal | undefined;

  function fault(): unknown {
    const hint = "Send fewer calls in one batch, or raise limits.rpcRequestSeconds.";
    over ??= engineError("timeout", `The request took over ${seconds} seconds.`, { hint });
    return over;
  }
  const ending = {
    get aborted() {
      return ending.reason !== undefined;
    },
    get reason() {
      if (left?.aborted === true) return left.reason;
      return over ?? (performance.now() >= endsAtMs ? fault() : undefined);
    },
    signal() {
      if (signal !== undefined) return signal;
      const own = new AbortController();
      signal = left === undefined ? own.signal : AbortSignal.any([own.signal, left.signal()]);
      if (seconds === undefined) return signal;
      timer = setTimeout(() => own.abort(fault()), Math.max(0, endsAtMs - performance.now()));
      timer.unref();
      return signal;
    },
    clear: () => clearTimeout(timer),
  };
  return ending;
}

/** The signal of one call of a method. What writes runs to its end. */
export function createCallLimit(
  { name, writes }: { name: string; writes: boolean },
  seconds: number,
  ends: Ending | undefined,
): { signal(): AbortSignal; clear(): void } {
  let signal: AbortSignal | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    signal() {
      if (signal !== undefined) return signal;
      const own = new AbortController();
      signal = own.signal;
      if (writes) return signal;
      timer = setTimeout(() => {
        const hint = "Narrow the filter, ask for a shorter period, or raise limits.rpcSeconds.";
        own.abort(engineError("timeout", `${name} took over ${seconds} seconds.`, { hint }));
      }, seconds * 1000);
      timer.unref();
      if (ends !== undefined) signal = AbortSignal.any([own.signal, ends.signal()]);
      return signal;
    },
    clear: () => clearTimeout(timer),
  };
}
