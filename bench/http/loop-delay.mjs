// Preloaded into a server that is measured: at SIGUSR2 it writes how late its event loop was since
// the last one, in milliseconds, into the file that CDRATE_LOOP_FILE names with its process id.
import { renameSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  const file = `${process.env.CDRATE_LOOP_FILE}.${process.pid}`;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on("SIGUSR2", () => {
    // The timer that measures is itself a millisecond apart.
    const late = (percentile) => Math.max(0, delay.percentile(percentile) / 1e6 - 1);
    const facts = { p50: late(50), p99: late(99), p999: late(99.9), max: delay.max / 1e6 - 1 };
    writeFileSync(`${file}.part`, JSON.stringify(facts));
    renameSync(`${file}.part`, file);
    delay.reset();
  });
}
