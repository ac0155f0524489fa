// One rate of a native deck changed, added or taken out, in the text of its file; all other lines stay.

import { lineText } from "../csv/cell-text.ts";
import { plainLines } from "../csv/plain-lines.ts";
import { forEachRecord } from "../csv/records.ts";
import type { DeckColumn } from "../decks/columns.ts";

export type RateCells = Partial<Record<DeckColumn, string>>;

export interface RateEdit {
  /** What tells the rate apart: `prefix`, and as many more columns as it needs. */
  rate: RateCells & { prefix: string };
  /**
   * `set`: the columns get these texts, and a rate that is not there is made; `add`: the rate stays, and one
   * that differs from it in these comes beside it, as from a later day on; `remove`: it goes.
   */
  how: "set" | "add" | "remove";
  cells: RateCells;
}

export type EditedDeck =
  | { ok: true; text: string; before: RateCells | null; after: RateCells | null }
  | { ok: false; why: "no-such-rate" | "several-rates" | "bad-table"; line?: number };

interface Row {
  /** First line, and the first one behind it, from 0. */
  from: number;
  to: number;
  fields: string[];
}

export function editRate(text: string, edit: RateEdit): EditedDeck {
  const lines = plainLines(text).replace(/\n+$/, "").split("\n");
  const rows = rowsOf(text, lines.length);
  const [header, ...rates] = rows ?? [];
  if (header === undefined) return { ok: false, why: "bad-table" };
  const columns = [...header.fields];
  const cellsOf = ({ fields }: Row): RateCells =>
    Object.fromEntries(columns.flatMap((name, at) => (fields[at] ? [[name, fields[at]]] : [])));
  const wanted = Object.entries(edit.rate);
  const found = rates.filter((row) => {
    const cells = cellsOf(row) as Record<string, string>;
    return wanted.every(([name, value]) => (cells[name] ?? USUAL[name] ?? "") === value);
  });
  const [rate, second] = found;
  if (second !== undefined) return { ok: false, why: "several-rates", line: second.from + 1 };
  if (rate === undefined && edit.how !== "set") return { ok: false, why: "no-such-rate" };
  const before = rate === undefined ? null : cellsOf(rate);
  if (edit.how === "remove" && rate !== undefined) {
    lines.splice(rate.from, rate.to - rate.from);
    return { ok: true, text: `${lines.join("\n")}\n`, before, after: null };
  }
  const after = { ...(before ?? edit.rate), ...edit.cells };
  const more = Object.keys(after).filter((name) => !columns.includes(name));
  // A column that comes is empty in every row, which is its default.
  if (more.length > 0) {
    const empty = ",".repeat(more.length);
    for (const { to } of rates) lines[to - 1] += empty;
    lines[header.to - 1] += more.map((name) => `,${name}`).join("");
    columns.push(...more);
  }
  const line = lineText(columns.map((name) => (after as Record<string, string>)[name] ?? ""));
  if (rate === undefined) lines.push(line);
  else if (edit.how === "add") lines.splice(rate.to, 0, line);
  else lines.splice(rate.from, rate.to - rate.from, line);
  return { ok: true, text: `${lines.join("\n")}\n`, before, after };
}

/** What an empty cell says, where it is compared with a text. */
const USUAL: Readonly<Record<string, string>> = { tor: "*voice", status: "open", from_second: "0" };

/** The records with the lines that they stand in; null: the table is broken. */
function rowsOf(text: string, lineCount: number): Row[] | null {
  const rows: Row[] = [];
  let isBroken = false;
  forEachRecord(text, {
    onBadQuote: () => {
      isBroken = true;
    },
    onRecord({ line, fields }) {
      const last = rows.at(-1);
      if (last !== undefined) last.to = line - 1;
      rows.push({ from: line - 1, to: lineCount, fields });
    },
  });
  if (isBroken) return null;
  // Lines without any character between two records belong to none of them.
  const lines = plainLines(text).split("\n");
  for (const row of rows) while (row.to > row.from + 1 && lines[row.to - 1] === "") row.to -= 1;
  return rows;
}
