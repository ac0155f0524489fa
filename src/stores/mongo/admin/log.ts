// The log of admin acts in MongoDB.
import type { Collection } from "mongodb";
import type { Json } from "../../../cdr/json.ts";
import type { AdminAct, LogPageQuery, LogStore } from "../../ports/log.ts";
import type { Calls } from "../connection/calls.ts";
import { insertNew } from "../records.ts";
import type { ActDocument } from "../schema.ts";

export function toAct({ _id: id, at, before, after, ...same }: ActDocument): AdminAct {
  const texts = { before: JSON.parse(before) as Json, after: JSON.parse(after) as Json };
  return { ...same, ...texts, id, atMs: at.getTime() };
}

export function toActDocument({ id, atMs, before, after, ...same }: AdminAct): ActDocument {
  const texts = { before: JSON.stringify(before), after: JSON.stringify(after) };
  return { ...same, ...texts, _id: id, at: new Date(atMs) };
}

function logCollection(acts: Collection<ActDocument>) {
  return {
    /** `isAgain`: an earlier attempt may have written it. */
    append: async (act: AdminAct, isAgain: boolean) => {
      await insertNew(acts, toActDocument(act), isAgain);
    },
    replace: async (some: readonly AdminAct[]): Promise<void> => {
      if (some.length === 0) return;
      const updates = some.map((act) => {
        const { _id, subject, before, after } = toActDocument(act);
        return { updateOne: { filter: { _id }, update: { $set: { subject, before, after } } } };
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
  };
}

export function logThrough({ read, write }: Calls, collection: Collection<ActDocument>): LogStore {
  const log = logCollection(collection);
  return {
    append: (act) => write((isAgain) => log.append(act, isAgain)),
    replace: (acts) => write(() => log.replace(acts)),
    page: (query) => read(() => log.page(query)),
  };
}
