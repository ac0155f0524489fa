// Whose things a caller may see. Every use case asks here, and nowhere else.
import { engineError } from "../errors.ts";
import type { CdrFilter } from "../queries/cdr-query.ts";

export interface Scope {
  /** Null: every tenant. */
  readonly tenants: readonly string[] | null;
}

/** This machine's own command line, and credentials for every tenant. */
export const EVERYTHING: Scope = { tenants: null };

export function seesTenant({ tenants }: Scope, tenant: string): boolean {
  return tenants === null || tenants.includes(tenant);
}

/** What belongs to no tenant is seen by those alone who see everything. */
export function seesOwner(scope: Scope, tenant: string | null | undefined): boolean {
  return tenant === null || tenant === undefined
    ? scope.tenants === null
    : seesTenant(scope, tenant);
}

export function seesEach(scope: Scope, tenants: readonly string[]): boolean {
  return tenants.every((tenant) => seesTenant(scope, tenant));
}

export function seesSome(scope: Scope, tenants: readonly string[]): boolean {
  return scope.tenants === null || tenants.some((tenant) => seesTenant(scope, tenant));
}

/** Those of the tenants that the scope has. */
export function ownOf(scope: Scope, tenants: readonly string[]): string[] {
  return tenants.filter((tenant) => seesTenant(scope, tenant));
}

/** The tenants of the scope as a store's query takes them: nothing where it has every one. */
export function tenantsOf({ tenants }: Scope): { tenants?: string[] } {
  return tenants === null ? {} : { tenants: [...tenants] };
}

/** The filter with the scope ANDed to it; `none` when they exclude each other. */
export function scopedFilter(filter: CdrFilter, scope: Scope): CdrFilter | "none" {
  if (scope.tenants === null) return filter;
  const tenants = filter.tenants === undefined ? [...scope.tenants] : ownOf(scope, filter.tenants);
  return tenants.length === 0 ? "none" : { ...filter, tenants };
}

/** @throws `forbidden` at `tenant` */
export function requireTenant(scope: Scope, tenant: string): void {
  if (seesTenant(scope, tenant)) return;
  throw engineError("forbidden", "These credentials are not for that tenant.", { path: "tenant" });
}

/** @throws `forbidden`, which names none of the tenants */
export function requireTenants(scope: Scope, tenants: readonly string[]): void {
  if (seesEach(scope, tenants)) return;
  throw engineError("forbidden", "These credentials are not for every tenant of it.");
}
