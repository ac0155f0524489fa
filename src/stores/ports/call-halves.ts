// PORT: halves of calls: rows that tell the beginning or the end of a call, kept until the other one
// is there, and a while longer, so that a row that is read again makes no half anew.

export interface CallHalf {
  /** sha256 hex of feed, call and side. */
  id: string;
  feed: string;
  side: "begin" | "end";
  /** The row as it came. */
  bytes: Uint8Array;
  /** When it came. */
  sinceMs: number;
  /** The other half is there, and the call was handed over. */
  isPaired: boolean;
}

export interface CallHalfStore {
  /** Those that are there already stay as they are. */
  put(halves: readonly CallHalf[]): Promise<void>;
  /** Those that are there, in no order. */
  getFor(ids: readonly string[]): Promise<CallHalf[]>;
  /** Says of those that are there that they are paired. */
  pair(ids: readonly string[]): Promise<void>;
  /** Of a feed, those that came before a time, the oldest first. */
  older(query: {
    feed: string;
    isPaired: boolean;
    beforeMs: number;
    limit: number;
  }): Promise<CallHalf[]>;
  /** Of every feed, by id, those after `after`. */
  page(query: { after: string; limit: number }): Promise<CallHalf[]>;
  remove(ids: readonly string[]): Promise<void>;
}
