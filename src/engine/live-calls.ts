// Calls that are under way: those of the scope, from every feed that tells of them.
import { createHash } from "node:crypto";
import { EVERYTHING, isCustomer, type Scope, seesAccount, seesOwner } from "../access/scope.ts";
import type { CallDirection } from "../cdr/cdr.ts";
import { engineError } from "../errors.ts";
import type { FeedCalls, FeedDesk, LiveCall } from "./ports.ts";

/** Lists are ORed, members ANDed. */
export interface LiveCallQuery {
  states?: readonly LiveCall["state"][] | undefined;
  tenants?: readonly string[] | undefined;
  accounts?: readonly string[] | undefined;
  sources?: readonly string[] | undefined;
  callerNumbers?: readonly string[] | undefined;
  destinations?: readonly string[] | undefined;
  directions?: readonly CallDirection[] | undefined;
  limit: number;
  cursor?: string | undefined;
}

/**
 * A call as the scope sees it: without `trunk` and `channels` where it sees no buy side; for a customer
 * without what a switch calls it, its source and its name besides.
 */
export type SeenCall = Omit<LiveCall, Hidden> & Partial<Pick<LiveCall, Hidden>>;
type Hidden = "trunk" | "channels" | "callId" | "source" | "callerName" | "callDirection";

export interface LiveCallPage {
  /** The longest first. */
  calls: SeenCall[];
  /** All that the query matches. */
  total: number;
  /** The oldest news among the feeds; null: no feed has told of calls. */
  asOfMs: number | null;
  /** False: a feed has lost its switch, and its calls are those of before. */
  isCurrent: boolean;
  /** False: of some switch the calls that began before it was listened to may be missing. */
  isComplete: boolean;
  /** Of no tenant: for who sees everything alone. */
  feeds: (Omit<FeedCalls, "calls"> & { count: number })[];
  nextCursor?: string;
}

export interface LiveCalls {
  /** @throws `invalid-params` for a cursor that no page gave */
  list(query: LiveCallQuery, scope?: Scope): Promise<LiveCallPage>;
}

export function createLiveCalls(desk: Pick<FeedDesk, "calls">): LiveCalls {
  return {
    async list({ limit, cursor, ...query }, scope = EVERYTHING) {
      const feeds = await desk.calls();
      const matching = onlyOnce(feeds).filter(
        (call) => isSeen(call, scope) && matches(call, query),
      );
      const keyed = matching.map((call) => ({ key: keyOf(call, scope), call }));
      keyed.sort((left, right) => (left.key < right.key ? -1 : 1));
      const behind = cursor === undefined ? null : placeOf(cursor);
      const rest = behind === null ? keyed : keyed.filter(({ key }) => key > behind);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      const told = feeds.filter(({ asOfMs }) => asOfMs !== null);
      return {
        calls: page.map(({ call }) => seenCall(call, scope)),
        total: matching.length,
        asOfMs: told.length === 0 ? null : Math.min(...told.map(({ asOfMs }) => asOfMs ?? 0)),
        isCurrent: told.length > 0 && told.every((feed) => feed.isCurrent),
        isComplete: feeds.length > 0 && feeds.every((feed) => feed.isComplete),
        feeds: seesOwner(scope, null)
          ? feeds.map(({ calls, ...feed }) => ({ ...feed, count: calls.length }))
          : [],
        ...(last !== undefined && rest.length > limit
          ? { nextCursor: Buffer.from(last.key).toString("base64url") }
          : {}),
      };
    },
  };
}

/** Two feeds of one source, or a connection and its fallback, may tell of the same call. */
function onlyOnce(feeds: readonly FeedCalls[]): LiveCall[] {
  const calls = new Map<string, LiveCall>();
  const freshestLast = [...feeds].sort(
    (left, right) => Number(left.isCurrent) - Number(right.isCurrent),
  );
  for (const feed of freshestLast) {
    for (const call of feed.calls) calls.set(JSON.stringify([call.source, call.callId]), call);
  }
  return [...calls.values()];
}

function isSeen({ tenant, account }: LiveCall, scope: Scope): boolean {
  if (tenant === null) return seesOwner(scope, null);
  return seesAccount(scope, { tenant, account: account ?? "" });
}

type Conditions = Omit<LiveCallQuery, "limit" | "cursor">;

function matches(call: LiveCall, query: Conditions): boolean {
  const among = (values: readonly string[] | undefined, value: string | null) =>
    values === undefined || (value !== null && values.includes(value));
  return (
    among(query.states, call.state) &&
    among(query.tenants, call.tenant) &&
    among(query.accounts, call.account) &&
    among(query.sources, call.source) &&
    among(query.callerNumbers, call.callerNumber) &&
    among(query.destinations, call.destination) &&
    among(query.directions, call.callDirection)
  );
}

/** A trunk, and a channel that is named by it, are a carrier's as a rule. */
function seenCall(call: LiveCall, scope: Scope): SeenCall {
  if (scope.seesBuy) return call;
  if (isCustomer(scope)) {
    const { state, sinceMs, answeredMs, tenant, account, callerNumber, destination } = call;
    return { state, sinceMs, answeredMs, tenant, account, callerNumber, destination };
  }
  const { trunk: _trunk, channels: _channels, ...seen } = call;
  return seen;
}

function keyOf({ sinceMs, source, callId }: LiveCall, scope: Scope): string {
  const own = `${source} ${callId}`;
  // A cursor is shown: to a customer it does not say what the switch calls the call.
  const shown = isCustomer(scope) ? createHash("sha256").update(own).digest("base64url") : own;
  return `${String(sinceMs).padStart(16, "0")} ${shown}`;
}

function placeOf(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString("utf8");
  if (/^\d{16} /.test(key)) return key;
  throw engineError("invalid-params", "The cursor is not one that this query gave.", {
    path: "cursor",
  });
}
