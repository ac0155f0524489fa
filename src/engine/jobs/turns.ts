// So many at once; the others wait in their order. Whoever waits may give up.

export interface Turn {
  /** Nobody was before it. */
  isFirst: boolean;
  /** Resolves with true when it is its turn, with false when it gave up before. */
  ready: Promise<boolean>;
  /** Ends the wait; once the turn has come it changes nothing. */
  giveUp(): void;
  /** Ends the turn: the next one has it. */
  end(): void;
}

export function createTurns(atOnce: number): { wait(): Turn } {
  let free = atOnce;
  const waiting = new Set<(isReady: boolean) => void>();

  function next(): void {
    const [first] = waiting;
    if (first === undefined) {
      free += 1;
      return;
    }
    waiting.delete(first);
    first(true);
  }

  return {
    wait() {
      let hasTurn = false;
      let settle: (isReady: boolean) => void = () => undefined;
      const ready = new Promise<boolean>((resolve) => {
        settle = (isReady) => {
          hasTurn = isReady;
          resolve(isReady);
        };
      });
      const isFirst = free > 0;
      if (isFirst) {
        free -= 1;
        settle(true);
      } else waiting.add(settle);
      return {
        isFirst,
        ready,
        giveUp() {
          if (waiting.delete(settle)) settle(false);
        },
        end() {
          if (!hasTurn) return;
          hasTurn = false;
          next();
        },
      };
    },
  };
}
