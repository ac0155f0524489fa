// Reads a CGRateS tariff plan folder, recursively, and reports all of its faults at once.
import type { Fault } from "../../tariffs/tariff.ts";
import type { CgratesPlan, Layout } from "../plan.ts";
import { checkPlan } from "./check-plan.ts";
import { createDurationReader } from "./checked-fields.ts";
import { type CsvRow, createPlaceFinder, forEachRow, placeOf } from "./csv-rows.ts";
import { createFaultList, type FaultList } from "./fault-list.ts";
import { readCharger } from "./read-chargers.ts";
import {
  createProfileReader,
  predefinedTimings,
  readRatingPlan,
  readTiming,
} from "./read-plans.ts";
import {
  readDestination,
  readDestinationRate,
  readRate,
  type TableContext,
} from "./read-prices.ts";

/** The files that can decide a price, and those that are checked although they decide none. */
const TABLES = [
  "Timings",
  "Destinations",
  "Rates",
  "DestinationRates",
  "RatingPlans",
  "RatingProfiles",
  "Chargers",
  "Routes",
  "Suppliers",
] as const;

type Table = (typeof TABLES)[number];

interface TableFile {
  name: string;
  text: string;
}

export type CgratesRead =
  | {
      ok: true;
      plan: CgratesPlan;
      layout: Layout;
      /** Rows that were read, by table. */
      counts: Record<string, number>;
      warnings: Fault[];
      /** Files that do not concern rating. */
      skipped: string[];
    }
  | { ok: false; faults: Fault[] };

/** What a layer of a plan may name without having it; it may also have destinations without a prefix. */
export interface KnownElsewhere {
  destinations: { has(name: string): boolean };
  ratingPlans: { has(name: string): boolean };
}

const NOTHING: KnownElsewhere = { destinations: new Set(), ratingPlans: new Set() };

/**
 * Reads the files of a folder, named by their paths; files of one name in sub-folders count as
 * one. Faults come all at once and with their places; warnings do not refuse the folder.
 */
export function readCgratesFolder(
  files: Record<string, string>,
  known: KnownElsewhere = NOTHING,
): CgratesRead {
  const { tables, skipped } = sortFiles(files);
  const faults = createFaultList();
  const layout = detectLayout(tables, faults);
  if (layout === null) return { ok: false, faults: faults.list() };
  const plan = emptyPlan(layout, tables.has("Chargers"));
  const duration = createDurationReader(faults, layout === "0.10" ? 1n : 1_000_000_000n);
  // Reading a file again finds the same bad quotes, which were reported when it was read first.
  const placeIn = createPlaceFinder((file) => files[file] ?? "", createFaultList());
  const emptyTags = known === NOTHING ? null : new Set<string>();
  const reading = { plan, layout, faults, duration, placeIn, known, emptyTags };
  const context: TableContext = { ...reading, destinationRows: [] };
  const counts = readTables(tables, context);
  if (layout === "rc3") roundByRates(plan);
  checkPlan(context);
  if (faults.hasErrors()) return { ok: false, faults: faults.list() };
  return { ok: true, plan, layout, counts, warnings: faults.list(), skipped };
}

/** By base name, in the order of a walk through the folder. */
function sortFiles(files: Record<string, string>) {
  const tables = new Map<Table, TableFile[]>();
  const skipped: string[] = [];
  const names = Object.keys(files).sort((a, b) => walkOrder(a.split("/"), b.split("/")));
  for (const name of names) {
    const table = TABLES.find((known) => `${known}.csv` === name.split("/").at(-1));
    if (table === undefined) {
      skipped.push(name);
      continue;
    }
    const list = tables.get(table) ?? [];
    list.push({ name, text: files[name] as string });
    tables.set(table, list);
  }
  return { tables, skipped };
}

function walkOrder(a: string[], b: string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const left = a[i] as string;
    const right = b[i] as string;
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

/** Column counts of the first rows tell the layouts apart; null after a fault. */
function detectLayout(tables: Map<Table, TableFile[]>, faults: FaultList): Layout | null {
  const rules: [Table, Record<number, Layout | "1.0">][] = [
    ["RatingProfiles", { 6: "0.10", 7: "rc3", 8: "0.9.1" }],
    ["Rates", { 8: "rc3", 17: "1.0" }],
    ["DestinationRates", { 3: "rc3" }],
  ];
  let layout: Layout | null = null;
  for (const [table, layouts] of rules) {
    for (const file of tables.get(table) ?? []) {
      const first = firstRow(file);
      const found = first && layouts[first.fields.length];
      if (!first || !found) continue;
      const place = placeOf(first, 0);
      if (found === "1.0") faults.add(place, "not-supported", "Rates.csv has 17 columns.");
      else if (layout !== null && layout !== found) {
        faults.add(place, "mixed-layouts", `${found} here, ${layout} before.`);
      } else layout = found;
    }
  }
  return faults.hasErrors() ? null : (layout ?? "0.10");
}

/** End of the first line that is neither empty nor a comment. */
function endOfFirstRow(text: string): number {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    const isEmpty = end === start || (end === start + 1 && text[start] === "\r");
    if (!isEmpty && !text.startsWith("#", start)) return end;
    start = end + 1;
  }
  return text.length;
}

function firstRow(file: TableFile): CsvRow | null {
  const head = file.text.slice(0, endOfFirstRow(file.text));
  let first: CsvRow | null = null;
  forEachRow({ file: file.name, text: head, faults: createFaultList() }, (row) => {
    first ??= { ...row };
  });
  return first;
}

function emptyPlan(layout: Layout, hasChargers: boolean): CgratesPlan {
  return {
    layout,
    timings: predefinedTimings(),
    destinationTags: [],
    destinationPrefixes: [],
    rates: new Map(),
    destinationRates: new Map(),
    ratingPlans: new Map(),
    profiles: [],
    chargers: [],
    hasChargers,
  };
}

type RowReader = (row: CsvRow, context: TableContext) => void;

interface TableReader {
  columns: number;
  read: RowReader;
}

function readersOf(context: TableContext): Record<Table, TableReader> {
  const { layout } = context;
  const routes = { columns: 16, read: () => {} };
  return {
    Timings: { columns: 6, read: readTiming },
    Destinations: { columns: 2, read: readDestination },
    Rates: { columns: layout === "rc3" ? 8 : 6, read: readRate },
    DestinationRates: { columns: layout === "rc3" ? 3 : 7, read: readDestinationRate },
    RatingPlans: { columns: 4, read: readRatingPlan },
    RatingProfiles: {
      columns: { "0.10": 6, "0.9.1": 8, rc3: 7 }[layout],
      read: createProfileReader(context),
    },
    Chargers: { columns: 7, read: readCharger },
    Routes: routes,
    Suppliers: routes,
  };
}

function readTables(tables: Map<Table, TableFile[]>, context: TableContext) {
  const { faults } = context;
  const readers = readersOf(context);
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const { columns, read } = readers[table];
    const isRoutes = table === "Routes" || table === "Suppliers";
    for (const { name, text } of tables.get(table) ?? []) {
      forEachRow({ file: name, text, faults }, (row) => {
        if (row.fields.length === columns) {
          counts[table] = (counts[table] ?? 0) + 1;
          read(row, context);
          return;
        }
        const place = placeOf(row, Math.min(columns, row.fields.length));
        const detail = `${row.fields.length} instead of ${columns}.`;
        faults.add(place, isRoutes ? "unread-routes" : "wrong-columns", detail);
      });
    }
  }
  return counts;
}

/** rc3 names the rounding on the rate; later layouts on the row of DestinationRates. */
function roundByRates(plan: CgratesPlan): void {
  for (const rows of plan.destinationRates.values()) {
    for (const row of rows) {
      const rate = plan.rates.get(row.rate);
      row.roundingMethod = rate?.roundingMethod ?? "";
      row.roundingDecimals = rate?.roundingDecimals ?? 0;
    }
  }
}
