// What is said between the thread of the service and those that have the file open.
import type { ErrorFacts } from "../../../thread-errors.ts";
import type { MigrationEvent } from "../../migration.ts";
import type { SqliteStoreOptions } from "../file/opening.ts";

/** What a thread opens its file with. */
export interface ThreadStart {
  role: "writer" | "reader";
  options: Omit<SqliteStoreOptions, "clock" | "report" | "steps">;
  /** Of the process, the same in each of its threads. */
  id: string;
  build: string;
  nowMs: number;
}

export type ThreadRequest =
  | { open: ThreadStart }
  /** `nowMs`: the clock of whoever asks. Where `ends`, an `end` may follow. */
  | { ask: number; name: string; args: unknown[]; ends: boolean; nowMs: number }
  /** Nobody waits for the call any more. */
  | { end: number }
  /** Another thread found that the files are not ours any more. */
  | "look"
  | "close";

export type ThreadReply =
  | { answer: number; value: unknown }
  | { answer: number; error: ErrorFacts }
  | { event: MigrationEvent }
  | { refused: ErrorFacts }
  | "opened"
  | "lost"
  | "closed";
