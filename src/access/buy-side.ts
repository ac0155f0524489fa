// What somebody asks for that does not exist for them is refused as a name that nobody knows, and
// nobody finds an amount or a carrier by asking again and again.
import { engineError } from "../errors.ts";
import type { CdrConditions, CdrFilter } from "../queries/cdr-query.ts";
import type { GroupKey } from "../queries/group-keys.ts";
import { isSeenColumn, isSeenField, isSeenKey, isSeenMember, type Seen } from "./views.ts";

function unknownName(path: string): Error {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const message = `Unrecognized key: "${name}"`;
  return engineError("invalid-params", `${path}: ${message}`, {
    path,
    data: { faults: [{ path, message }] },
  });
}

/** @throws `invalid-params` at the first member of a filter that does not exist for who asks */
export function requireSeenMembers(seen: Seen, { not, ...filter }: CdrFilter): void {
  requireSeenConditions(seen, filter, "filter");
  if (not !== undefined) requireSeenConditions(seen, not, "filter.not");
}

function requireSeenConditions(seen: Seen, filter: CdrFilter, path: string): void {
  const hidden = hiddenMember(seen, filter);
  if (hidden !== undefined) throw unknownName(`${path}.${hidden}`);
}

/** Whether who asks has every member that a filter names. */
export function seesFilter(seen: Seen, { not, ...filter }: CdrFilter): boolean {
  return [filter, not ?? {}].every((one) => hiddenMember(seen, one) === undefined);
}

function hiddenMember(seen: Seen, filter: CdrFilter): string | undefined {
  const { owners: _owners, side: _side, anyNumber: _any, not: _not, ...conditions } = filter;
  const named = Object.keys(conditions) as (keyof CdrConditions)[];
  const given = named.filter((name) => conditions[name] !== undefined);
  const member = given.find((name) => !isSeenMember(seen, name));
  if (member !== undefined) return member;
  const field = Object.keys(conditions.extra ?? {}).find((name) => !isSeenField(seen, name));
  return field === undefined ? undefined : `extra.${field}`;
}

/** @throws `invalid-params` at a key of sums that does not exist for who asks */
export function requireSeenKeys(seen: Seen, groupBy: readonly GroupKey[]): void {
  const index = groupBy.findIndex((key) => !isSeenKey(seen, key));
  if (index >= 0) throw invalidOption(`groupBy.${index}`);
}

/** @throws `invalid-params` at a column that does not exist for who asks */
export function requireSeenColumns(seen: Seen, columns: readonly string[]): void {
  const index = columns.findIndex((name) => !isSeenColumn(seen, name));
  if (index >= 0) throw invalidOption(`columns.${index}`);
}

function invalidOption(path: string): Error {
  const message = "Invalid option";
  return engineError("invalid-params", `${path}: ${message}`, {
    path,
    data: { faults: [{ path, message }] },
  });
}

/** @throws `invalid-params` at a param that only the buy side has */
export function requireNoBuyParam(path: string, value: unknown): void {
  if (value !== undefined) throw unknownName(path);
}

/** @throws `forbidden` for what tells of the buy side whatever is asked of it */
export function requireSeesBuy({ seesBuy }: { readonly seesBuy: boolean }): void {
  if (seesBuy) return;
  throw engineError("forbidden", "These credentials do not see the buy side, which this tells of.");
}
