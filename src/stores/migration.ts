// How a store is brought to the schema of this build: which steps may run now, and what is said of
// those that may not. The same for both adapters; each has its own steps and runs them its own way.
import { randomUUID } from "node:crypto";
import { type EngineError, engineError } from "../errors.ts";

/** What a step says of itself. */
export interface StepFacts {
  /** Steps run in the order of their numbers, from 1, with no gap. */
  number: number;
  /** What it changes, in a few words that stand after "schema step 2: ". */
  title: string;
  /**
   * `beside`: it only adds, and processes of builds before it work on.
   * `alone`: it waits until no process of a build before it lives.
   */
  runs: "beside" | "alone";
  /** Of a step that runs alone: this build can work in the schema before it, until it may run. */
  canWait?: boolean;
}

/** A process that has the store open. */
export interface StoreProcess {
  id: string;
  /** Version of the program. */
  build: string;
  /** The last step that its build knows. */
  schema: number;
  startedAtMs: number;
  /** Its last sign of life. */
  seenAtMs: number;
}

/** How this process says who it is. */
export interface Identity {
  id: string;
  build: string;
  /** Epoch milliseconds, now. */
  clock: () => number;
}

/** Where the schema of a store stands. */
export interface SchemaState {
  /** The last step that was run. */
  version: number;
  /** The last step that this build knows. */
  latest: number;
  /** A step that waits for processes of older builds to end. */
  waiting?: { step: number; title: string; builds: string[] };
  /** A rewrite of old records that goes on while the store is used. */
  behind?: RewriteProgress;
  /** MongoDB: indexes that are not there yet, or not as they should be. */
  indexes?: IndexState;
  /** What makes a CDR unique. `id`: a MongoDB data base of 0.1.0 that was not copied yet. */
  cdrKey: "tenant and id" | "id";
  /** MongoDB: how that is written as the key of a document; a data base keeps its form. */
  keyForm?: "bytes" | "text";
}

export interface IndexState {
  /** Those that lack, each as `collection.name`: reads go without them, nothing else waits. */
  missing: string[];
  /** Documents that the build has gone through, where the server tells. */
  progress?: { done: number; total: number };
  /** Why the last attempt did not succeed; it is tried again. */
  fault?: string;
}

export interface RewriteProgress {
  step: number;
  title: string;
  done: number;
  total: number;
}

/** What opening a store for migration did. */
export type MigrationEvent =
  | { kind: "copied"; path: string }
  | { kind: "not-copied"; why: string }
  | { kind: "index"; collection: string; index: string }
  | { kind: "built"; collection: string; indexes: string[] }
  | { kind: "step"; step: number; title: string };

/** What both adapters are opened with. */
export interface OpenOptions {
  /** Extra fields that get an index of their own. */
  indexedExtraFields?: string[];
  /** Whether this process may bring an older store forward; else it refuses one. */
  migrates?: boolean;
  /** Refuses to make a store where there is none: for those who only look. */
  mustExist?: boolean;
  /** Goes on with a copy into this store that was not finished; every other process refuses it. */
  continuesCopy?: boolean;
  /** MongoDB: drops an index that differs from the one that is needed, and builds that. */
  mendsIndexes?: boolean;
  /** Version of the program, as other processes see it. */
  build?: string;
  /** Epoch milliseconds, now; the system's clock when not said. */
  clock?: () => number;
  /** Told what a migration does. */
  report?: (event: MigrationEvent) => void;
}

export function identityOf({ build = "unknown", clock = Date.now }: OpenOptions): Identity {
  return { id: randomUUID(), build, clock };
}

/** How often a process says that it lives. */
export const SIGN_OF_LIFE_MS = 10_000;
/** Without a sign of life for so long a process counts as ended. */
const LIFE_MS = 60_000;
/** So long the row of an ended process is kept. */
export const PROCESS_KEPT_MS = 86_400_000;

/** Processes that count as living. */
export function living<Seen extends Pick<StoreProcess, "seenAtMs">>(
  processes: readonly Seen[],
  nowMs: number,
): Seen[] {
  return processes.filter(({ seenAtMs }) => nowMs - seenAtMs < LIFE_MS);
}

/**
 * The step that comes next: `run` it, or `wait` for the processes named; null: nothing is left.
 * @throws `store-unavailable` where it must run alone and this build cannot work without it
 */
export function nextStep<Step extends StepFacts>(
  steps: readonly Step[],
  version: number,
  alive: readonly StoreProcess[],
): { run: Step } | { wait: NonNullable<SchemaState["waiting"]> } | null {
  const step = steps.find(({ number }) => number > version);
  if (step === undefined) return null;
  const older = alive.filter(({ schema }) => schema < step.number);
  if (step.runs === "beside" || older.length === 0) return { run: step };
  const builds = [...new Set(older.map(({ build }) => build))].sort();
  if (step.canWait === true) return { wait: { step: step.number, title: step.title, builds } };
  throw engineError(
    "store-unavailable",
    `Schema step ${step.number} (${step.title}) waits for processes of older builds: ${builds.join(", ")}.`,
    { hint: "Stop them, then start this one again; one that was killed counts for a minute." },
  );
}

/** A store that a newer build has written is left alone. */
export function refuseNewer(version: number, latest: number): EngineError {
  return engineError(
    "store-unavailable",
    `The store has schema version ${version}; this build knows ${latest}.`,
    { hint: "Start the newer build that wrote it, or name another one in the store setting." },
  );
}

/** The schema that a store has for older builds while a copy into it is not finished. */
export const UNFINISHED_SCHEMA = 2 ** 31 - 1;

/** What is in it would be taken for all there is: CDRs that come once more would be new ones. */
export function refuseUnfinished(): EngineError {
  return engineError("store-unavailable", "A copy into this store was not finished.", {
    hint: "Run the same `cdrate store copy` again: it goes on where it was.",
  });
}

/** A misspelt store would be made, and found empty. */
export function refuseMissing(place: string): EngineError {
  return engineError("store-unavailable", "There is no store there.", {
    place,
    hint: "Name it with --store, CDRATE_STORE or the settings file. `cdrate serve` and `cdrate tariff load` make one.",
    data: { isMissing: true },
  });
}

/** Commands that only use a store never change its schema. */
export function refuseOlder(version: number, latest: number): EngineError {
  return engineError(
    "store-unavailable",
    `The store has schema version ${version}; this build works with ${latest}.`,
    {
      hint: "Stop every process of an older build, then run `cdrate store migrate`, or start `cdrate serve`: either brings it forward.",
    },
  );
}
