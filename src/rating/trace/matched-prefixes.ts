// For the trace alone: which prefixes of a number a plan has, and which of their rows fit the call.
import type { JsonObject } from "../../cdr/json.ts";
import type { CallPricer } from "../call-pricer.ts";
import { createPlanPrice } from "../deck/plan-price.ts";
import { matchedDigits, matchedPrefix } from "../side-price.ts";
import type { CompiledPlan } from "../snapshot/native.ts";
import { createPrefixWalk, endRowOf, entryOf, firstRowOf } from "../snapshot/prefix-index.ts";
import { rowFigures } from "./basis.ts";

/** The prefixes from the longest down to the matched one; `exist` rows hold for the call. */
export function triedPrefixes(
  { snapshot, pricer, request }: CallPricer,
  plan: CompiledPlan,
): { tried: JsonObject[]; matched: string | null } {
  const price = createPlanPrice(snapshot);
  pricer.match(request, plan, price);
  const { index } = snapshot;
  const { path, walk } = createPrefixWalk(index);
  const tried: JsonObject[] = [];
  const digits = matchedDigits(price, request);
  for (let step = walk(digits) - 1; step >= 0; step--) {
    const length = path[2 * step + 1] as number;
    if (length < price.prefixLength) break;
    const entry = entryOf(index, path[2 * step] as number, plan.deck);
    if (entry < 0) continue;
    const isMatch = length === price.prefixLength;
    tried.push({
      prefix: length === 0 ? "*" : digits.slice(0, length),
      rows: endRowOf(index, entry) - firstRowOf(index, entry),
      exist: isMatch ? price.rowCount : 0,
      ...(isMatch ? { figures: existingRows(snapshot, plan, price) } : {}),
    });
  }
  return { tried, matched: matchedPrefix(price, request) };
}

function existingRows(
  snapshot: CallPricer["snapshot"],
  plan: CompiledPlan,
  price: ReturnType<typeof createPlanPrice>,
): JsonObject[] {
  return [...price.rows.slice(0, price.rowCount)].map((row) => rowFigures(snapshot, plan, row));
}
