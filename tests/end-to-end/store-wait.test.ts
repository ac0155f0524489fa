// Goal: a record waits for a store that is away once, for the time of the setting, whatever it needs
// the store for; and asking for the state of the service costs the store nothing.
// Method: a locked SQLite file, and a MongoDB behind a proxy that is closed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { startProxy } from "../stores/mongo/tcp-proxy.ts";
import { mongoTestUri } from "../stores/mongo-test-uri.ts";
import { mongoAddress, mongoUrlThrough } from "../stores/mongo-urls.ts";
import { startTestService, type TestService } from "./test-service.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-wait-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const uri = await mongoTestUri();

const call = (id: string, more = "") =>
  `accid=${id}&account=1001&destination=34650123456&answer_time=2026-03-02T09:00:00Z&usage=60${more}`;
const LIMITS = { storeSeconds: 1, stopSeconds: 2 };
/** One wait, and not one for each call of the store; the rest is for a busy machine. */
const MOST_MS = 1900;

/** Of each kind of record that needs the store in its own way: status and milliseconds. */
async function postAll(service: TestService) {
  const posts = [
    service.post("/cgr", call("new")),
    service.post("/cgr", call("stored")),
    service.post("/cgr", call("stored", "&extra=makes-a-conflict")),
    service.post("/freeswitch_json", "{broken"),
  ];
  const startedAt = performance.now();
  const answers = await Promise.all(
    posts.map(async (post) => ({ ...(await post), tookMs: performance.now() - startedAt })),
  );
  return answers;
}

describe("a store that is away", () => {
  it("SQLite, locked by another process: 503 after one wait; reads and /health go on", async () => {
    const path = join(folder, "locked.db");
    const service = await startTestService({
      store: `sqlite:${path}`,
      settings: { limits: LIMITS },
    });
    await service.post("/cgr", call("stored"));
    const other = new Sqlite(path);
    other.exec("BEGIN EXCLUSIVE");
    const posted = postAll(service);
    expect(await service.rpc("cdr.count")).toEqual({ count: 1 });
    expect((await service.get("/health")).status).toBe(200);
    for (const { status, tookMs, headers, body } of await posted) {
      expect([status, body.code]).toEqual([503, "store-unavailable"]);
      expect(headers.get("retry-after")).not.toBeNull();
      expect(tookMs).toBeLessThan(MOST_MS);
    }
    expect((await service.get("/ready")).status).toBe(503);
    other.exec("COMMIT");
    other.close();
    const outcomes = (await postAll(service)).map(({ body }) => body.outcome);
    expect(outcomes).toEqual([
      expect.stringMatching(/rated|duplicate/),
      "duplicate",
      "conflict",
      "suspended",
    ]);
    await service.stop();
  });

  it.skipIf(uri === null)("MongoDB without a server: 503 after the same wait", async () => {
    const { hostname, port } = mongoAddress(uri);
    const proxy = await startProxy(hostname, port);
    const service = await startTestService({
      store: mongoUrlThrough({ uri, port: proxy.port }),
      settings: { limits: LIMITS },
    });
    expect((await service.post("/cgr", call("stored"))).body.outcome).toBe("rated");
    await proxy.close();
    for (const { status, tookMs, body } of await postAll(service)) {
      expect([status, body.code]).toEqual([503, "store-unavailable"]);
      expect(tookMs).toBeLessThan(MOST_MS);
    }
    expect((await service.get("/ready")).status).toBe(503);
    await service.stop();
  });
});

it("/ready and system.status write to the store once a second, whoever asks", async () => {
  let pings = 0;
  const service = await startTestService({
    wrapStore: (store) => ({
      ...store,
      ping: () => {
        pings += 1;
        return store.ping();
      },
    }),
  });
  const startedAt = performance.now();
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([
      ...Array.from({ length: 10 }, () => service.get("/ready")),
      service.rpc("system.status"),
    ]);
  }
  expect(pings).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - startedAt) / 1000));
  await service.stop();
});
