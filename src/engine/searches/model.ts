// What a saved search is, as the store keeps it, and who sees it.
import { seesFilter } from "../../access/buy-side.ts";
import { type Asking, isOwnedBy, type OwnerName, type Sharing } from "../../access/owner.ts";
import { coversScope, type Scope, seenBy, seesSome, seesTenant } from "../../access/scope.ts";
import { isSeenColumn } from "../../access/views.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { CdrFilter, CdrSort } from "../../queries/cdr-query.ts";
import type { DeskEntry } from "../../stores/ports/billing/desk.ts";

export interface SavedSearch {
  name: string;
  /** As the filter was given, to be shown. */
  given: JsonObject;
  filter: CdrFilter;
  /** In their order; null: every one that whoever runs it may see. */
  columns: string[] | null;
  sort: CdrSort;
  /** IANA zone whose clocks its times are written by. */
  zone: string;
  shared: Sharing;
  owner: OwnerName;
  /** What its owner saw when it was saved. */
  scope: Scope;
  savedAtMs: number;
}

export function searchOf({ body }: DeskEntry): SavedSearch {
  return body as unknown as SavedSearch;
}

export function searchBody(search: SavedSearch): JsonObject {
  // Members that are undefined are left out, as in every JSON.
  return JSON.parse(JSON.stringify(search)) as JsonObject;
}

export function isShown(search: SavedSearch, by: Asking): boolean {
  if (isOwnedBy(search.owner, by)) return true;
  if (search.shared === "peers") return coversScope(by.scope, search.scope);
  return search.shared === "everyone" && isForAll(search, by.scope);
}

/** Nobody reads a tenant, an account or a carrier in it that they do not see elsewhere. */
function isForAll({ filter, columns, scope: owners }: SavedSearch, scope: Scope): boolean {
  const { not, ...conditions } = filter;
  const named = [conditions, not ?? {}];
  const hasTenant = owners.tenants === null || seesSome(scope, owners.tenants);
  const tenants = named.flatMap((one) => one.tenants ?? []);
  const accounts = named.flatMap((one) => one.accounts ?? []);
  const own = scope.accounts?.map(({ account }) => account);
  const seen = seenBy(scope);
  const hasAll =
    seesFilter(seen, filter) && (columns ?? []).every((one) => isSeenColumn(seen, one));
  return (
    hasTenant &&
    tenants.every((tenant) => seesTenant(scope, tenant)) &&
    (own === undefined || accounts.every((account) => own.includes(account))) &&
    hasAll
  );
}

/** Whose it is, and who may take it away: its owner, and who sees all that the owner saw. */
export function mayRemove(search: SavedSearch, by: Asking): boolean {
  return isOwnedBy(search.owner, by) || coversScope(by.scope, search.scope);
}
