// SIGTERM and SIGINT while clients do all that keeps a server from its end.
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { startProbe } from "../probe.ts";
import { type Report, type RunOptions, until } from "../report.ts";
import { type ServiceProcess, startService } from "../service.ts";
import { compareStored } from "../stored.ts";
import { startSwitches } from "../switches.ts";

const HALF_BODY = "POST /cgr HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\naccid=half";
const HALF_HEAD = "POST /cgr HTTP/1.1\r\nHos";
const EXPORT =
  'POST /export HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 18\r\n\r\n{"format":"jsonl"}';
const IDLE_CONNECTIONS = 200;
/** Of each call, so that an export is more than the buffers of a connection hold. */
const PADDING = 30_000;

interface Case {
  signal: "SIGTERM" | "SIGINT";
  /** Another process keeps the file locked, so that posts wait. */
  isLocked: boolean;
}

const CASES: Case[] = [
  { signal: "SIGTERM", isLocked: false },
  { signal: "SIGINT", isLocked: false },
  { signal: "SIGTERM", isLocked: true },
];

export async function signal(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "signal", facts: {}, broken: [] };
  const path = join(options.folder, "signal.db");
  const { folder, workers, limits } = options;
  const start = () =>
    startService({ folder, workers, store: `sqlite:${path}`, settings: { limits } });
  let service: ServiceProcess | null = await start();
  const urls = () => (service === null ? [] : [service.url]);
  const switches = startSwitches({ urls, senders: 16, padding: PADDING, name: "signal" });
  const { traffic } = switches;
  const probe = startProbe(() => (service === null ? [] : [service]));
  const limitMs = (limits["stopSeconds"] ?? 10) * 1000;
  for (const { signal, isLocked } of CASES) {
    const ending: ServiceProcess = service;
    const answered = async () => {
      const target = traffic.acknowledged() + options.answers;
      await until("the load", () => traffic.acknowledged() >= target);
    };
    await answered();
    const sockets = await hangOn(ending.url);
    // By then the service has seen what hangs on it.
    await answered();
    const other = isLocked ? new Sqlite(path) : null;
    other?.exec("BEGIN IMMEDIATE");
    // Busy clients go on for as long as they are answered.
    const { code, tookMs } = await ending.end(signal);
    service = null;
    other?.exec("ROLLBACK");
    other?.close();
    for (const socket of sockets) socket.destroy();
    const name = `${signal}${isLocked ? " while locked" : ""}`;
    report.facts[`${name}: ms`] = Math.round(tookMs);
    if (code !== 0) report.broken.push(`${name} ended it with code ${code}: ${ending.said()}`);
    // That a signal arrives and an end is noticed takes the machine a moment.
    if (tookMs > limitMs + options.healthMs / 2)
      report.broken.push(`${name} took ${Math.round(tookMs)} ms`);
    service = await start();
  }
  await switches.stop();
  await probe.stop();
  await switches.repeatUnanswered(service.url);
  await compareStored(service.url, traffic, report);
  probe.report(report, options);
  await service.end("SIGTERM");
  return report;
}

/** Half a body, half a head, an export that nobody reads, and connections that say nothing. */
async function hangOn(url: string): Promise<Socket[]> {
  const texts = [HALF_BODY, HALF_HEAD, EXPORT, ...Array<string>(IDLE_CONNECTIONS).fill("")];
  return Promise.all(
    texts.map(async (text) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.on("error", () => undefined);
      await new Promise((connected) => socket.once("connect", connected));
      socket.pause();
      if (text !== "") await new Promise((written) => socket.write(text, written));
      return socket;
    }),
  );
}
