// The rates that price calls to one number: what `rates.find` answers for it.
import { TODAYS_EDITION } from "../../cdr/edition.ts";
import type { Call } from "../../cdr/rating.ts";
import type { Reason } from "../../cdr/reasons.ts";
import { resolveAssignment } from "../assignment.ts";
import { banOf } from "../ban.ts";
import { callPricerOf, setRequest } from "../call-pricer.ts";
import { createPlanPrice, type PlanPrice } from "../deck/plan-price.ts";
import { prerequisitesOf } from "../not-priced.ts";
import { matchRetail } from "../price-sell.ts";
import { matchedPrefix } from "../side-price.ts";
import type { CompiledPlan, NativeSnapshot } from "../snapshot/native.ts";
import { type ListSide, plansOf } from "./list.ts";
import { isBlocked, type ListedRow } from "./rows.ts";

export interface NumberRates {
  /** As its rule set reads it. */
  normalized: string;
  rows: ListedRow[];
  /** Why there are none. */
  reason?: Reason;
}

/** The rows of the longest prefix that exist for the call: of the sell side, or of each carrier. */
export function ratesOfNumber(call: Call, snapshot: NativeSnapshot, side: ListSide): NumberRates {
  const context = callPricerOf(snapshot);
  const assignment = resolveAssignment(call, snapshot);
  const numbers = context.readNumbers(call, assignment, TODAYS_EDITION);
  const { normalized } = numbers.destination;
  const without = (reason: Reason) => ({ normalized, rows: [], reason });
  const needed = prerequisitesOf(call, snapshot, { assignment, numbers });
  if (!needed.ok) return without(needed.reason);
  setRequest(context, call, { numbers, edition: TODAYS_EDITION });
  const { request, pricer } = context;
  const { voipPlan } = needed;
  if (banOf(voipPlan, request) !== null) return without("banned");
  if (!request.understood) return without("number-not-understood");
  const matched: { plan: CompiledPlan; price: PlanPrice }[] = [];
  if (side === "sell") {
    const found = matchRetail(context, voipPlan);
    if (found !== null) matched.push(found);
  } else {
    for (const plan of plansOf(snapshot, voipPlan, side)) {
      const price = createPlanPrice(snapshot);
      if (pricer.match(request, plan, price)) matched.push({ plan, price });
    }
  }
  const held = matched.flatMap(({ plan, price }) => {
    const prefix = matchedPrefix(price, request) ?? "";
    const rows = [...price.rows.subarray(0, price.rowCount)];
    return rows.map((row): ListedRow => ({ plan, prefix: prefix === "*" ? "" : prefix, row }));
  });
  if (held.length === 0) return without("no-rate");
  const rows = held.filter((row) => !isBlocked(snapshot, row));
  return rows.length === 0 ? without("blocked") : { normalized, rows };
}
