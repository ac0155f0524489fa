// Master data, each within the scope of whoever asks: accounts, carriers, gateways, words of causes.
import {
  ownOf,
  requireAccount,
  requireEveryAccount,
  requireTenant,
  requireWhole,
  type Scope,
  seesWhole,
} from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import { type MasterSettings, masterSettings } from "../../master/fields.ts";
import { compareTexts, folded } from "../../master/folded.ts";
import type { AccountName } from "../../queries/cdr-query.ts";
import { type CauseWords, createCauseWords } from "./causes.ts";
import { createEntries, type Entries, type EntriesParts } from "./entries.ts";
import { fixedOf } from "./from-settings.ts";
import { type By, type Fixed, type Held, labelOf } from "./held.ts";
import { createNames, type MasterNames } from "./names.ts";
import type { ListQuery } from "./page.ts";
import { loopFault } from "./parents.ts";
import { createTables, type MasterTables } from "./tables.ts";

export interface EntryChange {
  tenant: string;
  id: string;
  /** Members that are left out stay as they are; null: it is said no more. */
  members: Readonly<Record<string, unknown>>;
  ifRevision?: number | undefined;
}
export type EntryRemoval = Omit<EntryChange, "members">;
export type EntryList = Omit<ListQuery, "kind" | "tenants"> & { tenant?: string | undefined };
type Page = Promise<{ entries: Held[]; next?: string }>;

/** Carriers, or gateways: for those alone who see everything of their tenants. */
export interface PartnerWords {
  /** @throws `conflict` where the settings name it, or it is at another revision */
  set(change: EntryChange, by: By): Promise<Held>;
  /** @throws `not-found` */
  get(key: { tenant: string; id: string }, scope: Scope): Promise<Held>;
  list(query: EntryList, scope: Scope): Page;
  /** @throws `not-found`, or as `set` */
  remove(what: EntryRemoval, by: By): Promise<Held>;
}

export interface AccountWords {
  /** @throws `conflict` as for carriers; `invalid-params` for a parent that is below it */
  set(change: EntryChange, by: By): Promise<Held>;
  /** Null: nothing is said of it. Who is for single accounts is not shown description and parent. */
  get(account: AccountName, scope: Scope): Promise<Held | null>;
  list(query: EntryList, scope: Scope): Page;
  remove(what: EntryRemoval, by: By): Promise<Held>;
}

export interface Master {
  readonly accounts: AccountWords;
  readonly carriers: PartnerWords;
  readonly gateways: PartnerWords;
  readonly causes: CauseWords;
  readonly names: MasterNames;
  /** Accounts and carriers by CSV. */
  readonly tables: MasterTables;
}

/** What the settings say where they say nothing. */
const NOTHING_SAID = masterSettings.parse({});

export function createMaster({
  master = NOTHING_SAID,
  ...parts
}: Omit<EntriesParts, "fixed"> & { master?: MasterSettings | undefined }): Master {
  const entries = createEntries({ ...parts, fixed: fixedOf(master) });
  return {
    accounts: accountWords(entries),
    carriers: partnerWords(entries, "carrier"),
    gateways: partnerWords(entries, "gateway"),
    causes: createCauseWords(entries),
    names: createNames(entries),
    tables: createTables(entries),
  };
}

function partnerWords(entries: Entries, kind: "carrier" | "gateway"): PartnerWords {
  function requireOwn(scope: Scope, tenant: string): void {
    requireWhole(scope);
    requireTenant(scope, tenant);
  }
  return {
    async set({ tenant, id, ...change }, by) {
      const { scope } = by;
      requireOwn(scope, tenant);
      return entries.set({ ...change, key: { kind, tenant, id }, by });
    },
    async get({ tenant, id }, scope) {
      requireOwn(scope, tenant);
      const held = await entries.get({ kind, tenant, id });
      if (held !== null) return held;
      throw engineError("not-found", `Nothing is said of such a ${kind}.`, { path: kind });
    },
    async list({ tenant, ...query }, scope) {
      requireWhole(scope);
      return entries.list({ ...query, kind, tenants: tenantsFor(tenant, scope) });
    },
    async remove({ tenant, id, ifRevision }, by) {
      const { scope } = by;
      requireOwn(scope, tenant);
      return entries.remove({ key: { kind, tenant, id }, ifRevision, by });
    },
  };
}

function tenantsFor(tenant: string | undefined, scope: Scope): readonly string[] | null {
  if (tenant === undefined) return scope.tenants;
  requireTenant(scope, tenant);
  return [tenant];
}

function accountWords(entries: Entries): AccountWords {
  const kind = "account";

  function shown(held: Held, scope: Scope): Held {
    if (seesWhole(scope)) return held;
    const { description: _told, parent: _above, ...members } = held.members;
    return { ...held, members, by: null };
  }

  async function checkParent({ tenant, id, members }: Fixed): Promise<void> {
    const message = await loopFault(
      id,
      members["parent"],
      async (above) => (await entries.get({ kind, tenant, id: above }))?.members["parent"],
    );
    if (message !== null) throw engineError("invalid-params", message, { path: "parent" });
  }

  function requireOwn(scope: Scope, tenant: string): void {
    requireTenant(scope, tenant);
    requireEveryAccount(scope);
  }

  return {
    async set({ tenant, id, ...change }, by) {
      const { scope } = by;
      requireOwn(scope, tenant);
      return entries.set({ ...change, key: { kind, tenant, id }, by, check: checkParent });
    },
    async get(account, scope) {
      requireAccount(scope, account);
      const held = await entries.get({ kind, tenant: account.tenant, id: account.account });
      return held === null ? null : shown(held, scope);
    },
    async list({ tenant, ...query }, scope) {
      if (scope.accounts === undefined) {
        const found = await entries.list({ ...query, kind, tenants: tenantsFor(tenant, scope) });
        return { ...found, entries: found.entries.map((held) => shown(held, scope)) };
      }
      const tenants = tenant === undefined ? null : ownOf(scope, [tenant]);
      const own = scope.accounts.filter((one) => tenants === null || tenants.includes(one.tenant));
      const keys = own.map(({ tenant: of, account: id }) => ({ kind, tenant: of, id }) as const);
      const { search = "", limit, cursor } = query;
      const held = (await entries.getFor(keys))
        .filter(
          ({ id, members }) => id.startsWith(search) || labelOf(members).startsWith(folded(search)),
        )
        .sort((a, b) => compareTexts(a.tenant, b.tenant) || compareTexts(a.id, b.id));
      return ownPage(held, { limit, cursor }, (one) => shown(one, scope));
    },
    async remove({ tenant, id, ifRevision }, by) {
      const { scope } = by;
      requireOwn(scope, tenant);
      return entries.remove({ key: { kind, tenant, id }, ifRevision, by });
    },
  };
}

/** Of the few accounts of one caller; its cursor is a place among them. */
function ownPage(
  held: readonly Held[],
  { limit, cursor = "0" }: { limit: number; cursor?: string | undefined },
  shown: (held: Held) => Held,
): { entries: Held[]; next?: string } {
  if (!/^\d{1,4}$/.test(cursor)) {
    throw engineError("invalid-params", "That is no cursor of this list.", { path: "cursor" });
  }
  const end = Number(cursor) + limit;
  const entries = held.slice(Number(cursor), end).map(shown);
  return { entries, ...(end < held.length && { next: String(end) }) };
}
