// The log of admin acts in MongoDB.
import type { Collection } from "mongodb";
import type { Json } from "../../../cdr/json.ts";
import {
  type AdminAct,
  CHAIN_IDS,
  chainId,
  type LogPageQuery,
  type LogStore,
} from "../../ports/log.ts";
import type { Calls } from "../connection/calls.ts";
import { insertNew } from "../records.ts";
import type { ActDocument } from "../schema.ts";

export function toAct(document: ActDocument): AdminAct {
  const {
    _id: id,
    at,
    before,
    after,
    sequence,
    previous,
    said,
    salt = null,
    hash,
    ...same
  } = document;
  const { road = null, address = null, why = null } = document;
  const link =
    sequence === undefined || previous === undefined || said === undefined || hash === undefined
      ? null
      : { sequence, previous, said, salt, hash };
  const texts = { before: JSON.parse(before) as Json, after: JSON.parse(after) as Json };
  return { ...same, ...texts, road, address, why, id, atMs: at.getTime(), link };
}

export function toActDocument({ id, atMs, before, after, link, ...same }: AdminAct): ActDocument {
  const texts = { before: JSON.stringify(before), after: JSON.stringify(after) };
  return { ...same, ...texts, ...link, _id: id, at: new Date(atMs) };
}

function logCollection(acts: Collection<ActDocument>) {
  return {
    /** `isAgain`: an earlier attempt may have written it. */
    append: (act: AdminAct, isAgain: boolean): Promise<boolean> =>
      insertNew(acts, toActDocument(act), isAgain),
    replace: async (some: readonly AdminAct[]): Promise<void> => {
      if (some.length === 0) return;
      const updates = some.map((act) => {
        const { _id, subject, why = null, before, after } = toActDocument(act);
        const update = { $set: { subject, why, before, after, salt: null } };
        return { updateOne: { filter: { _id }, update } };
      });
      await acts.bulkWrite(updates, { ordered: false });
    },
    page: async ({ limit, before }: LogPageQuery): Promise<AdminAct[]> => {
      const at = new Date(before?.atMs ?? 0);
      const earlier =
        before === undefined ? {} : { $or: [{ at: { $lt: at } }, { at, _id: { $lt: before.id } }] };
      const found = acts.find(earlier).sort({ at: -1, _id: -1 }).limit(limit);
      return (await found.toArray()).map(toAct);
    },
    chain: async ({ after, limit }: { after: number; limit: number }): Promise<AdminAct[]> => {
      const asked = { _id: { $gt: chainId(after), $lt: CHAIN_IDS.to } };
      return (await acts.find(asked).sort({ _id: 1 }).limit(limit).toArray()).map(toAct);
    },
    last: async (): Promise<AdminAct | null> => {
      const asked = { _id: { $gt: CHAIN_IDS.from, $lt: CHAIN_IDS.to } };
      const [found] = await acts.find(asked).sort({ _id: -1 }).limit(1).toArray();
      return found === undefined ? null : toAct(found);
    },
  };
}

export function logThrough({ read, write }: Calls, collection: Collection<ActDocument>): LogStore {
  const log = logCollection(collection);
  return {
    append: (act) => write((isAgain) => log.append(act, isAgain)),
    replace: (acts) => write(() => log.replace(acts)),
    page: (query) => read(() => log.page(query)),
    chain: (query) => read(() => log.chain(query)),
    last: () => read(() => log.last()),
  };
}
