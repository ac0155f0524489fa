// PORT: the dated assignments of accounts to VoIP plans.
import type { Assignment } from "../../cdr/rating.ts";
import type { AccountName } from "../../queries/cdr-query.ts";

export interface AccountStore {
  /** The same tenant, account and fromMs again replaces the entry. */
  set(assignment: Assignment, atMs: number): Promise<void>;
  /** Every dated assignment of these accounts, by fromMs; one round trip for a batch. */
  getFor(keys: { tenant: string; account: string }[]): Promise<Assignment[]>;
  /** When the entry from that moment was last written; null: there is none. */
  setMs(key: Pick<Assignment, "tenant" | "account" | "fromMs">): Promise<number | null>;
  /** By tenant, account and fromMs. */
  find(query: {
    tenants?: string[];
    /** Of these accounts alone. */
    accounts?: readonly AccountName[];
    limit: number;
    cursor?: string;
  }): Promise<{ assignments: Assignment[]; nextCursor?: string }>;
}
