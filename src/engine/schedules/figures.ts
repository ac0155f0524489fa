// Rows of figures as tables: some of them for people, all of them for files.
import type { JsonObject } from "../../cdr/json.ts";
import type { Figures, RowFigures } from "../../reports/figures.ts";
import type { Word } from "../../reports/language/words.ts";
import type { Cell, CellKind, Column, Content } from "./tables.ts";

interface Ranked {
  rows: { keys: Record<string, string | number | boolean | null>; figures: RowFigures }[];
  others: RowFigures[];
  totals: RowFigures[];
}

/** Figures that people are shown, in this order. */
const SHOWN = [
  ["currency", "currency", "text"],
  ["cdrs", "calls", "count"],
  ["answered", "answered", "count"],
  ["seconds", "duration", "seconds"],
  ["acd", "acd", "seconds"],
  ["asr", "asr", "share"],
  ["sell", "sell", "amount"],
  ["buy", "buy", "amount"],
  ["margin", "margin", "amount"],
] as const satisfies readonly (readonly [keyof Figures, Word, CellKind])[];

/** Those that a report without a buy side has. */
function shownFor(all: readonly RowFigures[]) {
  const hasBuy = all.some(({ buy }) => buy !== null);
  return SHOWN.filter(([name]) => hasBuy || (name !== "buy" && name !== "margin"));
}

export function figuresContent(
  { rows, others, totals }: Ranked,
  { keys, isTime }: { keys: string[]; isTime: boolean },
): Content {
  const shown = shownFor(totals);
  const figures = (row: RowFigures): Cell[] => shown.map(([name]) => row[name]);
  const blank = keys.slice(1).map(() => null);
  const names = Object.keys(totals[0] ?? {});
  const columns = [...keys, ...names];
  const all = rows.map((row) => ({ ...row.keys, ...row.figures }) as Record<string, Cell>);
  return {
    ...{ title: "report", of: null, isEmpty: totals.every(({ cdrs }) => cdrs === 0) },
    tables: [
      {
        title: null,
        columns: [
          ...keys.map((name): Column => ({ label: { name }, kind: "text" })),
          ...shown.map(([, label, kind]): Column => ({ label, kind })),
        ],
        rows: rows.map((row) => [
          ...keys.map((key) => cellOf(row.keys[key])),
          ...figures(row.figures),
        ]),
        last: [
          ...others.map((row) => ({ word: "others" as const, cells: [...blank, ...figures(row)] })),
          ...totals.map((row) => ({ word: "total" as const, cells: [...blank, ...figures(row)] })),
        ],
      },
    ],
    plot: isTime ? { title: "calls", values: rows.map(({ figures: row }) => row.cdrs) } : null,
    whole: {
      columns,
      rows: all.map((row) => columns.map((name) => cellOf(row[name]))),
      texts: [...keys, "currency", "buyCurrency"],
    },
    answer: { rows: all, others, totals } as unknown as JsonObject,
  };
}

export function cellOf(value: string | number | boolean | null | undefined): Cell {
  return typeof value === "boolean" ? String(value) : (value ?? null);
}
