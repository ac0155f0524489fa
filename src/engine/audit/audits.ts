// The audits of this process and the nightly one of all processes: what they found stays, for metrics.
import { randomUUID } from "node:crypto";
import { EVERYTHING, requireWhole, type Scope, scopedFilter } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { Log } from "../ports.ts";
import type { LogEnd } from "./checks/log-chain.ts";
import type { AuditCheck } from "./findings.ts";
import { createAuditNights } from "./nights.ts";
import { type AuditParts, type AuditProgress, type AuditRequest, runAudit } from "./run.ts";
import { type AuditResult, createStandingChecks } from "./standing-checks.ts";

const DAY_MS = 86_400_000;
/** After a nightly audit that could not be made. */
const RETRY_MS = 10 * 60_000;

export interface Audits {
  /** Of the tenants of the scope. @throws `forbidden` where it has none of those asked for, and
   * for a scope of a part of a tenant */
  run(request?: AuditRequest, scope?: Scope): Promise<AuditCheck[]>;
  /**
   * Once a day, from this minute of it (UTC) on, audits the calls of the day before; of several
   * processes on one store one does, and the others take over what it found. Where that process
   * died, another one does it hours later. Answers null when it is not due here.
   */
  nightly(minuteOfDay: number): Promise<AuditCheck[] | null>;
  /**
   * What stands of the audits of this process and of the last night, the worst of each check; null
   * before the first.
   */
  last(): { atMs: number; checks: AuditCheck[] } | null;
  /** How far the audit is that this process runs now; null: it runs none. */
  underWay(): AuditProgress | null;
}

export function createAudits(parts: AuditParts & { log: Log }): Audits {
  const nights = createAuditNights(parts.store, {
    owner: randomUUID(),
    clock: parts.clock,
  });
  const standing = createStandingChecks();
  /** The last night whose result is shown here. */
  let shownMs: number | null = null;
  let isAtWork = false;
  let underWay: AuditProgress | null = null;
  let notBeforeMs = 0;
  let seenEnd: LogEnd | null = null;

  /** The last entry of the log that is known to have been: seen here, or by the audits of the last nights. */
  async function latestEnd(): Promise<LogEnd | null> {
    const todayMs = Math.floor(parts.clock() / DAY_MS) * DAY_MS;
    const nightsBefore = await Promise.all(
      [todayMs, todayMs - DAY_MS].map((nightMs) => nights.result(nightMs)),
    );
    const ends = [seenEnd, ...nightsBefore.map((result) => result?.logEnd ?? null)];
    return ends.reduce((best, end) => ((end?.sequence ?? 0) > (best?.sequence ?? 0) ? end : best));
  }

  async function audit(request: AuditRequest, nightMs?: number): Promise<AuditResult> {
    const progress = (read: AuditProgress): void => {
      underWay = read;
    };
    const known = await latestEnd();
    const asked = { ...request, progress, logEnd: known };
    const { checks, explainsAll, logEnd } = await runAudit(parts, asked).finally(() => {
      underWay = null;
    });
    // A log that was cut off stays a finding.
    seenEnd = logEnd !== null && logEnd.sequence >= (known?.sequence ?? 0) ? logEnd : known;
    const { period, tenants } = request;
    const night = nightMs === undefined ? {} : { nightMs };
    const extent = { ...period, ...(tenants && { tenants }), explainsAll, ...night };
    const result = { atMs: parts.clock(), extent, checks, logEnd: seenEnd };
    standing.add(result);
    for (const { name, ok, detail } of checks) {
      if (ok === false) parts.log.error({ check: name, detail }, "the audit found a fault");
      if (ok === null) parts.log.warn({ check: name, detail }, "the audit could not check this");
    }
    return result;
  }

  /** True when that night's result is there. */
  async function adopt(nightMs: number): Promise<boolean> {
    const result = await nights.result(nightMs);
    if (result === null) return false;
    standing.add(result);
    shownMs = nightMs;
    return true;
  }

  async function auditNight(nightMs: number): Promise<AuditCheck[]> {
    notBeforeMs = parts.clock() + RETRY_MS;
    const period = { fromMs: nightMs - DAY_MS, toMs: nightMs };
    const result = await audit({ period }, nightMs);
    await nights.keep(nightMs, result);
    shownMs = nightMs;
    return result.checks;
  }

  async function tick(minuteOfDay: number): Promise<AuditCheck[] | null> {
    const nowMs = parts.clock();
    const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
    const isDue = nowMs >= todayMs + minuteOfDay * 60_000;
    const nightMs = isDue ? todayMs : todayMs - DAY_MS;
    if (shownMs === nightMs) return null;
    // After a start the night before is shown until this one's audit is done.
    if (shownMs === null) await adopt(nightMs - DAY_MS);
    if ((await adopt(nightMs)) || nowMs < notBeforeMs) return null;
    return (await nights.claim(nightMs, { isDue })) ? auditNight(nightMs) : null;
  }

  return {
    run: async (request = {}, scope = EVERYTHING) =>
      (await audit(requestInScope(request, scope))).checks,
    async nightly(minuteOfDay) {
      if (isAtWork) return null;
      isAtWork = true;
      try {
        return await tick(minuteOfDay);
      } finally {
        isAtWork = false;
      }
    },
    last: standing.last,
    underWay: () => underWay,
  };
}

function requestInScope({ tenants, ...request }: AuditRequest, scope: Scope): AuditRequest {
  requireWhole(scope);
  const filter = scopedFilter(tenants === undefined ? {} : { tenants }, scope);
  if (filter === "none") {
    throw engineError("forbidden", "These credentials are for none of these tenants.", {
      path: "tenants",
    });
  }
  return { ...request, ...(filter.tenants === undefined ? {} : { tenants: filter.tenants }) };
}
