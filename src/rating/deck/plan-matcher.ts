// Which prefix and which rows of a deck a call meets.
import type { CompiledPlan, NativeSnapshot } from "../snapshot/native.ts";
import { createPrefixWalk, entryOf } from "../snapshot/prefix-index.ts";
import { selectRows } from "./existing-rows.ts";
import type { PlanPrice, PriceRequest } from "./plan-price.ts";

export type PlanMatcher = (request: PriceRequest, plan: CompiledPlan, price: PlanPrice) => boolean;

/** Finds the prefix and the rows that exist for the call, into `price`; false: `no-rate`. */
export function createPlanMatcher(snapshot: NativeSnapshot): PlanMatcher {
  const { index } = snapshot;
  const { path, walk } = createPrefixWalk(index);

  /** The longest prefix of `digits`, at least `shortest` long, that has rows for the call. */
  function matchDigits(
    digits: string,
    shortest: number,
    request: PriceRequest,
    price: PlanPrice,
  ): boolean {
    for (let step = walk(digits) - 1; step >= 0; step--) {
      const entry = entryOf(index, path[2 * step] as number, price.deck);
      if (entry < 0) continue;
      const length = path[2 * step + 1] as number;
      if (length === 0 ? !request.byDefault : length < shortest) continue;
      if (selectRows(snapshot, request, entry, price) > 0) {
        price.prefixLength = length;
        price.reason = null;
        return true;
      }
    }
    return false;
  }

  /** A row has the old digits where its prefix goes beyond what they share with those of today. */
  function matchFormer(request: PriceRequest, price: PlanPrice): boolean {
    const { formerDigits, digits } = request;
    price.former = matchDigits(
      formerDigits,
      sharedLength(formerDigits, digits) + 1,
      request,
      price,
    );
    if (price.former && price.prefixLength > 0) return true;
    price.former = false;
    return false;
  }

  return (request, plan, price) => {
    price.deck = plan.deck;
    price.firstRow = -1;
    price.billed = 0;
    price.spanCount = 0;
    price.capped = false;
    price.raised = false;
    price.former = false;
    if (request.formerDigits !== "" && matchFormer(request, price)) return true;
    if (request.understood && matchDigits(request.digits, request.shortest, request, price)) {
      return true;
    }
    price.prefixLength = -1;
    price.rowCount = 0;
    price.reason = "no-rate";
    return false;
  };
}

/** How many leading digits two numbers have in common. */
function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
