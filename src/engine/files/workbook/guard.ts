// Looks through a workbook before it is read: what it inflates to, how many rows it has, and which
// cells hold no plain value.
import { StringDecoder } from "node:string_decoder";
import { engineError } from "../../../errors.ts";
import type { WorkbookLimits } from "./limits.ts";
import { inflatePart, type ZipPart, zipParts } from "./zip.ts";

/** Of one row of a sheet, the first cell that holds a formula or an error. */
export interface OddCell {
  address: string;
  kind: "formula" | "error";
}

export interface GuardedWorkbook {
  sheets: string[];
  /** Of the sheet that was asked for, by row number. */
  odd: Map<number, OddCell>;
}

/** @throws `too-large`, `invalid-params`, `not-found` for a sheet that it does not have */
export async function guardWorkbook(
  bytes: Buffer,
  { sheet, limits }: { sheet: string | undefined; limits: WorkbookLimits },
): Promise<GuardedWorkbook> {
  const parts = zipParts(bytes);
  const budget = { left: limits.inflatedBytes, rows: limits.rows };
  const texts = new Map<string, string>();
  const odd = new Map<string, Map<number, OddCell>>();
  for (const part of parts) {
    const inflate = async (onPiece: (piece: Buffer) => void): Promise<void> => {
      const mostBytes = budget.left;
      budget.left -= await inflatePart(bytes, part, { mostBytes, onPiece }).catch((error) => {
        throw tooLarge(error, limits);
      });
    };
    if (SMALL.test(part.name)) texts.set(part.name, await textOf(part, inflate));
    else if (/^xl\/worksheets\/[^/]+\.xml$/.test(part.name)) {
      const scan = createScan(budget, limits);
      const decoder = new StringDecoder("utf8");
      await inflate((piece) => scan.push(decoder.write(piece)));
      odd.set(part.name, scan.odd);
    } else await inflate(() => undefined);
  }
  const named = sheetParts(texts);
  const [first] = named.keys();
  const wanted = sheet ?? first;
  const path = wanted === undefined ? undefined : named.get(wanted);
  if (path === undefined) {
    throw engineError("not-found", `The workbook has no sheet ${wanted ?? "at all"}.`, {
      path: "dialect.sheet",
      hint: `It has: ${[...named.keys()].slice(0, 20).join(", ")}.`,
    });
  }
  return { sheets: [...named.keys()], odd: odd.get(path) ?? new Map() };
}

/** Parts that say what sheets there are. */
const SMALL = /^xl\/(?:workbook\.xml|_rels\/workbook\.xml\.rels)$/;
const MOST_SMALL = 1_000_000;

async function textOf(
  part: ZipPart,
  inflate: (onPiece: (piece: Buffer) => void) => Promise<void>,
): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  await inflate((piece) => {
    length += piece.length;
    if (length > MOST_SMALL) {
      throw engineError(
        "too-large",
        `The part ${part.name} of the workbook is over ${MOST_SMALL} bytes.`,
      );
    }
    pieces.push(piece);
  });
  return Buffer.concat(pieces).toString("utf8");
}

function tooLarge(error: unknown, { inflatedBytes }: WorkbookLimits): unknown {
  const isOver = error instanceof Error && error.message.startsWith("The workbook inflates");
  if (!isOver) return error;
  return engineError("too-large", `The workbook inflates to over ${inflatedBytes} bytes.`, {
    hint: "Save the table as .csv, which is read in pieces.",
  });
}

/** Paths of the sheets by their names, in the order of the workbook. */
function sheetParts(texts: ReadonlyMap<string, string>): Map<string, string> {
  const targets = new Map<string, string>();
  for (const [tag] of (texts.get("xl/_rels/workbook.xml.rels") ?? "").matchAll(
    /<Relationship\b[^>]*>/g,
  )) {
    const id = attribute(tag, "Id");
    const target = attribute(tag, "Target");
    if (id === undefined || target === undefined) continue;
    targets.set(id, target.startsWith("/") ? target.slice(1) : `xl/${target}`);
  }
  const sheets = new Map<string, string>();
  for (const [tag] of (texts.get("xl/workbook.xml") ?? "").matchAll(/<sheet\b[^>]*>/g)) {
    const name = attribute(tag, "name");
    const target = targets.get(/\b\w+:id="([^"]*)"/.exec(tag)?.[1] ?? "");
    if (name !== undefined && target !== undefined) sheets.set(name, target);
  }
  return sheets;
}

function attribute(tag: string, name: string): string | undefined {
  const [, value] = new RegExp(`\\s${name}="([^"]*)"`).exec(tag) ?? [];
  return value
    ?.replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}

const TAG = /<c\b([^>]*)>|<f\b[^>]*>|<row\b/g;
/** Longer than any tag of a cell. */
const MOST_TAG = 4096;

/** Counts rows and notes odd cells in the text of a sheet that comes in pieces. */
function createScan(budget: { rows: number }, limits: WorkbookLimits) {
  const odd = new Map<number, OddCell>();
  let carry = "";
  let cell = "";
  function note(kind: OddCell["kind"]): void {
    const row = Number(/\d+$/.exec(cell)?.[0] ?? 0);
    if (!odd.has(row)) odd.set(row, { address: cell, kind });
  }
  return {
    odd,
    push(piece: string): void {
      const text = carry + piece;
      const end = Math.max(text.lastIndexOf(">") + 1, text.length - MOST_TAG);
      carry = text.slice(end);
      for (const [tag, attributes] of text.slice(0, end).matchAll(TAG)) {
        if (tag === "<row") {
          budget.rows -= 1;
          if (budget.rows < 0) {
            throw engineError("too-large", `The workbook has over ${limits.rows} rows.`, {
              hint: "Save the table as .csv, which may be of any length.",
            });
          }
        } else if (attributes !== undefined) {
          cell = /\br="([A-Z]{1,3}\d{1,7})"/.exec(attributes)?.[1] ?? "";
          if (/\bt="e"/.test(attributes)) note("error");
        } else note("formula");
      }
    },
  };
}
