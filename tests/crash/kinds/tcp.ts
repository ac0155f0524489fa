// A UCM writes to a port, with packets and connections cut anywhere and kill -9 at seeded moments: what
// is written again is there once, and what was cut is in suspense with its bytes.
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { ucmLeg } from "../../feeds/ucm-legs.ts";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { type ServiceProcess, startService } from "../service.ts";

/** Records of one round: the device says them in one connection, or as much as it comes to. */
const ROUND = 300;

export async function tcp(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "tcp", facts: { seed: options.seed }, broken: [] };
  const chance = seededChance(options.seed);
  const port = await freePort();
  const start = () =>
    startService({
      folder: options.folder,
      store: `sqlite:${join(options.folder, "tcp.db")}`,
      settings: {
        limits: { ...options.limits, feedLeaseSeconds: 1 },
        sources: [{ name: "hq", kind: "ucm" }],
        feeds: [
          {
            name: "ucm",
            kind: "ucm-tcp",
            listen: `127.0.0.1:${port}`,
            source: "hq",
            idleSeconds: 1,
          },
        ],
      },
    });
  let service = await start();
  let sent = 0;
  let cuts = 0;
  for (let round = 0; round < options.kills; round += 1) {
    await until("the port", () => isOpen(port));
    const text = Array.from({ length: ROUND }, (_, n) => recordOf(sent + n)).join("\n");
    sent += ROUND;
    // Half-open ones: they say a part of a record, and nothing any more.
    const silent = await open(port);
    silent.write(recordOf(sent).slice(0, 1 + Math.floor(chance() * 200)));
    const socket = await open(port);
    const end = Math.floor(text.length * chance());
    await writeInPackets(socket, text.slice(0, end), chance);
    if (chance() < 0.5) {
      await killed(service);
      service = await start();
    } else cuts += 1;
    socket.destroy();
    silent.destroy();
  }
  await until("the port", () => isOpen(port));
  const again = await open(port);
  const whole = Array.from({ length: sent }, (_, call) => recordOf(call)).join("\n");
  await writeInPackets(again, whole, chance);
  again.end();
  await until(
    "every record",
    async () => (await ask(service, "cdr.count")).count === sent,
    240_000,
  ).catch(async () => {
    const { count } = await ask(service, "cdr.count");
    report.broken.push(`of ${sent} records ${count} are there`);
  });
  await compare(service, report);
  Object.assign(report.facts, { records: sent, rounds: options.kills, cuts });
  const { code } = await service.end("SIGTERM");
  if (code !== 0) report.broken.push(`SIGTERM ended it with code ${code}`);
  return report;
}

function recordOf(call: number): string {
  return JSON.stringify(ucmLeg(call));
}

/** In suspense is what was cut, and nothing that is a record. */
async function compare(service: ServiceProcess, report: Report): Promise<void> {
  const { records } = await ask(service, "suspense.find", { limit: 1000 });
  report.facts["suspended"] = records.length;
  for (const { id, reason } of records) {
    const { text } = await ask(service, "suspense.get", { id });
    // A part that ends within a number of braces is a beginning of a record that was sent.
    const isCut = reason === "broken-json" && text.startsWith('{"AcctId"') && !text.endsWith("}");
    if (!isCut) report.broken.push(`in suspense is ${reason}: ${text.slice(0, 80)}`);
  }
}

async function killed(service: ServiceProcess): Promise<void> {
  await service.end("SIGKILL");
}

async function writeInPackets(socket: Socket, text: string, chance: () => number): Promise<void> {
  for (let at = 0; at < text.length && !socket.destroyed; ) {
    const size = 1 + Math.floor(chance() * 8000);
    const isRoom = socket.write(text.slice(at, at + size));
    at += size;
    if (!isRoom) await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => {});
    else if (chance() < 0.2) await new Promise((done) => setImmediate(done));
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  socket.on("error", () => undefined);
  return socket;
}

async function isOpen(port: number): Promise<boolean> {
  try {
    (await open(port)).destroy();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
async function ask(service: ServiceProcess, method: string, params: object = {}): Promise<any> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await fetch(`${service.url}/jsonrpc`, { method: "POST", body });
  return ((await answer.json()) as { result: unknown }).result;
}
