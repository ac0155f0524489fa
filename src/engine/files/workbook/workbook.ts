// Workbooks (.xlsx) as records, read in a thread of their own: no request waits for it, and a hostile
// one ends that thread alone.
import type { Worker } from "node:worker_threads";
import { type ErrorCode, engineError } from "../../../errors.ts";
import { startThread } from "../../../program.ts";
import type { Dialect } from "../../../tables/dialect.ts";
import type { TableRecord } from "../../../tables/records.ts";
import type { OddCell } from "./guard.ts";
import { WORKBOOK_LIMITS, type WorkbookLimits } from "./limits.ts";

export interface WorkbookRequest {
  bytes: Uint8Array;
  sheet: string | undefined;
  formulas: Dialect["formulas"];
  limits: WorkbookLimits;
}

export interface WorkbookRow {
  line: number;
  cells: string[];
  /** A cell of it that holds no plain value. */
  odd?: OddCell;
}

/** The first one says that the workbook was read, and names its sheets; no rows after that: it is at its end. */
export type WorkbookReply =
  | { ok: true; rows: WorkbookRow[]; sheets?: string[] }
  | { ok: false; code: ErrorCode; message: string; hint?: string | undefined };

/** A zip archive, which every .xlsx is. */
export function isWorkbook(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** Rows of one sheet in pieces; `onSheets` is told the names of all before. @throws `too-large`, `invalid-params`, `not-found` */
export async function* workbookRecords(
  bytes: Uint8Array,
  dialect: Pick<Dialect, "sheet" | "formulas">,
  {
    limits = WORKBOOK_LIMITS,
    onSheets,
  }: { limits?: WorkbookLimits; onSheets?: (names: string[]) => void } = {},
): AsyncGenerator<TableRecord[], void> {
  if (bytes.length > limits.bytes) {
    throw engineError("too-large", `The workbook has over ${limits.bytes} bytes.`, {
      hint: "Save the table as .csv, which may be of any length.",
    });
  }
  const request: WorkbookRequest = {
    bytes,
    limits,
    sheet: dialect.sheet,
    formulas: dialect.formulas,
  };
  const resourceLimits = { maxOldGenerationSizeMb: request.limits.memoryMb };
  const thread = startThread("engine/files/workbook/worker", {
    workerData: request,
    resourceLimits,
  });
  try {
    for (let isFirst = true; ; isFirst = false) {
      if (!isFirst) thread.postMessage("next");
      const reply = await nextReply(thread, limits);
      if (!reply.ok) {
        throw engineError(
          reply.code,
          reply.message,
          reply.hint === undefined ? {} : { hint: reply.hint },
        );
      }
      if (reply.sheets !== undefined) onSheets?.(reply.sheets);
      if (reply.rows.length > 0) yield reply.rows.map(toRecord);
      else if (!isFirst) return;
    }
  } finally {
    await thread.terminate();
  }
}

function nextReply(thread: Worker, limits: WorkbookLimits): Promise<WorkbookReply> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: WorkbookReply) => {
      settle();
      resolve(reply);
    };
    const onError = (error: NodeJS.ErrnoException) => {
      settle();
      const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      const message = `The workbook takes over ${limits.memoryMb} MB of memory.`;
      reject(isMemory ? engineError("too-large", message) : error);
    };
    const onExit = () => {
      settle();
      reject(engineError("internal", "The reader of workbooks ended."));
    };
    const settle = () => {
      thread.off("message", onMessage).off("error", onError).off("exit", onExit);
    };
    thread.on("message", onMessage).on("error", onError).on("exit", onExit);
  });
}

/** The number of a cell stands for its column. */
function toRecord({ line, cells, odd }: WorkbookRow): TableRecord {
  const places = [...cells, ""].map((_cell, index) => ({ line, column: index + 1 }));
  const record: TableRecord = { line, cells, places, text: cells.join("\t") };
  if (odd === undefined) return record;
  const place = { line, column: columnOf(odd.address) };
  const what = odd.kind === "formula" ? "a formula" : "an error";
  const detail = `Line ${line}, column ${place.column}: the cell ${odd.address} holds ${what}.`;
  return { ...record, cells: [], fault: { reason: "formula-cell", place, detail } };
}

/** A is 1, AA is 27. */
function columnOf(address: string): number {
  let column = 0;
  for (const sign of address.replace(/\d+$/, "")) column = column * 26 + sign.charCodeAt(0) - 64;
  return column;
}
