// What /metrics answers, in the Prometheus text form.

import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Gauge,
  type MetricObject,
  Registry,
} from "prom-client";
import { EVERYTHING, type Scope, seesOwner, seesWhole } from "../access/scope.ts";
import type { Engine } from "../engine/engine.ts";
import type { OutputView } from "../engine/outputs.ts";
import type { FeedView } from "../engine/ports.ts";
import type { Passwords } from "./access/passwords.ts";
import { type AnswerTimes, createAnswerTimes } from "./answer-times.ts";

export interface Metrics {
  contentType: string;
  /**
   * Of a scope with some tenants only what is theirs, and nothing of the process; of a part of a
   * tenant no figures.
   */
  text(scope: Scope): Promise<string>;
  /** What of it is this process's, for the others of a service. */
  part(scope: Scope): Promise<unknown>;
  answerTimes: AnswerTimes;
}

/**
 * Reads the engine's counters when it is asked: nothing is counted twice. What of a service of several
 * processes each has by itself is added up; what all read from the store is said once.
 * @param others parts of the other processes; none where there is one
 */
export function createMetrics(
  engine: Engine,
  passwords: Passwords,
  others: (scope: Scope) => Promise<unknown[]> = async () => [],
): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addOfTenants(engine, registry, EVERYTHING);
  const waiting: Gauge = new Gauge({
    name: "cdrate_records_waiting",
    help: "CDRs that wait for their durable write",
    registers: [registry],
    collect(): void {
      waiting.set(engine.intake.depth());
    },
  });
  const tries: Gauge<"result"> = new Gauge({
    name: "cdrate_password_tries",
    help: "Passwords compared since the start of this process: right, wrong, or not compared for lack of a turn",
    labelNames: ["result"],
    registers: [registry],
    collect() {
      for (const [result, count] of Object.entries(passwords.counts()))
        tries.set({ result }, count);
    },
  });
  addAfterwards(engine, registry);
  addFeeds(engine, registry);
  addOutputs(engine, registry);
  addRollups(engine, registry);
  const answerTimes = createAnswerTimes(registry);
  function registryFor(scope: Scope): Registry {
    if (seesOwner(scope, null) && seesWhole(scope)) return registry;
    const own = new Registry();
    addOfTenants(engine, own, scope);
    return own;
  }
  return {
    contentType: registry.contentType,
    async text(scope) {
      const [own, parts] = [registryFor(scope), await others(scope)];
      if (parts.length === 0) return own.metrics();
      const all = [await own.getMetricsAsJSON(), ...(parts as MetricObject[][])];
      return AggregatorRegistry.aggregate(all).metrics();
    },
    part: (scope) => registryFor(scope).getMetricsAsJSON(),
    answerTimes,
  };
}

/** What is counted by tenant. */
function addOfTenants(engine: Engine, registry: Registry, scope: Scope): void {
  const records: Gauge<"tenant" | "source" | "outcome"> = new Gauge({
    name: "cdrate_records",
    help: "Records by tenant, source and outcome since the start of this process",
    labelNames: ["tenant", "source", "outcome"],
    registers: [registry],
    collect() {
      for (const { tenant, source, name, count } of engine.counters.bySource(scope)) {
        records.set({ tenant, source, outcome: name }, count);
      }
    },
  });
  const unpriced: Gauge<"tenant" | "outcome" | "reason"> = new Gauge({
    name: "cdrate_unpriced_calls",
    aggregator: "max",
    help: "Calls of the last seven days without a price, or with one of two, by tenant and reason",
    labelNames: ["tenant", "outcome", "reason"],
    registers: [registry],
    async collect() {
      unpriced.reset();
      // A store that is away leaves this one metric out: the others are asked for most then.
      const rows = await engine.unpriced.counts(scope).catch(() => []);
      for (const { tenant, outcome, reason, calls } of rows) {
        unpriced.set({ tenant, outcome, reason: reason ?? "" }, calls);
      }
    },
  });
  const suspended: Gauge<"tenant"> = new Gauge({
    name: "cdrate_suspense_open",
    aggregator: "max",
    help: "Suspended records that nobody has retried or discarded yet, by tenant",
    labelNames: ["tenant"],
    registers: [registry],
    async collect() {
      suspended.reset();
      const rows = await engine.suspense.open(scope).catch(() => []);
      for (const { tenant, open } of rows) {
        suspended.set({ tenant: tenant ?? "" }, open);
      }
    },
  });
}

/** What is found out about stored CDRs by this process: the last audit, rerate jobs. */
function addAfterwards(engine: Engine, registry: Registry): void {
  const audit: Gauge<"check"> = new Gauge({
    name: "cdrate_audit_ok",
    aggregator: "min",
    help: "1 where the audits found the invariant to hold, 0 where not, NaN where it could not be checked; a fault stands until an audit that covers it, or the next night",
    labelNames: ["check"],
    registers: [registry],
    collect() {
      for (const { name, ok } of engine.audits.last()?.checks ?? []) {
        // A series that goes missing fires no alert; NaN is neither 1 nor 0.
        audit.set({ check: name }, ok === null ? Number.NaN : Number(ok));
      }
    },
  });
  const rerated: Gauge<"step"> = new Gauge({
    name: "cdrate_rerate_lines",
    help: "CDRs planned, lines applied and lines undone by rerate jobs of this process",
    labelNames: ["step"],
    registers: [registry],
    collect() {
      for (const [step, count] of Object.entries(engine.rerates.counts())) {
        rerated.set({ step }, count);
      }
    },
  });
}

/** The sums kept for reports, which all processes have in the store. */
function addRollups(engine: Engine, registry: Registry): void {
  const gauge = (name: "quarters" | "dirty", help: string): void => {
    const own: Gauge = new Gauge({
      ...{ name: `cdrate_rollup_${name}`, help, aggregator: "first" },
      registers: [registry],
      async collect() {
        // A store that is away leaves these out: the others are asked for most then.
        const state = await engine.rollups.state().catch(() => null);
        own.remove();
        if (state !== null) own.set(state[name]);
      },
    });
  };
  gauge("quarters", "Quarter hours with records");
  gauge("dirty", "Quarter hours whose kept sums are to be made; reports read their CDRs");
}

/** Makes gauges of what the settings name and all processes read from the store, one series each. */
function gaugesOf<One extends { name: string }>(
  registry: Registry,
  { noun, list }: { noun: "feed" | "output"; list: () => Promise<One[]> },
) {
  return (name: string, help: string, value: (one: One) => number): void => {
    const own: Gauge = new Gauge({
      name: `cdrate_${noun}_${name}`,
      // Each process reads the state that all have in the store.
      aggregator: "first",
      help,
      labelNames: [noun],
      registers: [registry],
      async collect() {
        // A store that is away leaves these out: the others are asked for most then.
        const all = await list().catch(() => []);
        own.reset();
        for (const one of all) own.set({ [noun]: one.name }, value(one));
      },
    });
  };
}

/** The feeds of the settings, which are of no tenant. */
function addFeeds(engine: Engine, registry: Registry): void {
  const gauge = gaugesOf<FeedView>(registry, { noun: "feed", list: () => engine.feeds.list() });
  gauge("connected", "1 while the other end of the feed is there", ({ state }) =>
    Number(state.connected),
  );
  gauge("silent", "1 while the feed tells nothing for longer than it may", ({ state }) =>
    Number(state.silentSince !== null),
  );
  gauge("stopped", "1 while somebody has stopped the feed", ({ stopped }) => Number(stopped));
  gauge(
    "records",
    "Records that the feed handed over, repeats among them",
    ({ state }) => state.records,
  );
  gauge("faults", "Records of the feed that went to suspense", ({ state }) => state.faults);
  gauge("repeats", "Records of the feed that were there already", ({ state }) => state.repeats);
  gauge(
    "only_here",
    "Records that no other feed of its source has told; NaN: there is no other",
    ({ state }) => state.onlyHere ?? Number.NaN,
  );
  gauge("gaps", "Stretches that went by unseen, the latest 100", ({ state }) => state.gaps.length);
  const counts: Gauge<"feed" | "what"> = new Gauge({
    name: "cdrate_feed_count",
    help: "What feeds count besides: connections, bytes",
    labelNames: ["feed", "what"],
    registers: [registry],
    async collect() {
      const feeds = await engine.feeds.list().catch(() => []);
      counts.reset();
      for (const { name: feed, state } of feeds) {
        for (const [what, count] of Object.entries(state.counts)) counts.set({ feed, what }, count);
      }
    },
  });
  const calls: Gauge<"feed"> = new Gauge({
    name: "cdrate_calls_in_progress",
    aggregator: "first",
    help: "Calls under way, by the feeds that tell of them now",
    labelNames: ["feed"],
    registers: [registry],
    async collect() {
      const feeds = await engine.feeds.list().catch(() => []);
      calls.reset();
      for (const { name: feed, state } of feeds) {
        if (state.calls !== null) calls.set({ feed }, state.calls);
      }
    },
  });
  gauge(
    "lag_seconds",
    "From the end of the last record's call to its coming; NaN: none came",
    ({ state }) => state.lagSeconds ?? Number.NaN,
  );
  gauge("silent_seconds", "Since the last record came; NaN: none came", ({ state }) =>
    state.lastRecord === null ? Number.NaN : (engine.clock() - Date.parse(state.lastRecord)) / 1000,
  );
}

/** The outputs of the settings, which are of no tenant. */
function addOutputs(engine: Engine, registry: Registry): void {
  const gauge = gaugesOf<OutputView>(registry, {
    noun: "output",
    list: () => engine.outputs.list(),
  });
  gauge("stopped", "1 while somebody has stopped the output", ({ stopped }) => Number(stopped));
  gauge("sent", "CDRs and revisions that the receiver took", ({ state }) => state.sent);
  gauge("failures", "Tries that failed", ({ state }) => state.failures);
  gauge("failing", "1 where the last try failed", ({ state }) => Number(state.fault !== null));
  gauge("caught_up", "1 where nothing was left to be sent", ({ state }) => Number(state.caughtUp));
  gauge(
    "lag_seconds",
    "From the rating of the last CDR to its being taken; NaN: none was",
    ({ state }) => state.lagSeconds ?? Number.NaN,
  );
}
