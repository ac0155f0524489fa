// Starts the MongoDB test server at most once per test run, and only when a test asks for it.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { startMongoServer } from "./stores/mongo-server.ts";
import type {} from "./stores/mongo-test-uri.ts";

type Started = Awaited<ReturnType<typeof startMongoServer>>;

function say(line: string): void {
  process.stdout.write(`\n[mongo] ${line}\n`);
}

async function start(): Promise<Started> {
  const started = await startMongoServer();
  for (const cause of started.causes) say(`not available: ${cause}`);
  if (started.server === null) say("NO MONGODB SERVER: THE MONGODB TESTS ARE NOT RUN");
  else say(`tests use ${started.server.description}`);
  return started;
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<Started> | undefined;
  const broker = createServer((_request, response) => {
    started ??= start();
    void started.then(({ server, causes }) => {
      response.statusCode = server === null ? 503 : 200;
      response.end(server?.uri ?? causes.join("; "));
    });
  });
  await new Promise<void>((listening) => broker.listen(0, "127.0.0.1", listening));
  const { port } = broker.address() as AddressInfo;
  project.provide("mongoBroker", `http://127.0.0.1:${port}/`);
  return async () => {
    broker.close();
    broker.closeAllConnections();
    await (await started)?.server?.stop();
  };
}
