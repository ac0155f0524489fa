// Brings an SQLite file to the schema of this build, step by step; each step is one transaction.
import type { Database } from "better-sqlite3";
import { engineError } from "../../../errors.ts";
import {
  type Identity,
  living,
  type MigrationEvent,
  nextStep,
  type RewriteProgress,
  refuseMissing,
  refuseNewer,
  refuseOlder,
  type SchemaState,
  type StepFacts,
} from "../../migration.ts";
import { extraExpression, extraIndexName } from "../schema.ts";
import { copyBeside } from "./copy.ts";
import { guardAgainstOlder, knowSteps } from "./guards.ts";
import { hasTable, signOfLife, storeProcesses } from "./processes.ts";

export interface SqliteStep extends StepFacts {
  /** The whole step, in the transaction of the runner. */
  run(database: Database): void;
  /** What is left to be done to old records while the store is used. */
  behind?: SqliteRewrite;
}

export interface SqliteRewrite {
  /** Records that it goes through, for progress. */
  total(database: Database): number;
  /**
   * Rewrites the next records after `place` (null: from the first), so few that it takes some 20 ms,
   * in the transaction of the runner. Null: none is left.
   */
  slice(database: Database, place: string | null): { place: string; done: number } | null;
}

export interface SchemaOptions {
  steps: readonly SqliteStep[];
  identity: Identity;
  indexedExtraFields: readonly string[];
  /** Whether this process brings an older file forward, or refuses it. A new file is made anyway. */
  migrates: boolean;
  /** Where the file is; `:memory:` is never copied. */
  path: string;
}

/** "cdrt": marks the file as ours. */
const APPLICATION_ID = 0x63647274;

function versionOf(database: Database): number {
  return database.pragma("user_version", { simple: true }) as number;
}

function latestOf(steps: readonly StepFacts[]): number {
  return steps.at(-1)?.number ?? 0;
}

/** @throws `store-unavailable` for a file of another program, and of a newer build */
function checkOwner(database: Database, latest: number): void {
  const version = versionOf(database);
  if (version > latest) throw refuseNewer(version, latest);
  const isOurs = database.pragma("application_id", { simple: true }) === APPLICATION_ID;
  const isEmpty = database.prepare("SELECT count(*) = 0 FROM sqlite_schema").pluck().get() === 1;
  if (isOurs ? version > 0 : isEmpty) return;
  throw engineError("store-unavailable", "The file is an SQLite database, but not one of cdrate.", {
    hint: "Name another path in the store setting.",
  });
}

/**
 * For those who read a file without entering it.
 * @throws `store-unavailable` for a file of another program, of a newer build, and an empty one
 */
export function requireOurs(database: Database, steps: readonly StepFacts[]): void {
  checkOwner(database, latestOf(steps));
  if (versionOf(database) === 0) throw refuseMissing(database.name);
}

/** One step with everything that belongs to it; only inside a transaction. */
function runStep(database: Database, step: SqliteStep, { build, clock }: Identity): MigrationEvent {
  step.run(database);
  const total = step.behind?.total(database) ?? 0;
  if (hasTable(database, "migration")) {
    database
      .prepare(
        `INSERT INTO migration (step, title, build, ran_ms, place, done, total, is_done)
         VALUES (?, ?, ?, ?, NULL, 0, ?, ?)`,
      )
      .run(step.number, step.title, build, clock(), total, total === 0 ? 1 : 0);
  }
  if (step.runs === "alone") guardAgainstOlder(database, step.number);
  database.pragma(`user_version = ${step.number}`);
  return { kind: "step", step: step.number, title: step.title };
}

/** A new file gets every step in one transaction: it is never seen half made. */
function createFile(database: Database, { steps, identity }: SchemaOptions): void {
  database.pragma(`application_id = ${APPLICATION_ID}`);
  for (const step of steps) runStep(database, step, identity);
}

function createExtraIndexes(database: Database, names: readonly string[]): void {
  for (const name of names) {
    database.exec(
      `CREATE INDEX IF NOT EXISTS ${extraIndexName(name)}
       ON cdr (tenant, ${extraExpression(name)}, call_ms, id)`,
    );
  }
}

export interface SqliteSchema {
  /**
   * Makes a new file, or checks one that is there, and writes this process into it.
   * @throws `store-unavailable` for a foreign file, one of a newer build, and one of an older build
   * where this process does not migrate
   */
  enter(): void;
  /** Copies the file before the first step that changes it; null: there is none to run. */
  copy(): MigrationEvent | null;
  /** Runs the next step that may run now; null: there is none. */
  step(): MigrationEvent | null;
  /** One slice of a rewrite that is behind; null: nothing is left. */
  rewrite(): RewriteProgress | null;
  /** Creates the indexes of named extra fields. */
  finish(): void;
  signOfLife(): void;
  state(): SchemaState;
}

/** The schema of one open file. Each call is one transaction; the caller retries a busy file. */
export function sqliteSchema(database: Database, options: SchemaOptions): SqliteSchema {
  const { steps, identity, migrates, path, indexedExtraFields } = options;
  const latest = latestOf(steps);
  knowSteps(database, steps);
  const next = () =>
    nextStep(steps, versionOf(database), living(storeProcesses(database), identity.clock()));

  /** What only waits for others is no reason not to work. */
  function requireMigrated(): void {
    const found = next();
    if (found !== null && "run" in found) throw refuseOlder(versionOf(database), latest);
  }

  function enter(): void {
    checkOwner(database, latest);
    const version = versionOf(database);
    if (version === 0) createFile(database, options);
    else if (!migrates) requireMigrated();
    if (hasTable(database, "process")) signOfLife(database, identity, latest);
  }

  function step(): MigrationEvent | null {
    const found = next();
    if (found === null || "wait" in found) return null;
    const event = runStep(database, found.run, identity);
    if (hasTable(database, "process")) signOfLife(database, identity, latest);
    return event;
  }

  /** The first step whose rewrite is not done. */
  function unfinished(): {
    step: SqliteStep;
    progress: RewriteProgress;
    place: string | null;
  } | null {
    if (!hasTable(database, "migration")) return null;
    const row = database
      .prepare<[], RewriteProgress & { place: string | null }>(
        `SELECT step, title, done, total, place FROM migration
         WHERE is_done = 0 ORDER BY step LIMIT 1`,
      )
      .get();
    const found = steps.find(({ number }) => number === row?.step);
    if (row === undefined || found === undefined) return null;
    const { place, ...progress } = row;
    return { step: found, progress, place };
  }

  function rewrite(): RewriteProgress | null {
    const found = unfinished();
    if (found === null) return null;
    const { step: owner, progress, place } = found;
    const slice = owner.behind?.slice(database, place) ?? null;
    const done = progress.done + (slice?.done ?? 0);
    database
      .prepare("UPDATE migration SET place = ?, done = ?, is_done = ? WHERE step = ?")
      .run(slice?.place ?? place, done, slice === null ? 1 : 0, progress.step);
    return { ...progress, done };
  }

  return {
    enter: database.transaction(enter).immediate,
    copy() {
      const found = next();
      if (path === ":memory:" || found === null || "wait" in found) return null;
      return copyBeside(database, path, versionOf(database));
    },
    step: database.transaction(step).immediate,
    rewrite: database.transaction(rewrite).immediate,
    finish: database.transaction(() => createExtraIndexes(database, indexedExtraFields)).immediate,
    signOfLife: () => {
      if (hasTable(database, "process")) signOfLife(database, identity, latest);
    },
    state() {
      const found = next();
      const behind = unfinished();
      return {
        version: versionOf(database),
        latest,
        ...(found !== null && "wait" in found && { waiting: found.wait }),
        ...(behind !== null && { behind: behind.progress }),
        cdrKey: "tenant and id",
      };
    },
  };
}
