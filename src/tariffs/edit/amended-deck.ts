// A file in place of the deck of a plan, or as an amendment of it: the rows that the plan then has.
import type { Dialect } from "../../tables/dialect.ts";
import { type DeckRead, readDeck } from "../decks/read.ts";
import { createFaultList } from "../fault-list.ts";
import type { CarrierPlan, Fault, RateRow, RetailPlan, Tariff } from "../tariff.ts";
import { amendRows } from "./amend.ts";

export interface FileForPlan {
  /** What faults call it. */
  file: string;
  text: string;
  /** Null: it has the columns of a native deck. */
  dialect: Dialect | null;
  /** It has what changes alone. */
  isAmendment: boolean;
}

export interface PlanRows {
  rows: readonly RateRow[];
  /** Rows of the file that contradict each other; none of them is among the rows. */
  conflicts: readonly RateRow[];
  faults: Fault[];
}

const FAULTS_MAX = 1000;

/** `nowMs`: what an amendment's rows without a day take the place of holds then. */
export function rowsWithFile(
  tariff: Tariff,
  own: RetailPlan | CarrierPlan,
  { deck, nowMs }: { deck: FileForPlan; nowMs: number },
): PlanRows {
  const faults = createFaultList(FAULTS_MAX);
  const { isAmendment, dialect, file } = deck;
  const context = {
    timeZone: own.rules.timeZone,
    bandNames: new Set(tariff.bands.map(({ name }) => name)),
    bands: tariff.bands,
    dialect,
    isAmendment,
  };
  const read: DeckRead = readDeck(file, deck.text, context, faults);
  const { conflicts, closings, said, cells } = read;
  const { rows } = read.deck;
  const amendment = { file, rows, closings, said, cells };
  const held = isAmendment ? amendRows(own.deck.rows, amendment, { nowMs, faults }) : rows;
  return { rows: held, conflicts, faults: faults.list() };
}

/** Whether a file amends a deck: as it is said for it, else by its dialect. */
export function isAmending(
  list: "full" | "amendment" | undefined,
  dialect: Dialect | null,
): boolean {
  return (list ?? dialect?.deck?.list) === "amendment";
}
