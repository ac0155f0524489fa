// Schema 15: sums by pieces of time are kept; what is written to CDRs marks those that it changes.
import { type Filter, Timestamp } from "mongodb";
import { QUARTER_MS, quarterOf } from "../../../../rollups/pieces.ts";
import type { CdrDocument } from "../../documents.ts";
import { index } from "../../indexes/wanted.ts";
import type { StoreCollections } from "../../schema.ts";
import type { MongoStep } from "../step.ts";

/** From each quarter hour with a CDR to the next one in the index, whatever lies between. */
async function markThoseThere({ cdrs, rollupQuarters }: StoreCollections): Promise<void> {
  const firstFrom = async (from: number) => {
    const filter: Filter<CdrDocument> = { "keys.callTime": { $gte: new Date(from) } };
    const order = { "keys.callTime": 1 } as const;
    const found = await cdrs
      .find(filter, { projection: { keys: 1 } })
      .sort(order)
      .limit(1)
      .next();
    return found === null ? null : quarterOf(found.keys.callTime.getTime());
  };
  for (let quarter = await firstFrom(0); quarter !== null; ) {
    const markedAt = new Timestamp({ t: 0, i: 0 });
    const state = { marked: 1, markedAt, built: 0, edition: "", isDirty: true };
    await rollupQuarters.updateOne({ _id: quarter }, { $setOnInsert: state }, { upsert: true });
    quarter = await firstFrom((quarter + 1) * QUARTER_MS);
  }
}

export const ROLLUP_STEP = 15;

/** Alone: a build before it marks nothing. Until then all sums are over the CDRs. */
export const rollups: MongoStep = {
  number: ROLLUP_STEP,
  title: "sums by quarter hours are kept",
  runs: "alone",
  canWait: true,
  run: markThoseThere,
  indexes: [
    { collection: "cdrs", wanted: [index("call", "callId", "keys.callTime")] },
    { collection: "rollupPieces", wanted: [index("piece", "rollup", "quarter")] },
    { collection: "rollupCrossing", wanted: [index("quarter", "quarter")] },
  ],
};
