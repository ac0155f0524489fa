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
