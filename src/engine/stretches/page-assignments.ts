// The assignments of a page of CDRs, asked for once: it is priced in slices, and each would ask anew.
import type { Cdr } from "../../cdr/cdr.ts";
import type { Assignment } from "../../cdr/rating.ts";
import type { AssignmentLookup } from "../pricing/known-assignments.ts";

type Account = { tenant: string; account: string };

const keyOf = ({ tenant, account }: Account): string => JSON.stringify([tenant, account]);

/** As the store has them now; other accounts are still asked for. @throws `store-unavailable` */
export async function pageAssignments(
  accounts: AssignmentLookup,
  cdrs: readonly Pick<Cdr, "tenant" | "primary">[],
): Promise<AssignmentLookup> {
  const byAccount = new Map<string, Assignment[]>();
  const asked: Account[] = [];
  for (const { tenant, primary } of cdrs) {
    const account = { tenant, account: primary.account };
    if (byAccount.has(keyOf(account))) continue;
    byAccount.set(keyOf(account), []);
    asked.push(account);
  }
  for (const entry of asked.length === 0 ? [] : await accounts.getFor(asked)) {
    byAccount.get(keyOf(entry))?.push(entry);
  }
  return {
    getFor: (others) => accounts.getFor(others),
    peek(some) {
      const found = some.map((account) => byAccount.get(keyOf(account)));
      return found.includes(undefined) ? undefined : found.flatMap((entries) => entries ?? []);
    },
  };
}
