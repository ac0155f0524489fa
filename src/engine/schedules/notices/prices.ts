// What changes for one account from one tariff version to another: the rows of tariff.diff that its own
// plans have, all or those of prefixes that it called. No price is worked out here.
import type { Scope } from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import { resolveAssignment } from "../../../rating/assignment.ts";
import type { NativeSnapshot } from "../../../rating/snapshot/native.ts";
import { createCalendar } from "../../../reports/calendar.ts";
import type { Store } from "../../../stores/store.ts";
import type { RateChange } from "../../../tariffs/diff/compare.ts";
import type { Clock } from "../../ports.ts";
import { callOf } from "../../pricing/call-parameters.ts";
import { assignAccounts } from "../../pricing/rate-batch.ts";
import type { CdrReads } from "../../records/reads.ts";
import type { Reading } from "../../reports/sums.ts";
import type { Differences } from "../../tariffs/differences/differences.ts";
import type { DiffRow } from "../../tariffs/differences/work.ts";
import type { Snapshots } from "../../tariffs/snapshots.ts";
import type { PinnedNotice } from "./pinned.ts";

export interface PriceParts {
  store: Store;
  snapshots: Pick<Snapshots, "get">;
  differences: Differences;
  cdrs: Pick<CdrReads, "summarize">;
  clock: Clock;
}

export interface NoticeRow extends DiffRow {
  /** Of the new price, or of the old one where it ends. */
  currency: string | null;
  /** From when it holds, epoch milliseconds; `closed`: from when the old one does not any more. */
  fromMs: number;
}

export interface PriceNotice {
  /** Retail plans of the account. */
  plans: string[];
  /** IANA zone of the tariff. */
  zone: string;
  rows: NoticeRow[];
}

const TOLD: RateChange[] = ["new", "up", "down", "terms", "closed"];
/** Of one notice; more is no mail that anybody reads. */
const MOST_ROWS = 100_000;

/**
 * @throws as `tariff.diff`; `not-supported` for CGRateS folders, and where the account has other plans in the
 * new version; `not-found` where it has none; `too-large` beyond 100,000 rows
 */
export async function noticePrices(
  parts: PriceParts,
  notice: PinnedNotice,
  reading: Reading,
): Promise<PriceNotice> {
  const [old, fresh] = [
    await planNames(parts, notice, "from"),
    await planNames(parts, notice, "to"),
  ];
  if (old.names.join("\n") !== fresh.names.join("\n")) {
    throw engineError(
      "not-supported",
      `The account ${notice.account} has other plans in the new version (${fresh.names.join(", ")}) than before (${old.names.join(", ")}): a notice compares prices of the same plans.`,
      { path: "account" },
    );
  }
  const called = notice.called === null ? null : await calledPrefixes(parts, notice, reading);
  const rows: NoticeRow[] = [];
  for (const plan of fresh.names) {
    const zone = fresh.zones.get(plan) ?? fresh.zone;
    for (const row of await changesOf(parts, { ...notice, plan, zone }, reading.scope)) {
      if (called === null || isCalled(row, called)) rows.push(row);
    }
  }
  if (rows.length > MOST_ROWS) throw tooMany();
  return { plans: fresh.names, zone: fresh.zone, rows };
}

/** Names of the retail plans that price the account's calls at the start, in their order. */
async function planNames(
  { store, snapshots }: PriceParts,
  { tenant, account, startMs, ...notice }: PinnedNotice,
  side: "from" | "to",
): Promise<{ names: string[]; zones: Map<string, string>; zone: string }> {
  const snapshot = await snapshots.get(notice[side]);
  if (snapshot.kind !== "native") {
    throw engineError("not-supported", `${side}: a CGRateS folder has no plans to compare.`, {
      path: side,
    });
  }
  const { native } = snapshot;
  const call = {
    ...callOf({ tenant, account, destination: "", usage: 60 }, startMs),
    callTime: { atMs: startMs, offsetMinutes: 0 },
  };
  await assignAccounts({ accounts: store.accounts }, [call]);
  const assigned = resolveAssignment(call, native);
  const voipPlan = assigned === null ? undefined : native.voipPlans.get(assigned.voipPlan);
  if (voipPlan === undefined) {
    throw engineError("not-found", `The account ${account} has no VoIP plan in ${side}.`, {
      path: "account",
    });
  }
  const plans = voipPlan.retail.flatMap((index) => native.retailPlans[index] ?? []);
  return { names: plans.map(({ name }) => name), ...zonesOf(native) };
}

function zonesOf({ rules, retailPlans }: NativeSnapshot) {
  const zones = new Map(retailPlans.map((plan) => [plan.name, plan.rules.timeZone]));
  return { zones, zone: rules.timeZone };
}

async function changesOf(
  { differences }: PriceParts,
  { tenant, from, to, startMs, plan, zone }: PinnedNotice & { plan: string; zone: string },
  scope: Scope,
): Promise<NoticeRow[]> {
  const page = { offset: 0, limit: MOST_ROWS };
  const asked = { from, tenant, to: { version: to }, plan, changes: TOLD, page, csv: false };
  // No notice says what a carrier charges, whoever sends it.
  const seen = { ...scope, seesBuy: false };
  // A row that begins later than the version is told of too; one that began before is looked at from the start.
  const latest = await differences.diff({ ...asked, undatedMs: startMs }, seen);
  const isEarly = latest.atMs < startMs;
  const found = isEarly ? await differences.diff({ ...asked, atMs: startMs }, seen) : latest;
  if (found.next !== null) throw tooMany();
  const [side] = found.plans;
  return found.rows.map((row) => ({
    ...row,
    currency: (row.new === null ? side?.currency.old : side?.currency.new) ?? null,
    fromMs: Math.max(startMs, startOf(row, zone)),
  }));
}

function startOf({ new: fresh }: DiffRow, zone: string): number {
  const text = fresh?.["effective_from"];
  if (text === undefined) return Number.NEGATIVE_INFINITY;
  // A day begins by the clocks of the plan; what is no midnight there has its offset.
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return isDay ? createCalendar(zone).instantOf(Date.parse(text)) : Date.parse(text);
}

type Called = Map<string, Set<string>>;

/** By plan, the prefixes that priced its calls; `*` is the default row. */
async function calledPrefixes(
  { cdrs }: PriceParts,
  { tenant, account, called }: PinnedNotice,
  { scope, ...until }: Reading,
): Promise<Called> {
  const filter = {
    ...{ tenants: [tenant], accounts: [account] },
    ...(called === null ? {} : { callTime: called }),
  };
  const query = {
    filter,
    groupBy: ["plan" as const, "prefix" as const],
    timeZone: "UTC",
    time: "answer" as const,
  };
  const rows = await cdrs.summarize(query, { ...until, scope: { ...scope, seesBuy: false } });
  const found: Called = new Map();
  for (const { keys } of rows) {
    if (keys.plan === undefined || keys.prefix === undefined) continue;
    if (keys.plan === null || keys.prefix === null) continue;
    const own = found.get(keys.plan) ?? new Set();
    own.add(keys.prefix === "" ? "*" : keys.prefix);
    found.set(keys.plan, own);
  }
  return found;
}

/** Its prefix was called, or it is a new one within a prefix that was. */
function isCalled({ plan, prefix, change }: DiffRow, called: Called): boolean {
  const own = called.get(plan);
  if (own === undefined) return false;
  if (own.has(prefix)) return true;
  if (change !== "new") return false;
  return [...own].some((one) => one === "*" || prefix.startsWith(one));
}

function tooMany(): Error {
  return engineError("too-large", `More than ${MOST_ROWS} prices change for the account.`, {
    hint: "Say `days`: only what it called.",
  });
}
