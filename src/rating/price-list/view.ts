// One rate of a price list as it is told.
import type { JsonObject } from "../../cdr/json.ts";
import { termOf } from "../deck/plan-price.ts";
import {
  type CompiledCarrierPlan,
  type CompiledDeck,
  type NativeSnapshot,
  TERM_TOR,
} from "../snapshot/native.ts";
import { rowFigures } from "../trace/basis.ts";
import type { ListSide } from "./list.ts";
import type { ListedRow } from "./rows.ts";

/** The figures of the row as explanations have them: of those with a default only the others. */
export function rateView(
  snapshot: NativeSnapshot,
  { plan, prefix, row }: ListedRow,
  side: ListSide,
): JsonObject {
  const deck = snapshot.decks[plan.deck] as CompiledDeck;
  const { line: _line, ...figures } = rowFigures(snapshot, plan, row);
  const tor = snapshot.tors[termOf(deck, row, TERM_TOR)] ?? "";
  const carrier = side === "buy" ? (plan as CompiledCarrierPlan) : null;
  return {
    side,
    plan: plan.name,
    ...(carrier === null ? {} : { carrier: carrier.carrier, gateway: carrier.gateway }),
    prefix: prefix === "" ? "*" : prefix,
    destination: deck.destinationNames[deck.destinations[row] as number] || null,
    currency: plan.rules.currency,
    ...figures,
    ...(tor === "*voice" ? {} : { tor }),
  };
}
