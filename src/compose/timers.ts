// What a service looks after again and again.
import type { Settings } from "../config/config.ts";
import type { ComposedEngine } from "../engine/engine.ts";
import type { Log } from "../engine/ports.ts";

/** How often a process looks whether another one changed the time line. */
const REFRESH_MS = 1000;
/** How often it looks after feeds and outputs that nobody runs, or that were started or stopped. */
const FEEDS_MS = 1000;
/** How often it looks for rerate jobs whose process is gone. */
const RESUME_MS = 5000;
/** How often what has ended is removed: sessions, which hold no longer before that, and keys of erased CDRs. */
const SWEEP_MS = 600_000;

/** @returns a way to end them all */
export function startTimers(
  engine: ComposedEngine,
  settings: Settings,
  log: Log,
): { stop(): void } {
  const refreshTimer = setInterval(() => {
    const refreshed = engine.refresh().then(() => {
      engine.sourceChecks.look();
      return engine.followers.note();
    });
    refreshed.catch((error: unknown) => {
      log.error({ err: error }, "the time line could not be read; the last one known stays in use");
    });
  }, REFRESH_MS);
  const lookAtFeeds = () => {
    engine.feeds.look().catch((error: unknown) => {
      log.error({ err: error }, "the feeds could not be looked at; it is tried again");
    });
    engine.outputs.look().catch((error: unknown) => {
      log.error({ err: error }, "the outputs could not be looked at; it is tried again");
    });
  };
  lookAtFeeds();
  const feedTimer = setInterval(lookAtFeeds, FEEDS_MS);
  const resumeTimer = setInterval(() => {
    for (const [what, takeUp] of [
      ["rerate jobs could not be resumed", engine.rerates.resume],
      ["back-tests could not be resumed", engine.backtests.resume],
      ["closings of periods could not be resumed", engine.periods.resume],
      ["rebuilds of kept sums could not be resumed", engine.rebuilds.resume],
      ["retention jobs could not be resumed", engine.retentions.resume],
      ["masking jobs could not be resumed", engine.maskings.resume],
      ["imports could not be taken up", engine.imports.takeUp],
      ["rollbacks could not be taken up", engine.rollbacks.takeUp],
      ["uploads that expired could not be dropped", engine.files.uploads.sweep],
    ] as const) {
      takeUp().catch((error: unknown) => {
        log.error({ err: error }, `${what}; it is tried again`);
      });
    }
    if (settings.nightlyAudit === undefined) return;
    engine.audits.nightly(minuteOfDay(settings.nightlyAudit)).catch((error: unknown) => {
      log.error({ err: error }, "the nightly audit could not be run");
    });
  }, RESUME_MS);
  const sweepTimer = setInterval(() => {
    engine.people.sweep().catch((error: unknown) => {
      log.error({ err: error }, "sessions that ended could not be removed; it is tried again");
    });
    engine.retentions.forgetKeys().catch((error: unknown) => {
      log.error({ err: error }, "keys of erased CDRs could not be forgotten; it is tried again");
    });
  }, SWEEP_MS);
  return {
    stop() {
      clearInterval(sweepTimer);
      clearInterval(refreshTimer);
      clearInterval(feedTimer);
      clearInterval(resumeTimer);
    },
  };
}

function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
