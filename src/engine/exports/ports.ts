// PORT: where the files of exports are, and how one is written.
import type { Scope } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { CdrReads } from "../records/reads.ts";

export interface WrittenFile {
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** One machine's folder of files; each has its name only when it is whole and durable. */
export interface ExportFolder {
  /** The machine, as others know it. */
  readonly host: string;
  /**
   * Writes a file in pieces under another name, makes it durable, then names it. `onPiece` is told the bytes so far.
   * @throws what `pieces` throws; nothing is left then
   */
  write(
    name: string,
    pieces: AsyncIterable<string | Uint8Array>,
    onPiece: (bytes: number) => void,
  ): Promise<WrittenFile>;
  /** Null where it is not here, or has another size. */
  open(name: string, bytes: number): Promise<AsyncIterable<Uint8Array> | null>;
  remove(name: string): Promise<void>;
  /** Names of every file in it, half ones too. */
  list(): Promise<string[]>;
}

export interface ExportWriting {
  /** Ends it. */
  signal: AbortSignal;
  scope: Scope;
  /** Told the CDRs that were written so far. */
  onRows(rows: number): void;
}

/** How an export of some params is written; the edge that reads the params fulfils it. */
export interface ExportWriter {
  /** @throws `forbidden`, `invalid-params` for what cannot be written for this scope */
  check(request: JsonObject, cdrs: CdrReads, scope: Scope): { fileName: string };
  pieces(
    request: JsonObject,
    cdrs: CdrReads,
    writing: ExportWriting,
  ): Promise<AsyncGenerator<string | Uint8Array, void>>;
}

export interface ExportLimits {
  /** Files and lines of all owners on a store. */
  files: number;
  /** Of one owner. */
  ownerFiles: number;
  /** Bytes of one file. */
  bytes: number;
  /** Days that a file is kept. */
  days: number;
}

export interface ExportSettings {
  folder: ExportFolder;
  writer: ExportWriter;
  limits: ExportLimits;
}
