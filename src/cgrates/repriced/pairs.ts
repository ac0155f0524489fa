// Which rating plan of a version takes the place of which one of the version before it, and when.
import type { CgratesSnapshot, CompiledPlan, CompiledProfile } from "../snapshot.ts";

export interface PlanPair {
  old: CompiledPlan;
  new: CompiledPlan;
  /** From when on calls are priced by the new one. */
  atMs: number;
}

/**
 * A plan takes the place of the one of its name, and of the one that a profile had before it. A profile that
 * is new, or gone, has no plan to be held against.
 */
export function plansInPlace(
  from: CgratesSnapshot,
  to: CgratesSnapshot,
  fromMs: number,
): PlanPair[] {
  const pairs = new Map<string, PlanPair>();
  const add = (oldId: string, newId: string, atMs: number) => {
    const [old, fresh] = [from.plans.get(oldId), to.plans.get(newId)];
    if (old === undefined || fresh === undefined) return;
    const key = JSON.stringify([oldId, newId]);
    const known = pairs.get(key);
    if (known === undefined || atMs < known.atMs) pairs.set(key, { old, new: fresh, atMs });
  };
  for (const id of to.plans.keys()) add(id, id, fromMs);
  for (const [tenant, categories] of to.profiles) {
    for (const [category, subjects] of categories) {
      const before = from.profiles.get(tenant)?.get(category);
      for (const [subject, profile] of subjects) {
        const old = before?.get(subject);
        if (old === undefined || old === profile) continue;
        for (const [oldId, newId, atMs] of plansOf(old, profile, fromMs)) add(oldId, newId, atMs);
      }
    }
  }
  return [...pairs.values()];
}

function* plansOf(
  old: CompiledProfile,
  fresh: CompiledProfile,
  fromMs: number,
): Generator<[oldId: string, newId: string, atMs: number]> {
  const later = [...old.activations, ...fresh.activations]
    .map(({ atMs }) => atMs ?? fromMs)
    .filter((atMs) => atMs > fromMs);
  for (const atMs of new Set([fromMs, ...later])) {
    const [oldId, newId] = [planAt(old, atMs), planAt(fresh, atMs)];
    if (oldId === null || newId === null || oldId === newId) continue;
    yield [oldId, newId, atMs];
  }
}

function planAt({ activations }: CompiledProfile, atMs: number): string | null {
  return activations.findLast((one) => (one.atMs ?? atMs) <= atMs)?.plan ?? null;
}
