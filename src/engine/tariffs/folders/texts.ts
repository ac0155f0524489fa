// The text of a deck file: decoded as its dialect says, inflated where it is packed, and of a workbook
// the rows of one sheet.
import { engineError } from "../../../errors.ts";
import type { Dialect } from "../../../tables/dialect.ts";
import { textPieces } from "../../../tables/encoding.ts";
import { openContent, wholeContent } from "../../files/content.ts";
import { isWorkbook, workbookRecords } from "../../files/workbook/workbook.ts";

/** @throws `too-large` for more than `most` bytes; `invalid-params` where it cannot be unpacked */
export async function deckText(
  bytes: Uint8Array,
  dialect: Dialect | null,
  { file, most }: { file: string; most: number },
): Promise<string> {
  try {
    const { head, pieces } = await openContent(onePiece(bytes), {
      headBytes: 4,
      mostInflated: most,
    });
    if (isWorkbook(head)) return await sheetText(bytes, { dialect, file });
    const text = textPieces(dialect?.encoding ?? "utf-8");
    return text.push(await wholeContent(pieces, most)) + text.end();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw engineError("invalid-params", `${file}: ${cause.message}`, { path: "path", cause });
  }
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

/** Rows stay in their lines: a line end in a cell becomes a blank. */
async function sheetText(
  bytes: Uint8Array,
  { dialect, file }: { dialect: Dialect | null; file: string },
): Promise<string> {
  const delimiter = dialect?.delimiter ?? ",";
  const lines: string[] = [];
  const asked = dialect?.sheet === undefined ? {} : { sheet: dialect.sheet };
  const formulas = dialect?.formulas ?? "refuse";
  for await (const records of workbookRecords(bytes, { formulas, ...asked })) {
    for (const { line, cells, fault } of records) {
      // A version holds texts: what a formula would say is not among them.
      if (fault !== undefined) {
        throw engineError("invalid-params", `${file}: ${fault.detail}`, { path: "path" });
      }
      while (lines.length < line - 1) lines.push("");
      lines.push(cells.map((cell) => cellText(cell, delimiter)).join(delimiter));
    }
  }
  return `${lines.join("\n")}\n`;
}

function cellText(cell: string, delimiter: string): string {
  const plain = cell.replaceAll(/[\r\n]+/g, " ");
  const isQuoted = plain.includes('"') || plain.includes(delimiter);
  return isQuoted ? `"${plain.replaceAll('"', '""')}"` : plain;
}
