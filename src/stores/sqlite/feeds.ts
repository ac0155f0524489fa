// Feeds, who runs them and how far they came, in SQLite.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../cdr/json.ts";
import type { FeedRecord } from "../ports/feeds.ts";

export interface FeedRow {
  name: string;
  version: number;
  owner: string | null;
  lease_until_ms: number;
  is_stopped: number;
  position: string | null;
  state: string;
}

function toRow(feed: FeedRecord): FeedRow {
  return {
    name: feed.name,
    version: feed.version,
    owner: feed.owner,
    lease_until_ms: feed.leaseUntilMs,
    is_stopped: Number(feed.isStopped),
    position: feed.position === null ? null : JSON.stringify(feed.position),
    state: JSON.stringify(feed.state),
  };
}

export function toFeed(row: FeedRow): FeedRecord {
  return {
    name: row.name,
    version: row.version,
    owner: row.owner,
    leaseUntilMs: row.lease_until_ms,
    isStopped: row.is_stopped === 1,
    position: row.position === null ? null : (JSON.parse(row.position) as JsonObject),
    state: JSON.parse(row.state) as JsonObject,
  };
}

export function feedTable(database: Database) {
  const insert = database.prepare<[FeedRow]>(
    `INSERT INTO feed (name, version, owner, lease_until_ms, is_stopped, position, state)
     VALUES (@name, @version, @owner, @lease_until_ms, @is_stopped, @position, @state)
     ON CONFLICT (name) DO NOTHING`,
  );
  const replace = database.prepare<[FeedRow & { expected: number }]>(
    `UPDATE feed SET version = @version, owner = @owner, lease_until_ms = @lease_until_ms,
       is_stopped = @is_stopped, position = @position, state = @state
     WHERE name = @name AND version = @expected`,
  );
  const select = database.prepare<[string], FeedRow>(
    "SELECT * FROM feed WHERE name IN (SELECT value FROM json_each(?))",
  );
  return {
    put: (feed: FeedRecord): boolean => insert.run(toRow(feed)).changes === 1,
    getFor: (names: string[]): FeedRecord[] => select.all(JSON.stringify(names)).map(toFeed),
    update: (feed: FeedRecord, expected: number): boolean =>
      replace.run({ ...toRow(feed), expected }).changes === 1,
  };
}
