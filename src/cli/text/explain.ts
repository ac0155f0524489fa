// An explanation of a native rating as text that a person can check with pencil and paper.
import type { Json, JsonObject } from "../../cdr/json.ts";
import { isTimed } from "../../cdr/usage.ts";
import { indented, table } from "../output.ts";
import { routingLines } from "./routing.ts";

/** What of an explanation is printed: the rating with its basis, and the steps of its trace. */
export interface ExplainedRating {
  /** Type of record: voice is measured in seconds, all else in units. */
  tor: string;
  rating: JsonObject;
  trace: JsonObject;
}

/** A quantity with its unit: `60 s`, `1 unit`, `12 units`. */
type Measured = (quantity: Json | undefined) => string;

const seconds: Measured = (quantity) => `${quantity} s`;
const units: Measured = (quantity) => `${quantity} ${quantity === 1 ? "unit" : "units"}`;

/** Sentences for the steps, then the sums of each side, what lost, and the margin. */
export function explanationText({ tor, rating, trace }: ExplainedRating): string {
  const steps = (trace["steps"] ?? []) as JsonObject[];
  const basis = (rating["basis"] ?? {}) as JsonObject;
  const shown = { basis, steps, isTime: isTimed(tor) };
  const isSideStep = ({ step }: JsonObject) => /^(sell|buy|routing|margin)/.test(String(step));
  const [ends, others] = [["outcome"], steps.filter((step) => !isSideStep(step))];
  const before = others.filter(({ step }) => !ends.includes(String(step)));
  return [
    ...before.flatMap(sentences),
    ...sideLines("sell", rating, shown),
    ...routingLines(basis["routing"] as JsonObject | undefined, steps),
    ...sideLines("buy", rating, shown),
    ...marginLines(rating, basis["exchange"] as JsonObject | undefined),
    "",
    ...others.filter(({ step }) => ends.includes(String(step))).map(({ text }) => String(text)),
  ].join("\n");
}

/** The step's sentence; below it what changed a number, and the rows that fit a prefix. */
function sentences(step: JsonObject): string[] {
  const changes = ((step["steps"] ?? []) as JsonObject[])
    .filter((change) => change["before"] !== change["after"])
    .map((change) => `  ${change["step"]}: ${change["before"]} becomes ${change["after"]}`);
  const tried = ((step["tried"] ?? []) as JsonObject[])
    .filter((prefix) => prefix["exist"] === 0)
    .map((prefix) => `  prefix ${prefix["prefix"]}: none of its rows is for this call`);
  return [String(step["text"]), ...changes, ...tried];
}

interface Shown {
  basis: JsonObject;
  steps: JsonObject[];
  isTime: boolean;
}

function sideLines(name: "sell" | "buy", rating: JsonObject, shown: Shown): string[] {
  const { basis, steps, isTime } = shown;
  const side = rating[name] as JsonObject | null;
  const facts = basis[name] as JsonObject | undefined;
  const title = name === "sell" ? "SELL" : "BUY";
  if (side === null || facts?.["spans"] === undefined) {
    const said = steps.find(({ step }) => step === name);
    return said === undefined ? [] : ["", `${title}: ${said["text"]}`];
  }
  const carrier = side["carrier"] === undefined ? "" : `${side["carrier"]}, `;
  const spans = (steps.find(({ step }) => step === `${name}-time`)?.["spans"] ??
    []) as JsonObject[];
  const rounding = facts["rounding"] as JsonObject;
  const usage = rounding["usage"] === "none" ? "" : `, rounded ${rounding["usage"]}`;
  const measured = isTime ? seconds : units;
  const currency = String(facts["currency"]);
  const sum = [
    ["connect fee", "", String(facts["connectFee"]), ""],
    ...spans.map(spanCells(facts, measured)),
  ];
  return [
    "",
    `${title}: ${carrier}plan ${facts["plan"]}, prefix ${facts["prefix"]}, ${facts["deck"]}`,
    ...((facts["rows"] ?? []) as JsonObject[]).map(
      (row) => `  ${rowText(row, { currency, isTime })}`,
    ),
    `  The usage of ${measured(facts["usage"])}${usage} is billed as ${measured(facts["billed"])}.`,
    ...indented(table(["", "rate × billed ⁄ unit", `amount ${currency}`, "row"], sum)),
    sumText(facts),
    `  rounded ${rounding["mode"]} to ${rounding["decimals"]} decimals: ${facts["amount"]} ${currency}`,
  ];
}

function spanCells(facts: JsonObject, measured: Measured) {
  return ({ fromSecond, seconds: billed, rate, unitSeconds, amount, line }: JsonObject) => [
    `from ${fromSecond} to ${measured(Number(fromSecond) + Number(billed))}`,
    `${rate} × ${measured(billed)} ⁄ ${measured(unitSeconds)}`,
    String(amount),
    `${facts["deck"]}:${line}`,
  ];
}

function sumText(facts: JsonObject): string {
  const { exact, currency, capped, raised, maximumAmount, minimumAmount } = facts;
  if (raised === true) {
    return `  the sum is less than the minimum of the row, raised to ${minimumAmount} ${currency}`;
  }
  if (capped === true) {
    return `  the sum is more than the maximum of the row: ${maximumAmount} ${currency}`;
  }
  const limits = [
    ...(maximumAmount === undefined ? [] : [`the maximum is ${maximumAmount} ${currency}`]),
    ...(minimumAmount === undefined ? [] : [`the minimum is ${minimumAmount} ${currency}`]),
  ];
  return `  sum ${exact} ${currency}${limits.length === 0 ? "" : ` (${limits.join(", ")})`}`;
}

/** Members of a row that are worth a word only where they are set, and what they are counted in. */
const ROW_WORDS: readonly (readonly [string, string, "quantity" | "money" | "plain"])[] = [
  ["connectFee", "connect fee", "money"],
  ["minimumSeconds", "at least", "quantity"],
  ["graceSeconds", "free up to", "quantity"],
  ["fromSecond", "after", "quantity"],
  ["band", "in band", "plain"],
  ["effectiveFrom", "from", "plain"],
  ["effectiveTo", "until", "plain"],
  ["status", "status", "plain"],
  ["minimumAmount", "at least", "money"],
  ["maximumAmount", "at most", "money"],
  ["intervalPrice", "an interval costs the price at its", "plain"],
  ["callerPrefix", "for callers", "plain"],
];

function rowText(row: JsonObject, of: { currency: string; isTime: boolean }): string {
  const quantity = of.isTime ? seconds : units;
  const written: Record<(typeof ROW_WORDS)[number][2], Measured> = {
    quantity,
    money: (amount) => `${amount} ${of.currency}`,
    plain: String,
  };
  const further = ROW_WORDS.filter(([name]) => row[name] !== undefined);
  return [
    `line ${row["line"]}: ${row["rate"]} ${of.currency} per ${quantity(row["unitSeconds"])}`,
    `intervals ${quantity(row["firstInterval"])} then ${quantity(row["nextInterval"])}`,
    ...further.map(([name, words, kind]) => `${words} ${written[kind](row[name])}`),
  ].join(", ");
}

function marginLines(rating: JsonObject, exchange: JsonObject | undefined): string[] {
  const margin = rating["margin"] as JsonObject | null;
  if (margin === null) return [];
  const [sell, buy] = [rating["sell"], rating["buy"]] as [JsonObject, JsonObject];
  if (margin["amount"] === null) return ["", `MARGIN: none, ${margin["reason"]}.`];
  const rate =
    exchange === undefined
      ? ""
      : ` × ${exchange["rate"]} (${exchange["from"]} to ${exchange["to"]}, line ${exchange["line"]} of the exchange rates, rounded as the sell side is)`;
  return [
    "",
    `MARGIN: ${sell["amount"]} ${sell["currency"]} − ${buy["amount"]} ${buy["currency"]}${rate} = ${margin["amount"]} ${margin["currency"]}`,
  ];
}
