// rates.find: the rates of an account's own plan, by prefix or for one number.
import { requireAccount, requireWhole, type Scope } from "../../access/scope.ts";
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { Call } from "../../cdr/rating.ts";
import type { Reason } from "../../cdr/reasons.ts";
import { engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { resolveAssignment } from "../../rating/assignment.ts";
import { type ListSide, priceList } from "../../rating/price-list/list.ts";
import { ratesOfNumber } from "../../rating/price-list/number.ts";
import { rateView } from "../../rating/price-list/view.ts";
import type { CompiledVoipPlan, NativeSnapshot } from "../../rating/snapshot/native.ts";
import { callOf } from "./call-parameters.ts";
import { noActiveTariff, snapshotFor } from "./query.ts";
import type { RateBatchParts } from "./rate-batch.ts";

export interface AskedRates {
  tenant?: string | undefined;
  /** Absent: the one of the scope where it has one, else the plan of accounts that nobody named. */
  account?: string | undefined;
  /** Rates of prefixes that begin so; with `number` instead those that price it. */
  prefix?: string | undefined;
  number?: string | undefined;
  callerNumber?: string | undefined;
  tor?: string | undefined;
  side: ListSide;
  /** Absent: now. */
  atMs?: number | undefined;
  limit: number;
  cursor?: string | undefined;
}

export interface FoundRates {
  tariffVersion: string;
  voipPlan: string;
  atMs: number;
  normalized?: string;
  reason?: Reason;
  rates: JsonObject[];
  nextCursor?: string;
}

export interface Rates {
  /**
   * Banned and blocked ones left out. @throws `forbidden`, also at `side` where the scope does not see
   * the buy side; `no-active-tariff`, `not-supported`, `not-found` where the account has no plan,
   * `invalid-params`
   */
  find(asked: AskedRates, scope: Scope): Promise<FoundRates>;
}

/** Where a list goes on: the version that it is of, its moment, the last prefix, its rates so far. */
interface Place {
  version: string;
  atMs: number;
  prefix: string;
  told: number;
}

export function createRates(parts: RateBatchParts): Rates {
  return {
    async find(asked, scope) {
      if (asked.side === "buy") requireWhole(scope);
      const place = asked.cursor === undefined ? null : placeOf(asked.cursor);
      const call = accountCall(asked, scope, place?.atMs ?? asked.atMs ?? parts.clock());
      const { snapshot, voipPlan } = await planOfAccount(parts, call);
      const { version } = snapshot;
      if (place !== null && place.version !== version) throw changedSince();
      const facts = {
        tariffVersion: version,
        voipPlan: voipPlan.name,
        atMs: call.callTime?.atMs ?? 0,
      };
      if (asked.number !== undefined) {
        const { rows, ...found } = ratesOfNumber(call, snapshot, asked.side);
        const rates = rows.map((row) => rateView(snapshot, row, asked.side));
        return { ...facts, ...found, rates: rates.slice(0, asked.limit) };
      }
      return { ...facts, ...(await pageOf(snapshot, voipPlan, { ...asked, ...facts, place })) };
    },
  };
}

/** A call of the account, for its plan and its numbers. @throws `forbidden` */
export function accountCall(
  asked: Pick<AskedRates, "tenant" | "account" | "number" | "callerNumber" | "tor">,
  scope: Scope,
  atMs: number,
): Call {
  const [own, ...others] = scope.accounts ?? [];
  const only = others.length === 0 ? own : undefined;
  const { tenant = only?.tenant ?? DEFAULT_TENANT, account = only?.account ?? "" } = asked;
  requireAccount(scope, { tenant, account });
  const { callerNumber, tor } = asked;
  const call = callOf(
    { tenant, account, destination: asked.number ?? "", callerNumber, tor, usage: 60 },
    atMs,
  );
  return { ...call, callTime: { atMs, offsetMinutes: 0 } };
}

/** @throws `no-active-tariff`, `not-supported`, `not-found` */
export async function planOfAccount(
  parts: RateBatchParts,
  call: Call,
): Promise<{ snapshot: NativeSnapshot; voipPlan: CompiledVoipPlan }> {
  const snapshot = await snapshotFor(parts, { call });
  if (snapshot === null) throw noActiveTariff(call.tenant);
  if (snapshot.kind === "cgrates") {
    throw engineError("not-supported", "A CGRateS folder has no VoIP plans to list.", {
      path: "tenant",
    });
  }
  const { native } = snapshot;
  const assigned = resolveAssignment(call, native);
  const voipPlan = assigned === null ? undefined : native.voipPlans.get(assigned.voipPlan);
  if (voipPlan !== undefined) return { snapshot: native, voipPlan };
  const why = assigned === null ? "has no VoIP plan then" : "has a plan that the tariff lacks";
  throw engineError("not-found", `The account ${call.account} ${why}.`, { path: "account" });
}

async function pageOf(
  snapshot: NativeSnapshot,
  voipPlan: CompiledVoipPlan,
  { side, prefix = "", limit, place, atMs }: AskedRates & { place: Place | null; atMs: number },
): Promise<Pick<FoundRates, "rates" | "nextCursor">> {
  const rates: JsonObject[] = [];
  // The prefix that the page before ended in is looked at again, for those of its rates that lack.
  let last: Pick<Place, "prefix" | "told"> = {
    prefix: place?.prefix ?? "",
    told: place?.told ?? 0,
  };
  const choice = { side, start: prefix, from: place?.prefix ?? "", atMs };
  for (const { prefix: key, rows } of priceList(snapshot, voipPlan, choice)) {
    const skipped = key === place?.prefix ? place.told : 0;
    for (const [index, row] of rows.entries()) {
      if (index < skipped) continue;
      if (rates.length === limit) {
        return { rates, nextCursor: cursorOf({ version: snapshot.version, atMs, ...last }) };
      }
      rates.push(rateView(snapshot, row, side));
      last = { prefix: key, told: index + 1 };
    }
    if (isTurnOver()) await ownTurn();
  }
  return { rates };
}

function cursorOf({ version, atMs, prefix, told }: Place): string {
  return [version, atMs, prefix, told].join(".");
}

const CURSOR = /^([0-9a-f]{1,64})\.(-?\d{1,16})\.(\d{0,15})\.(\d{1,9})$/;

/** @throws `invalid-params` */
function placeOf(cursor: string): Place {
  const [, version, atMs, prefix, told] = CURSOR.exec(cursor) ?? [];
  if (version === undefined || prefix === undefined) {
    throw engineError("invalid-params", "cursor: it is none of this method.", { path: "cursor" });
  }
  return { version, atMs: Number(atMs), prefix, told: Number(told) };
}

function changedSince(): Error {
  return engineError("invalid-params", "cursor: another tariff is in force since that page.", {
    path: "cursor",
    hint: "Begin anew, without the cursor.",
  });
}
