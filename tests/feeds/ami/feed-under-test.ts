// The feed kind by itself: a manager on the loopback, a clock set by hand, records collected.
import type { JsonObject } from "../../../src/cdr/json.ts";
import { ASTERISK_AMI } from "../../../src/feeds/ami/ami.ts";
import type { CallsTold, FeedBytes, FeedKind, FeedParts } from "../../../src/feeds/contract.ts";
import { feedList } from "../../../src/feeds/settings.ts";
import { sourceSettings } from "../../../src/mediation/source-settings.ts";
import type { QueueEvent } from "../../../src/stores/ports/queue-events.ts";
import { createManualClock } from "../../http/access/manual-clock.ts";

export const START_MS = Date.parse("2026-03-03T00:00:00Z");

export interface FeedUnderTest {
  clock: ReturnType<typeof createManualClock>;
  /** Handed over so far. */
  records: FeedBytes[];
  events: QueueEvent[];
  texts(): string[];
  /** What `connected` was told last; undefined: nothing yet. */
  fault(): string | null | undefined;
  counts: Record<string, number>;
  gaps: { reason: string; fromMs?: number | undefined }[];
  warnings: Map<string, string>;
  kept(): JsonObject | null;
  calls(): Promise<CallsTold>;
  /** While true the store takes nothing. */
  away: { isAway: boolean };
  start(position?: JsonObject | null): void;
  stop(): Promise<void>;
}

export function createFeedUnderTest(
  settings: Record<string, unknown>,
  source: Record<string, unknown> = {},
  kind: FeedKind<never> = ASTERISK_AMI,
): FeedUnderTest {
  const clock = createManualClock(START_MS);
  const records: FeedBytes[] = [];
  const events: QueueEvent[] = [];
  const counts: Record<string, number> = {};
  const gaps: FeedUnderTest["gaps"] = [];
  const warnings = new Map<string, string>();
  const away = { isAway: false };
  const pauses = new Set<() => void>();
  let isOver = false;
  let fault: string | null | undefined;
  let kept: JsonObject | null = null;
  const parts: FeedParts = {
    name: "pbx",
    source: sourceSettings.parse({ name: "pbx", kind: "asterisk", ...source }),
    clock: clock.now,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    chance: () => 0,
    pause(ms) {
      if (isOver) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          pauses.delete(done);
          resolve();
        };
        clock.later(ms, done);
        pauses.add(done);
      });
    },
    secret: async () => "s3cret",
    files: {} as FeedParts["files"],
    brought: () => undefined,
    async deliver(some) {
      if (away.isAway) throw new Error("the store is away");
      records.push(...some);
    },
    async tellQueues(some) {
      if (away.isAway) throw new Error("the store is away");
      events.push(...some);
    },
    async keep(position) {
      if (away.isAway) throw new Error("the store is away");
      kept = position;
    },
    connected(told) {
      fault = told;
    },
    missed: (reason, fromMs) => void gaps.push({ reason, fromMs }),
    warned(topic, warning) {
      if (warning === null) warnings.delete(topic);
      else warnings.set(topic, warning);
    },
    // No call of a manager is told in halves.
    get halves(): never {
      throw new Error("not of this kind");
    },
    count(more) {
      for (const [what, many] of Object.entries(more)) counts[what] = (counts[what] ?? 0) + many;
    },
    refusal: () => null,
  };
  const ofManager = { kind: "asterisk-ami", host: "127.0.0.1", user: "cdrate", secretEnv: "S" };
  const own = settings["kind"] === undefined ? { ...ofManager, ...settings } : settings;
  const [one] = feedList.parse([{ name: "pbx", source: "pbx", ...own }]);
  const feed = kind.create(one as never, parts);
  return {
    ...{ clock, records, events, counts, gaps, warnings, away },
    texts: () => records.map(({ bytes }) => Buffer.from(bytes).toString("utf8")),
    fault: () => fault,
    kept: () => kept,
    calls() {
      const told = feed.calls?.();
      if (told === undefined) throw new Error("this kind tells of calls");
      return told;
    },
    start: (position = null) => feed.start(position),
    async stop() {
      isOver = true;
      for (const done of pauses) done();
      await feed.stop();
    },
  };
}
