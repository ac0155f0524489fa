// The dated assignments of accounts, each within the scope of whoever asks.
import {
  requireAccount,
  requireEveryAccount,
  requireTenant,
  type Scope,
  tenantsOf,
} from "../../access/scope.ts";
import type { Assignment, HeldAssignment } from "../../cdr/rating.ts";
import {
  type AssignmentParts,
  type EndedAssignment,
  endAssignment,
  setAssignment,
  type UnknownName,
} from "./assignments.ts";

interface Account {
  tenant: string;
  account: string;
}

/**
 * Each @throws `forbidden` for a tenant or an account that the scope does not have; who is for
 * single accounts changes none.
 */
export interface Accounts {
  /** @throws `invalid-params` for a name that no loaded version has, unless `allowUnknown` */
  set(
    assignment: HeldAssignment,
    options: { scope: Scope; allowUnknown: boolean },
  ): Promise<UnknownName[]>;
  /** @throws `not-found` when no assignment holds at `atMs` */
  end(account: Account, atMs: number, scope: Scope): Promise<EndedAssignment>;
  /** Every dated assignment of an account, by date. */
  of(account: Account, scope: Scope): Promise<Assignment[]>;
  /** By tenant, account and date, of the scope; without a tenant those of every one of its. */
  find(
    page: { tenant?: string | undefined; limit: number; cursor?: string | undefined },
    scope: Scope,
  ): Promise<{ assignments: Assignment[]; nextCursor?: string }>;
}

export function createAccounts(parts: AssignmentParts): Accounts {
  const { store } = parts;
  return {
    async set(assignment, { scope, allowUnknown }) {
      requireTenant(scope, assignment.tenant);
      requireEveryAccount(scope);
      return setAssignment(parts, assignment, allowUnknown);
    },
    async end(account, atMs, scope) {
      requireTenant(scope, account.tenant);
      requireEveryAccount(scope);
      return endAssignment(parts, account, atMs);
    },
    async of(account, scope) {
      requireAccount(scope, account);
      return store.accounts.getFor([account]);
    },
    async find({ tenant, limit, cursor }, scope) {
      if (tenant !== undefined) requireTenant(scope, tenant);
      return store.accounts.find({
        limit,
        ...(tenant === undefined ? tenantsOf(scope) : { tenants: [tenant] }),
        ...(scope.accounts === undefined ? {} : { accounts: scope.accounts }),
        ...(cursor === undefined ? {} : { cursor }),
      });
    },
  };
}
