// A feed that pulls: it asks again and again, waits while the other end or the store is away, and ends
// at once when it is stopped.
import type { JsonObject } from "../../cdr/json.ts";
import { EngineError } from "../../errors.ts";
import { type Feed, FeedLost, type FeedParts } from "../contract.ts";

export interface Puller {
  /** Does the next piece; `rest`: there is no more for now. What it throws is done again. */
  step(): Promise<"more" | "rest" | "done">;
  /** The other end is to be called anew by the next step. */
  hangUp(): void;
}

/** The longest pause after a fault. */
const MOST_PAUSE_MS = 30_000;

export function createPullFeed(
  parts: FeedParts,
  everySeconds: number,
  createPuller: (position: JsonObject | null) => Puller,
): Feed {
  let isStopped = false;
  let puller: Puller | undefined;
  let running = Promise.resolve();

  async function run(own: Puller): Promise<void> {
    let faults = 0;
    while (!isStopped) {
      try {
        const left = await own.step();
        parts.connected(null);
        faults = 0;
        if (left === "done") return;
        if (left === "rest") await parts.pause(everySeconds * 1000);
      } catch (error) {
        if (error instanceof FeedLost) return;
        faults += 1;
        note(own, error, faults);
        if (isStopped) return;
        const doubled = everySeconds * 1000 * 2 ** Math.min(faults, 16);
        await parts.pause(Math.min(MOST_PAUSE_MS, doubled));
      }
    }
  }

  /** A store that is away is no fault of the other end. */
  function note(own: Puller, error: unknown, faults: number): void {
    const fault = error instanceof Error ? error.message : String(error);
    if (!(error instanceof EngineError)) {
      own.hangUp();
      if (!isStopped) parts.connected(fault);
    }
    if (isStopped) return;
    parts.log.warn({ feed: parts.name, faults, fault }, "the feed waits, and tries again");
  }

  return {
    start(position) {
      const own = createPuller(position);
      puller = own;
      running = run(own).finally(() => own.hangUp());
    },
    async stop() {
      isStopped = true;
      puller?.hangUp();
      await running;
    },
  };
}
