// Builds indexes: at once, or beside the service for as long as the server takes.
import { setTimeout as pause } from "node:timers/promises";
import type { Db } from "mongodb";
import type { MigrationEvent } from "../../migration.ts";
import type { MissingIndexes } from "./survey.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

export interface BuilderParts {
  /** Another connection, whose calls have no limit of time. */
  openPatient(): { database: Db; close(): Promise<void> };
  /** What lacks now. */
  missing(): Promise<MissingIndexes[]>;
  report(event: MigrationEvent): void;
  /** Why an attempt did not succeed; null: the last one did. */
  told(fault: string | null): void;
}

export interface IndexBuilder {
  /** All indexes of a collection in one pass over it. */
  make(database: Db, missing: readonly MissingIndexes[]): Promise<void>;
  /** The same without a limit of time. */
  makePatiently(missing: readonly MissingIndexes[]): Promise<void>;
  /** Begins to build what lacks, unless that is under way. */
  begin(): void;
  isUnderWay(): boolean;
  close(): Promise<void>;
}

export function indexBuilder({ openPatient, missing, report, told }: BuilderParts): IndexBuilder {
  const closing = new AbortController();
  const { signal } = closing;
  let underWay: Promise<void> | null = null;

  async function make(database: Db, lacking: readonly MissingIndexes[]): Promise<void> {
    for (const { collection, wanted } of lacking) {
      const specs = wanted.map(({ name, key }) => ({ name, key: new Map(key) }));
      await database.collection(collection).createIndexes(specs);
      report({ kind: "built", collection, indexes: wanted.map(({ name }) => name) });
    }
  }

  async function makePatiently(lacking: readonly MissingIndexes[]): Promise<void> {
    const { database, close } = openPatient();
    // The server is left to its work: what it has built by the next start is there.
    const leave = () => void close();
    signal.addEventListener("abort", leave);
    try {
      await make(database, lacking);
    } finally {
      signal.removeEventListener("abort", leave);
      await close();
    }
  }

  /** Until all are there: an outage, a full disk, a refusal are waited out. */
  async function build(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        const lacking = await missing();
        if (lacking.length === 0) return told(null);
        await makePatiently(lacking);
      } catch (error) {
        if (signal.aborted) return;
        told(`Indexes could not be built, it is tried again: ${String(error)}`);
        await pause(pauseMs, undefined, { signal });
      }
    }
  }

  return {
    make,
    makePatiently,
    begin() {
      underWay ??= build()
        .catch((error: unknown) => {
          // The pause ends so when the store is closed.
          if (!signal.aborted) told(`Indexes are not built: ${String(error)}`);
        })
        .finally(() => {
          underWay = null;
        });
    },
    isUnderWay: () => underWay !== null,
    async close() {
      closing.abort();
      await underWay;
    },
  };
}
