// Schedules, deliveries and saved searches, in MongoDB.
import type { Collection } from "mongodb";
import type { JsonObject } from "../../../cdr/json.ts";
import type { DeskEntry, DeskKey, DeskKind, DeskStore } from "../../ports/billing/desk.ts";
import type { Calls } from "../connection/calls.ts";
import { insertNew, replaceSeen } from "../records.ts";
import type { DeskDocument } from "./desk-document.ts";

const keyOf = ({ kind, id }: DeskKey): string => `${kind}:${id}`;
/** Behind every key of the kind. */
const endOf = (kind: string): string => `${kind};`;

export function toDeskDocument({ kind, id, version, dueMs, body }: DeskEntry): DeskDocument {
  const due = dueMs === null ? null : new Date(dueMs);
  return { _id: keyOf({ kind, id }), version, kind, due, body: JSON.stringify(body) };
}

export function toDeskEntry({ _id, version, kind, due, body }: DeskDocument): DeskEntry {
  return {
    kind: kind as DeskKind,
    id: _id.slice(kind.length + 1),
    version,
    dueMs: due === null ? null : due.getTime(),
    body: JSON.parse(body) as JsonObject,
  };
}

function deskCollection(entries: Collection<DeskDocument>) {
  return {
    async get(key: DeskKey): Promise<DeskEntry | null> {
      const found = await entries.findOne({ _id: keyOf(key) });
      return found === null ? null : toDeskEntry(found);
    },
    async page({ kind, limit, after, descending }: Parameters<DeskStore["page"]>[0]) {
      const isBack = descending === true;
      const from = after === undefined ? undefined : keyOf({ kind, id: after });
      const range = isBack
        ? { $gt: `${kind}:`, $lt: from ?? endOf(kind) }
        : { $gt: from ?? `${kind}:`, $lt: endOf(kind) };
      const found = entries
        .find({ _id: range })
        .sort({ _id: isBack ? -1 : 1 })
        .limit(limit);
      return (await found.toArray()).map(toDeskEntry);
    },
    async due({ kind, untilMs, limit }: Parameters<DeskStore["due"]>[0]) {
      const found = entries
        .find({ kind, due: { $lte: new Date(untilMs) } })
        .sort({ due: 1, _id: 1 })
        .limit(limit);
      return (await found.toArray()).map(toDeskEntry);
    },
  };
}

export function deskThrough(
  { read, write }: Calls,
  collection: Collection<DeskDocument>,
): DeskStore {
  const entries = deskCollection(collection);
  return {
    put: (entry) => write((isAgain) => insertNew(collection, toDeskDocument(entry), isAgain)),
    update: (entry, expectedVersion) =>
      write((isAgain) =>
        replaceSeen(collection, toDeskDocument(entry), { expectedVersion, isAgain }),
      ),
    remove: (key) =>
      write(async () => {
        await collection.deleteOne({ _id: keyOf(key) });
      }),
    get: (key) => read(() => entries.get(key)),
    page: (query) => read(() => entries.page(query)),
    due: (query) => read(() => entries.due(query)),
  };
}
