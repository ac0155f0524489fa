// What is written of somebody's rights in the settings, and the scope that it gives.
import type { AccountName } from "../queries/cdr-query.ts";
import type { Role } from "./permissions.ts";
import { EVERYTHING, type Scope } from "./scope.ts";

export interface Grant {
  roles: readonly Role[];
  /** `*`: every one. */
  tenants: readonly string[];
  /** By name alone where there is exactly one tenant; absent: every account. */
  accounts?: readonly (string | AccountName)[] | undefined;
  /** True when not said, except for the role `customer`. */
  seesBuy?: boolean | undefined;
}

export interface GrantFault {
  path: "roles" | "accounts" | "seesBuy";
  message: string;
}

function isForEvery({ tenants }: Grant): boolean {
  return tenants.includes("*");
}

/** What contradicts itself; null: nothing does. */
export function grantFault(grant: Grant): GrantFault | null {
  const { roles, tenants, accounts, seesBuy } = grant;
  if (roles.includes("customer")) {
    if (roles.length > 1) return { path: "roles", message: "customer goes with no other role" };
    if (accounts === undefined) return { path: "accounts", message: "a customer needs accounts" };
    if (seesBuy === true) return { path: "seesBuy", message: "a customer sees no buy side" };
  }
  if (
    accounts?.some((one) => typeof one === "string") &&
    (isForEvery(grant) || tenants.length > 1)
  ) {
    return { path: "accounts", message: "a name alone needs exactly one tenant" };
  }
  const foreign = pairsOf(grant)?.find(({ tenant }) => !tenants.includes(tenant));
  if (foreign === undefined || isForEvery(grant)) return null;
  return { path: "accounts", message: `${foreign.tenant} is not one of the tenants` };
}

function pairsOf({ tenants, accounts }: Grant): AccountName[] | undefined {
  const [tenant = ""] = tenants;
  return accounts?.map((one) => (typeof one === "string" ? { tenant, account: one } : one));
}

/**
 * The scope of a grant without a fault.
 * @param fields names of the extra fields that customers see: `customerFields` of the settings
 */
export function scopeOf(grant: Grant, fields: readonly string[]): Scope {
  const { roles, tenants, seesBuy = !roles.includes("customer") } = grant;
  const accounts = pairsOf(grant);
  if (accounts !== undefined) {
    const own = [...new Set(accounts.map(({ tenant }) => tenant))];
    return { tenants: own, accounts, seesBuy, ...(seesBuy ? {} : { fields }) };
  }
  return { ...EVERYTHING, ...(isForEvery(grant) ? {} : { tenants }), seesBuy };
}
