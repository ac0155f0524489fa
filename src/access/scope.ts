// Whose things a caller may see. Every use case asks here, and nowhere else.
import { engineError } from "../errors.ts";
import type { AccountName, CdrFilter } from "../queries/cdr-query.ts";
import { requireSeenMembers, requireSeesBuy } from "./buy-side.ts";
import type { Seen } from "./views.ts";

export interface Scope {
  /** Null: every tenant. */
  readonly tenants: readonly string[] | null;
  /** These accounts alone, each of one of the tenants; absent: every account of the tenants. */
  readonly accounts?: readonly AccountName[] | undefined;
  /** False: neither the buy side nor what tells of it: margin, carriers, gateways, routing. */
  readonly seesBuy: boolean;
  /** Names of the extra fields that a customer sees (`customerFields` of the settings); absent: none. */
  readonly fields?: readonly string[] | undefined;
}

/** Who has single accounts and sees no buy side is a customer, by whatever roles. */
export function isCustomer({ accounts, seesBuy }: Scope): boolean {
  return accounts !== undefined && !seesBuy;
}

/** What there is for who has the scope. */
export function seenBy(scope: Scope): Seen {
  const { seesBuy, fields = [] } = scope;
  return { view: seesBuy ? "whole" : isCustomer(scope) ? "customer" : "sell", fields };
}

/** This machine's own command line, and credentials for every tenant. */
export const EVERYTHING: Scope = { tenants: null, seesBuy: true };

export function seesTenant({ tenants }: Scope, tenant: string): boolean {
  return tenants === null || tenants.includes(tenant);
}

/** What belongs to no tenant is seen by those alone who see everything. */
export function seesOwner(scope: Scope, tenant: string | null | undefined): boolean {
  return tenant === null || tenant === undefined
    ? scope.tenants === null && seesEveryAccount(scope)
    : seesTenant(scope, tenant);
}

export function seesEach(scope: Scope, tenants: readonly string[]): boolean {
  return tenants.every((tenant) => seesTenant(scope, tenant));
}

/** What is of these tenants; absent: of every one. */
export function seesOwners(scope: Scope, tenants: readonly string[] | undefined): boolean {
  return tenants === undefined ? seesOwner(scope, null) : seesEach(scope, tenants);
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

function seesEveryAccount({ accounts }: Scope): boolean {
  return accounts === undefined;
}

export function seesAccount(scope: Scope, { tenant, account }: AccountName): boolean {
  if (!seesTenant(scope, tenant)) return false;
  const { accounts } = scope;
  return accounts === undefined || ownersOf(accounts).keys.has(keyOf({ tenant, account }));
}

interface Owners {
  keys: ReadonlySet<string>;
  tenants: string[];
  names: string[];
}

/** Of each list of accounts, for as long as it is used: a reseller may have many of them. */
const knownOwners = new WeakMap<readonly AccountName[], Owners>();

function ownersOf(accounts: readonly AccountName[]): Owners {
  const known = knownOwners.get(accounts);
  if (known !== undefined) return known;
  const owners = {
    keys: new Set(accounts.map(keyOf)),
    tenants: [...new Set(accounts.map(({ tenant }) => tenant))],
    names: [...new Set(accounts.map(({ account }) => account))],
  };
  knownOwners.set(accounts, owners);
  return owners;
}

function keyOf({ tenant, account }: AccountName): string {
  return `${tenant.length} ${tenant} ${account}`;
}

/** Everything of its tenants: what tells of many accounts, or of both sides, is for these alone. */
export function seesWhole(scope: Scope): boolean {
  return seesEveryAccount(scope) && scope.seesBuy;
}

/** Whether who has the first one sees everything that who has the other one sees. */
export function coversScope(scope: Scope, other: Scope): boolean {
  const hasTenants =
    other.tenants === null ? scope.tenants === null : seesEach(scope, other.tenants);
  const hasAccounts =
    scope.accounts === undefined ||
    (other.accounts?.every((account) => seesAccount(scope, account)) ?? false);
  return hasTenants && hasAccounts && (scope.seesBuy || !other.seesBuy);
}

/**
 * The filter with the scope ANDed to it; `none` when they exclude each other. Who sees no buy side
 * asks for outcomes and reasons of the sell side.
 * @throws `invalid-params` at a member that does not exist for who has the scope
 */
export function scopedFilter(wanted: CdrFilter, scope: Scope): CdrFilter | "none" {
  const filter = scope.seesBuy ? wanted : { ...wanted, side: "sell" as const };
  if (!scope.seesBuy) requireSeenMembers(seenBy(scope), wanted);
  if (scope.accounts !== undefined) return ofAccounts(filter, scope, scope.accounts);
  if (scope.tenants === null) return filter;
  const tenants = filter.tenants === undefined ? [...scope.tenants] : ownOf(scope, filter.tenants);
  return tenants.length === 0 ? "none" : { ...filter, tenants };
}

/** Tenants and accounts bound the indexes; the pairs are said too where those allow more. */
function ofAccounts(
  filter: CdrFilter,
  scope: Scope,
  accounts: readonly AccountName[],
): CdrFilter | "none" {
  const isWanted = (own: AccountName) =>
    seesTenant(scope, own.tenant) &&
    (filter.tenants?.includes(own.tenant) ?? true) &&
    (filter.accounts?.includes(own.account) ?? true);
  const asksForAll = filter.tenants === undefined && filter.accounts === undefined;
  const hasAll = asksForAll && seesEach(scope, ownersOf(accounts).tenants);
  const owners = hasAll ? accounts : accounts.filter(isWanted);
  if (owners.length === 0) return "none";
  const { tenants: ownTenants, names } = ownersOf(owners);
  const tenants = [...ownTenants];
  const bounded = { ...filter, tenants, accounts: [...names] };
  return tenants.length === 1 ? bounded : { ...bounded, owners };
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

/** @throws `forbidden` at `tenant`, or at `account` */
export function requireAccount(scope: Scope, name: AccountName): void {
  requireTenant(scope, name.tenant);
  if (seesAccount(scope, name)) return;
  throw engineError("forbidden", "These credentials are not for that account.", {
    path: "account",
  });
}

/** @throws `forbidden`, the same whatever is asked for */
export function requireEveryAccount(scope: Scope): void {
  if (seesEveryAccount(scope)) return;
  throw engineError("forbidden", "These credentials are for single accounts only.");
}

/** @throws `forbidden` for what tells of sources, queues or the like, which a customer does not see */
export function requireNoCustomer(scope: Scope): void {
  if (!isCustomer(scope)) return;
  throw engineError("forbidden", "These credentials are a customer's, who does not see this.");
}

/** @throws `forbidden`, the same whatever is asked for */
export function requireWhole(scope: Scope): void {
  requireEveryAccount(scope);
  requireSeesBuy(scope);
}
