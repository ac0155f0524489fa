// The plans of CDR-Stats as plans of a native tariff: names, metrics, rates by prefix.
import { compareFractions, fractionOf } from "../../money/fraction.ts";
import { movedRate, wholeNumber } from "./rate-file.ts";
import type { CdrStatsTables, TableName, TableRow } from "./tables.ts";

export interface MovedPlan {
  /** Key in CDR-Stats. */
  id: string;
  /** Of the tariff. */
  name: string;
  metric: number;
  /** By prefix. */
  rates: Map<string, string>;
}

/** What was left out, or is otherwise than somebody might think; each once, with how often. */
export interface MoveNotes {
  add(text: string): void;
  list(): string[];
}

export function createNotes(): MoveNotes {
  const counts = new Map<string, number>();
  return {
    add: (text) => void counts.set(text, (counts.get(text) ?? 0) + 1),
    list: () =>
      [...counts].map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`)),
  };
}

/** What CDR-Stats gives a plan and a provider of which nothing is said. */
const USUAL_METRIC = 10;

export function metricOf(row: TableRow | undefined): number {
  const metric = Number(row?.get("metric") ?? USUAL_METRIC);
  return Number.isSafeInteger(metric) ? metric : USUAL_METRIC;
}

/** Names that are each there once: of equal ones the later have their key behind. */
export function uniqueNames(rows: readonly TableRow[], kind: string): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const row of rows) {
    const id = row.get("id") ?? "";
    const own = (row.get("name") ?? "").replace(/\s+/g, " ").trim().slice(0, 80);
    const name = own === "" ? `${kind}-${id}` : taken.has(own) ? `${own} (${id})` : own;
    taken.add(name);
    names.set(id, name);
  }
  return names;
}

interface RateTable {
  table: TableName;
  /** Columns of the plan and of the rate. */
  plan: string;
  rate: string;
}

/**
 * Gives each plan its rates. Of several rates of one prefix in a plan the lowest is kept, which is the
 * one that CDR-Stats chooses.
 */
export function addRates(
  plans: ReadonlyMap<string, MovedPlan>,
  tables: CdrStatsTables,
  { table, plan: planColumn, rate: rateColumn }: RateTable,
  notes: MoveNotes,
): void {
  for (const row of tables[table] ?? []) {
    const plan = plans.get(row.get(planColumn) ?? "");
    const prefix = wholeNumber(row.get("prefix") ?? "");
    const rate = movedRate(row.get(rateColumn) ?? "");
    if (plan === undefined) {
      notes.add(`a row of ${table} belongs to no plan: left out`);
    } else if (prefix === null || rate === null) {
      notes.add(`a row of ${table} has no prefix or no rate: left out`);
    } else {
      const known = plan.rates.get(prefix);
      if (known !== undefined) {
        notes.add(`plan ${plan.name} has several rates of one prefix: the lowest is kept`);
      }
      const isLower =
        known === undefined || compareFractions(fractionOf(rate), fractionOf(known)) < 0;
      if (isLower) plan.rates.set(prefix, rate);
    }
  }
}

/** The plans that a VoIP plan has, by the keys of both. */
export function linksOf(
  tables: CdrStatsTables,
  table: TableName,
  column: string,
): Map<string, string[]> {
  const links = new Map<string, string[]>();
  for (const row of tables[table] ?? []) {
    const voipPlan = row.get("voipplan_id") ?? "";
    const linked = row.get(column) ?? "";
    const list = links.get(voipPlan) ?? [];
    if (!list.includes(linked)) list.push(linked);
    links.set(voipPlan, list);
  }
  return links;
}
