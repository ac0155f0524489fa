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
}

export function createUsageCount(sources: readonly SourceSettings[]): UsageCount {
  const found = new Map<string, { calls: number; ids: string[] }>();
  return {
    see({ id, source, primary, rating }) {
      if (rating.outcome === "voided") return;
      const rules = usageRulesOf(sourceNamed(sources, source), rating.semantics);
      const fault = usageFault(primary, rules);
      if (fault === null) return;
      const sofar = found.get(fault.reason) ?? { calls: 0, ids: [] };
      found.set(fault.reason, sofar);
      sofar.calls += 1;
      if (sofar.ids.length < MOST_EXAMPLES) sofar.ids.push(id);
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
