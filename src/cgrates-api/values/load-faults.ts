// The faults of a folder in the engine's words: it stops at the first one, which is looked for in the
// order in which it loads the tables.
import type { Fault } from "../../tariffs/tariff.ts";
import { ApiError, serverError } from "../method.ts";
import { readDuration } from "./duration.ts";

/** The tables in the order of a load, with the engine's names of their rows and columns. */
const TABLES: Record<string, { row: string; columns: string[] }> = {
  Destinations: { row: "DestinationMdl", columns: ["Tag", "Prefix"] },
  Timings: {
    row: "TimingMdl",
    columns: ["Tag", "Years", "Months", "MonthDays", "WeekDays", "Time"],
  },
  Rates: {
    row: "RateMdl",
    columns: ["Tag", "ConnectFee", "Rate", "RateUnit", "RateIncrement", "GroupIntervalStart"],
  },
  DestinationRates: {
    row: "DestinationRateMdl",
    columns: [
      "Tag",
      "DestinationsTag",
      "RatesTag",
      "RoundingMethod",
      "RoundingDecimals",
      "MaxCost",
      "MaxCostStrategy",
    ],
  },
  RatingPlans: { row: "RatingPlanMdl", columns: ["Tag", "DestratesTag", "TimingTag", "Weight"] },
  RatingProfiles: {
    row: "RatingProfileMdl",
    columns: [
      "Tenant",
      "Category",
      "Subject",
      "ActivationTime",
      "RatingPlanTag",
      "FallbackSubjects",
    ],
  },
  Chargers: {
    row: "ChargerMdl",
    columns: ["Tenant", "ID", "FilterIDs", "ActivationInterval", "RunID", "AttributeIDs", "Weight"],
  },
};

/** What is found while rows are read comes before what is found between them; a rate before its destination. */
const BETWEEN_ROWS = ["unknown-rate", "unknown-destination"];

/** Why the engine would not load these files. */
export function loadFault(
  faults: readonly Fault[],
  files: Readonly<Record<string, string>>,
): ApiError {
  const errors = faults.filter(({ severity }) => severity === "error");
  const [first] = errors.toSorted((a, b) => placeInLoad(a) - placeInLoad(b) || a.line - b.line);
  if (first === undefined) return serverError("the plan cannot be loaded");
  if (first.code === "bad-quote") return serverError(quoteFault(first, textOfFile(first, files)));
  return serverError(textOf(first, cellOf(first, files)));
}

function tableOf({ file }: Fault): string {
  return /([^/]+)\.csv$/.exec(file)?.[1] ?? "";
}

function placeInLoad(fault: Fault): number {
  const table = Object.keys(TABLES).indexOf(tableOf(fault));
  const isReference = fault.code.startsWith("unknown-");
  const place = BETWEEN_ROWS.indexOf(fault.code);
  return table * 10 + (isReference ? 1 + Math.max(place, 0) : 0);
}

interface Cell {
  text: string;
  /** As the engine names the column. */
  field: string;
}

/** A fault names its file within the layer that it is in. */
function textOfFile({ file }: Fault, files: Readonly<Record<string, string>>): string {
  const name = Object.keys(files).find((own) => file === own || file.endsWith(`/${own}`));
  return files[name ?? ""] ?? "";
}

/** Go's reader goes to the end of the file for a quote that closes nowhere. */
function quoteFault({ line, column }: Fault, text: string): string {
  const lines = text.split("\n");
  const rest = (lines[line - 1] ?? "").slice(column - 1);
  if (!rest.startsWith('"')) {
    return `parse error on line ${line}, column ${column}: bare " in non-quoted field`;
  }
  const what = 'extraneous or missing " in quoted-field';
  if (rest.indexOf('"', 1) >= 0) return `parse error on line ${line}, column ${column}: ${what}`;
  const end = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  const place = `parse error on line ${end}, column ${(lines[end - 1] ?? "").length + 2}`;
  return end === line ? `${place}: ${what}` : `record on line ${line}; ${place}: ${what}`;
}

function cellOf(fault: Fault, files: Readonly<Record<string, string>>): Cell {
  const line = textOfFile(fault, files).split(/\r?\n/)[fault.line - 1] ?? "";
  const index = line.slice(0, fault.column - 1).split(",").length - 1;
  const { row = "", columns = [] } = TABLES[tableOf(fault)] ?? {};
  return { text: line.split(",")[index] ?? "", field: `${row}.${columns[index] ?? ""}` };
}

function textOf({ code, line, message }: Fault, { text, field }: Cell): string {
  switch (code) {
    case "wrong-columns":
      return `record on line ${line}: wrong number of fields`;
    case "invalid-number":
      return `invalid value "${text}" for field ${field}`;
    case "invalid-duration":
      return durationFault(text);
    case "invalid-time":
      return `INVALID_TIME:${text}`;
    case "invalid-timestamp":
      return `cannot parse activation time from ${text}`;
    case "unknown-rate":
      return `could not find rate for tag "${text}"`;
    case "unknown-destination":
      return `could not get destination for tag "${text}"`;
    case "unknown-destination-rates":
      return `could not find destination rate for tag "${text}"`;
    case "unknown-timing":
      return `could not get timing for tag "${text}"`;
    case "unknown-rating-plan":
      return `could not load rating plans for tag: "${text}"`;
    default:
      return message;
  }
}

function durationFault(text: string): string {
  try {
    readDuration(text);
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  return `time: invalid duration "${text}"`;
}
