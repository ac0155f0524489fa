// GET and POST /export: the CDRs of a filter as a file, streamed, gzipped where the client takes it.
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { Context } from "koa";
import { requirePermission } from "../access/permissions.ts";
import type { Engine } from "../engine/engine.ts";
import type { Budget } from "../rpc/budget/budget.ts";
import type { Ending } from "../rpc/budget/ending.ts";
import { type ExportRequest, exportPieces } from "../rpc/export-request.ts";
import { EXPORT_TYPES, type FileFormat } from "../rpc/exports/formats.ts";
import type { Access } from "./access/access.ts";
import { answerWithin, budgetName } from "./within-budget.ts";

/** Comes after a file that is whole, compressed or not; one that broke off has none. */
const COMPLETE = "X-Cdrate-Complete";

/** HTTP/1.0 and HEAD have no place for it. Called before the answer is piped, so that it is said first. */
function announceEnd({ req, res, method }: Context): () => void {
  if (req.httpVersionMajor < 1 || req.httpVersion === "1.0" || method === "HEAD") return () => {};
  res.setHeader("Trailer", COMPLETE);
  return () => res.addTrailers({ [COMPLETE]: "true" });
}

/** The access of the caller is looked at here, whoever made the link. */
export function createExportRoute({ engine, budget }: { engine: Engine; budget: Budget }) {
  async function send(
    context: Context,
    access: Access,
    { request, left }: { request: ExportRequest; left: Ending },
  ): Promise<void> {
    const chunks = await exportPieces(engine, request, {
      scope: access.scope,
      signal: left.signal(),
    });
    context.status = 200;
    context.set("Content-Type", EXPORT_TYPES[request.format]);
    context.set("Content-Disposition", `attachment; filename="cdrs.${request.format}"`);
    context.set("Cache-Control", "no-store");
    context.vary("Accept-Encoding");
    const text = Readable.from(chunks);
    const sayEnd = announceEnd(context);
    // A workbook is compressed already.
    const isPacked = request.format === "xlsx";
    if (isPacked || context.acceptsEncodings("gzip", "identity") !== "gzip") {
      context.body = text;
      text.once("end", sayEnd);
      return;
    }
    context.set("Content-Encoding", "gzip");
    const gzip = createGzip();
    // A fault in the middle must not look like the end of the file.
    text.on("error", (error) => gzip.destroy(error));
    gzip.on("close", () => text.destroy());
    gzip.once("end", sayEnd);
    context.body = text.pipe(gzip);
  }

  async function sendFile(context: Context, access: Access, id: string): Promise<void> {
    const { job, content } = await engine.exports.open(id, access);
    const format = job.fileName.slice(job.fileName.lastIndexOf(".") + 1) as FileFormat;
    context.status = 200;
    context.set("Content-Type", EXPORT_TYPES[format]);
    context.set("Content-Length", String(job.bytes));
    context.set("Content-Disposition", `attachment; filename="${job.fileName}"`);
    context.set("Cache-Control", "no-store");
    if (job.sha256 !== null) context.set("X-Cdrate-Sha256", job.sha256);
    context.body = content instanceof Readable ? content : Readable.from(content);
  }

  const answer = async (
    context: Context,
    access: Access,
    request: ExportRequest,
  ): Promise<void> => {
    requirePermission(access, "cdr.read");
    const end = budget.beginExport(budgetName(access));
    await answerWithin(context, end, (left) => send(context, access, { request, left }));
  };
  /** The file of an export that was written as a job. */
  const file = async (context: Context, access: Access, id: string): Promise<void> => {
    requirePermission(access, "cdr.read");
    const end = budget.beginExport(budgetName(access));
    await answerWithin(context, end, () => sendFile(context, access, id));
  };
  return { answer, file };
}
