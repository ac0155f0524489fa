// What /metrics shows of audits: a fault stands until an audit that covers where it was found.
import type { LogEnd } from "./checks/log-chain.ts";
import { AUDIT_CHECKS, type AuditCheck } from "./findings.ts";

/** What an audit looked at. */
export interface AuditExtent {
  /** Of the call time, half-open; unbounded where it is not said. */
  fromMs?: number;
  toMs?: number;
  /** Every tenant, where they are not named. */
  tenants?: string[];
  /** Every CDR was priced again, not a sample of them. */
  explainsAll: boolean;
  /** Midnight at the begin of the day of a nightly audit. */
  nightMs?: number;
}

export interface AuditResult {
  atMs: number;
  extent: AuditExtent;
  checks: AuditCheck[];
  /** The last entry of the log that it saw; absent or null: none, or it did not look. */
  logEnd?: LogEnd | null;
}

export interface StandingChecks {
  add(result: AuditResult): void;
  /** The worst that stands of each check, and when the last of them was made; null: none yet. */
  last(): { atMs: number; checks: AuditCheck[] } | null;
}

/** Of each check: whoever audits every hour, and finds a fault each time, is not to fill the memory. */
const MOST_STANDING = 100;

type Standing = { extent: AuditExtent; check: AuditCheck };

export function createStandingChecks(): StandingChecks {
  const holding = new Map<string, AuditCheck>();
  let faults: Standing[] = [];
  let lastMs: number | null = null;

  function worst(name: string): AuditCheck | undefined {
    const standing = faults.map(({ check }) => check).filter((check) => check.name === name);
    const found = standing.findLast(({ ok }) => ok === false) ?? standing.at(-1);
    return found ?? holding.get(name);
  }

  return {
    add({ atMs, extent, checks }) {
      for (const check of checks) {
        faults = faults.filter((older) => !covers(extent, older, check.name));
        if (check.ok !== true) faults.push({ extent, check });
        // That all is well with some tenants says nothing of the others.
        else if (extent.tenants === undefined) holding.set(check.name, check);
      }
      faults = AUDIT_CHECKS.flatMap((name) =>
        faults.filter(({ check }) => check.name === name).slice(-MOST_STANDING),
      );
      lastMs = Math.max(atMs, lastMs ?? atMs);
    },
    last() {
      const checks = AUDIT_CHECKS.map(worst).filter((check) => check !== undefined);
      return lastMs === null || checks.length === 0 ? null : { atMs: lastMs, checks };
    },
  };
}

/** Would an audit of this extent have met the fault again? A later night replaces an earlier one. */
function covers(newer: AuditExtent, { extent: older, check }: Standing, name: string): boolean {
  if (check.name !== name) return false;
  if (newer.nightMs !== undefined && older.nightMs !== undefined) {
    return newer.nightMs >= older.nightMs;
  }
  // What could not be checked is no fault: it is said until a night in which all goes well.
  if (newer.nightMs !== undefined && check.ok === null) return true;
  // A sample may miss the call that another sample had.
  if (name === "explained" && !newer.explainsAll) return false;
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, tenants } = newer;
  if (fromMs > (older.fromMs ?? Number.NEGATIVE_INFINITY)) return false;
  if (toMs < (older.toMs ?? Number.POSITIVE_INFINITY)) return false;
  if (tenants === undefined) return true;
  return older.tenants?.every((tenant) => tenants.includes(tenant)) ?? false;
}
