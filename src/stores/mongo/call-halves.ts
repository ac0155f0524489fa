// Halves of calls that wait for the other one, in MongoDB.
import { Binary, type Collection } from "mongodb";
import type { CallHalf, CallHalfStore } from "../ports/call-halves.ts";
import type { Calls } from "./connection/calls.ts";
import type { CallHalfDocument } from "./schema.ts";

export function toCallHalfDocument(half: CallHalf): CallHalfDocument {
  const { id, bytes, sinceMs, ...same } = half;
  return { _id: id, bytes: new Binary(bytes), since: new Date(sinceMs), ...same };
}

export function toHalf({ _id: id, bytes, since, ...same }: CallHalfDocument): CallHalf {
  return { id, bytes: new Uint8Array(bytes.value()), sinceMs: since.getTime(), ...same };
}

type OlderQuery = Parameters<CallHalfStore["older"]>[0];
type PageQuery = Parameters<CallHalfStore["page"]>[0];

function callHalfCollection(halves: Collection<CallHalfDocument>) {
  return {
    async put(some: readonly CallHalf[]): Promise<void> {
      if (some.length === 0) return;
      await halves.bulkWrite(
        some.map((one) => {
          const { _id, ...members } = toCallHalfDocument(one);
          return {
            updateOne: { filter: { _id }, update: { $setOnInsert: members }, upsert: true },
          };
        }),
        { ordered: false },
      );
    },
    getFor: async (ids: readonly string[]): Promise<CallHalf[]> =>
      (await halves.find({ _id: { $in: [...ids] } }).toArray()).map(toHalf),
    async pair(ids: readonly string[]): Promise<void> {
      await halves.updateMany({ _id: { $in: [...ids] } }, { $set: { isPaired: true } });
    },
    async older({ feed, isPaired, beforeMs, limit }: OlderQuery): Promise<CallHalf[]> {
      const found = halves.find({ feed, isPaired, since: { $lt: new Date(beforeMs) } });
      return (await found.sort({ since: 1, _id: 1 }).limit(limit).toArray()).map(toHalf);
    },
    async page({ after, limit }: PageQuery): Promise<CallHalf[]> {
      const found = halves.find({ _id: { $gt: after } }).sort({ _id: 1 });
      return (await found.limit(limit).toArray()).map(toHalf);
    },
    async remove(ids: readonly string[]): Promise<void> {
      await halves.deleteMany({ _id: { $in: [...ids] } });
    },
  };
}

export function callHalvesThrough(
  { read, write }: Calls,
  collection: Collection<CallHalfDocument>,
): CallHalfStore {
  const halves = callHalfCollection(collection);
  return {
    put: (some) => write(() => halves.put(some)),
    getFor: (ids) => read(() => halves.getFor(ids)),
    pair: (ids) => write(() => halves.pair(ids)),
    older: (query) => read(() => halves.older(query)),
    page: (query) => read(() => halves.page(query)),
    remove: (ids) => write(() => halves.remove(ids)),
  };
}
