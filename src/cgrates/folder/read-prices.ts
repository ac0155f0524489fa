// Reads the tables that say what a destination costs: Destinations, Rates, DestinationRates.

import type { CgratesPlan, DestinationRate, Layout, Rate, RateSlot } from "../plan.ts";
import { type DurationReader, readAmount, readTag, readWhole } from "./checked-fields.ts";
import { type CsvRow, type PlaceFinder, placeOf } from "./csv-rows.ts";
import type { FaultList } from "./fault-list.ts";

const SECOND_NS = 1_000_000_000;

export interface TableContext {
  plan: CgratesPlan;
  layout: Layout;
  faults: FaultList;
  duration: DurationReader;
  placeIn: PlaceFinder;
  /** Destinations without a prefix, where a row may give none; null: that is a fault. */
  emptyTags: Set<string> | null;
  /** What the folder may name without having it. */
  known: {
    destinations: { has(name: string): boolean };
    ratingPlans: { has(name: string): boolean };
  };
  /** Where the row of a destination was read, by its number in the plan. */
  destinationRows: { file: string; line: number }[];
}

/** Tag, Prefix. */
export function readDestination(row: CsvRow, context: TableContext): void {
  const [tag = "", prefix = ""] = row.fields;
  const { plan, faults } = context;
  if (tag !== "" && prefix === "" && context.emptyTags !== null) {
    context.emptyTags.add(tag);
    return;
  }
  if (tag === "" || prefix === "") {
    faults.add(placeOf(row, tag === "" ? 0 : 1), "missing-field");
    if (tag === "") return;
  }
  if (prefix.charCodeAt(0) <= 32 || prefix.charCodeAt(prefix.length - 1) <= 32) {
    faults.add(placeOf(row, 1), "outer-spaces", `"${prefix}"`);
  }
  plan.destinationTags.push(tag);
  plan.destinationPrefixes.push(prefix);
  context.destinationRows.push({ file: row.file, line: row.line });
}

/** Tag, ConnectFee, Rate, RateUnit, RateIncrement, GroupIntervalStart (rc3: and the rounding). */
export function readRate(row: CsvRow, context: TableContext): void {
  const { plan, faults, duration } = context;
  const tag = readTag(row, 0, faults);
  const fee = readAmount(row, 1, faults);
  const value = readAmount(row, 2, faults);
  const unitNs = duration(row, 3);
  const incrementNs = duration(row, 4);
  const startNs = duration(row, 5);
  if (tag === null) return;
  const rate = plan.rates.get(tag) ?? addRate(row, context, { tag, fee: fee ?? NO_AMOUNT });
  if (fee !== null && fee.value !== 0 && fee.value !== rate.connectFee) {
    faults.add(placeOf(row, 1), "ignored-connect-fee", `${tag}: ${rate.connectFeeText}.`);
  }
  if (value === null || unitNs === null || incrementNs === null || startNs === null) return;
  const slot: RateSlot = {
    line: row.line,
    startNs,
    value: value.value,
    valueText: value.text,
    unitNs: unitNs === 0 ? SECOND_NS : unitNs,
    incrementNs: incrementNs === 0 ? SECOND_NS : incrementNs,
  };
  addSlot(rate, slot, { row, faults });
}

const NO_AMOUNT = { value: 0, text: "0" };

/** The tag is known from its first row on, also when that has a faulty value. */
function addRate(
  row: CsvRow,
  { plan, faults, layout }: TableContext,
  { tag, fee }: { tag: string; fee: { value: number; text: string } },
): Rate {
  const rate: Rate = {
    tag,
    file: row.file,
    line: row.line,
    connectFee: fee.value,
    connectFeeText: fee.text,
    slots: [],
    ...(layout === "rc3" ? rc3Rounding(row, faults) : NO_ROUNDING),
  };
  plan.rates.set(tag, rate);
  return rate;
}

const NO_ROUNDING = { roundingMethod: "", roundingDecimals: 0 };

function rc3Rounding(row: CsvRow, faults: FaultList) {
  return { roundingMethod: row.fields[6] ?? "", roundingDecimals: readWhole(row, 7, faults) ?? 0 };
}

/** Place of the first slot that starts at `startNs` or later; they are in order. */
function firstFrom(slots: readonly RateSlot[], startNs: number): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((slots[middle] as RateSlot).startNs < startNs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function addSlot(rate: Rate, slot: RateSlot, at: { row: CsvRow; faults: FaultList }): void {
  const index = firstFrom(rate.slots, slot.startNs);
  if (index === rate.slots.length) rate.slots.push(slot);
  else if (rate.slots[index]?.startNs === slot.startNs) {
    at.faults.add(
      placeOf(at.row, 5),
      "duplicate-slot",
      `${rate.tag} at line ${rate.slots[index]?.line}.`,
    );
    rate.slots[index] = slot;
  } else rate.slots.splice(index, 0, slot);
}

/**
 * Tag, DestinationsTag, RatesTag, RoundingMethod, RoundingDecimals, MaxCost, MaxCostStrategy (rc3:
 * the first three).
 */
export function readDestinationRate(row: CsvRow, context: TableContext): void {
  const { plan, faults, layout } = context;
  const tag = readTag(row, 0, faults);
  const destination = readTag(row, 1, faults);
  const rate = readTag(row, 2, faults);
  const decimals = (layout === "rc3" ? null : readWhole(row, 4, faults)) ?? 0;
  const maxCost = (layout === "rc3" ? null : readAmount(row, 5, faults)) ?? NO_AMOUNT;
  if (tag === null || destination === null || rate === null) return;
  const entry: DestinationRate = {
    file: row.file,
    line: row.line,
    destination,
    rate,
    roundingMethod: row.fields[3] ?? "",
    roundingDecimals: decimals,
    maxCost: maxCost.value,
    maxCostText: maxCost.text,
    maxCostStrategy: row.fields[6] ?? "",
  };
  const rows = plan.destinationRates.get(tag);
  if (rows === undefined) plan.destinationRates.set(tag, [entry]);
  else rows.push(entry);
}
