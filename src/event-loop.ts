// The event loop, shared by all work of the process: long work is cut into slices, and of all slices
// together as many run in one turn as take some milliseconds. Forty requests that each give way by
// themselves would still run forty slices in every turn.

/** Milliseconds of slices in one turn; whatever else there is waits no longer for its own. */
const TURN_MS = 5;

/** A record or text of so many bytes takes milliseconds in each step: it waits for a turn first. */
export const LARGE_BYTES = 50_000;

/** When the first slice of this turn began; null: there was none yet. */
let begunAt: number | null = null;
let last: Promise<void> = Promise.resolve();

function begin(): number {
  const now = performance.now();
  begunAt = now;
  setImmediate(() => {
    begunAt = null;
  });
  return now;
}

/** Asked before each slice: true when this turn has had enough of them. Go on after `ownTurn`. */
export function isTurnOver(): boolean {
  return performance.now() - (begunAt ?? begin()) >= TURN_MS;
}

/** A later turn, in which nobody else who waited begins: in the order in which they asked. */
export function ownTurn(): Promise<void> {
  last = last.then(nextTurn);
  return last;
}

/** To be waited for before a step of work on so many bytes; undefined where it is a small one. */
export function turnFor(bytes: number): Promise<void> | undefined {
  return bytes >= LARGE_BYTES ? ownTurn() : undefined;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => {
      begin();
      resolve();
    });
  });
}
