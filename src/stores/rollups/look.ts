// What a store has of a stretch of quarter hours, read page by page; the same for both stores.
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { Quarter } from "../../rollups/pieces.ts";

/** Of one page, as of one moment. */
export interface Look {
  /** In the order of time; `built` is 0 where the sums are of another edition. */
  quarters: Quarter[];
  /** Calls with attempts in several quarter hours, one of them in the page: in no sums. */
  crossing: string[];
  /** The quarter hour to go on with; null: it was the last page. */
  next: number | null;
}

export interface LookedFor {
  edition: string;
  /** Quarter hours: [first, end). */
  first: number;
  end: number;
}

export interface LookSource {
  /** Pages of `PAGE` quarter hours at most. */
  look(wanted: LookedFor): Promise<Look>;
}

export interface Looked {
  quarters: Quarter[];
  crossing: string[];
  /** Read at once: what is between the states of two pages may be of two moments. */
  isOfOneMoment: boolean;
}

/** Quarter hours of a page: some milliseconds. */
export const PAGE = 5000;
/** Calls that are counted one by one, beside the sums. */
const MOST_CROSSING = 50_000;

/** Null: so many calls have attempts in several quarter hours that sums save nothing. */
export async function lookAll(
  source: LookSource,
  { edition, first, end }: LookedFor,
  signal?: AbortSignal,
): Promise<Looked | null> {
  const quarters: Quarter[] = [];
  const crossing = new Set<string>();
  let pages = 0;
  for (let next: number | null = first; next !== null; ) {
    if (isTurnOver()) await ownTurn();
    signal?.throwIfAborted();
    const page: Look = await source.look({ edition, first: next, end });
    for (const state of page.quarters) quarters.push(state);
    for (const callId of page.crossing) crossing.add(callId);
    if (crossing.size > MOST_CROSSING) return null;
    pages += 1;
    next = page.next;
  }
  return { quarters, crossing: [...crossing], isOfOneMoment: pages === 1 };
}
