// Gathers the faults of a folder, each once, and says how many it left off beyond its limit.
import { FAULT_CODES, type FaultCode } from "./fault-codes.ts";
import type { Fault } from "./tariff.ts";

/** Lines and columns count from 1; columns count UTF-16 units, as editors do. */
export interface Place {
  line: number;
  column: number;
  /** What stands there: the text of a cell. */
  text?: string;
}

export interface FaultList {
  /**
   * `severity`: instead of that of the code, where the folder says so itself. A place that must be
   * looked for first is a function: nobody looks for those beyond the limit.
   */
  add(
    file: string,
    place: Place | (() => Place),
    code: FaultCode,
    detail?: string,
    severity?: Fault["severity"],
  ): void;
  /** Errors so far in one file, those beyond the limit included. */
  errorsIn(file: string): number;
  /** Sorted by file (tariff.yaml first), line and column. */
  list(): Fault[];
}

/** The gravest first. */
const SEVERITIES = ["error", "warning", "note"] as const;

const FIRST_FILE = "tariff.yaml";

/** Characters of a cell that a fault repeats. */
const TEXT_CHARS = 200;

/** A list that keeps `limit` of each severity; `list` says how many more there were. */
export function createFaultList(limit: number): FaultList {
  const kept: Fault[] = [];
  const seen = new Set<string>();
  const counts = { error: 0, warning: 0, note: 0 };
  const errorsByFile = new Map<string, number>();

  return {
    add(file, at, code, detail, said) {
      const { severity: usual, text } = FAULT_CODES[code];
      const severity = said ?? usual;
      const count = () => {
        counts[severity]++;
        if (severity === "error") errorsByFile.set(file, (errorsByFile.get(file) ?? 0) + 1);
      };
      if (typeof at === "function" && counts[severity] >= limit) {
        count();
        return;
      }
      const place = typeof at === "function" ? at() : at;
      const key = `${place.line}:${place.column}:${code}:${file}:${detail ?? ""}`;
      if (seen.has(key)) return;
      count();
      if (counts[severity] > limit) return;
      seen.add(key);
      const message = detail === undefined ? text : `${text} ${detail}`;
      const { line, column, text: cell } = place;
      const quoted = cell === undefined ? {} : { text: cell.slice(0, TEXT_CHARS) };
      kept.push({ file, line, column, code, message, severity, ...quoted });
    },
    errorsIn: (file) => errorsByFile.get(file) ?? 0,
    list() {
      const sorted = kept.toSorted(byPlace);
      const more = SEVERITIES.map((severity) => Math.max(0, counts[severity] - limit));
      // As grave as the gravest that is left off: many warnings are no reason to refuse a tariff.
      const gravest = SEVERITIES.find((_severity, index) => (more[index] ?? 0) > 0);
      const left = more.reduce((sum, one) => sum + one, 0);
      if (gravest !== undefined) sorted.push(tooMany(left, gravest, sorted.at(-1)));
      return sorted;
    },
  };
}

function tooMany(more: number, severity: Fault["severity"], last: Fault | undefined): Fault {
  const { text } = FAULT_CODES["too-many-faults"];
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
