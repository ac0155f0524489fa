// A table that is read through whichever connection there is, and what becomes of its rows.
import type { Json, JsonObject } from "../../cdr/json.ts";
import { type Columns, inLowerCase, rowBytes } from "../../formats/sql/columns.ts";
import { mustCompile } from "../../formats/sql/expression.ts";
import { compileMap } from "../../formats/sql/map.ts";
import { TABLE_MAPS, type TableMap } from "../../formats/sql/maps.ts";
import { ownRowBytes } from "../../formats/sql/own-row.ts";
import type { FeedBytes, FeedParts } from "../contract.ts";
import { positionFrom, positionJson } from "../pull/position.ts";
import { createWalk, type Walk } from "../pull/walk.ts";
import type { SqlSettings } from "./settings.ts";
import type { Table, TableRow, TableWish } from "./table.ts";

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
/** How late rows may come, by the clock; and by their own times: more than a clock change. */
const LATE_SECONDS = { byNumber: 300, byTime: 7800 };

export interface ReadingParts {
  settings: SqlSettings;
  feed: FeedParts;
  /** Where it goes on. */
  kept: Json | undefined;
  take(rows: readonly Columns[]): Promise<void>;
  keep(place: JsonObject): Promise<void>;
}

export interface Reading {
  walk: Walk;
  /** What it is read by. */
  by: string;
  /** The same table through another connection. */
  through(table: Table): void;
}

export function mapOf({ map }: SqlSettings): TableMap | undefined {
  return typeof map === "string" ? TABLE_MAPS[map] : undefined;
}

/** The tables that are to be read: the first must be there. */
export function wishesOf(
  settings: SqlSettings,
  { source }: Pick<FeedParts, "source">,
): TableWish[] {
  const { key, time, flag, missed } = settings;
  const map = mapOf(settings);
  const times = map?.times ?? [];
  const timeZone = source.timeZone;
  const own = { table: settings.table ?? map?.table ?? "", key, time, flag, times, timeZone };
  const beside = missed === false ? undefined : (missed ?? map?.beside);
  return beside === undefined ? [own] : [own, { ...own, table: beside }];
}

export function lateMs(settings: SqlSettings, isByTime: boolean): number {
  const { byNumber, byTime } = LATE_SECONDS;
  return (settings.overlapSeconds ?? (isByTime ? byTime : byNumber)) * SECOND_MS;
}

export function beginReading(first: Table, parts: ReadingParts): Reading {
  const { settings, feed } = parts;
  const { order, by } = first;
  let table = first;
  const walk = createWalk<TableRow>(
    {
      pulled: {
        order,
        rows: (from, limit) => table.rows(from, limit),
        ...(first.at === undefined ? {} : { at: async (keys) => (await table.at?.(keys)) ?? [] }),
        ...(first.before === undefined
          ? {}
          : { before: async (key) => (await table.before?.(key)) ?? 0 }),
      },
      clock: feed.clock,
      batchRows: settings.batchRows,
      overlapMs: lateMs(settings, order.timeOf !== undefined),
      overlapRows: settings.overlapRows,
      unfinishedMs: settings.maxCallHours * HOUR_MS,
      isWhole: wholenessOf(mapOf(settings)),
      async take(rows) {
        await parts.take(rows.map(({ columns }) => columns));
        await table.setFlag(rows);
      },
      keep: (place) => parts.keep({ by, ...positionJson(place) }),
      note: (what) => feed.log.warn({ feed: feed.name }, what),
    },
    positionFrom(isBy(parts.kept, by) ? parts.kept : undefined),
  );
  return {
    walk,
    by,
    through(next) {
      table = next;
    },
  };
}

function isBy(kept: Json | undefined, by: string): boolean {
  return typeof kept === "object" && kept !== null && !Array.isArray(kept) && kept["by"] === by;
}

/** A row as it is handed over, by the map's own format. */
export function rowReader({ map }: SqlSettings): (columns: Columns) => FeedBytes {
  if (typeof map === "string") return (columns) => ({ bytes: rowBytes(columns), format: map });
  const own = compileMap(map);
  return (columns) => ({ bytes: ownRowBytes(own, columns), format: "sql-row" });
}

/** Whether a row has its end: some switches write it at the beginning of the call. */
function wholenessOf(map: TableMap | undefined): (row: TableRow) => boolean {
  if (map?.whole === undefined) return () => true;
  const value = mustCompile(map.whole);
  return ({ columns }) => !/^(?:|0+|f|false)$/i.test(value(inLowerCase(columns)).text.trim());
}
