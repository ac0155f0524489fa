// The feed kind `sql`: the rows of a switch's tables, pulled as they are written.
import type { JsonObject } from "../../cdr/json.ts";
import type { Feed, FeedKind, FeedParts } from "../contract.ts";
import { createPullFeed, type Puller } from "../pull/feed.ts";
import { connect } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { createPairing, type Pairing } from "./pairing.ts";
import { beginReading, lateMs, mapOf, type Reading, rowReader, wishesOf } from "./reading.ts";
import type { SqlSettings } from "./settings.ts";
import { tableOf } from "./table.ts";

export const SQL: FeedKind<SqlSettings> = { listens: false, format: "sql-row", create: createSql };

const HOUR_MS = 3_600_000;

function createSql(settings: SqlSettings, parts: FeedParts): Feed {
  return createPullFeed(parts, settings.everySeconds, (position) =>
    createPuller(settings, parts, position),
  );
}

function createPuller(
  settings: SqlSettings,
  parts: FeedParts,
  position: JsonObject | null,
): Puller {
  const places: JsonObject = { ...tablesOf(position) };
  let isDone = position?.["done"] === true;
  const readings = new Map<string, Reading>();
  const pairing = pairingOf(settings, parts);
  const bytesOf = rowReader(settings);
  let connection: Connection | null = null;
  /** Tables that have nothing more in this round. */
  const atRest = new Set<string>();

  const keep = () => parts.keep({ tables: { ...places }, ...(isDone ? { done: true } : {}) });

  /** Calls the data base, and finds its tables; the first one must be there. */
  async function open(): Promise<void> {
    if (connection !== null) return;
    const called = await connect({ ...settings, isWriting: settings.flag !== undefined }, parts);
    connection = called;
    for (const [index, wish] of wishesOf(settings, parts).entries()) {
      const name = wish.table;
      const table = await tableOf(called, wish);
      if (table === null && index > 0) continue;
      if (table === null) throw new Error(`there is no table ${name}, or it may not be read`);
      const known = readings.get(name);
      if (known?.by === table.by) known.through(table);
      else readings.set(name, beginReading(table, partsOf(name)));
    }
  }

  function partsOf(name: string) {
    return {
      settings,
      feed: parts,
      kept: places[name],
      take: pairing?.take ?? ((rows) => parts.deliver(rows.map(bytesOf))),
      async keep(place: JsonObject) {
        places[name] = place;
        await keep();
      },
    } satisfies Parameters<typeof beginReading>[1];
  }

  function hangUp(): void {
    connection?.close();
    connection = null;
  }

  return {
    async step() {
      if (isDone) return "done";
      await open();
      for (const [name, { walk }] of readings) {
        if (atRest.has(name)) continue;
        if (await walk.step()) return "more";
        atRest.add(name);
      }
      atRest.clear();
      await pairing?.tend();
      if (connection?.isOfFile === true) hangUp();
      if (!settings.once) return "rest";
      isDone = true;
      await keep();
      return "done";
    },
    hangUp,
  };
}

function tablesOf(position: JsonObject | null): JsonObject {
  const tables = position?.["tables"];
  const isObject = typeof tables === "object" && tables !== null && !Array.isArray(tables);
  return isObject ? tables : {};
}

/** Where the map's calls are told in two rows. */
function pairingOf(settings: SqlSettings, parts: FeedParts): Pairing | null {
  const { map, maxCallHours } = settings;
  const partOf = mapOf(settings)?.partOf;
  if (partOf === undefined || typeof map !== "string") return null;
  const { name, clock, deliver, count, halves } = parts;
  const own = { name, clock, deliver, count, halves, partOf, format: map };
  // A table may be read by its times, which reach further back.
  return createPairing({
    ...own,
    mostMs: maxCallHours * HOUR_MS,
    overlapMs: lateMs(settings, true),
  });
}
