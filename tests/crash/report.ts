// What a run saw, and which promises it found broken.

export interface Report {
  kind: string;
  facts: Record<string, number | string>;
  /** One sentence for each promise that did not hold. */
  broken: string[];
}

export interface RunOptions {
  /** A folder of its own. */
  folder: string;
  /** Of the load; what is waited for besides has its own bounds. */
  seconds: number;
  /** Answers that the senders get between two steps of a run. */
  answers: number;
  /** Of the kinds `kill`, `import` and `mongodb`; of those of feeds how often something is broken. */
  kills: number;
  /** Of a table of the kind `import`. */
  rows: number;
  seed: number;
  /** Longest answer of `/health`, in milliseconds; half of it is given to a busy machine elsewhere. */
  healthMs: number;
  /** Most resident memory of a service, in MB. */
  residentMb: number;
  /** Processes of each service; with several the kind `kill` kills workers too. */
  workers: number;
  /** A MongoDB server: of the kind `kill` in place of an SQLite file, of `mongodb` what is read. */
  mongo?: string;
  /** Settings of the services, over the defaults. */
  limits: Record<string, number>;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
}

/** Repeatable chance: the same seed kills at the same moments. */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Waits for a condition. @throws with its name when it does not come true in time */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  limitMs = 60_000,
) {
  const deadline = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
