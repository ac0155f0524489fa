// The format of rows that a map reads, one row a call.
import type { Format } from "../format.ts";
import { readRow } from "./columns.ts";
import { compileMap, hostOf, type MapTexts, mapRow, rawOf, withId } from "./map.ts";

export interface RowMap {
  /** Table that it is of, unless the feed names another. */
  table: string;
  /** Columns with the time of a row, best first: it is read by them where it has no key. */
  times: readonly string[];
  fields: MapTexts;
  /** Whether ids are of the switch alone, so that its name is no part of them. */
  hasOwnIds?: boolean;
  /** An expression: a row is whole when it has a value that is no zero; until then it is looked at again. */
  whole?: string;
}

export function rowFormat({ fields, hasOwnIds = false }: RowMap): Format {
  const map = compileMap(fields);
  return {
    paths: [],
    queryIsRecord: false,
    byRpc: false,
    // Columns that others fill later, or flags, make no other call of it.
    duplicatesBy: "billed-facts",
    read({ body, rules }, fieldMap) {
      const row = readRow(body);
      if (!row.ok) return row;
      const host = hasOwnIds ? (rules?.host ?? "") : hostOf(rules);
      return withId(rawOf(mapRow(map, row.columns, fieldMap), row, host));
    },
  };
}
