// When a call or a whole request ends before its time: its seconds are over, or its caller has left.
import { engineError } from "../../errors.ts";

/** The signal of one call, made only for methods that look at it. */
export function createCallLimit(
  { name, writes }: { name: string; writes: boolean },
  seconds: number,
  left: AbortSignal | undefined,
) {
  let signal: AbortSignal | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    signal(): AbortSignal {
      if (signal !== undefined) return signal;
      const own = new AbortController();
      signal = own.signal;
      // What writes runs to its end.
      if (writes) return signal;
      timer = setTimeout(() => {
        const hint = "Narrow the filter, ask for a shorter period, or raise limits.rpcSeconds.";
        own.abort(engineError("timeout", `${name} took over ${seconds} seconds.`, { hint }));
      }, seconds * 1000);
      timer.unref();
      if (left !== undefined) signal = AbortSignal.any([own.signal, left]);
      return signal;
    },
    clear: () => clearTimeout(timer),
  };
}

/** Why the work of a caller that is gone ends. */
export function callerLeft(): Error {
  return engineError("timeout", "The caller left before its answer.");
}

/** The signal of a whole request; without `seconds` only its caller ends it. */
export function createRequestLimit(
  seconds: number | undefined,
  left: AbortSignal | undefined,
): { signal: AbortSignal; clear(): void } {
  const own = new AbortController();
  const signal = left === undefined ? own.signal : AbortSignal.any([own.signal, left]);
  if (seconds === undefined) return { signal, clear: () => undefined };
  const timer = setTimeout(() => {
    const hint = "Send fewer calls in one batch, or raise limits.rpcRequestSeconds.";
    own.abort(engineError("timeout", `The request took over ${seconds} seconds.`, { hint }));
  }, seconds * 1000);
  timer.unref();
  return { signal, clear: () => clearTimeout(timer) };
}
