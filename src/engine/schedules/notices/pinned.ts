// What a price-change notice is about, made fast: both versions, from when, and which calls choose its rows.
import { requireAccount, requireEveryAccount, type Scope } from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import type { Activation } from "../../../stores/ports/tariffs.ts";
import type { Store } from "../../../stores/store.ts";
import type { Clock } from "../../ports.ts";
import { createTimeline } from "../../tariffs/timeline.ts";
import { tariffInScope } from "../../tariffs/visible.ts";

export interface NoticeAsked {
  tenant: string;
  account: string;
  /** Absent: the version in force for the tenant. */
  from?: string | undefined;
  to: string;
  /** From when the new prices hold; absent: when `to` is in force for the tenant. */
  startMs?: number | undefined;
  /** Rates of prefixes that the account called in so many days alone; absent: all of its plan. */
  days?: number | undefined;
}

export interface PinnedNotice {
  tenant: string;
  account: string;
  from: string;
  to: string;
  startMs: number;
  called: { fromMs: number; toMs: number } | null;
}

const DAY_MS = 86_400_000;

/**
 * @throws `forbidden`; `not-found` for a version, also where none is in force; `invalid-params` where `to` is
 * in force and nothing says what was before, and where nothing says from when it holds
 */
export async function pinnedNotice(
  { store, clock }: { store: Store; clock: Clock },
  asked: NoticeAsked,
  scope: Scope,
): Promise<PinnedNotice> {
  const { tenant, account, to } = asked;
  requireEveryAccount(scope);
  requireAccount(scope, { tenant, account });
  const { tenants } = await tariffInScope(store, to, { scope, path: "to" });
  if (!tenants.includes(tenant)) {
    throw engineError("invalid-params", `to: the version is not of the tenant ${tenant}.`, {
      path: "to",
    });
  }
  const nowMs = clock();
  const activations = await store.tariffs.activations();
  const from = asked.from ?? inForce(activations, tenant, nowMs);
  if (from === null) {
    throw engineError("not-found", "No tariff is in force there: name a version.", {
      path: "from",
    });
  }
  if (from === to && asked.from === undefined) {
    throw engineError(
      "invalid-params",
      "from: the version is in force already; name the one before.",
      {
        path: "from",
      },
    );
  }
  await tariffInScope(store, from, { scope, path: "from" });
  const startMs = asked.startMs ?? startOf(activations, tenant, to);
  if (startMs === null) {
    throw engineError("invalid-params", "start: the version is not activated for the tenant.", {
      path: "start",
      hint: "Say from when its prices hold.",
    });
  }
  const called =
    asked.days === undefined ? null : { fromMs: nowMs - asked.days * DAY_MS, toMs: nowMs };
  return { tenant, account, from, to, startMs, called };
}

function inForce(activations: readonly Activation[], tenant: string, nowMs: number): string | null {
  const entries = createTimeline(activations).inForce(nowMs);
  return entries.find((entry) => entry.tenant === tenant)?.version ?? null;
}

/** Of its last activation for the tenant. */
function startOf(
  activations: readonly Activation[],
  tenant: string,
  version: string,
): number | null {
  const own = activations.filter((one) => one.tenant === tenant && one.version === version);
  return (
    own.reduce<Activation | null>(
      (last, one) => (last === null || one.sequence > last.sequence ? one : last),
      null,
    )?.fromMs ?? null
  );
}
