// How imports give way to others: posts are rated in the same process, and somebody waits for each.
import { setTimeout as wait } from "node:timers/promises";

/** What is done with the records of a piece. */
type Work = "previewed" | "stored";

export interface Pace {
  /** Does work on a list in pieces, resting after each; answers what each said, in order. */
  inPieces<Item, Answer>(
    items: readonly Item[],
    what: Work,
    work: (piece: readonly Item[]) => Promise<readonly Answer[]>,
  ): Promise<Answer[]>;
}

export interface PaceParts {
  /** Records that the intake was given so far, those of imports too. */
  received(): number;
  /** Milliseconds of a clock that nobody sets. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/** As many as a durable write has. */
const MOST_AT_ONCE = 500;
/** What is posted meanwhile waits for these alone. */
const FEW_AT_ONCE = 64;
/** Others have so much of the time: from here on few records are taken at once. */
const IS_BUSY = 0.1;
/** However busy others are, an import gets on: it has the rest of the time. */
const MOST_GIVEN = 0.9;
/** An import that is cancelled ends within such a rest. */
const LONGEST_MS = 1000;
/** What a post takes beside what a record of an import does: it has a request of its own. */
const POST_TAKES: Record<Work, number> = { previewed: 4, stored: 2 };
/** Of what was seen last, against all that was seen before. */
const WEIGHT = 0.5;

/**
 * The rest after work that took so long, where others have that share of the time: what they leave is
 * taken, and no more. Alone an import rests never, beside a full load for nine tenths of the time.
 */
export function restMs(tookMs: number, share: number): number {
  const given = Math.min(share, MOST_GIVEN);
  return Math.min((tookMs * given) / (1 - given), LONGEST_MS);
}

/** One of all imports of a process: none of them is another to the others. */
export function createPace({ received, now, wait: rest }: PaceParts): Pace {
  let share = 0;
  let own = 0;
  let seen = { atMs: now(), others: received() };

  function look(recordMs: number): void {
    const next = { atMs: now(), others: received() - own };
    const perMs = Math.max(0, next.others - seen.others) / Math.max(1, next.atMs - seen.atMs);
    share += (Math.min(1, perMs * recordMs) - share) * WEIGHT;
    seen = next;
  }

  return {
    async inPieces(items, what, work) {
      const answers: Awaited<ReturnType<typeof work>>[number][] = [];
      for (let at = 0; at < items.length; ) {
        const piece = items.slice(at, at + (share < IS_BUSY ? MOST_AT_ONCE : FEW_AT_ONCE));
        const begunMs = now();
        if (what === "stored") own += piece.length;
        answers.push(...(await work(piece)));
        const tookMs = now() - begunMs;
        look((tookMs / piece.length) * POST_TAKES[what]);
        const ms = restMs(tookMs, share);
        if (ms >= 1) await rest(ms);
        at += piece.length;
      }
      return answers;
    },
  };
}

/** Of this process. */
export function processPace(received: () => number): Pace {
  const now = () => performance.now();
  return createPace({ received, now, wait: (ms) => wait(ms) });
}
