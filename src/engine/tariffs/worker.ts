// Entry of the worker thread that checks and compiles tariff folders.
import { parentPort } from "node:worker_threads";
import { EngineError } from "../../errors.ts";
import { editRate } from "../../tariffs/edit/rate.ts";
import { derive } from "./changes/derive-work.ts";
import { changesOfFolders } from "./differences/changes.ts";
import { diffFolders } from "./differences/work.ts";
import { checkFolder, compileFolder } from "./work.ts";
import type { WorkerReply, WorkerRequest } from "./worker-compiler.ts";

const port = parentPort;
if (port === null) throw new Error("tariff-worker runs in a worker thread only");

port.on("message", async (request: WorkerRequest) => {
  try {
    if (request.task === "check") {
      const result = checkFolder(request.files, request.compat, request.reading);
      port.postMessage({ ok: true, result } satisfies WorkerReply);
    } else if (request.task === "derive") {
      const result = await derive(request.derive);
      port.postMessage({ ok: true, result } satisfies WorkerReply);
    } else if (request.task === "edit") {
      const result = editRate(request.text, request.edit);
      port.postMessage({ ok: true, result } satisfies WorkerReply);
    } else if (request.task === "diff") {
      const result = await diffFolders(request.diff);
      port.postMessage({ ok: true, result } satisfies WorkerReply);
    } else if (request.task === "changes") {
      const result = changesOfFolders(request.changes);
      port.postMessage({ ok: true, result } satisfies WorkerReply);
    } else {
      const { snapshot, transferables } = compileFolder(request.version, request.files);
      const reply: WorkerReply = { ok: true, result: snapshot };
      port.postMessage(reply, transferables);
    }
  } catch (error) {
    // Errors lose their class on the way to another thread: code and text are what is needed.
    const code = error instanceof EngineError ? error.code : "internal";
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const text = error instanceof EngineError ? error.message : message;
    port.postMessage({ ok: false, code, message: text } satisfies WorkerReply);
  }
});
