// What changed in an SQLite store: every write of a CDR has the next number, in its transaction.

import type { Database } from "better-sqlite3";
import { engineError } from "../../../errors.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import {
  addToPage,
  emptyPage,
  type FillingPage,
  PAGE_BYTES,
  type PageLimits,
} from "../../page-bytes.ts";
import type { ChangesQuery } from "../../ports/cdrs.ts";
import { bytesOf, type SentRow, STORED_COLUMNS, type StoredRow, sentRow } from "../rows.ts";
import { filterCondition } from "./filter.ts";

/** Numbers that one query looks through: some milliseconds, whatever the filter leaves of them. */
const WINDOW = 1000;

/**
 * `s`: among the CDRs that were written before writes had numbers, after this row. `c`: after this
 * number. One writer at a time gives numbers and commits them, so none appears behind another.
 */
interface Place {
  order: "s" | "c";
  number: number;
}

function readPlace(after: string | undefined): Place {
  if (after === undefined) return { order: "s", number: 0 };
  const [, order, digits] = /^([sc])(\d{1,15})$/.exec(after) ?? [];
  if (order === undefined) {
    throw engineError("invalid-params", `after: ${after} is no place of this store.`, {
      path: "after",
      hint: "Give the `next` of an answer before, or leave it out to begin with the first change.",
    });
  }
  return { order: order as Place["order"], number: Number(digits) };
}

const COLUMNS: Record<Place["order"], { column: string; condition: string }> = {
  s: { column: "seq", condition: "change IS NULL" },
  c: { column: "change", condition: "change IS NOT NULL" },
};

/** Takes the numbers of so many writes; only inside a transaction that writes. */
export function changeCounter(database: Database): (writes: number) => number {
  const take = database
    .prepare<[number], number>("UPDATE change_counter SET last = last + ? RETURNING last")
    .pluck();
  return (writes) => {
    const last = take.get(writes);
    if (last === undefined) throw new Error("the store has no counter of changes");
    return last - writes;
  };
}

/** Answers the number up to which all is in the page: it ends early where the turn is over. */
function fill(
  page: FillingPage<SentRow>,
  rows: Iterable<StoredRow & { place: number }>,
  { from, to, limits }: { from: number; to: number; limits: PageLimits },
): number {
  let last = from;
  for (const row of rows) {
    const { place } = row;
    if (!addToPage(page, { row: sentRow(row), bytes: bytesOf(row) }, limits)) return last;
    last = place;
    if (isTurnOver()) return last;
  }
  return to;
}

export function cdrChanges(database: Database) {
  const selectEnds = database.prepare<[], Record<Place["order"], number>>(
    "SELECT unnumbered_seq AS s, last AS c FROM change_counter",
  );
  const selectFirst = {
    s: database.prepare<[number], number | null>("SELECT min(seq) FROM cdr WHERE seq > ?").pluck(),
    c: database
      .prepare<[number], number | null>("SELECT min(change) FROM cdr WHERE change > ?")
      .pluck(),
  };

  return async function changes(
    { filter, after, limit }: ChangesQuery,
    signal?: AbortSignal,
  ): Promise<{ rows: SentRow[]; next: string }> {
    const wanted = filterCondition(filter, true);
    const limits = { rows: limit, bytes: PAGE_BYTES };
    const page = emptyPage<SentRow>();
    let place = readPlace(after);
    // Read once: what is written meanwhile comes with the next page.
    const ends = selectEnds.get() ?? { s: 0, c: 0 };
    while (!page.isMore) {
      if (place.number >= ends[place.order]) {
        if (place.order === "c") break;
        place = { order: "c", number: 0 };
        continue;
      }
      const { column, condition } = COLUMNS[place.order];
      // Numbers that nothing has any more are passed over: a copied store begins far from the first.
      const first = selectFirst[place.order].get(place.number) ?? ends[place.order] + 1;
      place = { ...place, number: Math.min(first - 1, ends[place.order]) };
      const to = Math.min(place.number + WINDOW, ends[place.order]);
      const rows = database
        .prepare<unknown[], StoredRow & { place: number }>(
          `SELECT ${column} AS place, ${STORED_COLUMNS} FROM cdr
           WHERE ${column} > ? AND ${column} <= ? AND ${condition} AND ${wanted.sql}
           ORDER BY ${column} LIMIT ?`,
        )
        .iterate(place.number, to, ...wanted.values, limit + 1 - page.rows.length);
      place = { ...place, number: fill(page, rows, { from: place.number, to, limits }) };
      await ownTurn();
      signal?.throwIfAborted();
    }
    return { rows: page.rows, next: `${place.order}${place.number}` };
  };
}
