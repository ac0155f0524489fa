// Sources of the settings held against the tariffs in force: a rule set that none of them has.
import type { SourceSettings } from "../../mediation/source-settings.ts";
import type { Clock, Log } from "../ports.ts";
import { isPreset } from "./names.ts";
import type { Snapshots } from "./snapshots.ts";

export interface SourceWarning {
  code: "unknown-rule-set";
  source: string;
  ruleSet: string;
  message: string;
}

export interface SourceChecks {
  /** What is amiss now. */
  warnings(): SourceWarning[];
  /** Logs it when other versions came into force since the last time, and the first time. */
  look(): void;
}

export function createSourceChecks({
  sources,
  snapshots,
  clock,
  log,
}: {
  sources: readonly SourceSettings[];
  snapshots: Snapshots;
  clock: Clock;
  log: Log;
}): SourceChecks {
  let seen: string | null = null;

  function versionsInForce(): string[] {
    return snapshots
      .timeline()
      .inForce(clock())
      .map(({ tenant, version, sequence }) => `${tenant} ${version} ${sequence}`);
  }

  /** Null when a version in force is not compiled yet: then nothing can be said. */
  function ruleSetsInForce(): Set<string> | null {
    const names = new Set<string>();
    for (const { version } of snapshots.timeline().inForce(clock())) {
      const snapshot = snapshots.peek(version);
      if (snapshot === undefined) return null;
      if (snapshot.kind !== "native") continue;
      for (const name of Object.keys(snapshot.native.numbering)) names.add(name);
    }
    return names;
  }

  function warnings(): SourceWarning[] {
    const known = ruleSetsInForce();
    if (known === null) return [];
    return sources.flatMap(({ name, ruleSet }) =>
      ruleSet === undefined || isPreset(ruleSet) || known.has(ruleSet)
        ? []
        : [
            {
              code: "unknown-rule-set" as const,
              source: name,
              ruleSet,
              message: `The source ${name} names the rule set ${ruleSet}, which is no preset and in no tariff in force: its calls get no price.`,
            },
          ],
    );
  }

  return {
    warnings,
    look() {
      if (sources.every(({ ruleSet }) => ruleSet === undefined)) return;
      const now = versionsInForce().join("\n");
      if (now === seen || ruleSetsInForce() === null) return;
      seen = now;
      for (const { message, ...facts } of warnings()) log.warn(facts, message);
    },
  };
}
