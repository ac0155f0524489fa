// What a MongoDB store has of a stretch of quarter hours. There is no reading of several collections as
// of one moment: states are read before and after, and what changed meanwhile counts as dirty.
import { type Quarter, quarterOf, stretchOf } from "../../../rollups/pieces.ts";
import { PAGE } from "../../rollups/look.ts";
import type { RollupSource } from "../../rollups/sums.ts";
import type { StoreCollections } from "../schema.ts";
import { pieceId } from "./documents.ts";

/** CallIds that one query looks up. */
const MOST_CALLS = 500;

export interface MongoLook extends Pick<RollupSource, "look" | "bytes" | "siblings"> {
  /** Calls known to be in several quarter hours, this one among them. */
  crossingIn(quarter: number): Promise<Set<string>>;
  /** Those of the calls that have attempts outside of the quarter hour. */
  outside(quarter: number, callIds: readonly string[]): Promise<string[]>;
  /** Every quarter hour of each of these calls. */
  quartersOf(callIds: readonly string[]): Promise<{ quarter: number; callId: string }[]>;
}

export function mongoLook(
  { cdrs, rollupQuarters, rollupPieces, rollupCrossing }: StoreCollections,
  maxTimeMS: number,
): MongoLook {
  async function states(first: number, end: number, edition: string): Promise<Quarter[]> {
    const _id = { $gte: first, ...(end !== Infinity && { $lt: end }) };
    const found = await rollupQuarters
      .find({ _id }, { maxTimeMS })
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray();
    return found.map(({ _id: quarter, marked, built, edition: own }) => {
      return { quarter, marked, built: own === edition ? built : 0 };
    });
  }

  /** Times of attempts of these calls, each quarter hour once a call. */
  async function quartersOf(callIds: readonly string[]) {
    const found = new Map<string, { quarter: number; callId: string }>();
    for (let start = 0; start < callIds.length; start += MOST_CALLS) {
      const callId = { $in: callIds.slice(start, start + MOST_CALLS) };
      const projection = { callId: 1, "keys.callTime": 1 };
      for await (const cdr of cdrs.find({ callId }, { projection, maxTimeMS })) {
        const one = { quarter: quarterOf(cdr.keys.callTime.getTime()), callId: cdr.callId ?? "" };
        found.set(JSON.stringify(one), one);
      }
    }
    return [...found.values()];
  }

  async function outside(quarter: number, callIds: readonly string[]): Promise<string[]> {
    const others = (await quartersOf(callIds)).filter((one) => one.quarter !== quarter);
    return [...new Set(others.map(({ callId }) => callId))];
  }

  async function callIdsIn(quarter: number): Promise<string[]> {
    const { fromMs, toMs } = stretchOf(quarter, 1);
    const callTime = { $gte: new Date(fromMs), $lt: new Date(toMs) };
    const groups = cdrs.aggregate<{ _id: string }>(
      [
        { $match: { "keys.callTime": callTime, callId: { $gt: "" } } },
        { $group: { _id: "$callId" } },
      ],
      { maxTimeMS },
    );
    return (await groups.toArray()).map(({ _id }) => _id);
  }

  return {
    async look({ edition, first, end }) {
      const before = await states(first, end, edition);
      const last = before.length < PAGE ? undefined : before.at(-1);
      const next = last === undefined ? null : last.quarter + 1;
      const bound = next ?? end;
      const quarter = { $gte: first, ...(bound !== Infinity && { $lt: bound }) };
      const crossing = await rollupCrossing.distinct("callId", { quarter });
      const quarters = unchanged(before, await states(first, bound, edition));
      return { quarters, crossing, next };
    },
    async bytes({ shelf, edition }, pieces) {
      const ids = pieces.map((piece) => pieceId(shelf, piece, edition));
      const found = await rollupPieces.find({ _id: { $in: ids } }, { maxTimeMS }).toArray();
      const byId = new Map(found.map(({ _id, bytes }) => [_id, new Uint8Array(bytes.value())]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    async siblings(quarter, exceptCalls) {
      const except = new Set(exceptCalls);
      const callIds = (await callIdsIn(quarter)).filter((callId) => !except.has(callId));
      const found = await quartersOf(callIds);
      return [...new Set(found.map((one) => one.quarter))].filter((other) => other !== quarter);
    },
    crossingIn: async (quarter) => new Set(await rollupCrossing.distinct("callId", { quarter })),
    outside,
    quartersOf,
  };
}

/** Those that differ are dirty, whatever they say of themselves. */
function unchanged(before: readonly Quarter[], after: readonly Quarter[]): Quarter[] {
  const earlier = new Map(before.map((state) => [state.quarter, state]));
  return after.map((state) => {
    const known = earlier.get(state.quarter);
    const isSame = known?.marked === state.marked && known.built === state.built;
    return isSame ? state : { ...state, built: 0 };
  });
}
