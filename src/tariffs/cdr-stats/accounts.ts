// Whose calls are priced by which VoIP plan: account codes, and the first superuser for all others.
import type { MoveNotes } from "./plans.ts";
import type { CdrStatsTables } from "./tables.ts";

export interface MovedAccount {
  account: string;
  voipPlan: string;
}

/**
 * A user's account codes have the plan of its profile. A code that nobody has is the first
 * superuser's there, whose plan is that of `*any` here.
 */
export function movedAccounts(
  tables: CdrStatsTables,
  voipPlans: ReadonlyMap<string, string>,
  notes: MoveNotes,
): MovedAccount[] {
  const planOfUser = new Map<string, string>();
  for (const row of tables.user_profile ?? []) {
    const plan = voipPlans.get(row.get("voipplan_id") ?? "");
    if (plan !== undefined) planOfUser.set(row.get("user_id") ?? "", plan);
  }
  const accounts: MovedAccount[] = [];
  const seen = new Set<string>();
  for (const row of tables.user_accountcode ?? []) {
    const account = (row.get("accountcode") ?? "").trim();
    const voipPlan = planOfUser.get(row.get("user_id") ?? "");
    if (account === "" || seen.has(account)) continue;
    if (voipPlan === undefined) {
      notes.add(`account code ${account} is of a user without a VoIP plan: left out`);
      continue;
    }
    seen.add(account);
    accounts.push({ account, voipPlan });
  }
  const fallback = superuserPlan(tables, planOfUser) ?? onlyPlan(voipPlans);
  if (fallback === null) {
    notes.add("no superuser with a VoIP plan is known: calls of other account codes are unrated");
    return accounts;
  }
  return [{ account: "*any", voipPlan: fallback }, ...accounts];
}

function superuserPlan(
  tables: CdrStatsTables,
  planOfUser: ReadonlyMap<string, string>,
): string | null {
  const first = (tables.auth_user ?? [])
    .filter((row) => /^(t|true|1)$/i.test(row.get("is_superuser") ?? ""))
    .map((row) => Number(row.get("id")))
    .sort((a, b) => a - b)[0];
  return first === undefined ? null : (planOfUser.get(String(first)) ?? null);
}

function onlyPlan(voipPlans: ReadonlyMap<string, string>): string | null {
  const [only, ...others] = voipPlans.values();
  return only !== undefined && others.length === 0 ? only : null;
}
