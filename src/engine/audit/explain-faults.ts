// The check `explained`: a CDR priced again, by a version that is of its own tenant.
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Store } from "../../stores/store.ts";
import { explainCdr } from "../records/explain.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { MOST_EXAMPLES } from "./findings.ts";
import { ofEach, ofRevision, ratingsOf } from "./record-checks.ts";

/** Each revision of a CDR is priced again. */
export async function explainFaults(
  parts: { store: Store; snapshots: Snapshots },
  cdr: StoredCdr,
): Promise<string[]> {
  const faults: string[] = [];
  for (const rating of ratingsOf(cdr)) {
    const { revision } = rating;
    const { matches, differences } = await explainCdr(parts, { cdr, revision, today: false });
    if (matches) continue;
    const paths = differences.slice(0, MOST_EXAMPLES).map(({ path }) => path);
    const what = `priced again, it differs in ${paths.join(", ") || "its amounts"}`;
    faults.push(ofRevision(cdr, rating, what));
  }
  return faults;
}

/**
 * A version prices the calls of its own tenants only, so that a CDR with another one's was moved
 * to its tenant. Cheap enough for every CDR: each version is read once.
 */
export function createVersionCheck(store: Store): (cdr: StoredCdr) => Promise<string[]> {
  const known = new Map<string, string[] | null>();
  return async (cdr) => {
    for (const { tariffVersion } of ratingsOf(cdr)) {
      if (tariffVersion === null || known.has(tariffVersion)) continue;
      known.set(tariffVersion, (await store.tariffs.get(tariffVersion))?.tenants ?? null);
    }
    return ofEach(cdr, ({ tariffVersion }) => {
      const tenants = tariffVersion === null ? null : (known.get(tariffVersion) ?? null);
      if (tenants === null || tenants.includes(cdr.tenant)) return [];
      return [`tariff version ${tariffVersion} is not one of tenant ${cdr.tenant}`];
    });
  };
}
