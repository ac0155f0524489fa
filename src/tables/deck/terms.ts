// What a row of a foreign deck says beside codes and prices, in the spelling of a native deck.
import type { RowCells } from "./cells.ts";
import { dayAfter, readDay } from "./days.ts";
import type { NativeField } from "./fields.ts";
import { readIntervals } from "./intervals.ts";
import { readMoney } from "./prices.ts";
import { type DeckRules, doubt } from "./rules.ts";
import { unitOf } from "./units.ts";

export type NativeCells = Partial<Record<NativeField, string>>;

const MONEY = ["connect_fee", "minimum_amount", "maximum_amount"] as const;
const SECONDS = ["minimum_seconds", "grace_seconds", "from_second"] as const;
const AS_THEY_ARE = ["status", "tor", "interval_price"] as const;

/** What is empty is left out: most decks have few of these columns. */
export function readTerms(row: RowCells): NativeCells {
  const { text, take, rules } = row;
  const terms: NativeCells = { destination: nameOf(text("country"), text("destination")) };
  addSteps(row, terms);
  addWindow(row, terms);
  for (const field of MONEY) {
    const sent = text(field);
    if (sent !== "") terms[field] = take(field, readMoney(sent, rules), "0");
  }
  for (const field of SECONDS) {
    const sent = text(field);
    if (sent !== "") terms[field] = sent.replace(/[.,]0+$/, "");
  }
  for (const field of AS_THEY_ARE) {
    const sent = text(field);
    if (sent !== "") terms[field] = sent;
  }
  const band = text("band");
  if (band !== "" && !/^(?:flat|all|any|always|24h)$/i.test(band)) terms.band = band;
  return terms;
}

function nameOf(country: string, name: string): string {
  if (country === "") return name;
  const isThere = name.toLowerCase().startsWith(country.toLowerCase());
  return isThere ? name : `${country} ${name}`.trim();
}

/** Intervals and the unit of the price. */
function addSteps({ text, take, rules }: RowCells, terms: NativeCells): void {
  const read = (field: "intervals" | "first_interval" | "next_interval") => {
    const sent = text(field);
    return sent === "" ? null : take(field, readIntervals(sent), null);
  };
  const [both, first, next] = [read("intervals"), read("first_interval"), read("next_interval")];
  const said = intervalsFor(terms.destination ?? "", rules);
  const standard = said === undefined ? null : take("intervals", readIntervals(said), null);
  const start = first?.first ?? both?.first ?? next?.first ?? standard?.first;
  const step = next?.next ?? both?.next ?? first?.next ?? standard?.next;
  if (start !== undefined) terms.first_interval = start;
  if (step !== undefined) terms.next_interval = step;
  const { unitSeconds } = rules;
  const sent = text("unit_seconds");
  if (sent !== "") terms.unit_seconds = String(unitOf(sent) ?? sent);
  else if (unitSeconds === "interval") terms.unit_seconds = step ?? "1";
  else if (unitSeconds !== undefined) terms.unit_seconds = String(unitSeconds);
}

/** What the notes of a file say of some destinations, else of all. */
function intervalsFor(destination: string, rules: DeckRules): string | undefined {
  const { intervalsFor: named, intervals } = rules;
  if (named === undefined) return intervals;
  const folded = destination.toLowerCase();
  const fitting = Object.keys(named).filter((name) => folded.startsWith(name.toLowerCase()));
  const [longest] = fitting.toSorted((one, other) => other.length - one.length);
  return longest === undefined ? intervals : named[longest];
}

function addWindow({ text, take, rules, dateOrder }: RowCells, terms: NativeCells): void {
  const begins = text("effective_from");
  const said = begins === "" ? (rules.effectiveFrom ?? "") : begins;
  if (said !== "") terms.effective_from = take("effective_from", readDay(said, dateOrder), "");
  const ends = text("effective_to");
  if (ends === "") return;
  const day = take("effective_to", readDay(ends, dateOrder), "");
  if (rules.endDate === undefined && dayAfter(day) !== day) {
    take("effective_to", doubt(ends, "endDate", ["exclusive", "inclusive"]), "");
  }
  terms.effective_to = rules.endDate === "inclusive" ? dayAfter(day) : day;
}
