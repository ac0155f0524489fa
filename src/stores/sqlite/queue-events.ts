// Queue events in SQLite.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../cdr/json.ts";
import type { QueueEvent, QueueEventQuery } from "../ports/queue-events.ts";

export interface QueueEventRow {
  id: string;
  source: string;
  at_ms: number;
  event: string;
  queue: string;
  agent: string | null;
  unique_id: string;
  linked_id: string | null;
  account: string | null;
  facts: string;
}

function toRow(one: QueueEvent): QueueEventRow {
  return {
    id: one.id,
    source: one.source,
    at_ms: one.atMs,
    event: one.event,
    queue: one.queue,
    agent: one.agent,
    unique_id: one.uniqueId,
    linked_id: one.linkedId,
    account: one.account,
    facts: JSON.stringify(one.facts),
  };
}

export function toEvent(row: QueueEventRow): QueueEvent {
  return {
    id: row.id,
    source: row.source,
    atMs: row.at_ms,
    event: row.event,
    queue: row.queue,
    agent: row.agent,
    uniqueId: row.unique_id,
    linkedId: row.linked_id,
    account: row.account,
    facts: JSON.parse(row.facts) as JsonObject,
  };
}

/** A list as SQL takes it; null: every value. */
function listed(values: readonly string[] | undefined): string | null {
  return values === undefined ? null : JSON.stringify(values);
}

export function queueEventTable(database: Database) {
  const insert = database.prepare<[QueueEventRow]>(
    `INSERT INTO queue_event (id, source, at_ms, event, queue, agent, unique_id, linked_id, account, facts)
     VALUES (@id, @source, @at_ms, @event, @queue, @agent, @unique_id, @linked_id, @account, @facts)
     ON CONFLICT (id) DO NOTHING`,
  );
  const isOne = (column: string, name: string) =>
    `(@${name} IS NULL OR ${column} IN (SELECT value FROM json_each(@${name})))`;
  const select = database.prepare<[Record<string, string | number | null>], QueueEventRow>(
    `SELECT * FROM queue_event
     WHERE (at_ms, id) > (@afterMs, @afterId) AND at_ms < @toMs
       AND ${isOne("source", "sources")} AND ${isOne("queue", "queues")}
       AND ${isOne("agent", "agents")} AND ${isOne("event", "events")}
     ORDER BY at_ms, id LIMIT @limit`,
  );
  const remove = database.prepare<[number, number]>(
    `DELETE FROM queue_event WHERE id IN
       (SELECT id FROM queue_event WHERE at_ms < ? ORDER BY at_ms, id LIMIT ?)`,
  );
  const count = database
    .prepare<[number], number>("SELECT count(*) FROM queue_event WHERE at_ms < ?")
    .pluck();
  const put = database.transaction((events: readonly QueueEvent[]): void => {
    for (const one of events) insert.run(toRow(one));
  });
  const update = database.prepare<[Pick<QueueEventRow, "id" | "account" | "facts">]>(
    "UPDATE queue_event SET account = @account, facts = @facts WHERE id = @id",
  );
  const replace = database.transaction((events: readonly QueueEvent[]): void => {
    for (const { id, account, facts } of events) {
      update.run({ id, account, facts: JSON.stringify(facts) });
    }
  });
  return {
    put: (events: readonly QueueEvent[]): void => put.immediate(events),
    replace: (events: readonly QueueEvent[]): void => replace.immediate(events),
    find({ sources, queues, agents, events, after, fromMs, ...bounds }: QueueEventQuery) {
      const lists = {
        sources: listed(sources),
        queues: listed(queues),
        agents: listed(agents),
        events: listed(events),
      };
      // One lower bound, where the page begins: no id is empty, so that this one is before them all.
      const place = after !== undefined && after.atMs >= fromMs ? after : { atMs: fromMs, id: "" };
      const bound = { afterMs: place.atMs, afterId: place.id };
      return select.all({ ...bounds, ...lists, ...bound }).map(toEvent);
    },
    countBefore: (atMs: number): number => count.get(atMs) ?? 0,
    removeBefore: (atMs: number, most: number): number => remove.run(atMs, most).changes,
  };
}
