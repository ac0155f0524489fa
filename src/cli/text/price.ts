// The answer of `cdrate price` for a person: the sides as a table, then how they came about.

import type { JsonObject } from "../../cdr/json.ts";
import { table } from "../output.ts";
import { traceText } from "./trace.ts";

const HEADERS = ["side", "amount", "plan", "carrier", "prefix", "billed", "reason"];
/** What CGRateS versions answer besides. */
const CGRATES = [
  "cost",
  "eventCost",
  "ratedUsageSeconds",
  "connectFee",
  "matchedPrefix",
  "ratingPlan",
];

export function priceText(answer: JsonObject, tor: string): string {
  const { outcome, reason, error, cheapest, trace } = answer;
  const sides = ["sell", "buy", "margin", ...(cheapest === undefined ? [] : ["cheapest"])];
  const lines = [
    `${outcome ?? "no price"} ${reason ?? error ?? ""}`.trim(),
    table(
      HEADERS,
      sides.map((name) => sideCells(name, answer)),
    ),
    ...CGRATES.filter((name) => answer[name] !== undefined).map(
      (name) => `${name}: ${answer[name]}`,
    ),
  ];
  if (!isObject(trace)) return lines.join("\n");
  const rating = { ...answer, basis: trace["basis"] ?? {} };
  return [...lines, "", traceText({ tor, rating, trace })].join("\n");
}

function sideCells(name: string, answer: JsonObject): string[] {
  const side = answer[name];
  if (!isObject(side)) return [name, "—"];
  const { amount, currency, plan, carrier, prefix, billedSeconds, reason } = side;
  const money = amount === null ? "—" : `${amount} ${currency}`;
  const facts = [plan, carrier, prefix, billedSeconds, reason];
  return [name, money, ...facts.map((fact) => String(fact ?? ""))];
}

function isObject(value: JsonObject[string] | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
