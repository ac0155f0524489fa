// The one table of the maps that are ready, by the name that `map` of a feed takes: it is the name of the
// format of their rows too.
import type { Format } from "../format.ts";
import { type AccMap, accFormat, partOf, type RowPart } from "./acc.ts";
import { ACC_MAPS } from "./acc-maps.ts";
import { ASTERISK_CDR } from "./asterisk-cdr.ts";
import type { Columns } from "./columns.ts";
import { OWN_ROW } from "./own-row.ts";
import { rowFormat } from "./row-format.ts";
import { ROW_MAPS } from "./row-maps.ts";

/** What a feed must know of a map to read its tables. */
export interface TableMap {
  table: string;
  /** Columns with the time of a row, best first. */
  times: readonly string[];
  /** A further table of the same rows, which need not be there. */
  beside?: string;
  /** An expression: a row is whole when it has a value that is no zero. */
  whole?: string | undefined;
  /** What a row is of its call, where a call is told in two rows. */
  partOf?(columns: Columns): RowPart;
}

/** The times of acc rows. */
const ACC_TIMES = ["time"];

function accTables(map: AccMap): TableMap {
  const own = { table: "acc", times: ACC_TIMES, beside: "missed_calls" };
  return { ...own, partOf: (columns) => partOf(columns, map) };
}

const byName = <One, Other>(table: Readonly<Record<string, One>>, make: (one: One) => Other) =>
  Object.fromEntries(Object.entries(table).map(([name, one]) => [name, make(one)]));

export const TABLE_MAPS: Readonly<Record<string, TableMap>> = {
  "asterisk-cdr": { table: "cdr", times: ["calldate", "start", "end"] },
  ...ROW_MAPS,
  ...byName(ACC_MAPS, accTables),
};

/** The formats of their rows. */
export const SQL_FORMATS: Readonly<Record<string, Format>> = {
  "asterisk-cdr": ASTERISK_CDR,
  "sql-row": OWN_ROW,
  ...byName(ROW_MAPS, rowFormat),
  ...byName(ACC_MAPS, accFormat),
};
