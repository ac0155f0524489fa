// Erasing, and what is kept of erased CDRs, through the calls of a MongoDB store.
import type { Document } from "mongodb";
import { engineError } from "../../../errors.ts";
import type { ErasureStore, Seal, SealQuery } from "../../ports/cdrs.ts";
import { sealedSums } from "../../rollups/sealed-sums.ts";
import type { Calls } from "../connection/calls.ts";
import { type EraseParts, erase, sealKey, settleSteps, toStoredSeal } from "./erase.ts";
import { erasedAmong, isAmong } from "./keys.ts";

export function erasuresThrough(
  { read, sum, write }: Calls,
  parts: EraseParts & {
    /** False while processes may write that do not know of erased CDRs. */
    isKnown(): Promise<boolean>;
  },
): ErasureStore {
  const { collections, keying, isKnown } = parts;
  const { erased, erasedLines, seals, eraseSteps } = collections;

  async function page({ first, end, limit }: SealQuery) {
    const within: Document = { $gte: first, ...(end !== Infinity && { $lt: end }) };
    const isMoving = await eraseSteps.findOne(
      { "decided.quarters": { $elemMatch: within } },
      { projection: { _id: 1 } },
    );
    const found = await seals
      .find({ quarter: within }, { projection: { _id: 0, bytes: 0 } })
      .sort({ quarter: 1, _id: 1 })
      .limit(limit)
      .toArray();
    return { seals: found as Seal[], isMoving: isMoving !== null };
  }
  async function bytes(seal: Seal): Promise<Uint8Array[] | null> {
    const found = await seals.findOne({ _id: sealKey(seal), hash: seal.hash });
    return found === null ? null : toStoredSeal(found).bytes;
  }
  async function forgetKeys(erasedBeforeMs: number, most: number): Promise<number> {
    const old = erased.find({ at: { $lt: new Date(erasedBeforeMs) } }).project<{ _id: never }>({});
    const ids = (await old.limit(most).toArray()).map(({ _id }) => _id);
    if (ids.length === 0) return 0;
    return (await erased.deleteMany({ _id: { $in: ids } })).deletedCount;
  }

  const source = {
    seals: (query: SealQuery) => read(() => page(query)),
    bytes: (seal: Seal) => read(() => bytes(seal)),
  };
  return {
    erase: (step) =>
      write(async () => {
        if (await isKnown()) return erase(parts, step);
        throw engineError("conflict", "Processes of an older build use the store.", {
          hint: "They would take erased CDRs again: `system.status` names them as `store.schema.waiting`.",
        });
      }),
    release: () => write(() => settleSteps(parts)),
    seals: source.seals,
    sealedBytes: source.bytes,
    summarize: (query, live, options) => sealedSums({ ...source, live }, query, options),
    keysOf: (keys) =>
      read(async () => {
        const found = await erasedAmong(collections, keying, keys);
        return keys.filter((key) => isAmong(found, keying, key));
      }),
    linesOf: (batchId) =>
      sum(async () => {
        const found = await erasedLines.find({ batchId }).toArray();
        return found.reduce((total, { lines }) => total + lines, 0);
      }),
    // Its journal is the server's own, and is written over.
    purge: () => read(async () => (await collections.meta.findOne({})) !== null),
    forgetKeys: (erasedBeforeMs, most) => write(() => forgetKeys(erasedBeforeMs, most)),
  };
}
