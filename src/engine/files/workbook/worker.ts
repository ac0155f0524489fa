// Entry of the worker thread that reads a workbook: its memory is bounded from outside.
import { parentPort, workerData } from "node:worker_threads";
import { readSheet } from "read-excel-file/node";
import { EngineError } from "../../../errors.ts";
import { cellText, numberText } from "./cell-text.ts";
import { guardWorkbook, type OddCell } from "./guard.ts";
import type { WorkbookReply, WorkbookRequest, WorkbookRow } from "./workbook.ts";

/** Rows in one message. */
const PIECE = 1000;

const port = parentPort;
if (port === null) throw new Error("the reader of workbooks runs in a worker thread only");

async function read(request: WorkbookRequest): Promise<{ rows: WorkbookRow[]; sheets: string[] }> {
  const bytes = Buffer.from(request.bytes);
  const { sheet, formulas, limits } = request;
  const { sheets, odd } = await guardWorkbook(bytes, { sheet, limits });
  const name = sheet ?? sheets[0];
  const data = await readSheet(bytes, name, { parseNumber: numberText, trim: false });
  // Rows of nothing at the end are left out by the reader; a refused cell is nothing to it.
  const last = Math.max(data.length, ...odd.keys());
  const rows = Array.from({ length: last }, (_none, index) => {
    const row: WorkbookRow = { line: index + 1, cells: (data[index] ?? []).map(cellText) };
    const cell = odd.get(index + 1);
    if (cell !== undefined && isRefused(cell, formulas)) row.odd = cell;
    return row;
  });
  return { rows, sheets };
}

/** An error is no value, whatever the dialect says. */
function isRefused({ kind }: OddCell, formulas: WorkbookRequest["formulas"]): boolean {
  return kind === "error" || formulas === "refuse";
}

function faultOf(error: unknown): WorkbookReply {
  if (error instanceof EngineError) {
    const { code, message, detail } = error;
    return { ok: false, code, message, hint: detail.hint };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, code: "invalid-params", message: `The workbook cannot be read: ${message}.` };
}

try {
  const { rows, sheets } = await read(workerData as WorkbookRequest);
  let at = 0;
  port.on("message", () => {
    const piece = rows.slice(at, at + PIECE);
    at += piece.length;
    port.postMessage({ ok: true, rows: piece } satisfies WorkbookReply);
  });
  port.postMessage({ ok: true, rows: [], sheets } satisfies WorkbookReply);
} catch (error) {
  port.postMessage(faultOf(error));
}
