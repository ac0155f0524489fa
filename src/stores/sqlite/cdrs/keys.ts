// The columns that queries and sums go by, held against the JSON of the record beside them.

import type { Database } from "better-sqlite3";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import { faultsOf, keyFault, outcomeFaults } from "../../key-faults.ts";
import { addToPage, emptyPage, PAGE_BYTES } from "../../page-bytes.ts";
import type { KeyFault } from "../../ports/cdrs.ts";
import type { PagePosition } from "../../sort-keys.ts";
import { bytesOf, type ColumnValues, cdrColumns, rowToCdr, type StoredRow } from "../rows.ts";
import { forEachPiece } from "./pieces.ts";

/** So few that a page, with its checks, holds the event loop for some milliseconds only. */
const PAGE_ROWS = 100;

type KeyedRow = StoredRow &
  ColumnValues & { call_ms: number; history: string | null; history_revisions: string | null };

const COLUMNS = `cdr.*,
  (SELECT group_concat(entry, ',' ORDER BY h.revision) FROM cdr_history h WHERE h.seq = cdr.seq)
    AS history,
  (SELECT group_concat(h.revision, ',' ORDER BY h.revision) FROM cdr_history h
    WHERE h.seq = cdr.seq) AS history_revisions`;

/** Every tenant once: from each to the next one in the index, whatever lies between. */
export const TENANTS = `WITH RECURSIVE known (tenant) AS (
    SELECT min(tenant) FROM cdr
    UNION ALL
    SELECT (SELECT min(tenant) FROM cdr WHERE tenant > known.tenant) FROM known
    WHERE known.tenant IS NOT NULL
  ) SELECT tenant FROM known WHERE tenant IS NOT NULL`;

export interface Page {
  read: number;
  found: KeyFault[];
  next: PagePosition | null;
}

export function cdrKeys(database: Database) {
  const selectTenants = database.prepare<[], string>(TENANTS).pluck();

  async function page(
    filter: CdrFilter,
    after: PagePosition | null,
    signal: AbortSignal | undefined,
  ): Promise<Page> {
    const filling = emptyPage<KeyedRow>();
    const limits = { rows: PAGE_ROWS, bytes: PAGE_BYTES };
    const walk = { filter, descending: false, everyOutcome: true, signal };
    await forEachPiece(database, [], after === null ? walk : { ...walk, after }, (piece) => {
      const select = database.prepare<unknown[], KeyedRow>(
        `SELECT ${COLUMNS} FROM ${piece.from} WHERE ${piece.where.sql}
         ORDER BY call_ms, id, tenant LIMIT ?`,
      );
      const limit = PAGE_ROWS + 1 - filling.rows.length;
      for (const row of select.iterate(...piece.where.values, limit)) {
        if (!addToPage(filling, { row, bytes: bytesOf(row) }, limits)) break;
      }
      return !filling.isMore;
    });
    const { rows, isMore } = filling;
    const found: KeyFault[] = [];
    for (const row of rows) {
      if (isTurnOver()) await ownTurn();
      const faults = faultsOf(() => rowFaults(row));
      if (faults.length > 0) found.push({ id: row.id.toString("hex"), faults });
    }
    const last = isMore ? rows.at(-1) : undefined;
    const next =
      last === undefined
        ? null
        : { key: last.call_ms, id: last.id.toString("hex"), tenant: last.tenant };
    return { read: rows.length, found, next };
  }

  return { page, tenants: (): string[] => selectTenants.all() };
}

/** Page after page, until one is the last; between them others have the event loop. */
export async function* keyFaultPages(
  page: (after: PagePosition | null) => Promise<Page>,
): AsyncGenerator<{ read: number; found: KeyFault[] }, void> {
  let after: PagePosition | null = null;
  do {
    const { read, found, next }: Page = await page(after);
    if (read > 0) yield { read, found };
    after = next;
    await ownTurn();
  } while (after !== null);
}

/** The record itself: nothing is found by these. */
const RECORD = new Set(["id", "primary_fields", "extra", "rating"]);

/** Without a value in rows that a rewrite of the schema has not come to: sums read the rating then. */
const FILLED_BEHIND = new Set(["billed_ms", "buy_billed_ms"]);

/** Where it is absent, queries read it out of the record: rows of older schemas have none. */
const READ_WHERE_ABSENT = "caller_number";

function isHeld(row: KeyedRow, name: string): boolean {
  const isUnfilled = FILLED_BEHIND.has(name) && row["billed_ms"] === null;
  const isAbsent = name === READ_WHERE_ABSENT && row[name] === null;
  return !RECORD.has(name) && !isUnfilled && !isAbsent;
}

function rowFaults(row: KeyedRow): string[] {
  const cdr = rowToCdr(row);
  const faults = Object.entries(cdrColumns(cdr))
    .filter(([name, given]) => isHeld(row, name) && !isSame(row[name] ?? null, given))
    .map(([name, given]) => keyFault(name, row[name] ?? null, given));
  return [...faults, ...historyFaults(cdr, row), ...outcomeFaults(cdr.rating.outcome)];
}

/** A lone surrogate, which JSON keeps by its escape, is three broken bytes in a column. */
function isSame(stored: ColumnValues[string], given: ColumnValues[string] | undefined): boolean {
  if (typeof given !== "string") return stored === given;
  return stored === given.replace(/\p{Surrogate}/gu, "\ufffd\ufffd\ufffd");
}

function historyFaults({ history }: StoredCdr, { history_revisions }: KeyedRow): string[] {
  const given = history.map(({ rating }) => rating.revision).join(",");
  const stored = history_revisions ?? "";
  return stored === given ? [] : [keyFault("history.revision", stored, given)];
}
