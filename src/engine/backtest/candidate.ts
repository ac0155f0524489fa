// A tariff that is tried without being loaded: its files are lines of the job, so that another process
// can go on with it, and nothing can be activated.
import { hash as hashOf } from "node:crypto";
import { engineError } from "../../errors.ts";
import type { JobLine } from "../../stores/ports/jobs.ts";
import type { Store } from "../../stores/store.ts";
import type { Snapshot, TariffCompiler } from "../ports.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { type BacktestBody, LISTS } from "./job.ts";

/** Characters of a line: some of them fit one write of every store. */
const PIECE = 250_000;
/** Lines written and read at once. */
const TOGETHER = 8;

type Files = Record<string, string>;

interface Piece {
  file: string;
  text: string;
}

/** How many lines `storeFiles` writes. */
export function countPieces(files: Files): number {
  return Object.values(files).reduce((sum, text) => sum + piecesIn(text), 0);
}

export async function storeFiles({ jobs }: Store, job: string, files: Files): Promise<void> {
  let lines: JobLine[] = [];
  let number = 0;
  const write = async () => {
    await jobs.appendLines(job, LISTS.files, lines);
    lines = [];
  };
  for (const [file, whole] of Object.entries(files)) {
    for (let piece = 0; piece < piecesIn(whole); piece += 1) {
      number += 1;
      const text = whole.slice(piece * PIECE, (piece + 1) * PIECE);
      const line = JSON.stringify({ file, text } satisfies Piece);
      lines.push({ number, hash: hashOf("sha256", line), text: line });
      if (lines.length === TOGETHER) await write();
    }
  }
  if (lines.length > 0) await write();
}

/** An empty file is one piece. */
function piecesIn(text: string): number {
  return Math.max(1, Math.ceil(text.length / PIECE));
}

/** Which tariff is tried, and in how many lines of the job it is. */
export type TriedBody = Pick<BacktestBody, "proposed" | "pieces">;

/** @throws `not-found` where they were not stored whole */
async function readFiles(
  { jobs }: Store,
  { id, body }: { id: string; body: TriedBody },
): Promise<Files> {
  const files: Files = {};
  let after = 0;
  for (;;) {
    const lines = await jobs.pageLines(id, LISTS.files, { after, limit: TOGETHER });
    for (const { text: line } of lines) {
      const { file, text } = JSON.parse(line) as Piece;
      files[file] = (files[file] ?? "") + text;
    }
    after += lines.length;
    if (lines.length < TOGETHER) break;
  }
  if (after === body.pieces) return files;
  throw engineError(
    "not-found",
    "The process that was given the tariff ended before it was stored: begin the back-test anew.",
  );
}

/** @throws `not-found` */
export async function proposedSnapshot(
  parts: { store: Store; snapshots: Snapshots; compiler: TariffCompiler },
  job: { id: string; body: TriedBody },
): Promise<Snapshot> {
  const { proposed, pieces } = job.body;
  if (pieces === null) return parts.snapshots.get(proposed.version);
  return parts.compiler.compile(proposed, await readFiles(parts.store, job));
}

/** Those of the engine, with one besides that is no version of the store. */
export function withSnapshot(snapshots: Snapshots, own: Snapshot): Snapshots {
  return {
    ...snapshots,
    get: (version) => (version === own.version ? Promise.resolve(own) : snapshots.get(version)),
    peek: (version) => (version === own.version ? own : snapshots.peek(version)),
  };
}
