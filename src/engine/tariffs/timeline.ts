// The time line of activations: which tariff version prices a call of a tenant at a time.
import type { Activation } from "../../stores/ports/tariffs.ts";

export interface Timeline {
  /**
   * The version in force for the tenant at `callTimeMs`: a tenant is served by one
   * version at a time; before its first activation, by the one in force at `nowMs`. Null: none.
   */
  versionAt(tenant: string, callTimeMs: number, nowMs: number): string | null;
  /** Until when the version of an entry prices calls from it on, and what takes over then. */
  until(entry: Activation): { untilMs: number; next: string } | null;
  /** Each tenant with what is in force at `nowMs`. */
  inForce(nowMs: number): Activation[];
  readonly entries: readonly Activation[];
}

export function createTimeline(entries: readonly Activation[]): Timeline {
  const byTenant = new Map<string, Activation[]>();
  for (const entry of entries) {
    const list = byTenant.get(entry.tenant) ?? [];
    list.push(entry);
    byTenant.set(entry.tenant, list);
  }
  for (const list of byTenant.values()) {
    // Of two activations with one `fromMs` the later one (higher sequence) holds.
    list.sort((a, b) => a.fromMs - b.fromMs || a.sequence - b.sequence);
  }
  const entryAt = (list: readonly Activation[], atMs: number): Activation | undefined =>
    list.findLast((entry) => entry.fromMs <= atMs);
  return {
    entries,
    versionAt(tenant, callTimeMs, nowMs) {
      const list = byTenant.get(tenant);
      if (list === undefined) return null;
      const entry = entryAt(list, callTimeMs) ?? entryAt(list, nowMs);
      return entry?.version ?? null;
    },
    until({ tenant, version, fromMs, sequence }) {
      const next = byTenant.get(tenant)?.find((entry, index, list) => {
        // One that another replaced at its own moment never takes over.
        if (list[index + 1]?.fromMs === entry.fromMs || entry.version === version) return false;
        return entry.fromMs > fromMs || (entry.fromMs === fromMs && entry.sequence > sequence);
      });
      return next === undefined ? null : { untilMs: next.fromMs, next: next.version };
    },
    inForce(nowMs) {
      const found: Activation[] = [];
      for (const list of byTenant.values()) {
        const entry = entryAt(list, nowMs);
        if (entry !== undefined) found.push(entry);
      }
      return found;
    },
  };
}
