// Which billing runs the chargers of a folder make of a call, and what each run changes in it.
import type { Call } from "../cdr/rating.ts";
import type { Charger, ChargerFilter } from "./plan.ts";
import type { CgratesSnapshot } from "./snapshot.ts";

export const DEFAULT_RUN = "*default";

/** The call as each run sees it, by run id; a charger of higher weight wins its run. */
export function chargerRuns(call: Call, snapshot: CgratesSnapshot): Map<string, Call> {
  const runs = new Map<string, Call>();
  const chargers = snapshot.chargers.filter(({ tenant }) => tenant === call.tenant);
  for (const charger of chargers.toSorted((a, b) => b.weight - a.weight)) {
    if (runs.has(charger.runId) || !isInForce(charger, call)) continue;
    if (!charger.filters.every((one) => passesFilter(one, fieldOf(call, one.field)))) continue;
    runs.set(charger.runId, changed(call, charger));
  }
  // A folder without a charger for the run prices the call as it is.
  if (!chargers.some(({ runId }) => runId === DEFAULT_RUN)) runs.set(DEFAULT_RUN, call);
  return runs;
}

function isInForce({ fromMs, toMs }: Charger, call: Call): boolean {
  const atMs = call.callTime?.atMs;
  if (atMs === undefined) return true;
  return (fromMs === null || atMs >= fromMs) && (toMs === null || atMs < toMs);
}

/** `text`: of the field that the filter is on; undefined: there is no such field. */
export function passesFilter({ type, values }: ChargerFilter, text: string | undefined): boolean {
  const value = text ?? "";
  switch (type) {
    case "*string":
      return values.includes(value);
    case "*notstring":
      return !values.includes(value);
    case "*prefix":
      return values.some((prefix) => value.startsWith(prefix));
    case "*notprefix":
      return !values.some((prefix) => value.startsWith(prefix));
    case "*suffix":
      return values.some((suffix) => value.endsWith(suffix));
    case "*notsuffix":
      return !values.some((suffix) => value.endsWith(suffix));
    case "*exists":
      return text !== undefined;
    case "*notexists":
      return text === undefined;
    case "*empty":
      return value === "";
    default:
      return value !== "";
  }
}

function fieldOf(call: Call, field: string): string | undefined {
  switch (field) {
    case "Account":
      return call.account;
    case "Category":
      return call.category;
    case "Destination":
      return call.destination;
    case "RequestType":
      return call.requestType;
    case "Subject":
      return call.subject;
    case "Supplier":
      return call.supplier;
    case "Tenant":
      return call.tenant;
    case "ToR":
      return call.tor;
    default:
      return undefined;
  }
}

const PRICED_FIELDS: Record<
  string,
  "account" | "category" | "destination" | "requestType" | "subject" | "tenant" | "tor"
> = {
  Account: "account",
  Category: "category",
  Destination: "destination",
  RequestType: "requestType",
  Subject: "subject",
  Tenant: "tenant",
  ToR: "tor",
};

/** Fields that no price depends on are left as they are. */
function changed(call: Call, { changes }: Charger): Call {
  const result = { ...call };
  for (const { field, constant, copyOf } of changes) {
    const member = PRICED_FIELDS[field];
    if (member !== undefined) result[member] = constant ?? fieldOf(call, copyOf ?? "") ?? "";
  }
  return result;
}
