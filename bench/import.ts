// A table of calls that is imported, beside the same number of calls in cdr.processMany to the same
// service; the memory of the process meanwhile; and posts that come while a table is imported.
// BENCH_ROWS: rows of the table, 20,000 when not said.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type ServerProcess, stopProcess } from "../tests/end-to-end/server-process.ts";
import { FORM } from "./http/loads.ts";
import { costText, measure, say, startService } from "./http/measure.ts";

const ROWS = Number(process.env["BENCH_ROWS"] ?? 20_000);
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 8);
const IN_CALL = 1000;

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-import-"));
const store = process.env["CDRATE_STORE"] ?? `sqlite:${join(folder, "bench.db")}`;
const service = await startService(store);
const memory = watchMemory(service);
let serial = 0;

async function call<Result>(method: string, params: object): Promise<Result> {
  const response = await fetch(`${service.url}/jsonrpc`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result?: Result; error?: unknown };
  if (result === undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

/** The most that the process had, and what it has now, in MB. */
function watchMemory({ child }: ServerProcess) {
  let most = 0;
  const now = () => {
    const [, pages = "0"] = readFileSync(`/proc/${child.pid}/statm`, "utf8").split(" ");
    return (Number(pages) * 4096) / 1e6;
  };
  const timer = setInterval(() => {
    most = Math.max(most, now());
  }, 200);
  timer.unref();
  return {
    now,
    /** Since it was asked before. */
    most() {
      const found = most;
      most = 0;
      return found;
    },
    end: () => clearInterval(timer),
  };
}

/** An old call: those that are posted meanwhile are of another day. */
function callAt(index: number) {
  const day = String(1 + (index % 28)).padStart(2, "0");
  return {
    uuid: `row-${serial}-${index}`,
    account: "1001",
    destination: `34650${100_000 + (index % 900_000)}`,
    answer_time: `2026-02-${day}T09:00:00Z`,
    billsec: String(1 + (index % 3600)),
    note: "kept as it came",
  };
}

function table(rows: number): Buffer {
  serial += 1;
  const lines = Array.from({ length: rows }, (_none, index) =>
    Object.values(callAt(index)).join(","),
  );
  return Buffer.from(`${Object.keys(callAt(0)).join(",")}\n${lines.join("\n")}\n`);
}

async function processMany(rows: number): Promise<number> {
  serial += 1;
  const begun = performance.now();
  for (let at = 0; at < rows; at += IN_CALL) {
    const cdrs = Array.from({ length: Math.min(IN_CALL, rows - at) }, (_none, n) => callAt(at + n));
    await call("cdr.processMany", { cdrs });
  }
  return (rows * 1000) / (performance.now() - begun);
}

interface Import {
  job: string;
  state: string;
  lines: number;
  outcomes: Record<string, number>;
}

async function beginImport(bytes: Buffer, name: string): Promise<string> {
  const hash = createHash("sha256").update(bytes).digest("hex");
  const asked = { hash, bytes: bytes.length, name };
  const begun = await call<{ upload: string; missing: number[]; partBytes: number }>(
    "upload.begin",
    asked,
  );
  const { upload, partBytes } = begun;
  for (const number of begun.missing) {
    const part = bytes.subarray(number * partBytes, (number + 1) * partBytes);
    await call("upload.part", { upload, number, base64: part.toString("base64") });
  }
  await call("upload.end", { upload });
  return (await call<Import>("import.start", { upload, format: "csv", batch: name })).job;
}

/** Milliseconds of the preview, and of what follows. */
async function waitFor(job: string) {
  const begun = performance.now();
  let previewed: number | null = null;
  for (;;) {
    const found = await call<Import>("import.get", { job });
    if (found.state !== "planning") previewed ??= performance.now();
    if (found.state === "done") {
      const at = previewed ?? begun;
      return { preview: at - begun, run: performance.now() - at, outcomes: found.outcomes };
    }
    if (found.state === "failed") throw new Error(JSON.stringify(found));
    await pause(20);
  }
}

try {
  await processMany(Math.min(ROWS, 5000));
  memory.most();
  const many = await processMany(ROWS);
  say(`cdr.processMany: ${many.toFixed(0)} CDRs/s, at most ${memory.most().toFixed(0)} MB`);
  const quiet = memory.now();
  const { preview, run, outcomes } = await waitFor(await beginImport(table(ROWS), "alone"));
  const rate = (ROWS * 1000) / run;
  const whole = (ROWS * 1000) / (preview + run);
  say(
    `import: ${rate.toFixed(0)} rows/s behind its preview (${(rate / many).toFixed(2)} of it), ${whole.toFixed(0)} rows/s with it (${(whole / many).toFixed(2)}); ${JSON.stringify(outcomes)}`,
  );
  say(`memory: ${quiet.toFixed(0)} MB before, at most ${memory.most().toFixed(0)} MB meanwhile`);
  const cost = { connections: 64, seconds: SECONDS };
  await measure(service, FORM, { ...cost, seconds: 2 });
  const alone = await measure(service, FORM, cost);
  const job = await beginImport(table(Math.max(ROWS, 200_000)), "beside");
  const beside = await measure(service, FORM, cost);
  say(`posts alone: ${costText(alone)}`);
  say(`posts beside an import: ${costText(beside)}`);
  say(`ratio ${(beside.perSecond / alone.perSecond).toFixed(2)}`);
  await call("import.cancel", { job });
} finally {
  memory.end();
  await stopProcess(service);
  rmSync(folder, { recursive: true, force: true });
}
