// What of the billing desk a caller sees.
import { type Asking, isOwnedBy } from "../../access/owner.ts";
import { seesEach, seesOwner, seesWhole } from "../../access/scope.ts";
import type { Owner } from "./model.ts";

/** One's own, or of tenants of which one sees everything. */
export function isSeen(owner: Owner, by: Asking): boolean {
  const { tenants } = owner;
  const isOfTenants = tenants === null ? seesOwner(by.scope, null) : seesEach(by.scope, tenants);
  return isOfTenants && (seesWhole(by.scope) || isOwnedBy(owner, by));
}
