// Filters on the fields of an event: those written in place, and those that the files in force name.
import { passesFilter } from "../../cgrates/charger-runs.ts";
import { FILTER_TYPES } from "../../cgrates/folder/read-chargers.ts";
import { serverError } from "../method.ts";

interface Rule {
  type: string;
  field: string;
  values: string[];
}

/** Rules by tenant and name; all of one name must pass. */
export type NamedFilters = ReadonlyMap<string, Rule[]>;

const ELEMENT = /^~\*req\.(\w+)$/;
/** Of another service: nothing of it is kept here. */
const OF_OTHERS = /^\*\w+:~\*(?:stats|resources)\./;

/** Rows of Filters.csv: tenant, name, type, element, values, times. */
export function namedFilters(rows: readonly string[][]): NamedFilters {
  const filters = new Map<string, Rule[]>();
  for (const [tenant = "", id = "", type = "", element = "", values = ""] of rows) {
    const key = `${tenant}:${id}`;
    const own = filters.get(key) ?? [];
    filters.set(key, own);
    if (type === "") continue;
    const field = ELEMENT.exec(element)?.[1] ?? "";
    own.push({ type, field, values: values === "" ? [] : values.split(";") });
  }
  return filters;
}

export interface FilteredEvent {
  tenant: string;
  fields: Readonly<Record<string, unknown>>;
  named: NamedFilters;
}

/**
 * Whether the event passes each of the filters; one that cannot be decided here is not passed.
 * @throws ApiError as the engine does without its statistics and resources
 */
export function passesAll(filters: readonly string[], event: FilteredEvent): boolean {
  return filters.every((filter) => {
    if (OF_OTHERS.test(filter)) throw serverError("MANDATORY_IE_MISSING: [connIDs]");
    const rules = rulesOf(filter, event);
    return rules?.every((rule) => passes(rule, event)) ?? false;
  });
}

function rulesOf(filter: string, { tenant, named }: FilteredEvent): Rule[] | null {
  if (!filter.startsWith("*")) return named.get(`${tenant}:${filter}`) ?? null;
  const [, type, field, values = ""] = /^(\*\w+):~\*req\.(\w+):(.*)$/.exec(filter) ?? [];
  if (type === undefined || field === undefined) return null;
  return [{ type, field, values: values === "" ? [] : values.split("|") }];
}

function passes({ type, field, values }: Rule, { fields }: FilteredEvent): boolean {
  const value = fields[field];
  const text = value === undefined ? undefined : String(value);
  // A rule without signs of its own says the whole value.
  if (type === "*rsr") return values.every((rule) => /^[\w*.+-]+$/.test(rule) && rule === text);
  if (!FILTER_TYPES.has(type)) return false;
  return passesFilter({ type, field, values }, text);
}
