// A run of a CDR as the event that the engine answers for it, its members in the order of their names.
import type { PrimaryFields } from "../../cdr/cdr.ts";
import { type CdrRow, cdrView } from "./cdr-rows.ts";

type Event = Record<string, unknown>;

/** A run that was rated: the whole record, its extra fields beside the others. */
export function ratedEvent(row: CdrRow): Event {
  const { ExtraFields, CostDetails, ...members } = cdrView(row);
  const details = CostDetails === null ? {} : { CostDetails };
  return byName({ ...ExtraFields, ...members, ...details, OrderID: 0 });
}

/** Members that a charger may change. */
const CHANGED = {
  RequestType: "requestType",
  Tenant: "tenant",
  Category: "category",
  Account: "account",
  Subject: "subject",
  Destination: "destination",
  ToR: "tor",
} as const satisfies Partial<Record<keyof CdrRow, keyof PrimaryFields>>;

/** A run that is not rated: the event as it came, and what its charger made of it. */
export function unratedEvent(
  sent: Event,
  { row, base, isAgain }: { row: CdrRow; base: PrimaryFields; isAgain: boolean },
): Event {
  const changed = Object.entries(CHANGED)
    .filter(([name, field]) => row[name as keyof CdrRow] !== base[field])
    .map(([name]) => [name, row[name as keyof CdrRow]]);
  // One that was stored before is looked up by its id, which then is not told.
  const told = isAgain ? { CostDetails: null } : { CGRID: row.CGRID };
  return byName({ ...sent, ...told, RunID: row.RunID, ...Object.fromEntries(changed) });
}

function byName(event: Event): Event {
  return Object.fromEntries(Object.entries(event).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
