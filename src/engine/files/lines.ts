// A file as records that are its lines, as their bytes came, packed or not.
import { engineError } from "../../errors.ts";
import { cutRecords, MOST_LINE_BYTES, MOST_LINES } from "../../formats/lines/cut.ts";
import { createNumbering, type NumberedLine } from "../../formats/lines/numbering.ts";
import { openContent, type Pieces } from "./content.ts";
import { isWorkbook } from "./workbook/workbook.ts";

export interface FileLine {
  /** Line of the file that it begins at. */
  line: number;
  record: NumberedLine;
}

/** Records that are cut at once. */
const AT_ONCE = 1000;
/** Bytes that are kept of a line over the limit. */
const KEPT_BYTES = 2000;
const LF = 0x0a;

/**
 * Records in pieces, in their order.
 * @param isWhole whether a line by itself is a record, where a quote in it is not closed
 * @throws `too-large`, `invalid-params`
 */
export async function* fileLines(
  sent: Pieces,
  isWhole: (line: string) => boolean,
): AsyncGenerator<FileLine[], void> {
  const { head, pieces } = await openContent(sent, { headBytes: 4 });
  if (isWorkbook(head)) {
    throw engineError("invalid-params", "The file is a workbook, and not lines of text.", {
      path: "format",
      hint: "Import it as csv, or save it as text.",
    });
  }
  const cutter = createCutter(isWhole);
  for await (const piece of pieces) yield* cutter.push(piece);
  // The last line may have no end; a quote that nothing closes waits no longer.
  yield* cutter.push(Buffer.alloc(MOST_LINES + 1, LF));
}

function createCutter(isWhole: (line: string) => boolean) {
  const rules = { isWhole, mostBytes: MOST_LINE_BYTES, mostRecords: AT_ONCE };
  const numbering = createNumbering();
  let bytes: Buffer = Buffer.alloc(0);
  /** Line that `bytes` begin in. */
  let line = 1;
  /** They begin within a line over the limit, whose rest is left out. */
  let isSkipping = false;

  function leave(end: number): void {
    for (let at = bytes.indexOf(LF); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) line += 1;
    bytes = bytes.subarray(end);
  }

  function skip(): void {
    const end = bytes.indexOf(LF);
    isSkipping = end < 0;
    leave(end < 0 ? bytes.length : end + 1);
  }

  function placed(records: readonly NumberedLine[]): FileLine[] {
    return records.map((record) => {
      leave(record.bytes.byteOffset - bytes.byteOffset);
      return { line, record };
    });
  }

  /** Null: nothing is whole yet. */
  function cut(): FileLine[] | null {
    if (isSkipping) skip();
    const { records, used } = cutRecords(bytes, rules);
    if (used === 0) return null;
    const behind = bytes.subarray(used);
    const over = records.findIndex(({ fault }) => fault !== undefined);
    const taken = numbering.take(over < 0 ? records : records.slice(0, over + 1));
    const lines = placed(taken);
    isSkipping = over >= 0;
    if (!isSkipping) leave(bytes.length - behind.length);
    return lines.map(cutShort);
  }

  return {
    *push(piece: Uint8Array): Generator<FileLine[], void> {
      bytes = Buffer.concat([bytes, piece]);
      for (let found = cut(); found !== null; found = cut()) if (found.length > 0) yield found;
    },
  };
}

function cutShort({ line, record }: FileLine): FileLine {
  if (record.fault === undefined) return { line, record };
  return { line, record: { ...record, bytes: record.bytes.subarray(0, KEPT_BYTES) } };
}
