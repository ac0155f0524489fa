// Which column of a deck is which field: by its name and by what its cells look like.
import type { Doubt } from "../doubt.ts";
import {
  type ColumnCells,
  type ColumnFindings,
  isIntegers,
  type Kind,
  shareOf,
} from "./evidence.ts";
import { bandColumns, columnsNamed, isNameOfChanges } from "./names.ts";
import { addUnread } from "./unread.ts";

/** Field → what its cells are, and the least share of them that is. */
const FIELDS: Readonly<Record<string, { kind: Kind; share: number; isAsked: boolean }>> = {
  country_code: { kind: "code", share: 0.6, isAsked: true },
  prefix: { kind: "code", share: 0.6, isAsked: true },
  prefix_to: { kind: "code", share: 0.6, isAsked: true },
  country: { kind: "any", share: 0, isAsked: false },
  destination: { kind: "any", share: 0, isAsked: false },
  rate: { kind: "price", share: 0.5, isAsked: true },
  rate_next: { kind: "price", share: 0.5, isAsked: true },
  connect_fee: { kind: "price", share: 0.5, isAsked: true },
  first_interval: { kind: "number", share: 0.8, isAsked: true },
  next_interval: { kind: "number", share: 0.8, isAsked: true },
  intervals: { kind: "number", share: 0.8, isAsked: true },
  minimum_seconds: { kind: "number", share: 0.8, isAsked: true },
  minimum_amount: { kind: "price", share: 0.5, isAsked: true },
  grace_seconds: { kind: "number", share: 0.8, isAsked: true },
  effective_from: { kind: "day", share: 0.5, isAsked: true },
  effective_to: { kind: "day", share: 0.5, isAsked: true },
  change: { kind: "change", share: 0.5, isAsked: true },
  blocked: { kind: "flag", share: 1, isAsked: true },
  closed: { kind: "flag", share: 1, isAsked: true },
  caller_prefix: { kind: "code", share: 0.5, isAsked: true },
  band: { kind: "any", share: 0, isAsked: true },
  currency: { kind: "currency", share: 0.8, isAsked: true },
  unit_seconds: { kind: "unit", share: 1, isAsked: true },
};

const MOST_ANSWERS = 50;
/** Different words of a column of changes whose words are not known. */
const MOST_WORDS = 20;

/** What is known stays; a field whose column is named by it is not asked about. */
export function findColumns(
  table: ColumnCells,
  known: Readonly<Record<string, string>>,
): ColumnFindings {
  const found: ColumnFindings = { map: { ...known }, doubts: [] };
  const taken = new Set(Object.values(known));
  for (const [field, { kind, share, isAsked }] of Object.entries(FIELDS)) {
    if (known[field] !== undefined) continue;
    const named = columnsNamed(table.columns, field).filter((name) => !taken.has(name));
    const isFitting = (name: string) =>
      shareOf(kind, table.of(name)) >= share || (field === "change" && isOfWords(name, table));
    const fitting = named.filter(isFitting);
    const [best, ...rivals] = fitting;
    if (best === undefined) continue;
    found.map[field] = best;
    taken.add(best);
    if (isAsked && rivals.length > 0) found.doubts.push(several(field, fitting));
  }
  if (table.columns.every((name) => /^column\d+$/.test(name))) addByCells(table, found, taken);
  addBands(table, { found, taken, known });
  addNeeded(table, found, taken);
  addUnread(table, found, { taken, known });
  return found;
}

/** Its name says enough: words that are not known are asked about one by one. */
function isOfWords(name: string, table: ColumnCells): boolean {
  const words = new Set(table.of(name).filter((cell) => /\p{L}/u.test(cell)));
  return isNameOfChanges(name) && words.size > 0 && words.size <= MOST_WORDS;
}

function several(field: string, answers: string[]): Doubt {
  const question = `Several columns may be the field ${field}: which one is it?`;
  return { code: `map.${field}`, question, answers };
}

/** The price outside the bands is that of off-peak, where there is no other. */
function addBands(
  table: ColumnCells,
  {
    found,
    taken,
    known,
  }: { found: ColumnFindings; taken: Set<string>; known: Readonly<Record<string, string>> },
): void {
  const bands = [...bandColumns(table.columns)].filter(
    ([, column]) => !taken.has(column) && shareOf("price", table.of(column)) >= 0.5,
  );
  if (found.map["rate"] === undefined) {
    const base = bands.find(([band]) => band === "off-peak") ?? bands[0];
    if (base === undefined) return;
    found.map["rate"] = base[1];
    taken.add(base[1]);
    found.doubts.push({
      code: "map.rate",
      question: "Which of these prices holds while none of the tariff's bands does?",
      answers: [base[1], ...bands.map(([, column]) => column).filter((one) => one !== base[1])],
    });
  }
  for (const [band, column] of bands) {
    if (taken.has(column) || known[`rate.${band}`] !== undefined) continue;
    found.map[`rate.${band}`] = column;
    taken.add(column);
    found.doubts.push({
      code: `map.rate.${band}`,
      question: `Is "${column}" the price while the tariff's band ${band} holds? Without the column the price of every hour is that of map.rate.`,
      answers: [column, ""],
    });
  }
}

/** A table without names: a column of words names destinations, columns of dates are asked about. */
function addByCells(table: ColumnCells, found: ColumnFindings, taken: Set<string>): void {
  const free = table.columns.filter((name) => !taken.has(name));
  const filled = (name: string) => table.of(name).filter((cell) => cell !== "");
  const words = free.find((name) => {
    const cells = filled(name);
    const isWords = cells.filter((cell) => /\p{L}{2}/u.test(cell) && !/\d{3}/.test(cell));
    return cells.length > 0 && isWords.length > cells.length * 0.8;
  });
  if (words !== undefined && found.map["destination"] === undefined) {
    found.map["destination"] = words;
    taken.add(words);
  }
  const days = free.filter((name) =>
    filled(name).some((cell) => /^\d{4}-\d\d-\d\d|^\d\d?[./-]\d\d?[./-]\d{4}/.test(cell)),
  );
  for (const [field, when] of [
    ["effective_from", "begins"],
    ["effective_to", "ends"],
  ] as const) {
    if (days.length === 0 || found.map[field] !== undefined) continue;
    found.doubts.push({
      code: `map.${field}`,
      question: `Columns of dates without a name: is one of them the day on which a price ${when}?`,
      answers: ["", ...days],
    });
  }
}

/** A code and a price must be there: where no name says them, cells propose and a person answers. */
function addNeeded(table: ColumnCells, found: ColumnFindings, taken: Set<string>): void {
  const free = table.columns.filter((name) => !taken.has(name));
  const propose = (field: "prefix" | "rate", isLikely: (cells: string[]) => boolean) => {
    const likely = free.filter((name) => isLikely(table.of(name)) && !taken.has(name));
    // One whose name says it, though many of its cells do not look so, is the likeliest all the same.
    const named = columnsNamed(free, field).filter((name) => !taken.has(name));
    const order = [...new Set([...likely, ...named, ...free])];
    const answers = order.filter((name) => !taken.has(name));
    const [best] = likely.length > 0 ? likely : named;
    if (best !== undefined) {
      found.map[field] = best;
      taken.add(best);
    }
    const what = field === "prefix" ? "the codes" : "the price";
    found.doubts.push({
      code: `map.${field}`,
      question: `No column has a name that says ${what} (${field}): which one is it?`,
      answers: answers.slice(0, MOST_ANSWERS),
    });
  };
  if (found.map["prefix"] === undefined && found.map["country_code"] === undefined) {
    propose("prefix", (cells) => isIntegers(cells) && new Set(cells).size > 1);
  }
  if (found.map["rate"] === undefined) {
    propose("rate", (cells) => shareOf("price", cells) === 1 && !isIntegers(cells));
  }
}
