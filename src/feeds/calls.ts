// Calls under way, for the other processes on the store: whoever runs a feed writes down what it tells.
import type { JsonObject } from "../cdr/json.ts";
import type { Clock, FeedCalls } from "../engine/ports.ts";
import type { FeedRecord, FeedStore } from "../stores/ports/feeds.ts";
import type { CallsTold } from "./contract.ts";
import { recordOf } from "./lease.ts";

/** Between two writes, for each so many calls. */
const SHARE_MS = 1000;
const CALLS_A_SHARE = 500;
/** The same is written again so often, to say that it is still so. */
const REPEAT_MS = 5000;
/** What was not written again for so long is of a process that is gone. */
const MOST_OLD_MS = 15_000;

export interface CallSharing {
  /** Called every second; writes where it is due. */
  share(told: CallsTold): Promise<void>;
  /** Nobody tells of them any more. */
  leave(): Promise<void>;
}

const NOTHING: CallsTold = {
  asOfMs: null,
  isCurrent: false,
  isComplete: false,
  dropped: 0,
  calls: [],
};

export function createCallSharing(
  feeds: FeedStore,
  clock: Clock,
  { feed, owner }: { feed: string; owner: string | null },
): CallSharing {
  let [written, writtenMs] = ["", Number.NEGATIVE_INFINITY];

  /** `isLast`: another process that has the feed by now tells them itself. */
  async function write(told: CallsTold, isLast = false): Promise<void> {
    const state = { ...told, writtenMs: clock() } as unknown as JsonObject;
    for (;;) {
      const seen = await recordOf(feeds, recordName(feed));
      if (isLast && seen.owner !== owner) return;
      const next = { ...seen, version: seen.version + 1, owner, state };
      if (await feeds.update(next, seen.version)) return;
    }
  }

  return {
    async share(told) {
      const sinceMs = clock() - writtenMs;
      if (sinceMs < SHARE_MS * Math.max(1, Math.ceil(told.calls.length / CALLS_A_SHARE))) return;
      const { asOfMs, ...known } = told;
      const text = asOfMs === null ? "" : JSON.stringify(known);
      if (text === written && (asOfMs === null || sinceMs < REPEAT_MS)) return;
      await write(told);
      [written, writtenMs] = [text, clock()];
    },
    async leave() {
      if (written !== "") await write(NOTHING, true);
    },
  };
}

/** No feed has such a name. */
function recordName(feed: string): string {
  return `${feed}:calls`;
}

/** What the processes that run these feeds wrote down; one that never told of calls is left out. */
export async function sharedCalls(
  feeds: FeedStore,
  clock: Clock,
  chosen: readonly { name: string; source: string }[],
): Promise<FeedCalls[]> {
  if (chosen.length === 0) return [];
  const records = await feeds.getFor(chosen.map(({ name }) => recordName(name)));
  return chosen.flatMap(({ name, source }) => {
    const record = records.find((one) => one.name === recordName(name));
    return record === undefined ? [] : [{ feed: name, source, ...toldIn(record, clock) }];
  });
}

function toldIn({ state }: FeedRecord, clock: Clock): CallsTold {
  const told = state as unknown as CallsTold & { writtenMs: number };
  if (!Array.isArray(told.calls)) return NOTHING;
  const { writtenMs, ...known } = told;
  return { ...known, isCurrent: known.isCurrent && clock() - writtenMs < MOST_OLD_MS };
}
