// A pulling feed by itself, with an intake that keeps what it is handed by the id of the call.
import { vi } from "vitest";
import type { Cdr } from "../../../src/cdr/cdr.ts";
import type { JsonObject } from "../../../src/cdr/json.ts";
import type { Feed, FeedBytes, FeedParts } from "../../../src/feeds/contract.ts";
import { FEED_KINDS } from "../../../src/feeds/kinds.ts";
import { type FeedSettings, feedList } from "../../../src/feeds/settings.ts";
import { FORMATS } from "../../../src/formats/formats.ts";
import { mediate } from "../../../src/mediation/mediate.ts";
import { recordRulesOf, sourceSettings } from "../../../src/mediation/source-settings.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";

export interface PulledCalls {
  /** By their ids. */
  cdrs: Map<string, Cdr>;
  /** Records handed over, repeats among them. */
  handed: () => number;
  suspended: { reason: string; detail: string; bytes: string }[];
  fault: () => string | null | undefined;
  /** Of any moment. */
  faults: Set<string>;
  notes: string[];
  kept: () => JsonObject | null;
  /** While true the store takes nothing. */
  away: { isAway: boolean };
  counts: Record<string, number>;
  warnings: Map<string, string>;
  origins(): string[];
  start(): void;
  stop(): Promise<void>;
  /** Ends it without a word, as kill -9 would: what it had not kept is lost. */
  crash(): Promise<void>;
}

export interface PullOptions {
  source?: Record<string, unknown>;
  clock?: () => number;
  secret?: string;
}

const WAIT = { timeout: 30_000, interval: 20 };

/** Waits until something holds. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, WAIT);
}

export async function pullFeed(
  settings: Record<string, unknown>,
  { source = {}, clock = Date.now, secret = "" }: PullOptions = {},
): Promise<PulledCalls> {
  const store = await openSqliteStore({ path: ":memory:" });
  const own = sourceSettings.parse({ name: "pbx", ...source });
  const [one] = feedList.parse([{ name: "feed", source: "pbx", everySeconds: 0.05, ...settings }]);
  if (one === undefined) throw new Error("one feed was given");
  const { kind } = one;
  const cdrs = new Map<string, Cdr>();
  const suspended: PulledCalls["suspended"] = [];
  const [faults, warnings] = [new Set<string>(), new Map<string, string>()];
  const notes: string[] = [];
  const counts: Record<string, number> = {};
  const away = { isAway: false };
  let [handed, generation] = [0, 0];
  let kept: JsonObject | null = null;
  let fault: string | null | undefined;
  let feed: Feed | undefined;

  function take(record: FeedBytes): void {
    handed += 1;
    const read = understood(record);
    if (read.ok) {
      if (!cdrs.has(read.cdr.id)) cdrs.set(read.cdr.id, read.cdr);
      return;
    }
    const bytes = Buffer.from(record.bytes).toString("utf8");
    const { reason, detail } = read;
    if (!suspended.some((known) => known.bytes === bytes))
      suspended.push({ reason, detail, bytes });
  }

  function understood({ bytes, format = FEED_KINDS[kind].format ?? "", fault: broken }: FeedBytes) {
    if (broken !== undefined) return { ok: false as const, ...broken };
    const input = { body: bytes, query: "", contentType: null, rules: recordRulesOf(own) };
    const read = FORMATS[format]?.read(input, own.fieldMap);
    if (read === undefined) throw new Error(`there is no format ${format}`);
    return read.ok ? mediate(read.raw, own, clock()) : read;
  }

  function partsOf(mine: number): { parts: FeedParts; wake(): void } {
    const pauses = new Set<() => void>();
    let isOver = false;
    const parts: FeedParts = {
      ...{ name: "feed", source: own, clock, chance: () => 0, halves: store.callHalves },
      log: { info: () => {}, warn: (_facts, text) => void notes.push(text ?? ""), error: () => {} },
      pause(ms) {
        if (isOver) return Promise.resolve();
        return new Promise((resolve) => {
          const done = () => {
            clearTimeout(timer);
            pauses.delete(done);
            resolve();
          };
          const timer = setTimeout(done, Math.min(ms, 100));
          pauses.add(done);
        });
      },
      secret: async () => secret,
      async deliver(records) {
        if (away.isAway) throw new Error("the store is away");
        for (const record of records) take(record);
      },
      files: {} as FeedParts["files"],
      brought: () => undefined,
      tellQueues: async () => undefined,
      async keep(position) {
        if (away.isAway) throw new Error("the store is away");
        if (mine === generation) kept = JSON.parse(JSON.stringify(position)) as JsonObject;
      },
      connected(told) {
        if (mine !== generation) return;
        fault = told;
        if (told !== null) faults.add(told);
      },
      missed: () => undefined,
      warned(topic, warning) {
        if (warning === null) warnings.delete(topic);
        else warnings.set(topic, warning);
      },
      count(more) {
        for (const [name, count] of Object.entries(more))
          counts[name] = (counts[name] ?? 0) + count;
      },
      refusal: () => null,
    };
    return {
      parts,
      wake() {
        isOver = true;
        for (const done of pauses) done();
      },
    };
  }

  let wake: () => void = () => undefined;
  async function stop(): Promise<void> {
    wake();
    await feed?.stop();
    feed = undefined;
  }
  return {
    ...{ cdrs, suspended, faults, notes, away, counts, warnings },
    handed: () => handed,
    fault: () => fault,
    kept: () => kept,
    origins: () => [...cdrs.values()].map(({ primary }) => primary.originId).sort(),
    start() {
      const made = partsOf(generation);
      wake = made.wake;
      feed = kindOf(one).create(one, made.parts);
      feed.start(kept);
    },
    stop,
    async crash() {
      generation += 1;
      await stop();
    },
  };
}

function kindOf({ kind }: FeedSettings) {
  return FEED_KINDS[kind] as (typeof FEED_KINDS)["sql"] & {
    create(one: unknown, parts: FeedParts): Feed;
  };
}
