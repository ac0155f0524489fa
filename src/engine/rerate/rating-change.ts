// Whether pricing a CDR again changes what its customer or carrier sees, and what caused it.
import type { Json } from "../../cdr/json.ts";
import type { Rating } from "../../cdr/rating.ts";
import type { RatedCall } from "../pricing/rate-batch.ts";

/**
 * `source`: the settings of its source bill its leg otherwise; `assignment`: account.set gave
 * another VoIP plan or rule set; `number`: the number is read differently; `tariff`: another
 * version, also where its accounts.csv assigns otherwise; `rules`: nothing but the rules of pricing,
 * of which the rating has an older edition; `pricing`: the same version answers otherwise (a newer
 * build).
 */
export type ChangeCause = "source" | "assignment" | "number" | "tariff" | "rules" | "pricing";

/** Members that make a rating what it is; version, basis and time of rating alone do not. */
const SHOWN = ["outcome", "reason", "sell", "buy", "margin", "cheapest", "runs"] as const;

/** Null when the same would come out again: the CDR keeps the revision that it has. */
export function changeOf(stored: Rating, { priced, tariffVersion }: RatedCall): ChangeCause | null {
  const isAssigned =
    stored.assignment?.voipPlan === priced.assignment?.voipPlan &&
    stored.assignment?.numbering === priced.assignment?.numbering;
  const isRead = sameJson(stored.normalized, priced.normalized);
  const isShown = SHOWN.every((name) => sameJson(stored[name], priced[name]));
  if (isAssigned && isRead && isShown) return null;
  // Without a version nothing was assigned or read before.
  if (stored.tariffVersion === null && tariffVersion !== null) return "tariff";
  if (!isAssigned && (isSet(stored) || isSet(priced))) return "assignment";
  if (isAssigned && !isRead) return "number";
  return stored.tariffVersion === tariffVersion ? "pricing" : "tariff";
}

/** Assigned by account.set, not by a file of the tariff. */
function isSet({ assignment }: Pick<Rating, "assignment">): boolean {
  return assignment?.origin === "account.set";
}

/** Equal as JSON values, in whatever order of members; an absent member equals undefined. */
function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    return false;
  }
  const [ours, theirs] = [left, right] as Record<string, Json | undefined>[];
  if (ours === undefined || theirs === undefined) return false;
  for (const name in ours) if (!sameJson(ours[name], theirs[name])) return false;
  for (const name in theirs) if (!(name in ours) && theirs[name] !== undefined) return false;
  return true;
}
