// A CDR as outputs send it.
import type { StoredCdr } from "../cdr/cdr.ts";
import { periodView } from "../engine/periods/views.ts";
import { cdrView } from "../rpc/cdr-view.ts";
import type { PeriodHead } from "../stores/ports/billing/periods.ts";
import type { SentPeriod } from "./contract.ts";

/** The same for the same revision of a CDR, however often it is sent, and for no other one. */
export function keyOf({ tenant, id, rating }: StoredCdr): string {
  return `${tenant}/${id}/${rating.revision}`;
}

/** As `cdr.get` answers it, without its history and with its key. */
export function sentCdr(cdr: StoredCdr) {
  const { history: _history, ...shown } = cdrView(cdr);
  return { key: keyOf(cdr), ...shown };
}

/** As `period.list` answers it, with its key. */
export function sentPeriod(head: PeriodHead): SentPeriod {
  return { key: `${head.tenant}/period/${head.number}`, ...periodView(head) };
}
