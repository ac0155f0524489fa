// The audits of this process: the last result stays, for metrics.
import { randomUUID } from "node:crypto";
import type { Store } from "../../stores/store.ts";
import type { Clock, Log } from "../ports.ts";
import type { Snapshots } from "../snapshots.ts";
import type { AuditCheck } from "./findings.ts";
import { type AuditRequest, runAudit } from "./run-audit.ts";

const DAY_MS = 86_400_000;

export interface Audits {
  run(request?: AuditRequest): Promise<AuditCheck[]>;
  /**
   * Once a day, from this minute of it (UTC) on, audits the calls of the day before; of several
   * processes on one store one does. Answers null when it is not due.
   */
  nightly(minuteOfDay: number): Promise<AuditCheck[] | null>;
  /** The last audit of this process; null before the first. */
  last(): { atMs: number; checks: AuditCheck[] } | null;
}

export function createAudits(parts: {
  store: Store;
  snapshots: Snapshots;
  clock: Clock;
  log: Log;
}): Audits {
  const process = randomUUID();
  let lastNight: number | null = null;
  let last: { atMs: number; checks: AuditCheck[] } | null = null;
  async function run(request?: AuditRequest): Promise<AuditCheck[]> {
    const checks = await runAudit(parts, request);
    last = { atMs: parts.clock(), checks };
    for (const { name, ok, detail } of checks) {
      if (ok === false) parts.log.error({ check: name, detail }, "the audit found a fault");
      if (ok === null) parts.log.warn({ check: name, detail }, "the audit could not check this");
    }
    return checks;
  }

  return {
    run,
    async nightly(minuteOfDay) {
      const nowMs = parts.clock();
      const dayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
      if (lastNight === dayMs || nowMs < dayMs + minuteOfDay * 60_000) return null;
      lastNight = dayMs;
      const day = new Date(dayMs).toISOString().slice(0, 10);
      const first = await parts.store.keepFirst(`audit:${day}`, { process });
      if (first["process"] !== process) return null;
      return run({ period: { fromMs: dayMs - DAY_MS, toMs: dayMs } });
    },
    last: () => last,
  };
}
