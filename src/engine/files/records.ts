// A file as the records of a table, whatever it is: text in any encoding, packed or not, or a workbook.
import type { Dialect } from "../../tables/dialect.ts";
import { textPieces } from "../../tables/encoding.ts";
import { TABLE_LIMITS } from "../../tables/limits.ts";
import { recordReader, type TableRecord } from "../../tables/records.ts";
import { type OpenedContent, openContent, type Pieces, wholeContent } from "./content.ts";
import { WORKBOOK_LIMITS } from "./workbook/limits.ts";
import { isWorkbook, workbookRecords } from "./workbook/workbook.ts";

/** Bytes of a text that are cut into records at once: that takes less than a millisecond. */
const AT_ONCE = 65_536;

/** Records in pieces, in their order. @throws `too-large`, `invalid-params`, `not-found` */
export async function* fileRecords(
  sent: Pieces,
  dialect: Dialect,
): AsyncGenerator<TableRecord[], void> {
  yield* recordsOf(await openContent(sent, { headBytes: 4 }), dialect);
}

async function* recordsOf(
  { head, pieces }: OpenedContent,
  dialect: Dialect,
): AsyncGenerator<TableRecord[], void> {
  if (isWorkbook(head)) {
    const { bytes } = WORKBOOK_LIMITS;
    yield* workbookRecords(await wholeContent(pieces, bytes + 1), dialect);
    return;
  }
  const text = textPieces(dialect.encoding);
  const records = recordReader(dialect, TABLE_LIMITS);
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += AT_ONCE) {
      const found = records.push(text.push(piece.subarray(at, at + AT_ONCE)));
      if (found.length > 0) yield found;
    }
  }
  yield [...records.push(text.end()), ...records.end()];
}
