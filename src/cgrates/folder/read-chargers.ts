// Reads Chargers.csv as far as its runs change the price of a call.

import type { Charger, ChargerChange, ChargerFilter } from "../plan.ts";
import { readAmount, readTag } from "./checked-fields.ts";
import { type CsvRow, placeOf } from "./csv-rows.ts";
import { parseTimestamp } from "./field-values.ts";
import type { TableContext } from "./read-prices.ts";

/** Kinds of filters that are decided by one field of a call. */
export const FILTER_TYPES: ReadonlySet<string> = new Set([
  "*string",
  "*notstring",
  "*prefix",
  "*notprefix",
  "*suffix",
  "*notsuffix",
  "*exists",
  "*notexists",
  "*empty",
  "*notempty",
]);

/** Fields of the call that pricing knows; a filter on another one cannot be decided here. */
const FIELDS = new Set([
  "Account",
  "Category",
  "Destination",
  "RequestType",
  "Subject",
  "Supplier",
  "Tenant",
  "ToR",
]);

/** Tenant, ID, FilterIDs, ActivationInterval, RunID, AttributeIDs, Weight. */
export function readCharger(row: CsvRow, { plan, faults }: TableContext): void {
  const tenant = readTag(row, 0, faults);
  const id = readTag(row, 1, faults);
  const weight = readAmount(row, 6, faults);
  const [from, to] = (row.fields[3] ?? "").split(";").map(parseTimestamp);
  if (from?.kind === "invalid" || to?.kind === "invalid") {
    faults.add(placeOf(row, 3), "invalid-timestamp", row.fields[3]);
    return;
  }
  if (from?.kind === "relative" || to?.kind === "relative") {
    faults.add(placeOf(row, 3), "relative-time", row.fields[3]);
    return;
  }
  if (tenant === null || id === null || weight === null) return;
  const filters = listOf(row.fields[2]).map(parseFilter);
  const changes = listOf(row.fields[5])
    .filter((text) => text !== "*none")
    .map(parseChange);
  const unknown = filters.includes(null) ? 2 : changes.includes(null) ? 5 : null;
  if (unknown !== null) {
    faults.add(placeOf(row, unknown), "unknown-charger-rule", row.fields[unknown]);
    return;
  }
  plan.chargers.push({
    file: row.file,
    line: row.line,
    tenant,
    id,
    filters: filters as ChargerFilter[],
    fromMs: from?.kind === "instant" ? from.atMs : null,
    toMs: to?.kind === "instant" ? to.atMs : null,
    runId: row.fields[4] ?? "",
    changes: changes as ChargerChange[],
    weight: weight.value,
  } satisfies Charger);
}

function listOf(text = ""): string[] {
  return text === "" ? [] : text.split(";");
}

/** `*string:~*req.Account:1001|1002`; null: another kind, or the name of a stored filter. */
function parseFilter(text: string): ChargerFilter | null {
  const parts = /^(\*\w+):~\*req\.(\w+):(.*)$/.exec(text);
  if (!parts) return null;
  const [, type = "", field = "", values = ""] = parts;
  if (!FILTER_TYPES.has(type) || !FIELDS.has(field)) return null;
  return { type, field, values: values === "" ? [] : values.split("|") };
}

/** `*constant:*req.Field:value`; null: another kind, or the name of an attribute profile. */
export function parseChange(text: string): ChargerChange | null {
  const parts = /^\*(constant|variable):\*req\.(\w+):(.*)$/.exec(text);
  if (!parts) return null;
  const [, type, field = "", value = ""] = parts;
  const copied = /^~\*req\.(\w+)$/.exec(value);
  if (copied) return { field, constant: null, copyOf: copied[1] ?? "" };
  // A variable may also join parts or rewrite them, which no price here depends on.
  if (type === "variable" && /[~;]/.test(value)) return null;
  return { field, constant: value, copyOf: null };
}
