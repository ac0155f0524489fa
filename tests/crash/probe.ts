// Looks at a service from outside while something is done to it: `/health`, and its memory.
import { percentile, type Report, type RunOptions } from "./report.ts";
import { createClient } from "./requests.ts";
import { residentMb, type ServiceProcess } from "./service.ts";

export interface Probe {
  stop(): Promise<void>;
  /** Adds what it saw to the report. */
  report(into: Report, options: Pick<RunOptions, "healthMs" | "residentMb">): void;
}

const EVERY_MS = 50;

export function startProbe(services: () => ServiceProcess[]): Probe {
  const client = createClient();
  const tookMs: number[] = [];
  let [most, isStopped] = [0, false];

  async function look(service: ServiceProcess): Promise<void> {
    const startedAt = performance.now();
    const { status } = await client.send(service.url, { method: "GET", path: "/health" });
    // A service that is being killed answers nothing.
    if (status === 200) tookMs.push(performance.now() - startedAt);
    most = Math.max(most, residentMb(service.pid));
  }
  const probing = (async () => {
    while (!isStopped) {
      await Promise.all(services().map(look));
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();

  return {
    async stop() {
      isStopped = true;
      await probing;
      client.close();
    },
    report({ facts, broken }, options) {
      const longest = Math.round(Math.max(0, ...tookMs));
      Object.assign(facts, {
        healthChecks: tookMs.length,
        healthP99Ms: percentile(tookMs, 0.99),
        healthLongestMs: longest,
        residentMb: most,
      });
      if (tookMs.length === 0) broken.push("/health was never answered");
      if (longest > options.healthMs) broken.push(`/health took ${longest} ms`);
      if (most > options.residentMb) broken.push(`the service had ${most} MB`);
    },
  };
}
