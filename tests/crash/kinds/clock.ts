// The clock of the machine jumps forwards and backwards under load.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProbe } from "../probe.ts";
import { type Report, type RunOptions, until } from "../report.ts";
import { createClient } from "../requests.ts";
import { startService } from "../service.ts";
import { compareStored } from "../stored.ts";
import { startSwitches } from "../switches.ts";

const HOUR = 3600;
/** Seconds from the right time, one after the other. */
const JUMPS = [HOUR, -HOUR, 0, 400 * 24 * HOUR, -2 * 365 * 24 * HOUR, 0];
const JUMPING_CLOCK = fileURLToPath(new URL("../jumping-clock.mjs", import.meta.url));

export async function clock(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "clock", facts: { jumps: JUMPS.length }, broken: [] };
  const store = `sqlite:${join(options.folder, "clock.db")}`;
  const service = await startService({
    folder: options.folder,
    store,
    preload: [JUMPING_CLOCK],
    env: { CDRATE_JUMPS: JUMPS.join(",") },
  });
  const switches = startSwitches({ urls: () => [service.url], senders: 8, name: "clock" });
  const { traffic } = switches;
  const probe = startProbe(() => [service]);
  const client = createClient();
  for (const jump of JUMPS) {
    const target = traffic.acknowledged() + options.answers;
    await until("the load", () => traffic.acknowledged() >= target);
    service.send("SIGUSR2");
    const after = traffic.acknowledged() + options.answers;
    await until(`answers after a jump by ${jump} s`, () => traffic.acknowledged() >= after);
    const { status } = await client.send(service.url, { method: "GET", path: "/ready" });
    if (status !== 200) report.broken.push(`/ready answered ${status} after a jump by ${jump} s`);
  }
  client.close();
  await switches.stop();
  await probe.stop();
  const refused = traffic.statuses.get(503) ?? 0;
  if (refused > 0) report.broken.push(`${refused} posts were answered 503`);
  await switches.repeatUnanswered(service.url);
  await compareStored(service.url, traffic, report);
  probe.report(report, options);
  const { code } = await service.end("SIGTERM");
  if (code !== 0) report.broken.push(`SIGTERM ended it with code ${code}`);
  return report;
}
