// Gathers the faults of a folder, each once, and says how many it left off beyond its limit.
import { FAULT_CODES, type FaultCode } from "./fault-codes.ts";
import type { Fault } from "./tariff.ts";

/** Lines and columns count from 1; columns count UTF-16 units, as editors do. */
export interface Place {
  line: number;
  column: number;
}

export interface FaultList {
  /** `severity`: instead of that of the code, where the folder says so itself. */
  add(
    file: string,
    place: Place,
    code: FaultCode,
    detail?: string,
    severity?: Fault["severity"],
  ): void;
  /** Errors so far in one file, those beyond the limit included. */
  errorsIn(file: string): number;
  /** Sorted by file (tariff.yaml first), line and column. */
  list(): Fault[];
}

const FIRST_FILE = "tariff.yaml";

/** A list that keeps `limit` errors and as many warnings; `list` says how many more there were. */
export function createFaultList(limit: number): FaultList {
  const kept: Fault[] = [];
  const seen = new Set<string>();
  const counts = { error: 0, warning: 0 };
  const errorsByFile = new Map<string, number>();

  return {
    add(file, place, code, detail, said) {
      const key = `${place.line}:${place.column}:${code}:${file}:${detail ?? ""}`;
      if (seen.has(key)) return;
      const { severity: usual, text } = FAULT_CODES[code];
      const severity = said ?? usual;
      counts[severity]++;
      if (severity === "error") errorsByFile.set(file, (errorsByFile.get(file) ?? 0) + 1);
      if (counts[severity] > limit) return;
      seen.add(key);
      const message = detail === undefined ? text : `${text} ${detail}`;
      kept.push({ file, line: place.line, column: place.column, code, message, severity });
    },
    errorsIn: (file) => errorsByFile.get(file) ?? 0,
    list() {
      const more = Math.max(0, counts.error - limit) + Math.max(0, counts.warning - limit);
      const sorted = kept.toSorted(byPlace);
      if (more > 0) sorted.push(tooMany(more, sorted.at(-1)));
      return sorted;
    },
  };
}

function tooMany(more: number, last: Fault | undefined): Fault {
  const { severity, text } = FAULT_CODES["too-many-faults"];
  const { file, line, column } = last ?? { file: FIRST_FILE, line: 1, column: 1 };
  const message = `${text} ${more} more were found.`;
  return { file, line, column, code: "too-many-faults", message, severity };
}

function byPlace(a: Fault, b: Fault): number {
  if (a.file !== b.file) {
    if (a.file === FIRST_FILE) return -1;
    if (b.file === FIRST_FILE) return 1;
    return a.file < b.file ? -1 : 1;
  }
  return a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1);
}
