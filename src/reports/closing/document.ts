// A statement of a closed period as bytes: made once, stored as they are, never made again. Its name is their hash.
import type { StatementLine, StatementSide, StatementSums } from "../statement.ts";
import type { Reporting, ReportingTotal } from "./reporting.ts";

export interface ClosedHead {
  format: "cdrate-period-1";
  number: string;
  kind: "closing" | "correction";
  tenant: string;
  side: StatementSide;
  /** The account or the carrier, as it was named. */
  party: string;
  from: string;
  to: string;
  timeZone: string;
  /** RFC 3339. */
  closedAt: string;
  by: string;
  why: string;
  /** The number of the closing that it corrects; null: it is one. */
  corrects: string | null;
  /** CDRs that it names, and the sha256 of all that it says of them. */
  cdrs: number;
  cdrsHash: string;
  /** One a currency; differences in a correction. */
  totals: StatementSums[];
  reporting: (Reporting & { totals: ReportingTotal[] }) | null;
}

/** Both texts are kept; the bytes of the statement are made of them as they are. */
export function statementText(head: string, lines: string): string {
  return `{"statement":${head},"lines":${lines}}\n`;
}

export function readHead(head: string): ClosedHead {
  return JSON.parse(head) as ClosedHead;
}

export function readLines(lines: string): StatementLine[] {
  return JSON.parse(lines) as StatementLine[];
}

/** What of a CDR goes into the hash of all of them, in the order of their ids. */
export function hashedCdr(cdr: string, text: string): string {
  return `${cdr}\t${text}\n`;
}
