// The times in which somebody talked: answered attempts, of which reports tell how many were at once.
import type { CdrFilter } from "./cdr-query.ts";
import type { StoredKeyName } from "./group-keys.ts";

/** A longer call is looked for by its length: all others begin at most so long before a range. */
export const LONG_CALL_MS = 86_400_000;

export interface TalkQuery {
  /** Without a range of call time: that is `fromMs` and `toMs`. */
  filter: CdrFilter;
  /** Epoch milliseconds, half-open: every talk that has a part of it. */
  fromMs: number;
  toMs: number;
  /** What talks are told apart by. */
  by?: StoredKeyName;
}

/** From the call time, for as long as the usage is. */
export interface StoredTalk {
  fromMs: number;
  usageMs: number;
  /** Of `by`. */
  group: string | null;
}

/** The two parts of the query, which come one after the other: long calls of before, then all others. */
export function talkFilters({ filter, fromMs, toMs }: TalkQuery): {
  long: CdrFilter;
  near: CdrFilter;
} {
  const nearMs = fromMs - LONG_CALL_MS;
  return {
    long: { ...filter, callTime: { toMs: nearMs } },
    near: { ...filter, callTime: { fromMs: nearMs, toMs } },
  };
}
