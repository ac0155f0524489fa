// What cannot be true of a usage: more than the call's own times hold, or more than anybody talks.
import type { Moment } from "../cdr/moment.ts";
import type { Reason } from "../cdr/reasons.ts";
import { isTimed } from "../cdr/usage.ts";

/** Any other type of record. */
const ANY_TOR = "*any";

/**
 * The most that one record may count, by its type: milliseconds of `*voice`, units of all else. The
 * figures are those of CGRateS's `max_computed_usage` (72 h of voice, 100 GB of data, 10,000
 * messages; 189 h in nanoseconds for what it has no figure for).
 */
const USAGE_LIMITS: Readonly<Record<string, number>> = {
  "*voice": 72 * 3_600_000,
  "*data": 107_374_182_400,
  "*sms": 10_000,
  "*mms": 10_000,
  [ANY_TOR]: 189 * 3600 * 1_000_000_000,
};

/** How far a usage may be over the time from answer to end, unless a source says otherwise. */
export const USAGE_SLACK_MS = 1000;

/** What a source says of its usages; units as in `USAGE_LIMITS`. */
export interface UsageRules {
  slackMs: number;
  limits: Readonly<Record<string, number>>;
  /**
   * The table holds too. False for calls that are priced by CGRateS's semantics, which have the same
   * limits and refuse what is over them in their own words: only what the source itself says is left.
   */
  hasTable: boolean;
}

export const USAGE_RULES: UsageRules = { slackMs: USAGE_SLACK_MS, limits: {}, hasTable: true };

export interface UsageFacts {
  tor: string;
  /** Milliseconds of `*voice`, units of every other type of record. */
  usage: number;
  setupTime?: Moment | undefined;
  answerTime?: Moment | undefined;
  endTime?: Moment | undefined;
}

export interface UsageFault {
  reason: Extract<Reason, "usage-exceeds-times" | "usage-implausible">;
  /** Completes "usage …". */
  detail: string;
}

/** The source's figure for the type, else that of the table, else those for any other type. */
export function usageLimit(tor: string, { limits }: Pick<UsageRules, "limits">): number {
  return (
    ownFigure(limits, tor) ??
    ownFigure(USAGE_LIMITS, tor) ??
    ownFigure(limits, ANY_TOR) ??
    ownFigure(USAGE_LIMITS, ANY_TOR) ??
    Number.MAX_SAFE_INTEGER
  );
}

/** Whether the figure of `usageLimit` is one that the source says itself. */
function isOwnLimit(tor: string, { limits }: UsageRules): boolean {
  if (ownFigure(limits, tor) !== undefined) return true;
  return ownFigure(USAGE_LIMITS, tor) === undefined && ownFigure(limits, ANY_TOR) !== undefined;
}

/** A type is what a sender wrote: `constructor` names no limit. */
function ownFigure(table: Readonly<Record<string, number>>, tor: string): number | undefined {
  return Object.hasOwn(table, tor) ? table[tor] : undefined;
}

/** Milliseconds from the answer to the end, without an answer from the set-up; null: not known. */
function elapsedMs({ setupTime, answerTime, endTime }: UsageFacts): number | null {
  const begun = answerTime ?? setupTime;
  return begun === undefined || endTime === undefined ? null : endTime.atMs - begun.atMs;
}

/** The first thing that cannot be true of the usage, whatever the clock says; null: it can be. */
export function usageFault(facts: UsageFacts, rules: UsageRules): UsageFault | null {
  return timesFault(facts, rules) ?? limitFault(facts, rules);
}

/** A usage of exactly the slack more than the times hold can be true. */
export function timesFault(facts: UsageFacts, { slackMs }: UsageRules): UsageFault | null {
  const elapsed = isTimed(facts.tor) ? elapsedMs(facts) : null;
  if (elapsed === null || facts.usage <= elapsed + slackMs) return null;
  const from = facts.answerTime === undefined ? "setupTime" : "answerTime";
  const detail = `is ${facts.usage / 1000} s, but from ${from} to endTime it is ${elapsed / 1000} s`;
  return { reason: "usage-exceeds-times", detail };
}

/** Over a limit, but the tariff refuses it by its own: stored unrated, never suspended. */
export function isLeftToTariff(
  { tor, usage }: Pick<UsageFacts, "tor" | "usage">,
  rules: UsageRules,
): boolean {
  return !rules.hasTable && !isOwnLimit(tor, rules) && usage > usageLimit(tor, rules);
}

function limitFault({ tor, usage }: UsageFacts, rules: UsageRules): UsageFault | null {
  const limit = usageLimit(tor, rules);
  if (usage <= limit || isLeftToTariff({ tor, usage }, rules)) return null;
  const counted = isTimed(tor) ? `${usage / 1000} s` : `${usage} units`;
  const most = isTimed(tor) ? `${limit / 1000} s` : `${limit} units`;
  return { reason: "usage-implausible", detail: `is ${counted}; the limit of ${tor} is ${most}` };
}
