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
  return new CallersDeparture();
}

/** A class, as the limit below: every request has one. */
class CallersDeparture implements Departure {
  reason: unknown;
  #own: AbortController | undefined;

  get aborted(): boolean {
    return this.reason !== undefined;
  }

  signal(): AbortSignal {
    this.#own ??= new AbortController();
    if (this.reason !== undefined) this.#own.abort(this.reason);
    return this.#own.signal;
  }

  leave(): void {
    this.reason ??= engineError("timeout", "The caller left before its answer.");
    this.#own?.abort(this.reason);
  }
}

/** The end of a whole request, called off with `clear`; without `seconds` only its caller ends it. */
export function createRequestLimit(
  seconds: number | undefined,
  left: Ending | undefined,
): Ending & { clear(): void } {
  return new RequestLimit(seconds, left);
}

/** A class, since every request has one: nothing of it is made before somebody asks for that. */
class RequestLimit implements Ending {
  readonly #seconds: number | undefined;
  readonly #left: Ending | undefined;
  readonly #endsAtMs: number;
  #over: unknown;
  #timer: NodeJS.Timeout | undefined;
  #signal: AbortSignal | undefined;

  constructor(seconds: number | undefined, left: Ending | undefined) {
    this.#seconds = seconds;
    this.#left = left;
    this.#endsAtMs =
      seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1000;
  }

  get aborted(): boolean {
    return this.reason !== undefined;
  }

  get reason(): unknown {
    if (this.#left?.aborted === true) return this.#left.reason;
    if (this.#over !== undefined) return this.#over;
    return performance.now() >= this.#endsAtMs ? this.#fault() : undefined;
  }

  signal(): AbortSignal {
    if (this.#signal !== undefined) return this.#signal;
    const own = new AbortController();
    const left = this.#left;
    this.#signal = left === undefined ? own.signal : AbortSignal.any([own.signal, left.signal()]);
    if (this.#seconds === undefined) return this.#signal;
    const restMs = Math.max(0, this.#endsAtMs - performance.now());
    this.#timer = setTimeout(() => own.abort(this.#fault()), restMs);
    this.#timer.unref();
    return this.#signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #fault(): unknown {
    const hint = "Send fewer calls in one batch, or raise limits.rpcRequestSeconds.";
    this.#over ??= engineError("timeout", `The request took over ${this.#seconds} seconds.`, {
      hint,
    });
    return this.#over;
  }
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
