// How the reference servers listen: in one process, or in several that share a port, as the service does.
import cluster from "node:cluster";
import type Koa from "koa";

function say(address: string, port: number): void {
  process.stdout.write(`listens on http://${address}:${port}\n`);
}

/** Starts as many of this program, which end with this process; says where they listen when all do. */
function forkAll(processes: number): void {
  let listening = 0;
  cluster.on("listening", (_worker, { address, port }) => {
    listening += 1;
    if (listening === processes) say(address ?? "", port);
  });
  for (let count = 0; count < processes; count += 1) cluster.fork();
}

/** Serves what `create` makes, in as many processes; in the first of several it is not called. */
export async function serve(processes: number, create: () => Koa | Promise<Koa>): Promise<void> {
  if (processes > 1 && cluster.isPrimary) return forkAll(processes);
  const app = await create();
  const server = app.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (cluster.isWorker || typeof address !== "object" || address === null) return;
    say(address.address, address.port);
  });
}
