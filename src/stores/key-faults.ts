// What both stores say of a CDR whose keys are not its record's, or that cannot be read any more.
import { OUTCOMES } from "../cdr/rating.ts";
import { EngineError, engineError } from "../errors.ts";

/** Reads one stored CDR; what is broken in it is an error that names it. */
export function readStored<T>(id: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unreadable(id, cause);
  }
}

function unreadable(id: string, cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return engineError("internal", `CDR ${id} cannot be read: what is stored is broken: ${reason}.`, {
    cause,
    hint: "Restore it from a copy of the store; `cdrate audit` names every CDR that is broken.",
    data: { id },
  });
}

/** The CDRs of a page; those that cannot be read are left out where that was asked for. */
export function readAll<Row, T>(
  rows: readonly Row[],
  read: (row: Row) => T,
  { skipUnreadable = false }: { skipUnreadable?: boolean } = {},
): T[] {
  if (!skipUnreadable) return rows.map(read);
  return rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch {
      return [];
    }
  });
}

/** What `check` finds, or that the record cannot be read. */
export function faultsOf(check: () => string[]): string[] {
  try {
    return check();
  } catch (error) {
    const why = error instanceof EngineError ? error.cause : error;
    return [`record cannot be read: ${why instanceof Error ? why.message : String(why)}`];
  }
}

/** One key: what is stored beside what the record gives. */
export function keyFault(name: string, stored: unknown, given: unknown): string {
  return `${name} is ${JSON.stringify(stored)}, its record gives ${JSON.stringify(given)}`;
}

/** An outcome that no query names hides its CDR from all of them. */
export function outcomeFaults(outcome: string): string[] {
  const isKnown = OUTCOMES.some((known) => known === outcome);
  return isKnown ? [] : [`outcome is ${JSON.stringify(outcome)}, which is none`];
}
