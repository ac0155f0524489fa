// What /metrics answers, in the Prometheus text form.
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Engine } from "../engine/engine.ts";

export interface Metrics {
  contentType: string;
  text(): Promise<string>;
}

/** Reads the engine's counters when it is asked: nothing is counted twice. */
export function createMetrics(engine: Engine): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const records: Gauge<"source" | "outcome"> = new Gauge({
    name: "cdrate_records",
    help: "Records by source and outcome since the start of this process",
    labelNames: ["source", "outcome"],
    registers: [registry],
    collect() {
      for (const { source, name, count } of engine.counters.bySource()) {
        records.set({ source, outcome: name }, count);
      }
    },
  });
  const waiting: Gauge = new Gauge({
    name: "cdrate_records_waiting",
    help: "CDRs that wait for their durable write",
    registers: [registry],
    collect(): void {
      waiting.set(engine.intake.depth());
    },
  });
  return { contentType: registry.contentType, text: () => registry.metrics() };
}
