// Lines of a batch that is sent without saying which: they count from 1, once.
import { seesTenant } from "../../access/scope.ts";
import { OUTCOMES } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { FormatResult } from "../../formats/format.ts";
import { identityOf } from "../../mediation/mediate.ts";
import type { Store } from "../../stores/store.ts";
import type { Arrival } from "./arrival.ts";

export interface ReadRecord {
  arrival: Arrival;
  read: FormatResult;
}

export interface BatchLines {
  /**
   * Runs `take` when lines 1, 2, … of the batch are free for these records or hold them already, so
   * that the same call again is harmless. Calls for one batch take turns, in this process.
   * @throws `invalid-params` when a line is another CDR's
   */
  fromFirst<Result>(
    batch: string,
    records: readonly ReadRecord[],
    take: () => Promise<Result>,
  ): Promise<Result>;
}

/** A CDR that is to become a line of the batch. */
interface BatchLine {
  id: string;
  tenant: string;
  line: number;
}

/** CDRs read at once, which is also the most that a call without lines has. */
const PAGE = 1000;
/** More than this was sent in parts that said their lines. */
const MOST_PAGES = 2;

export function createBatchLines({ store }: { store: Store }): BatchLines {
  const last = new Map<string, Promise<unknown>>();

  async function requireFree(batch: string, lines: BatchLine[]): Promise<void> {
    // The index of batches begins with the tenant, and so do the lines: tenants share no batch.
    for (const tenant of new Set(lines.map((line) => line.tenant))) {
      const own = lines.filter((line) => line.tenant === tenant);
      const found = await readBatch(store, { batch, tenant });
      const taken = own.find(({ id, line }) => !found.ids.has(id) && found.lines.has(line));
      if (taken !== undefined) throw refusal(batch, `Line ${taken.line}`);
      if (found.isWhole) continue;
      // The first part of a long batch may be sent again while others came after it.
      const isRepeat = await hasOne(store, { batch, tenant, lines: own });
      if (!isRepeat) throw refusal(batch, "Some line");
    }
  }

  return {
    async fromFirst(batch, records, take) {
      const before = last.get(batch);
      const turn = (async () => {
        await before?.catch(() => undefined);
        await requireFree(batch, linesOf(records));
        return take();
      })();
      last.set(batch, turn);
      try {
        return await turn;
      } finally {
        if (last.get(batch) === turn) last.delete(batch);
      }
    },
  };
}

/** What cannot be read has no identity: it is put aside and takes no line from a CDR. */
function linesOf(records: readonly ReadRecord[]): BatchLine[] {
  return records.flatMap(({ arrival, read }, index) => {
    const identity = read.ok ? identityOf(read.raw) : null;
    // What the sender may not write is refused where it is taken; its lines are not told.
    const isOwn = identity && seesTenant(arrival.scope, identity.tenant);
    return isOwn ? [{ ...identity, line: index + 1 }] : [];
  });
}

interface FoundBatch {
  ids: Set<string>;
  lines: Set<number>;
  /** Nothing of the batch was left unread. */
  isWhole: boolean;
}

async function readBatch(
  store: Store,
  { batch, tenant }: { batch: string; tenant: string },
): Promise<FoundBatch> {
  const found: FoundBatch = { ids: new Set(), lines: new Set(), isWhole: false };
  const filter = { batchIds: [batch], tenants: [tenant], outcomes: [...OUTCOMES] };
  const sort = { by: "callTime", descending: false } as const;
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES && !found.isWhole; page += 1) {
    const { cdrs, nextCursor } = await store.cdrs.find({
      filter,
      sort,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { id, batchLine } of cdrs) {
      found.ids.add(id);
      if (batchLine !== undefined) found.lines.add(batchLine);
    }
    cursor = nextCursor;
    found.isWhole = nextCursor === undefined;
  }
  return found;
}

/** Whether one of the CDRs is the line of the batch that it would become. */
async function hasOne(
  store: Store,
  { batch, tenant, lines }: { batch: string; tenant: string; lines: BatchLine[] },
): Promise<boolean> {
  const lineOf = new Map(lines.map(({ id, line }) => [id, line]));
  const filter = {
    ids: [...lineOf.keys()],
    batchIds: [batch],
    tenants: [tenant],
    outcomes: [...OUTCOMES],
  };
  for await (const cdrs of store.cdrs.scan(filter, PAGE)) {
    if (cdrs.some(({ id, batchLine }) => lineOf.get(id) === batchLine)) return true;
  }
  return false;
}

function refusal(batch: string, which: string): Error {
  return engineError(
    "invalid-params",
    `firstLine: ${which} of the batch ${batch} is another CDR already; nothing was stored.`,
    {
      path: "firstLine",
      hint: "Say in firstLine where these CDRs begin in the batch, or name a batch of their own.",
    },
  );
}
