// Figures for the strategy `quality`: ASR, ACD and PDD of each carrier from our own CDRs, frozen
// once a day so that every call of the day, in every process, is routed by the same ones.

import type { JsonObject } from "../../cdr/json.ts";
import type { SummaryRow } from "../../queries/cdr-query.ts";
import type { QualityFigures } from "../../rating/routing/strategies/quality.ts";
import type { NativeSnapshot } from "../../rating/snapshot/native.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock, Snapshot } from "../ports.ts";

export interface QualitySource {
  /** Undefined when no VoIP plan of the snapshot routes by quality. */
  figuresFor(snapshot: Snapshot): Promise<QualityFigures> | undefined;
}

const DAY_MS = 86_400_000;
/** Whole UTC days before the day of the figures that they are taken from. */
const WINDOW_DAYS = 7;

export function createQualitySource({
  store,
  clock,
}: {
  store: Store;
  clock: Clock;
}): QualitySource {
  const frozen = new Map<string, { dayMs: number; figures: Promise<QualityFigures> }>();

  async function freeze(tenant: string, dayMs: number): Promise<QualityFigures> {
    const day = dayOf(dayMs);
    const rows = await store.cdrs.summarize({
      filter: {
        tenants: [tenant],
        // By call time: a call that failed has no answer time.
        callTime: { fromMs: dayMs - WINDOW_DAYS * DAY_MS, toMs: dayMs },
      },
      groupBy: ["carrier"],
      timeZone: "UTC",
      time: "answer",
    });
    // Of several processes the first one to write decides for all.
    const kept = await store.facts.keepFirst(factName(tenant, day), {
      day,
      carriers: carrierFigures(rows),
    });
    return kept as unknown as QualityFigures;
  }

  return {
    figuresFor(snapshot) {
      if (snapshot.kind !== "native" || !routesByQuality(snapshot.native)) return undefined;
      const { tenant } = snapshot.native;
      const dayMs = Math.floor(clock() / DAY_MS) * DAY_MS;
      const known = frozen.get(tenant);
      if (known?.dayMs === dayMs) return known.figures;
      const figures = freeze(tenant, dayMs);
      frozen.set(tenant, { dayMs, figures });
      // What failed is asked again by the next call; this call's answer carries the fault.
      figures.catch(() => frozen.delete(tenant));
      return figures;
    },
  };
}

/** Each price asks: it is looked up once a snapshot. */
const byQuality = new WeakMap<NativeSnapshot, boolean>();

function routesByQuality(snapshot: NativeSnapshot): boolean {
  const known = byQuality.get(snapshot);
  if (known !== undefined) return known;
  const found = [...snapshot.voipPlans.values()].some((plan) => plan.routing === "quality");
  byQuality.set(snapshot, found);
  return found;
}

/** Rows of one carrier in several currencies are one carrier. */
function carrierFigures(rows: SummaryRow[]): Record<string, { [name: string]: number | null }> {
  const sums = new Map<string, Sums>();
  for (const row of rows) {
    const carrier = row.keys.carrier;
    if (carrier === null || carrier === undefined) continue;
    const sum = sums.get(carrier) ?? { calls: 0, answered: 0, usageMs: 0, pddMs: 0, pddCalls: 0 };
    sum.calls += row.calls;
    sum.answered += row.answered;
    sum.usageMs += row.usageMs;
    sum.pddMs += row.pddMs;
    sum.pddCalls += row.pddCalls;
    sums.set(carrier, sum);
  }
  return Object.fromEntries(
    [...sums].map(([carrier, { calls, answered, usageMs, pddMs, pddCalls }]) => [
      carrier,
      {
        calls,
        asr: answered / calls,
        acdSeconds: answered === 0 ? 0 : usageMs / 1000 / answered,
        pddMs: pddCalls === 0 ? null : pddMs / pddCalls,
      },
    ]),
  );
}

interface Sums {
  calls: number;
  answered: number;
  usageMs: number;
  pddMs: number;
  pddCalls: number;
}

/** The day of the figures that a stored rating was routed by; null: by none. */
export function dayOfFigures(basis: JsonObject): string | null {
  const day = memberOf(memberOf(basis, "routing"), "quality")?.["day"];
  return typeof day === "string" ? day : null;
}

/** The figures frozen for a day, so that pricing again uses the same; undefined: none were. */
export async function frozenFigures(
  store: Store,
  { tenant, day }: { tenant: string; day: string | null },
): Promise<QualityFigures | undefined> {
  const kept = day === null ? null : await store.facts.get(factName(tenant, day));
  return kept === null ? undefined : (kept as unknown as QualityFigures);
}

/** The UTC day of an instant, `YYYY-MM-DD`. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function memberOf(value: JsonObject | undefined, name: string): JsonObject | undefined {
  const member = value?.[name];
  return typeof member === "object" && member !== null && !Array.isArray(member)
    ? member
    : undefined;
}

function factName(tenant: string, day: string): string {
  return `quality:${tenant}:${day}`;
}
