// Stored CDRs whose usage cannot be true under today's rules: a change of rules is no fault, so
// they stay priced and are counted.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { usageFault } from "../../mediation/plausible-usage.ts";
import { type SourceSettings, sourceNamed, usageRulesOf } from "../../mediation/source-settings.ts";
import { MOST_EXAMPLES } from "./findings.ts";

export interface UsageCount {
  see(cdr: StoredCdr): void;
  /** How many there are by reason, with the first ids; null: none. */
  text(): string | null;
  /** Plain data: what a part counted, for `merge` of the whole. */
  state(): UsageState;
  merge(part: UsageState): void;
}

type UsageState = [reason: string, calls: number, ids: string[]][];

export function createUsageCount(sources: readonly SourceSettings[]): UsageCount {
  const found = new Map<string, { calls: number; ids: string[] }>();
  function add(reason: string, calls: number, ids: string[]): void {
    const sofar = found.get(reason) ?? { calls: 0, ids: [] };
    found.set(reason, sofar);
    sofar.calls += calls;
    sofar.ids.push(...ids.slice(0, MOST_EXAMPLES - sofar.ids.length));
  }
  return {
    see({ id, source, primary, rating }) {
      if (rating.outcome === "voided") return;
      const rules = usageRulesOf(sourceNamed(sources, source), rating.semantics);
      const fault = usageFault(primary, rules);
      if (fault !== null) add(fault.reason, 1, [id]);
    },
    state: () => [...found].map(([reason, { calls, ids }]) => [reason, calls, [...ids]]),
    merge(part) {
      for (const [reason, calls, ids] of part) add(reason, calls, ids);
    },
    text() {
      if (found.size === 0) return null;
      const counts = [...found].map(([reason, { calls, ids }]) => {
        const more = calls > ids.length ? " …" : "";
        return `${calls} ${reason} (${ids.join(", ")}${more})`;
      });
      return `stored before today's rules, which would suspend them: ${counts.join("; ")}`;
    },
  };
}
