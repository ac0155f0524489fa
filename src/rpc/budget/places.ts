// Places for work that must not all run at once: so many in all, so many for each caller. Whoever
// waits is served in turn by caller, so that a long line of one holds up nobody else.
import { engineError } from "../../errors.ts";

export interface Places {
  /**
   * Resolves with what gives the place back.
   * @throws `too-busy` when none was free in time, or the reason of the signal
   */
  take(caller: string, signal?: AbortSignal): Promise<() => void>;
}

export interface PlacesOptions {
  /** Places in all, and those that one caller may have of them. */
  all: number;
  perCaller: number;
  /** Milliseconds after which who waits is told `too-busy`. */
  waitMs: number;
}

/** One that waits: `begin` gives it its place. */
interface Waiting {
  begin(): void;
}

export function createPlaces({ all, perCaller, waitMs }: PlacesOptions): Places {
  const taken = new Map<string, number>();
  /** In the order in which callers are served: who was served goes to the end. */
  const lines = new Map<string, Waiting[]>();
  let free = all;

  const hasPlace = (caller: string): boolean => free > 0 && (taken.get(caller) ?? 0) < perCaller;

  function occupy(caller: string): () => void {
    free -= 1;
    taken.set(caller, (taken.get(caller) ?? 0) + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      free += 1;
      const left = (taken.get(caller) ?? 1) - 1;
      if (left === 0) taken.delete(caller);
      else taken.set(caller, left);
      serve();
    };
  }

  function serve(): void {
    for (const [caller, line] of [...lines]) {
      const next = hasPlace(caller) ? line.shift() : undefined;
      if (next === undefined) continue;
      lines.delete(caller);
      if (line.length > 0) lines.set(caller, line);
      next.begin();
    }
  }

  function leave(caller: string, waiting: Waiting): void {
    const line = lines.get(caller) ?? [];
    const rest = line.filter((one) => one !== waiting);
    if (rest.length === 0) lines.delete(caller);
    else lines.set(caller, rest);
  }

  function wait(caller: string, signal: AbortSignal | undefined): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", giveUp);
      };
      const waiting: Waiting = {
        begin() {
          end();
          resolve(occupy(caller));
        },
      };
      const giveUp = (): void => {
        end();
        leave(caller, waiting);
        reject(signal?.aborted === true ? signal.reason : noPlace(waitMs));
      };
      const timer = setTimeout(giveUp, waitMs);
      timer.unref();
      signal?.addEventListener("abort", giveUp);
      lines.set(caller, [...(lines.get(caller) ?? []), waiting]);
    });
  }

  return {
    async take(caller, signal) {
      signal?.throwIfAborted();
      // Nobody of this caller waits while it has a place: places that come free are given at once.
      return hasPlace(caller) ? occupy(caller) : wait(caller, signal);
    },
  };
}

function noPlace(waitMs: number): Error {
  return engineError("too-busy", `No place came free within ${waitMs / 1000} seconds.`, {
    hint: "Other heavy calls are under way: ask again later, or for less at once.",
  });
}
