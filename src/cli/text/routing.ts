// How the carrier of a call was chosen, as text for a person: what lost and why, by which figures.
import type { JsonObject } from "../../cdr/json.ts";
import { indented, table } from "../output.ts";

/** Nothing where no carrier was asked for. */
export function routingLines(routing: JsonObject | undefined, steps: JsonObject[]): string[] {
  if (routing === undefined) return [];
  const step = steps.find((each) => each["step"] === "routing") ?? {};
  const losers = (routing["candidates"] ?? []) as JsonObject[];
  if (losers.length === 0 && step["chosen"] === null) {
    return ["", `ROUTING: ${step["text"]}`, "  No carrier was asked."];
  }
  const omitted = routing["candidatesOmitted"];
  const { draw, quality, cheapest } = routing as Record<string, JsonObject | undefined>;
  return [
    "",
    `ROUTING: ${step["text"]}`,
    ...loserLines(losers),
    ...(omitted === undefined ? [] : [`  … and ${omitted} more that were not taken`]),
    ...priorityLines(step, losers),
    ...(draw === undefined ? [] : drawLines(draw)),
    ...(quality === undefined ? [] : qualityLines(quality)),
    ...(cheapest === undefined ? [] : [cheaperLine(cheapest)]),
  ];
}

function loserLines(losers: JsonObject[]): string[] {
  if (losers.length === 0) return [];
  const cells = losers.map((loser) => [
    `${loser["carrier"]} (${loser["plan"]})`,
    loser["amount"] === null ? "—" : `${loser["amount"]} ${loser["currency"]}`,
    `${loser["exact"] ?? "—"}${comparedText(loser)}`,
    String(loser["reason"] ?? ""),
  ]);
  return indented(table(["not taken", "amount", "exact", "because"], cells));
}

/** ` × 0.9 = 0.09 EUR (line 2 of the exchange rates)`, where another currency was converted. */
function comparedText({ exchange, compared }: JsonObject): string {
  if (exchange === undefined) return "";
  const { to, rate, line } = exchange as JsonObject;
  return ` × ${rate} = ${compared} ${to} (line ${line} of the exchange rates)`;
}

function cheaperLine(cheapest: JsonObject): string {
  const { carrier, amount, currency, exact, exchange } = cheapest;
  const converted = exchange === undefined ? "" : `; exact ${exact}${comparedText(cheapest)}`;
  return `  Cheaper: ${carrier}, ${amount} ${currency}${converted}.`;
}

/** Where they decided: the lowest number goes first. */
function priorityLines({ priorities }: JsonObject, losers: JsonObject[]): string[] {
  if (!losers.some(({ reason }) => reason === "lower-priority")) return [];
  const given = (priorities ?? []) as { plan: string; priority: number }[];
  return [`  Priorities: ${given.map(({ plan, priority }) => `${plan} ${priority}`).join(", ")}.`];
}

/** The hash as a share of the summed weights: the carrier whose stretch holds it is taken. */
function drawLines({ hash, weights }: JsonObject): string[] {
  const shares = (weights ?? []) as { plan: string; weight: number }[];
  if (shares.length < 2) return [];
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  const stretches = shares.map(({ plan, weight }) => {
    const from = passed;
    passed += weight;
    return `${plan} ${from} to ${passed}`;
  });
  const point = (Number(hash) / 2 ** 32) * total;
  return [
    `  Drawn: hash ${hash} ⁄ 2^32 × ${total} = ${point.toFixed(4)}, of ${stretches.join(", ")}.`,
  ];
}

function qualityLines({ day, carriers }: JsonObject): string[] {
  const rows = Object.entries((carriers ?? {}) as Record<string, JsonObject>);
  if (rows.length === 0)
    return [`  Of none of these carriers were there figures when those of ${day} were frozen.`];
  const cells = rows.map(([carrier, { calls, asr, acdSeconds, pddMs }]) =>
    [carrier, calls, asr, acdSeconds, pddMs ?? "—"].map(String),
  );
  const figures = table(["carrier", "calls", "ASR", "ACD s", "PDD ms"], cells);
  return [`  Figures frozen for ${day}:`, ...indented(figures)];
}
