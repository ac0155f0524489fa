// How long requests took until their answer was ready, by what was asked, as a histogram of /metrics.
import type { Middleware } from "koa";
import { Histogram, type Registry } from "prom-client";

/** Seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface AnswerTimes {
  /** `cdr`: routes that take records; `rpc`: JSON-RPC; `other`: everything else. */
  observe(road: "cdr" | "rpc" | "other", seconds: number): void;
}

export function createAnswerTimes(registry: Registry): AnswerTimes {
  const histogram = new Histogram({
    name: "cdrate_answer_seconds",
    help: "Seconds from a request to its answer: of routes that take records, of JSON-RPC, of others",
    labelNames: ["road"],
    buckets: BUCKETS,
    registers: [registry],
  });
  const roads = {
    cdr: histogram.labels("cdr"),
    rpc: histogram.labels("rpc"),
    other: histogram.labels("other"),
  };
  return { observe: (road, seconds) => roads[road].observe(seconds) };
}

/** Goes around everything else. */
export function measureAnswers(times: AnswerTimes, cdrPaths: ReadonlySet<string>): Middleware {
  return async ({ path }, next) => {
    const begun = process.hrtime.bigint();
    try {
      await next();
    } finally {
      const road = path === "/jsonrpc" ? "rpc" : cdrPaths.has(path) ? "cdr" : "other";
      times.observe(road, Number(process.hrtime.bigint() - begun) / 1e9);
    }
  };
}
