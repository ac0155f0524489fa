// The audits of this process: the last result stays, for metrics.
import type { Store } from "../../stores/store.ts";
import type { Clock, Log } from "../ports.ts";
import type { Snapshots } from "../snapshots.ts";
import { type AuditCheck, type AuditRequest, runAudit } from "./run-audit.ts";

export interface Audits {
  run(request?: AuditRequest): Promise<AuditCheck[]>;
  /** The last audit of this process; null before the first. */
  last(): { atMs: number; checks: AuditCheck[] } | null;
}

export function createAudits(parts: {
  store: Store;
  snapshots: Snapshots;
  clock: Clock;
  log: Log;
}): Audits {
  let last: { atMs: number; checks: AuditCheck[] } | null = null;
  return {
    async run(request) {
      const checks = await runAudit(parts, request);
      last = { atMs: parts.clock(), checks };
      for (const { name, ok, detail } of checks) {
        if (!ok) parts.log.error({ check: name, detail }, "the audit found a fault");
      }
      return checks;
    },
    last: () => last,
  };
}
