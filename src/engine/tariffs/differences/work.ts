// What changes between two tariffs, or with a new deck of one plan: the same in a worker thread and in
// place.
import { engineError } from "../../../errors.ts";
import { csvLine } from "../../../queries/csv-text.ts";
import { rateCells } from "../../../tariffs/decks/report.ts";
import { callPrices } from "../../../tariffs/diff/call-prices.ts";
import type { RateChange, RateDifference } from "../../../tariffs/diff/compare.ts";
import { diffSummary } from "../../../tariffs/diff/summary.ts";
import { DIFF_COLUMNS, diffTable } from "../../../tariffs/diff/table.ts";
import {
  type ChangeCounts,
  countChanges,
  type DifferenceChoice,
  diffDeck,
  diffTariffs,
  type PlanDifference,
  type Side,
  type TariffDifference,
} from "../../../tariffs/diff/tariffs.ts";
import { type FileForPlan, rowsWithFile } from "../../../tariffs/edit/amended-deck.ts";
import { readTariff } from "../../../tariffs/read-folder.ts";
import type { Fault, PricingRules, RateRow, Tariff } from "../../../tariffs/tariff.ts";
import { ratesWorkbook } from "./workbook.ts";

export type NewDeck = FileForPlan & { plan: string };

export interface DiffRequest {
  /** Files of a native tariff. */
  from: Record<string, string>;
  to: { files: Record<string, string> } | { deck: NewDeck };
  choice: DifferenceChoice;
  changes: RateChange[];
  page: { offset: number; limit: number };
  /** The whole as a table too. */
  csv: boolean;
  /** And as a workbook. */
  xlsx?: boolean;
}

export interface DiffRow {
  plan: string;
  side: Side;
  prefix: string;
  change: RateChange;
  /** Columns of a native deck. */
  old: Record<string, string> | null;
  new: Record<string, string> | null;
  percent: string | null;
  /** Of calls of so many seconds. */
  prices: Record<string, { old: string | null; new: string | null }>;
}

export interface DiffAnswer {
  ok: true;
  atMs: number;
  counts: ChangeCounts;
  plans: {
    plan: string;
    side: Side;
    counts: ChangeCounts;
    currency: { old: string | null; new: string | null };
    /** Rows of the old side that begin after then, and that the new one does not have; to 100 of them. */
    withdrawn: { count: number; rows: Record<string, string>[] };
  }[];
  rows: DiffRow[];
  /** Where the next page begins; null: this is the last one. */
  next: number | null;
  /** What a version must pass, where that changes; null: it does not. */
  gates: TariffDifference["gates"];
  summary: string;
  csv?: string;
  /** In base64. */
  xlsx?: string;
}

export type DiffReply = DiffAnswer | { ok: false; faults: Fault[] };

const SHOWN_WITHDRAWN = 100;

/** @throws `invalid-params` for a plan that is on neither side; `too-large` for a workbook of too many rows */
export async function diffFolders(request: DiffRequest): Promise<DiffReply> {
  const found = differenceOf(request);
  if (!found.ok) return found;
  const answer = answerOf(found.difference, request);
  if (request.xlsx !== true) return answer;
  const rows = [...diffTable(found.difference.plans, new Set(request.changes))];
  const workbook = await ratesWorkbook({ sheet: "changes", columns: DIFF_COLUMNS, rows });
  return { ...answer, xlsx: Buffer.from(workbook).toString("base64") };
}

type Found = { ok: true; difference: TariffDifference } | { ok: false; faults: Fault[] };

function differenceOf(request: DiffRequest): Found {
  const from = soundTariff(request.from);
  if (!from.ok) return from;
  const { to, choice } = request;
  if ("deck" in to) return withDeck(from.tariff, to.deck, request);
  const fresh = soundTariff(to.files);
  if (!fresh.ok) return fresh;
  const found = diffTariffs(from.tariff, fresh.tariff, choice);
  if (choice.plan !== null && found.plans.length === 0) throw noPlan(choice.plan);
  return { ok: true, difference: found };
}

function soundTariff(files: Record<string, string>) {
  const read = readTariff(files, { lint: false });
  return read.ok ? read : { ok: false as const, faults: read.faults };
}

function withDeck(from: Tariff, deck: NewDeck, request: DiffRequest): Found {
  const { sides } = request.choice;
  const own = [
    ...(sides.includes("sell") ? from.retailPlans : []),
    ...(sides.includes("buy") ? from.carrierPlans : []),
  ].find(({ name }) => name === deck.plan);
  if (own === undefined) throw noPlan(deck.plan);
  const { nowMs } = request.choice;
  const { rows, conflicts, faults } = rowsWithFile(from, own, { deck, nowMs });
  // Rows that contradict each other are what the difference is to show.
  const isFatal = ({ severity, code }: Fault) => severity === "error" && code !== "conflicting-row";
  if (faults.some(isFatal)) return { ok: false, faults };
  const difference = diffDeck(from, { rows, conflicts }, { ...request.choice, plan: deck.plan });
  if (difference === null) throw noPlan(deck.plan);
  return { ok: true, difference };
}

function noPlan(plan: string): Error {
  return engineError("invalid-params", `plan: there is no plan ${plan}.`, { path: "plan" });
}

function answerOf(
  found: TariffDifference,
  { changes, page: { offset, limit }, csv }: DiffRequest,
): DiffAnswer {
  const asked = new Set(changes);
  const plans = found.plans.map((plan) => ({ ...plan, counts: countChanges(plan.rows) }));
  const rows: DiffRow[] = [];
  let index = 0;
  for (const plan of found.plans) {
    for (const row of plan.rows) {
      if (!asked.has(row.change)) continue;
      if (index >= offset && rows.length < limit) rows.push(viewOf(plan, row));
      index += 1;
    }
  }
  const end = offset + rows.length;
  return {
    ok: true,
    atMs: found.atMs,
    counts: countChanges(found.plans.flatMap((plan) => plan.rows)),
    plans: plans.map(({ plan, side, counts, old, new: fresh, withdrawn }) => ({
      plan,
      side,
      counts,
      currency: { old: old?.currency ?? null, new: fresh?.currency ?? null },
      withdrawn: {
        count: withdrawn.length,
        rows: withdrawn
          .slice(0, SHOWN_WITHDRAWN)
          .map((row) => rateCells(row, old?.timeZone ?? "UTC")),
      },
    })),
    rows,
    next: end < index ? end : null,
    gates: found.gates,
    summary: diffSummary(found),
    ...(csv ? { csv: csvOf(found.plans, asked) } : {}),
  };
}

function csvOf(plans: readonly PlanDifference[], changes: ReadonlySet<RateChange>): string {
  const lines = [csvLine(DIFF_COLUMNS)];
  for (const cells of diffTable(plans, changes)) lines.push(csvLine(cells));
  return lines.join("");
}

function viewOf({ plan, side, old, new: fresh }: PlanDifference, row: RateDifference): DiffRow {
  const [was, is] = [pricesOf(row.old, old), pricesOf(row.new, fresh)];
  const lengths = Object.keys(was ?? is ?? {});
  return {
    plan,
    side,
    prefix: (row.new ?? row.old)?.prefix || "*",
    change: row.change,
    old: cellsOf(row.old, old),
    new: cellsOf(row.new, fresh),
    percent: row.percent,
    prices: Object.fromEntries(
      lengths.map((length) => [length, { old: was?.[length] ?? null, new: is?.[length] ?? null }]),
    ),
  };
}

function cellsOf(row: RateRow | null, rules: PricingRules | null): Record<string, string> | null {
  return row === null || rules === null ? null : rateCells(row, rules.timeZone);
}

function pricesOf(row: RateRow | null, rules: PricingRules | null): Record<string, string> | null {
  if (row === null || rules === null || row.status === "blocked") return null;
  return callPrices(row, rules.rounding);
}
