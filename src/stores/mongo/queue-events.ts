// Queue events in MongoDB.
import type { Collection, Filter } from "mongodb";
import type { JsonObject } from "../../cdr/json.ts";
import type { QueueEvent, QueueEventQuery, QueueEventStore } from "../ports/queue-events.ts";
import type { Calls } from "./connection/calls.ts";
import type { QueueEventDocument } from "./schema.ts";

export function toQueueEventDocument({ id, atMs, facts, ...same }: QueueEvent): QueueEventDocument {
  return { _id: id, at: new Date(atMs), ...same, facts: JSON.stringify(facts) };
}

export function toEvent({ _id: id, at, facts, ...same }: QueueEventDocument): QueueEvent {
  return { id, atMs: at.getTime(), ...same, facts: JSON.parse(facts) as JsonObject };
}

function filterOf(query: QueueEventQuery): Filter<QueueEventDocument> {
  const { fromMs, toMs, sources, queues, agents, events, after } = query;
  const lists = { source: sources, queue: queues, agent: agents, event: events };
  const given = Object.entries(lists).filter(([, values]) => values !== undefined);
  const afterAt = after === undefined ? null : new Date(after.atMs);
  return {
    at: { $gte: new Date(Math.max(fromMs, after?.atMs ?? fromMs)), $lt: new Date(toMs) },
    ...Object.fromEntries(given.map(([member, values]) => [member, { $in: [...(values ?? [])] }])),
    ...(afterAt === null
      ? {}
      : { $or: [{ at: { $gt: afterAt } }, { at: afterAt, _id: { $gt: after?.id ?? "" } }] }),
  };
}

function queueEventCollection(events: Collection<QueueEventDocument>) {
  return {
    async put(some: readonly QueueEvent[]): Promise<void> {
      if (some.length === 0) return;
      await events.bulkWrite(
        some.map((one) => {
          const { _id, ...members } = toQueueEventDocument(one);
          return {
            updateOne: { filter: { _id }, update: { $setOnInsert: members }, upsert: true },
          };
        }),
        { ordered: false },
      );
    },
    async replace(some: readonly QueueEvent[]): Promise<void> {
      if (some.length === 0) return;
      const updates = some.map((one) => {
        const { _id, account, facts } = toQueueEventDocument(one);
        return { updateOne: { filter: { _id }, update: { $set: { account, facts } } } };
      });
      await events.bulkWrite(updates, { ordered: false });
    },
    async find(query: QueueEventQuery): Promise<QueueEvent[]> {
      const found = events.find(filterOf(query)).sort({ at: 1, _id: 1 }).limit(query.limit);
      return (await found.toArray()).map(toEvent);
    },
    countBefore: (atMs: number): Promise<number> =>
      events.countDocuments({ at: { $lt: new Date(atMs) } }),
    async removeBefore(atMs: number, most: number): Promise<number> {
      const old = events.find({ at: { $lt: new Date(atMs) } }, { projection: { _id: 1 } });
      const ids = (await old.sort({ at: 1, _id: 1 }).limit(most).toArray()).map(({ _id }) => _id);
      if (ids.length === 0) return 0;
      return (await events.deleteMany({ _id: { $in: ids } })).deletedCount;
    },
  };
}

export function queueEventsThrough(
  { read, sum, write }: Calls,
  collection: Collection<QueueEventDocument>,
): QueueEventStore {
  const events = queueEventCollection(collection);
  return {
    put: (some) => write(() => events.put(some)),
    replace: (some) => write(() => events.replace(some)),
    find: (query) => read(() => events.find(query)),
    countBefore: (atMs) => sum(() => events.countBefore(atMs)),
    removeBefore: (atMs, most) => write(() => events.removeBefore(atMs, most)),
  };
}
