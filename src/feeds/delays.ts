// How long a feed waits before it connects again: for ever, but ever more slowly.

/** How a session ended, as far as the next one depends on it. */
type EndKind = "lost" | "refused" | "stopped";

export interface SessionEnd {
  kind: EndKind;
  /** For people: why there is no connection. */
  detail: string;
}

const FIRST_MS = 1000;
const MOST_MS = 60_000;
/** A wrong password every second would lock this address out. */
const FIRST_REFUSED_MS = 60_000;
const MOST_REFUSED_MS = 600_000;
/** A session that lived so long was a good one. */
const GOOD_SESSION_MS = 30_000;

export interface Delays {
  /** Milliseconds before the next attempt, after a session that lived so long. */
  after(kind: EndKind, livedMs: number): number;
}

/** With jitter, so that many feeds do not come back at once: `chance` answers in [0, 1). */
export function createDelays(chance: () => number): Delays {
  const failures = { lost: 0, refused: 0, stopped: 0 };
  return {
    after(kind, livedMs) {
      if (kind !== "refused") failures.refused = 0;
      if (livedMs >= GOOD_SESSION_MS) failures.lost = 0;
      const doublings = Math.min(failures[kind], 16);
      failures[kind] += 1;
      // Never sooner than the first delay of a refusal.
      if (kind === "refused") {
        const full = Math.min(MOST_REFUSED_MS, FIRST_REFUSED_MS * 2 ** doublings);
        return Math.round(full * (1 + chance() / 4));
      }
      const full = Math.min(MOST_MS, FIRST_MS * 2 ** doublings);
      return Math.round(full * (0.5 + chance() / 2));
    },
  };
}
