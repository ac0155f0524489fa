// The feed kind `sql`: the rows of a switch's table, pulled as they are written.
import type { JsonObject } from "../../cdr/json.ts";
import { type Columns, inLowerCase, rowBytes } from "../../formats/sql/columns.ts";
import { mustCompile } from "../../formats/sql/expression.ts";
import { type CompiledMap, compileMap } from "../../formats/sql/map.ts";
import { TABLE_MAPS } from "../../formats/sql/maps.ts";
import { ownRowBytes } from "../../formats/sql/own-row.ts";
import type { Feed, FeedBytes, FeedKind, FeedParts } from "../contract.ts";
import { createPullFeed, type Puller } from "../pull/feed.ts";
import { positionFrom, positionJson } from "../pull/position.ts";
import { createWalk, type Walk } from "../pull/walk.ts";
import { connect } from "./connect.ts";
import type { Connection } from "./connection.ts";
import type { SqlSettings } from "./settings.ts";
import { type Table, type TableRow, tableOf } from "./table.ts";

export const SQL: FeedKind<SqlSettings> = { listens: false, format: "sql-row", create: createSql };

const SECOND_MS = 1000;
/** How late rows may come, by the clock; and by their own times: more than a clock change. */
const LATE_SECONDS = { byNumber: 300, byTime: 7800 };
const UNFINISHED_MS = 12 * 3_600_000;

function createSql(settings: SqlSettings, parts: FeedParts): Feed {
  return createPullFeed(parts, settings.everySeconds, (position) =>
    createPuller(settings, parts, position),
  );
}

/** A table that is read, through whichever connection there is. */
interface Reading {
  table: Table;
  walk: Walk;
}

function createPuller(
  settings: SqlSettings,
  parts: FeedParts,
  position: JsonObject | null,
): Puller {
  const kept: JsonObject = { ...position };
  const bytesOf = rowReader(settings);
  let connection: Connection | null = null;
  let reading: Reading | null = null;

  async function open(): Promise<Reading> {
    if (connection !== null && reading !== null) return reading;
    connection ??= await connect(settings, parts);
    const wish = wishOf(settings, parts);
    const table = await tableOf(connection, wish);
    if (table === null) throw new Error(`there is no table ${wish.table}, or it may not be read`);
    if (reading?.table.by === table.by) reading.table = table;
    else reading = begin(table);
    return reading;
  }

  function begin(table: Table): Reading {
    const { by, order } = table;
    const own: Partial<Reading> = { table };
    const now = () => own.table ?? table;
    const isSame = kept["by"] === by;
    const { byNumber, byTime } = LATE_SECONDS;
    const late = settings.overlapSeconds ?? (order.timeOf === undefined ? byNumber : byTime);
    const walk = createWalk<TableRow>(
      {
        pulled: {
          order,
          rows: (from, limit) => now().rows(from, limit),
          ...(table.at === undefined ? {} : { at: async (keys) => (await now().at?.(keys)) ?? [] }),
          ...(table.before === undefined
            ? {}
            : { before: async (key) => (await now().before?.(key)) ?? 0 }),
        },
        clock: parts.clock,
        batchRows: settings.batchRows,
        overlapMs: late * SECOND_MS,
        overlapRows: settings.overlapRows,
        unfinishedMs: UNFINISHED_MS,
        isWhole: wholenessOf(settings),
        async take(rows) {
          await parts.deliver(rows.map(({ columns }) => bytesOf(columns)));
          await now().setFlag(rows);
        },
        async keep(place) {
          Object.assign(kept, { by, ...positionJson(place) });
          await parts.keep({ ...kept });
        },
        note: (what) => parts.log.warn({ feed: parts.name }, what),
      },
      positionFrom(isSame ? kept : null),
    );
    return Object.assign(own, { table, walk });
  }

  return {
    async step() {
      if (kept["done"] === true) return "done";
      const { walk } = await open();
      if (await walk.step()) return "more";
      if (connection?.isOfFile === true) hangUp();
      if (!settings.once) return "rest";
      kept["done"] = true;
      await parts.keep({ ...kept });
      return "done";
    },
    hangUp,
  };

  function hangUp(): void {
    connection?.close();
    connection = null;
  }
}

function wishOf(settings: SqlSettings, { source }: FeedParts) {
  const { map, key, time, flag } = settings;
  const ready = typeof map === "string" ? TABLE_MAPS[map] : undefined;
  const table = settings.table ?? ready?.table ?? "";
  return { table, key, time, flag, times: ready?.times ?? [], timeZone: source.timeZone };
}

/** A row as it is handed over, by the map's own format. */
function rowReader({ map }: SqlSettings): (columns: Columns) => FeedBytes {
  if (typeof map === "string") return (columns) => ({ bytes: rowBytes(columns), format: map });
  const own: CompiledMap = compileMap(map);
  return (columns) => ({ bytes: ownRowBytes(own, columns), format: "sql-row" });
}

/** Whether a row has its end: some switches write it at the beginning of the call. */
function wholenessOf({ map }: SqlSettings): (row: TableRow) => boolean {
  const whole = typeof map === "string" ? TABLE_MAPS[map]?.whole : undefined;
  if (whole === undefined) return () => true;
  const value = mustCompile(whole);
  return ({ columns }) => !/^(?:|0+|f|false)$/i.test(value(inLowerCase(columns)).text.trim());
}
