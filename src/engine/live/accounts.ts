// Accounts as clients set them: names and two marks. Balances are not kept; what an account is priced by
// says the tariff.
import { requireTenant, requireWhole, type Scope } from "../../access/scope.ts";
import type { AccountName } from "../../queries/cdr-query.ts";
import type { PlanObject } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { ActOf, Acts } from "../acts.ts";

export interface LiveAccount extends AccountName {
  allowNegative: boolean;
  disabled: boolean;
  /** Its triggers were taken away; else it has those of the plan, if the plan has any. */
  hasNoTriggers: boolean;
  /** It is not there, though the plan in force has it. */
  isRemoved: boolean;
}

export interface LiveAccounts {
  /** Of a tenant, by name; those that were removed among them. @throws `forbidden` */
  list(tenant: string, scope: Scope): Promise<LiveAccount[]>;
  /** @throws `forbidden` */
  get(name: AccountName, scope: Scope): Promise<LiveAccount | null>;
  /** In the place of what was known of it. @throws `forbidden` */
  set(account: LiveAccount, by: Omit<ActOf, "tenant"> & { scope: Scope }): Promise<void>;
}

const KIND = "Account";
const PIECE = 1000;

export function createLiveAccounts({ store, acts }: { store: Store; acts: Acts }): LiveAccounts {
  const { planObjects } = store;
  return {
    async list(tenant, scope) {
      requireWhole(scope);
      requireTenant(scope, tenant);
      const start = nameOf({ tenant, account: "" });
      const found: LiveAccount[] = [];
      for (let after = start; ; ) {
        const piece = await planObjects.list({ plan: "", kind: KIND, limit: PIECE, after });
        const own = piece.filter(({ name }) => name.startsWith(start));
        found.push(...own.map(accountOf));
        if (own.length < PIECE) return found;
        after = piece.at(-1)?.name ?? "";
      }
    },

    async get(name, scope) {
      requireWhole(scope);
      requireTenant(scope, name.tenant);
      const found = await planObjects.get({ plan: "", kind: KIND, name: nameOf(name) });
      return found === null ? null : accountOf(found);
    },

    async set(account, { scope, ...act }) {
      requireWhole(scope);
      requireTenant(scope, account.tenant);
      const body = Buffer.from(JSON.stringify(account));
      await acts.noted(
        { ...act, tenant: account.tenant },
        {
          run: () => planObjects.put([{ plan: "", kind: KIND, name: nameOf(account), body }]),
          after: () => account,
        },
      );
    },
  };
}

function nameOf({ tenant, account }: AccountName): string {
  return `${tenant}:${account}`;
}

function accountOf({ body }: PlanObject): LiveAccount {
  return JSON.parse(Buffer.from(body).toString()) as LiveAccount;
}
