// Accounts in the two forms that the engine answers. They have no balances here, and their triggers are
// shown as the plan has them, though nothing ever sets them off.
import { randomUUID } from "node:crypto";
import type { AccountName } from "../../queries/cdr-query.ts";
import { ZERO_TIME } from "../values/time.ts";

export interface Trigger {
  tag: string;
  /** Empty: the engine gives it one at random. */
  uniqueId: string;
  type: string;
  value: number;
  isRecurrent: boolean;
  minSleepNs: number;
  balance: string;
  balanceType: string;
  actions: string;
  weight: number;
}

export interface KnownAccount extends AccountName {
  allowNegative: boolean;
  disabled: boolean;
  /** Null: it never had any. */
  triggers: Trigger[] | null;
}

/** Of the first service: as before release 0.9.1. */
export function formerView({ tenant, account, allowNegative, disabled, triggers }: KnownAccount) {
  return {
    Id: `*out:${tenant}:${account}`,
    BalanceMap: {},
    UnitCounters: [],
    ActionTriggers: (triggers ?? []).map((trigger) => ({
      ...{ Id: trigger.tag, ThresholdType: trigger.type, ThresholdValue: trigger.value },
      ...{ Recurrent: trigger.isRecurrent, MinSleep: trigger.minSleepNs },
      ...{ BalanceId: trigger.balance, BalanceType: trigger.balanceType },
      ...{ BalanceDestinationIds: "", BalanceWeight: 0, BalanceExpirationDate: ZERO_TIME },
      ...{ BalanceTimingTags: "", BalanceRatingSubject: "", BalanceCategory: "" },
      ...{ BalanceSharedGroup: "", BalanceDisabled: false, Weight: trigger.weight },
      ...{ ActionsId: trigger.actions, MinQueuedItems: 0, Executed: false },
    })),
    ...{ AllowNegative: allowNegative, Disabled: disabled },
  };
}

export function modernView({ tenant, account, allowNegative, disabled, triggers }: KnownAccount) {
  return {
    ...{ ID: `${tenant}:${account}`, BalanceMap: null, UnitCounters: null },
    ActionTriggers: triggers?.map(modernTrigger) ?? null,
    ...{ AllowNegative: allowNegative, Disabled: disabled, UpdateTime: ZERO_TIME },
  };
}

function modernTrigger(trigger: Trigger) {
  return {
    ...{ ID: trigger.tag, UniqueID: trigger.uniqueId || randomUUID() },
    ...{ ThresholdType: trigger.type, ThresholdValue: trigger.value },
    ...{ Recurrent: trigger.isRecurrent, MinSleep: trigger.minSleepNs },
    ...{ ExpirationDate: ZERO_TIME, ActivationDate: ZERO_TIME },
    Balance: {
      ...{ Uuid: null, ID: trigger.balance || null, Type: trigger.balanceType || null },
      ...{ Value: null, ExpirationDate: null, Weight: null, DestinationIDs: null },
      ...{ RatingSubject: null, Categories: null, SharedGroups: null, TimingIDs: null },
      ...{ Timings: null, Disabled: null, Factors: null, Blocker: null },
    },
    ...{ Weight: trigger.weight, ActionsID: trigger.actions, MinQueuedItems: 0 },
    ...{ Executed: false, LastExecutionTime: ZERO_TIME },
  };
}
