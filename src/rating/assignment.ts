// Which VoIP plan an account is assigned to at the time of a call.
import type { AssignmentUsed, Call } from "../cdr/rating.ts";
import type { NativeSnapshot } from "./snapshot/native.ts";

const ANY_ACCOUNT = "*any";

/**
 * The latest `account.set`, else the account's own rows of accounts.csv, else its `*any` rows; null:
 * none is in force. Rows of accounts.csv that start after the call do not count, so an account whose
 * own rows all start later is served by `*any`.
 */
export function resolveAssignment(call: Call, snapshot: NativeSnapshot): AssignmentUsed | null {
  if (call.assignment !== undefined) {
    const { account, voipPlan, numbering, fromMs } = call.assignment;
    return {
      account,
      voipPlan,
      origin: "account.set",
      ...(numbering === undefined ? {} : { numbering }),
      fromMs,
    };
  }
  return accountRow(call, snapshot, call.account) ?? accountRow(call, snapshot, ANY_ACCOUNT);
}

function accountRow(call: Call, snapshot: NativeSnapshot, name: string): AssignmentUsed | null {
  const atMs = call.callTime?.atMs ?? Number.NEGATIVE_INFINITY;
  const row = snapshot.accounts
    .get(name)
    ?.find((dated) => dated.fromMs === null || dated.fromMs <= atMs);
  if (row === undefined) return null;
  const used: AssignmentUsed = {
    account: row.account,
    voipPlan: row.voipPlan,
    origin: name === ANY_ACCOUNT ? "accounts.csv:*any" : "accounts.csv",
  };
  if (row.numbering !== null) used.numbering = row.numbering;
  if (row.fromMs !== null) used.fromMs = row.fromMs;
  return used;
}
