// One output at work: reads what changed, has it sent, and keeps the place behind it only then. What the
// receiver does not take is sent again, in the same order, for as long as it takes.
import { EVERYTHING } from "../access/scope.ts";
import { seenCdr } from "../access/sell-side.ts";
import type { JsonObject } from "../cdr/json.ts";
import type { OutputBegin } from "../engine/outputs.ts";
import type { Clock, Log } from "../engine/ports.ts";
import { FeedLost } from "../feeds/contract.ts";
import type { Held } from "../feeds/holder.ts";
import type { Lease } from "../feeds/lease.ts";
import { type SecretPlace, secretAt } from "../feeds/secret.ts";
import type { CdrFilter } from "../queries/cdr-query.ts";
import type { PeriodHead, PeriodStore } from "../stores/ports/billing/periods.ts";
import type { CdrStore } from "../stores/ports/cdrs.ts";
import { NotTaken, type Output, type OutputKind } from "./contract.ts";
import { OUTPUT_KINDS } from "./kinds.ts";
import { keyOf, sentPeriod } from "./record.ts";
import { createSentKeys } from "./sent-keys.ts";
import type { OutputSettings } from "./settings.ts";
import { createTally } from "./state.ts";

export interface PumpParts {
  cdrs: Pick<CdrStore, "changes">;
  periods: Pick<PeriodStore, "find" | "last">;
  clock: Clock;
  log: Log;
  /** Variables that may hold secrets. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Runs once after so many milliseconds; answers how to call it off. */
  later(ms: number, run: () => void): () => void;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** However long a receiver asks for. */
const LONGEST_ASKED_MS = 600_000;

/** What MongoDB may tell of again: its last ten seconds, and what was written while it caught up. */
const MOST_SENT_KEYS = 100_000;

/** Where an output goes on, and what its kind keeps beside that. */
interface Place {
  after: string | undefined;
  /** The last statement of a closed period that was sent; 0: none. */
  period: number;
  kept: JsonObject;
}

export function startPump(parts: PumpParts, settings: OutputSettings, lease: Lease): Held {
  const { clock, log, environment } = parts;
  const { name } = settings;
  const tally = createTally(lease.record().state, clock);
  const end = new AbortController();
  const kind = OUTPUT_KINDS[settings.kind] as OutputKind<OutputSettings>;
  const output = kind.create(settings, {
    ...{ name, clock, signal: end.signal },
    secret: (place: SecretPlace) => secretAt(place, environment),
    warned(warning) {
      if (tally.warned(warning) && warning !== null)
        log.warn({ output: name, warning }, "an output is not as it should be");
    },
  });
  const pump = createPump({ ...parts, settings, lease, tally, output, signal: end.signal });
  const running = pump.run(kind.batch(settings));
  return {
    lease,
    async stop() {
      end.abort();
      await running;
      output.close?.();
    },
    toJson: tally.toJson,
    takeChange: tally.takeChange,
  };
}

interface Pump extends PumpParts {
  settings: OutputSettings;
  lease: Lease;
  tally: ReturnType<typeof createTally>;
  output: Output;
  signal: AbortSignal;
}

function createPump({ settings, lease, tally, output, signal, ...parts }: Pump) {
  const { cdrs, log, later } = parts;
  const { name, seesBuy } = settings;
  const filter = definedOf(settings.filter);
  const scope = { ...EVERYTHING, seesBuy };
  const sentKeys = createSentKeys(MOST_SENT_KEYS);

  const pause = (ms: number) => pauseFor({ later, signal }, ms);

  async function keep(place: Place): Promise<Place> {
    const { after = null, period, kept } = place;
    const isKept = await lease.save(() => ({
      position: { after, ...(period > 0 && { period }), ...kept },
      state: tally.toJson(),
    }));
    if (!isKept) throw new FeedLost(name);
    return place;
  }

  /** Where it came to; where it never ran, what the settings say. */
  async function begun(): Promise<Place> {
    const { position } = lease.record();
    if (position === null) {
      return keep({ ...(await beginningOf(parts, settings.from)), kept: {} });
    }
    const { after, period, ...kept } = position;
    return {
      after: typeof after === "string" ? after : undefined,
      period: typeof period === "number" ? period : 0,
      kept,
    };
  }

  async function turned(place: Place, isSending: boolean): Promise<Place> {
    const { kept } = place;
    const next = (await output.turn?.(kept, isSending)) ?? kept;
    return next === kept ? place : keep({ ...place, kept: next });
  }

  /** Sends one page; answers where it goes on, and whether there may be more at once. */
  async function sendOne(begin: Place, limit: number): Promise<{ place: Place; isMore: boolean }> {
    const heads = await periodsBehind(parts, { output, filter, after: begin.period, limit });
    const shown = heads.filter(({ side }) => side === "sell" || seesBuy);
    if (shown.length > 0) await output.sendPeriods?.(shown.map(sentPeriod));
    const last = heads.at(-1)?.sequence;
    return sendCdrs(last === undefined ? begin : await keep({ ...begin, period: last }), limit);
  }

  async function sendCdrs(from: Place, limit: number): Promise<{ place: Place; isMore: boolean }> {
    const query = { filter, limit, ...(from.after === undefined ? {} : { after: from.after }) };
    const page = await cdrs.changes(query, { signal });
    const fresh = page.cdrs.filter((cdr) => !sentKeys.has(keyOf(cdr)));
    const last = fresh.at(-1);
    const isMore = last !== undefined || page.cdrs.length === limit;
    tally.caughtUp(!isMore);
    const { after, period, kept } = await turned(from, last !== undefined);
    if (last === undefined) {
      const place = { after: page.next, period, kept };
      return { place: page.next === after ? place : await keep(place), isMore };
    }
    const shown = fresh.map((cdr) => seenCdr(cdr, scope));
    const next = await output.send(shown, kept);
    for (const cdr of fresh) sentKeys.add(keyOf(cdr));
    tally.sent(fresh.length, last.rating.ratedAtMs);
    return { place: await keep({ after: page.next, period, kept: next }), isMore };
  }

  async function whenFailed(error: unknown, failures: number): Promise<void> {
    const pauseMs = pauseAfter(error, failures);
    tally.failed(error instanceof Error ? error.message : String(error));
    log.warn({ output: name, err: error, failures: failures + 1, pauseMs }, "an output failed");
    await pause(pauseMs);
  }

  return {
    async run(limit: number): Promise<void> {
      let place: Place | undefined;
      let failures = 0;
      while (!signal.aborted) {
        try {
          const sent = await sendOne(place ?? (await begun()), limit);
          place = sent.place;
          if (failures > 0) log.info({ output: name, failures }, "an output goes on");
          failures = 0;
          if (!sent.isMore) await pause(settings.everySeconds * 1000);
        } catch (error) {
          // Who has it by now begins where this one kept its place.
          if (signal.aborted || error instanceof FeedLost) return;
          await whenFailed(error, failures);
          failures += 1;
          place = undefined;
        }
      }
    },
  };
}

/** Ends early when the output is stopped. */
function pauseFor(
  { later, signal }: Pick<PumpParts, "later"> & { signal: AbortSignal },
  ms: number,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener("abort", done);
      callOff();
      resolve();
    };
    const callOff = later(ms, done);
    signal.addEventListener("abort", done);
  });
}

/** Closed periods that came to be since, where the kind has a form for them; they are of no source. */
async function periodsBehind(
  { periods }: Pick<PumpParts, "periods">,
  {
    output,
    filter: { tenants, sources },
    after,
    limit,
  }: { output: Output; filter: CdrFilter; after: number; limit: number },
): Promise<PeriodHead[]> {
  if (output.sendPeriods === undefined || sources !== undefined) return [];
  return periods.find({ after, limit, ...(tenants === undefined ? {} : { tenants }) });
}

/** Before the first change of all times, or behind the last one so far. */
export async function beginningOf(
  { cdrs, periods }: Pick<PumpParts, "cdrs" | "periods">,
  from: OutputBegin,
): Promise<{ after: string | undefined; period: number }> {
  if (from === "beginning") return { after: undefined, period: 0 };
  // What selects nothing still has a place behind all.
  const { next } = await cdrs.changes({ filter: { tenants: [] }, limit: 1 });
  return { after: next, period: await periods.last() };
}

function definedOf({ tenants, sources }: OutputSettings["filter"]): CdrFilter {
  return {
    ...(tenants === undefined ? {} : { tenants }),
    ...(sources === undefined ? {} : { sources }),
  };
}

function pauseAfter(error: unknown, failures: number): number {
  const own = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 16));
  const asked = error instanceof NotTaken ? Math.min(error.againMs, LONGEST_ASKED_MS) : 0;
  return Math.max(own, asked);
}
