// The cells of one row of a foreign deck by their fields, with the faults that are found in them.
import type { Dialect } from "../dialect.ts";
import type { DeckColumns, DeckField } from "./fields.ts";
import type { CellFault, CellRead, DeckRules } from "./rules.ts";

export interface DeckMeaning {
  columns: DeckColumns;
  rules: DeckRules;
  dateOrder: Dialect["dateOrder"];
}

export interface FieldFault {
  /** The index of the cell's column. */
  index: number;
  fault: CellFault;
}

/** One object serves all rows of a table. */
export interface RowCells extends DeckMeaning {
  /** Those of the row so far. */
  readonly faults: readonly FieldFault[];
  /** Begins a row. */
  begin(cells: readonly string[]): void;
  /** Empty where the table has no such column. */
  text(field: DeckField): string;
  cell(index: number): string;
  /** What was read, or `fallback` with the fault noted at the cell. */
  take<Value>(at: DeckField | number, read: CellRead<Value>, fallback: Value): Value;
}

export function createRowCells(meaning: DeckMeaning): RowCells {
  const { columns } = meaning;
  let cells: readonly string[] = [];
  let faults: FieldFault[] = [];
  return {
    ...meaning,
    get faults() {
      return faults;
    },
    begin(next) {
      cells = next;
      if (faults.length > 0) faults = [];
    },
    text(field) {
      const index = columns.of(field);
      return index === undefined ? "" : (cells[index] ?? "");
    },
    cell: (index) => cells[index] ?? "",
    take(at, read, fallback) {
      if (read.ok) return read.value;
      const { ok: _ok, ...fault } = read;
      const index = typeof at === "number" ? at : (columns.of(at) ?? 0);
      faults.push({ index, fault });
      return fallback;
    },
  };
}
