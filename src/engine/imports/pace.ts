// How an import gives way to others: posts are rated in the same process, and somebody waits for each.
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";

export interface Pace {
  /** Records that are handed to the intake at once: what is posted meanwhile waits for them. */
  atOnce(): number;
  /** Leaves the process to others, after work that took so long. */
  giveWay(tookMs: number): Promise<void>;
}

export interface PaceParts {
  /** Waits, and answers how much of that time the event loop was busy with others: 0 to 1. */
  rest(ms: number): Promise<number>;
}

/** As many as a durable write has. */
const MOST_AT_ONCE = 500;
const FEW_AT_ONCE = 64;
/** Others have so much of the loop: from here on they wait for few records alone. */
const IS_BUSY = 0.1;
/** However busy others are, an import gets on: it has the rest of the time. */
const MOST_GIVEN = 0.9;
/** So long it looks, at least, how busy others are. */
const LOOK_MS = 4;
/** An import that is cancelled ends within such a rest. */
const LONGEST_MS = 1000;
/** Of what was seen last, against all that was seen before. */
const WEIGHT = 0.25;

/** What others leave is taken, and no more: alone it runs without a pause, beside a full load for a tenth of the time. */
export function restMs(tookMs: number, busy: number): number {
  const given = Math.min(busy, MOST_GIVEN);
  const ms = (tookMs * given) / (1 - given);
  return Math.min(Math.max(ms, LOOK_MS), LONGEST_MS);
}

export function createPace({ rest }: PaceParts = { rest: restOfLoop }): Pace {
  let busy = 0;
  return {
    atOnce: () => (busy < IS_BUSY ? MOST_AT_ONCE : FEW_AT_ONCE),
    async giveWay(tookMs) {
      busy += ((await rest(restMs(tookMs, busy))) - busy) * WEIGHT;
    },
  };
}

async function restOfLoop(ms: number): Promise<number> {
  const before = performance.eventLoopUtilization();
  await wait(ms);
  const { active, idle } = performance.eventLoopUtilization(before);
  return active + idle > 0 ? active / (active + idle) : 0;
}

/** Does work on a list in pieces, giving way after each; answers what each said, in order. */
export async function inPieces<Item, Answer>(
  pace: Pace,
  items: readonly Item[],
  work: (piece: readonly Item[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < items.length; ) {
    const piece = items.slice(at, at + pace.atOnce());
    const begunMs = performance.now();
    answers.push(...(await work(piece)));
    await pace.giveWay(performance.now() - begunMs);
    at += piece.length;
  }
  return answers;
}
