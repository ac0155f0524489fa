// The steps of a rating for a person, whichever way of pricing took them.
import type { Json, JsonObject } from "../../cdr/json.ts";
import { type ExplainedRating, explanationText } from "./explain.ts";

/** Native ratings as sums to check; of CGRateS's, the sentences and below them what they are of. */
export function traceText(explained: ExplainedRating): string {
  const { rating, trace } = explained;
  const { steps, ...facts } = trace;
  if (!Array.isArray(steps)) return listed(trace);
  if (rating["semantics"] === "native") return explanationText(explained);
  return [...steps.map(String), listed(facts)].filter((text) => text !== "").join("\n");
}

interface Amount {
  amount: string | null;
  currency: string;
  reason?: string | undefined;
}

/** What today's rules give for a rating that an older edition of them made. */
export function todayText(today: {
  rules: string;
  changes: boolean;
  outcome: string;
  reason?: string | undefined;
  sell: Amount | null;
  buy: Amount | null;
  margin: Amount | null;
}): string {
  const { rules, changes, outcome, reason } = today;
  if (!changes) return `Today's rules (${rules}) give the same.`;
  const sides = (["sell", "buy", "margin"] as const).map((name) => {
    const side = today[name];
    if (side === null || side.amount === null) return `${name} none`;
    return `${name} ${side.amount} ${side.currency}`;
  });
  const result = reason === undefined ? outcome : `${outcome}, ${reason}`;
  return `Today's rules (${rules}) give ${result}: ${sides.join(", ")}. A rerate applies them.`;
}

/** Names as indented lines, and values that are no container beside them. */
function listed(value: JsonObject | Json[], depth = 0): string {
  const lines: string[] = [];
  const margin = "  ".repeat(depth);
  for (const [name, member] of Object.entries(value)) {
    const label = Array.isArray(value) ? "-" : `${name}:`;
    if (typeof member !== "object" || member === null) {
      lines.push(`${margin}${label} ${member ?? "—"}`);
    } else if (Object.keys(member).length > 0) {
      lines.push(`${margin}${label}`, listed(member, depth + 1));
    }
  }
  return lines.join("\n");
}
