// The feed kind `follow`: a CDR file, read as it grows.
import type { JsonObject } from "../../cdr/json.ts";
import { EngineError } from "../../errors.ts";
import type { Format } from "../../formats/format.ts";
import { FORMATS } from "../../formats/formats.ts";
import { type CutRules, MOST_LINE_BYTES } from "../../formats/lines/cut.ts";
import { recordRulesOf } from "../../mediation/source-settings.ts";
import { type Feed, type FeedKind, FeedLost, type FeedParts } from "../contract.ts";
import type { FollowSettings } from "../settings.ts";
import { createFollowed, type Followed, type FollowedParts } from "./followed.ts";
import { placeFrom } from "./place.ts";

/** Records that are handed over at once; a crash repeats at most these. */
const MOST_RECORDS = 500;
/** The longest pause after a fault. */
const MOST_PAUSE_MS = 30_000;

export const FOLLOW: FeedKind<FollowSettings> = {
  listens: false,
  create: createFollow,
};

function createFollow(settings: FollowSettings, parts: FeedParts): Feed {
  return createFileFeed(settings, parts, () => ({
    rules: cutRulesOf(settings, parts),
    isNumbered: areNumbered(settings, parts),
    deliver: parts.deliver,
    keep: (place) => parts.keep({ ...place }),
  }));
}

/** What is done with the records of a file, from the kept position on. */
export type FileReading = Pick<FollowedParts, "rules" | "isNumbered" | "deliver" | "keep">;

/** A feed of a file that grows. */
export function createFileFeed(
  settings: Pick<FollowSettings, "path" | "everySeconds">,
  parts: FeedParts,
  readingFrom: (position: JsonObject | null) => FileReading,
): Feed {
  let isStopped = false;
  let running = Promise.resolve();

  async function run(position: JsonObject | null): Promise<void> {
    const { missed, connected } = parts;
    const own = { path: settings.path, missed, connected, ...readingFrom(position) };
    const followed = createFollowed(own, placeFrom(position));
    try {
      await follow(followed);
    } finally {
      await followed.close();
    }
  }

  async function follow(followed: Followed): Promise<void> {
    const everyMs = settings.everySeconds * 1000;
    let faults = 0;
    while (!isStopped) {
      try {
        const isMore = await followed.step();
        faults = 0;
        if (!isMore) await parts.pause(everyMs);
      } catch (error) {
        if (error instanceof FeedLost) return;
        faults += 1;
        note(error, faults);
        await parts.pause(Math.min(MOST_PAUSE_MS, everyMs * 2 ** Math.min(faults, 16)));
      }
    }
  }

  /** A store that is away is no fault of the file. */
  function note(error: unknown, faults: number): void {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof EngineError)) parts.connected(message);
    parts.log.warn({ feed: parts.name, faults, fault: message }, "the feed waits, and tries again");
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

/** Whether the records have no ids: then equal lines of a file are told apart by their numbers. */
function areNumbered({ format }: FollowSettings, { source }: FeedParts): boolean {
  const lines = (FORMATS[format] as Format | undefined)?.lines;
  return lines?.areWithoutId?.(recordRulesOf(source)) ?? false;
}

function cutRulesOf({ format }: FollowSettings, { source }: FeedParts): CutRules {
  const lines = (FORMATS[format] as Format | undefined)?.lines;
  if (lines === undefined) throw new Error(`the records of ${format} are no lines`);
  const rules = recordRulesOf(source);
  return {
    isWhole: (line) => lines.isWhole(line, rules),
    mostBytes: MOST_LINE_BYTES,
    mostRecords: MOST_RECORDS,
  };
}
