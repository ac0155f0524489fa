// The feed kind `folder`: each file that is put into a folder is imported, then moved away.
import { resolve } from "node:path";
import type { JsonObject } from "../../cdr/json.ts";
import { EngineError } from "../../errors.ts";
import { type Feed, type FeedKind, FeedLost, type FeedParts } from "../contract.ts";
import type { FolderSettings } from "../settings.ts";
import { type Bringing, type BringParts, beginFile, bringingFrom, goOn } from "./bring.ts";
import { createSettling, filesIn } from "./look.ts";
import { FILE_STEPS, type FileSteps } from "./move.ts";

/** How often an import that is under way is asked for. */
const ASK_MS = 200;
const PASSING = new Set(["store-unavailable", "too-busy", "timeout", "conflict"]);
/** The longest pause after a fault. */
const MOST_PAUSE_MS = 30_000;

export const FOLDER: FeedKind<FolderSettings> = {
  listens: false,
  create: (settings, feed) => createFolderFeed(settings, feed),
};

export function createFolderFeed(
  settings: FolderSettings,
  feed: FeedParts,
  steps: FileSteps = FILE_STEPS,
): Feed {
  const path = resolve(settings.path);
  const folders = {
    in: path,
    done: resolve(path, settings.done),
    failed: resolve(path, settings.failed),
  };
  const parts: BringParts = { settings, feed, steps, folders };
  const settling = createSettling(settings.settleSeconds * 1000);
  let isStopped = false;
  let running = Promise.resolve();

  /** Does the next piece of work; answers how long nothing is to be done. */
  async function step(at: { bringing: Bringing | null }): Promise<number> {
    if (at.bringing !== null) {
      if (!(await goOn(parts, at.bringing))) return ASK_MS;
      at.bringing = null;
      return 0;
    }
    const files = await filesIn(folders.in);
    feed.connected(null);
    const [next] = settling.whole(files, feed.clock());
    if (next === undefined) return settings.everySeconds * 1000;
    at.bringing = await beginFile(parts, next);
    return 0;
  }

  async function run(position: JsonObject | null): Promise<void> {
    const at = { bringing: bringingFrom(position) };
    let faults = 0;
    while (!isStopped) {
      try {
        const pauseMs = await step(at);
        faults = 0;
        if (pauseMs > 0) await feed.pause(pauseMs);
      } catch (error) {
        if (error instanceof FeedLost) return;
        faults += 1;
        note(error, faults);
        await feed.pause(
          Math.min(MOST_PAUSE_MS, settings.everySeconds * 1000 * 2 ** Math.min(faults, 16)),
        );
      }
    }
  }

  /** A store that is away, or full of uploads, is no fault of the folder. */
  function note(error: unknown, faults: number): void {
    const fault = error instanceof Error ? error.message : String(error);
    const isPassing = error instanceof EngineError && PASSING.has(error.code);
    if (!isPassing) feed.connected(fault);
    feed.log.warn({ feed: feed.name, faults, fault }, "the feed waits, and tries again");
  }

  return {
    start(position) {
      running = run(position);
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
}
