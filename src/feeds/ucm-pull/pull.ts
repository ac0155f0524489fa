// The feed kind `ucm-pull`: asks a UCM for its records again and again, and so fills what was missed.
import type { JsonObject } from "../../cdr/json.ts";
import { type Feed, type FeedKind, FeedLost, type FeedParts } from "../contract.ts";
import { createDelays } from "../delays.ts";
import type { UcmPullSettings } from "../settings.ts";
import { createDevice, type Device } from "./device.ts";
import { DeviceFault } from "./fault.ts";
import { createKnown, type Known } from "./known.ts";
import { look, requireSense } from "./look.ts";

export const UCM_PULL: FeedKind<UcmPullSettings> = {
  listens: false,
  format: "ucm-json",
  create: createPull,
};

const HOUR_MS = 3_600_000;
/** One answer, from the connection to its last byte. */
const ANSWER_MS = 60_000;
/** Records that are remembered, so that they are not handed over at each look. */
const MOST_KNOWN = 100_000;
/** Calls are told when they end and asked for by their start: the longest ones are looked for so often. */
const DEEP_EVERY_MS = 24 * HOUR_MS;
/** As long as a call may be. */
const DEEP_MS = 72 * HOUR_MS;

/** Where it goes on. */
interface Place {
  /** When the latest call began that the device told; before the first one, what is asked for. */
  latestMs: number;
  hasFound: boolean;
}

interface Run {
  settings: UcmPullSettings;
  parts: FeedParts;
  known: Known;
  isStopped: boolean;
  /** Ends the request that is under way. */
  cancel(reason: string): void;
  place: Place;
  /** When the latest call began that is durable; in front of a look that failed it counts not yet. */
  heardMs: number;
  /** Whether the store has `place`. */
  isKept: boolean;
  /** When a look went back furthest; null: none did. */
  deepMs: number | null;
}

function createPull(settings: UcmPullSettings, parts: FeedParts): Feed {
  const run: Run = {
    ...{ settings, parts, known: createKnown(MOST_KNOWN) },
    ...{ isStopped: false, isKept: false, cancel: () => undefined, deepMs: null, heardMs: 0 },
    place: { latestMs: 0, hasFound: false },
  };
  let running = Promise.resolve();
  return {
    start(position) {
      const firstMs = parts.clock() - settings.firstHours * HOUR_MS;
      run.place = placeFrom(position) ?? { latestMs: firstMs, hasFound: false };
      run.isKept = position !== null;
      running = lookAgainAndAgain(run);
    },
    async stop() {
      run.isStopped = true;
      run.cancel("the feed was stopped");
      await running;
    },
  };
}

/** For ever; where the device or the store fails, ever more slowly. */
async function lookAgainAndAgain(run: Run): Promise<void> {
  const { parts, settings } = run;
  const device = deviceOf(run);
  let delays = createDelays(parts.chance);
  while (!run.isStopped) {
    try {
      await lookOnce(run, device);
      delays = createDelays(parts.chance);
      await parts.pause(settings.everySeconds * 1000);
    } catch (error) {
      if (error instanceof FeedLost || run.isStopped) return;
      const fault = error instanceof Error ? error.message : String(error);
      const isRefused = error instanceof DeviceFault && error.isRefused;
      const delayMs = delays.after(isRefused ? "refused" : "lost", 0);
      parts.connected(fault);
      parts.log.warn({ feed: parts.name, fault, delayMs }, "the feed waits, and tries again");
      await parts.pause(delayMs);
    }
  }
}

function deviceOf(run: Run): Device {
  const { settings, parts } = run;
  return createDevice(settings, {
    secret: () => parts.secret(settings),
    signal() {
      const controller = new AbortController();
      run.cancel = (reason) => controller.abort(reason);
      void parts
        .pause(ANSWER_MS)
        .then(() => controller.abort(`there is no whole answer within ${ANSWER_MS / 1000} s`));
      return controller.signal;
    },
  });
}

async function lookOnce(run: Run, device: Device): Promise<void> {
  const { settings, parts, known, place } = run;
  // What the first look goes back for stays the same, however long the device is away.
  if (!run.isKept) await keep(run);
  const nowMs = parts.clock();
  const isDeep = run.deepMs === null || Math.abs(nowMs - run.deepMs) >= DEEP_EVERY_MS;
  const backMs = place.hasFound ? settings.lookBackHours * HOUR_MS : 0;
  const sinceMs = place.latestMs - (isDeep && place.hasFound ? Math.max(DEEP_MS, backMs) : backMs);
  const heard = (startMs: number) => {
    run.heardMs = Math.max(run.heardMs, startMs);
  };
  const isStopped = () => run.isStopped;
  const seen = await look({ device, parts, known, heard, isStopped }, sinceMs);
  if (seen === "stopped") return;
  if (seen === "nothing") await requireSense(device, { sinceMs, hasFound: place.hasFound });
  if (isDeep) run.deepMs = nowMs;
  parts.connected(null);
  if (run.heardMs <= (place.hasFound ? place.latestMs : 0)) return;
  run.place = { latestMs: run.heardMs, hasFound: true };
  await keep(run);
}

async function keep(run: Run): Promise<void> {
  const { latestMs, hasFound } = run.place;
  await run.parts.keep({ latestStart: new Date(latestMs).toISOString(), hasFound });
  run.isKept = true;
}

function placeFrom(position: JsonObject | null): Place | null {
  const latestMs = Date.parse(String(position?.["latestStart"] ?? ""));
  return Number.isNaN(latestMs) ? null : { latestMs, hasFound: position?.["hasFound"] === true };
}
