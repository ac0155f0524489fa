// Writes of processes of an older build are refused by the file itself: they do not know a function
// that its triggers name, so their statements cannot even be prepared.
import type { Database } from "better-sqlite3";

/**
 * What a process writes to, and a column that is never null there. Nothing is called for a row: the
 * function only has to be known. `UPDATE cdr` is left free, for repairs by hand; a process writes
 * the history of a CDR before it changes the CDR.
 */
const GUARDED: readonly { table: string; column: string; events: string[] }[] = [
  { table: "cdr", column: "seq", events: ["INSERT"] },
  { table: "cdr_history", column: "seq", events: ["INSERT"] },
  { table: "suspense", column: "id", events: ["INSERT", "UPDATE OF state"] },
  { table: "tariff", column: "version", events: ["INSERT"] },
  { table: "activation", column: "tenant", events: ["INSERT"] },
  { table: "assignment", column: "tenant", events: ["INSERT"] },
  { table: "fact", column: "name", events: ["INSERT"] },
  { table: "job", column: "id", events: ["INSERT", "UPDATE OF version"] },
  { table: "job_line", column: "job", events: ["INSERT"] },
  { table: "heartbeat", column: "only", events: ["UPDATE"] },
];

function functionName(step: number): string {
  return `cdrate_schema_${step}`;
}

/** From now on only processes that know this step can write. */
export function guardAgainstOlder(database: Database, step: number): void {
  const found = database
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'guard\\_%' ESCAPE '\\'",
    )
    .pluck();
  for (const name of found.all()) database.exec(`DROP TRIGGER ${name}`);
  for (const { table, column, events } of GUARDED) {
    for (const event of events) {
      database.exec(`CREATE TRIGGER guard_${table}_${event.split(" ")[0]?.toLowerCase()}
        BEFORE ${event} ON ${table} WHEN NEW.${column} IS NULL AND ${functionName(step)}()
        BEGIN SELECT 1; END`);
    }
  }
}

/** Lets a connection of this build write, whichever of its steps was the last to set guards. */
export function knowSteps(database: Database, steps: readonly { number: number }[]): void {
  for (const { number } of steps) {
    database.function(functionName(number), { deterministic: true }, () => 1);
  }
}
