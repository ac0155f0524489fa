// What a report says, in tables and a plot: in no language yet.
import type { JsonObject } from "../../cdr/json.ts";
import type { Word } from "../../reports/language/words.ts";

/** How cells of a column are written. */
export type CellKind =
  | "text"
  | "count"
  | "amount"
  | "seconds"
  | "share"
  | "time"
  | "moment"
  | "word";
export type Cell = string | number | null;

export interface Column {
  label: Word | { name: string };
  kind: CellKind;
}

export interface Table {
  title: Word | null;
  columns: Column[];
  rows: Cell[][];
  /** Under the rows, with a word in the first cell. */
  last: { word: Word; cells: Cell[] }[];
}

/** Every row of a report with the names that its method has: what a file or a webhook holds. */
export interface WholeTable {
  columns: string[];
  rows: Cell[][];
  /** Columns that are no numbers, whatever they look like. */
  texts: readonly string[];
}

export interface Content {
  title: Word;
  /** Whose, where it is about one. */
  of: string | null;
  isEmpty: boolean;
  /** Said where it is empty; absent: that there were no calls. */
  nothing?: Word;
  tables: Table[];
  plot: { title: Word; values: number[] } | null;
  whole: WholeTable;
  /** As the method answers it. */
  answer: JsonObject;
}
