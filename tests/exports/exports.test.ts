// Goal: an export that is written as a job is whole or not there, whatever ends its process and whenever, and is
// fetched by who may see what it holds. Method: the engine over every store with a folder and a clock of the test,
// where each step dies in turn; a service asked over HTTP by several credentials.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../src/access/scope.ts";
import { openStore } from "../../src/compose/open-store.ts";
import { readSettings } from "../../src/config/config.ts";
import { createExports } from "../../src/engine/exports/exports.ts";
import type { ExportFolder, ExportWriter } from "../../src/engine/exports/ports.ts";
import type { CdrReads } from "../../src/engine/records/reads.ts";
import { createExportFolder } from "../../src/outputs/exports/folder.ts";
import { exportSettings } from "../../src/outputs/exports/settings.ts";
import type { Store } from "../../src/stores/store.ts";
import { SILENT, startTestService, type TestService } from "../end-to-end/test-service.ts";
import { STORES } from "../engine/rerate/test-engine.ts";

const BY = { credential: "anna", name: "anna", scope: EVERYTHING };
const OTHER = { credential: "berta", name: "berta", scope: EVERYTHING };
const LIMITS = { files: 5, ownerFiles: 3, bytes: 1000, days: 7 };
const TEXT = "a,b\r\n1,é\r\n2,3\r\n";
const DAY_MS = 86_400_000;

/** Three pieces, the rows told after each; `between` runs behind the first one. */
function writerOf(between: () => Promise<void> = async () => {}): ExportWriter {
  return {
    check: () => ({ fileName: "cdrs.csv" }),
    async pieces(_request, _cdrs, { onRows }) {
      async function* pieces() {
        yield TEXT.slice(0, 5);
        await between();
        onRows(1);
        yield TEXT.slice(5, 12);
        onRows(2);
        yield Buffer.from(TEXT.slice(12));
      }
      return pieces();
    },
  };
}

describe.each(STORES)("exports as jobs on $name", ({ url }) => {
  let store: Store;
  let path: string;
  beforeAll(async () => {
    const settings = readSettings({ environment: {}, flags: { store: url(), log: "silent" } });
    store = await openStore(settings, { waitSeconds: 5 });
    path = mkdtempSync(join(tmpdir(), "cdrate-exports-"));
  });
  afterAll(async () => {
    await store.close();
    rmSync(path, { recursive: true, force: true });
  });

  const now = { ms: Date.parse("2026-03-03T00:00:00Z") };
  function desk({
    writer = writerOf(),
    folder = createExportFolder(path, "here"),
    over = store.desk,
    limits = LIMITS,
  }: {
    writer?: ExportWriter;
    folder?: ExportFolder;
    over?: Store["desk"];
    limits?: typeof LIMITS;
  } = {}) {
    const exports = createExports({
      ...{ store: { desk: over }, clock: () => now.ms, log: SILENT, cdrs: {} as CdrReads },
      settings: { folder, writer, limits },
    });
    const turn = async (): Promise<void> => {
      while ((await exports.turn(new AbortController().signal)).isBusy);
    };
    return { ...exports, once: exports.turn, turn };
  }
  const empty = async (): Promise<void> => {
    const { list, remove } = desk();
    for (const { id } of (await list({ limit: 100 }, BY)).exports) await remove(id, BY);
    expect(readdirSync(path)).toEqual([]);
  };
  const textOf = async (content: AsyncIterable<Uint8Array>): Promise<string> => {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    return Buffer.concat(parts).toString("utf8");
  };

  it("is written whole, with its rows, bytes and hash, and goes when it is over", async () => {
    const { start, get, open, turn } = desk();
    const { id, state } = await start({ request: {} }, BY);
    expect(state).toBe("waiting");
    await expect(open(id, BY)).rejects.toMatchObject({ code: "conflict" });
    await turn();
    const job = await get(id, BY);
    const sha256 = createHash("sha256").update(TEXT).digest("hex");
    const bytes = Buffer.byteLength(TEXT);
    expect(job).toMatchObject({ state: "done", rows: 2, bytes, sha256, host: "here", tries: 1 });
    expect(readdirSync(path)).toEqual([id]);
    expect(await textOf((await open(id, BY)).content)).toBe(TEXT);
    // Written over by a stranger: it is not the file that was written.
    writeFileSync(join(path, id), "half");
    await expect(open(id, BY)).rejects.toThrow(/not on this machine: here wrote it/);
    now.ms += LIMITS.days * DAY_MS;
    await turn();
    await expect(get(id, BY)).rejects.toMatchObject({ code: "not-found" });
    expect(readdirSync(path)).toEqual([]);
  });

  it("a process that dies at any step leaves nothing half, and another one writes it whole", async () => {
    for (const when of ["before", "after"] as const) {
      for (let step = 0, isThrough = false; !isThrough; step += 1) {
        const { id } = await desk().start({ request: {} }, BY);
        const died = dying(step, when);
        const folder = createExportFolder(path, "here");
        const dead = desk({
          over: died.wrap(store.desk, ["due", "update", "get", "remove"]),
          folder: died.wrap(folder, ["write", "remove", "list"]),
        });
        await dead.once(new AbortController().signal).catch(() => undefined);
        isThrough = !died.isDead();
        const left = await desk().get(id, BY);
        if (left.state === "done") {
          expect(await textOf((await desk().open(id, BY)).content)).toBe(TEXT);
        } else await expect(desk().open(id, BY)).rejects.toMatchObject({ code: "conflict" });
        now.ms += 61_000;
        await desk().turn();
        expect(await desk().get(id, BY)).toMatchObject({ state: "done", rows: 2 });
        expect(await textOf((await desk().open(id, BY)).content)).toBe(TEXT);
        expect(readdirSync(path)).toEqual([id]);
        await empty();
      }
    }
  });

  it("one that ends its process each time is given up", async () => {
    const { id } = await desk().start({ request: {} }, BY);
    for (let tries = 0; tries < 5; tries += 1) {
      const died = dying(2, "before");
      const over = died.wrap(store.desk, ["due", "update"]);
      const folder = died.wrap(createExportFolder(path), ["write"]);
      await desk({ over, folder })
        .once(new AbortController().signal)
        .catch(() => undefined);
      now.ms += 61_000;
    }
    await desk().turn();
    expect(await desk().get(id, BY)).toMatchObject({ state: "failed", tries: 5 });
    await empty();
  });

  it("cancelled or removed while it is written, nothing is left; stopped, it is begun anew", async () => {
    for (const does of ["cancel", "remove"] as const) {
      const other = desk();
      const { id } = await other.start({ request: {} }, BY);
      const between = async (): Promise<void> => {
        now.ms += 6000;
        await other[does](id, BY);
      };
      await desk({ writer: writerOf(between) }).turn();
      expect(readdirSync(path)).toEqual([]);
      const states = (await other.list({ limit: 9 }, BY)).exports.map(({ state }) => state);
      expect(states).toEqual(does === "cancel" ? ["cancelled"] : []);
      await empty();
    }
    const { id } = await desk().start({ request: {} }, BY);
    const end = new AbortController();
    const writer = writerOf(async () => end.abort());
    await desk({ writer }).once(end.signal);
    expect(readdirSync(path)).toEqual([]);
    expect(await desk().get(id, BY)).toMatchObject({ state: "waiting", tries: 0 });
    await desk().turn();
    expect(await desk().get(id, BY)).toMatchObject({ state: "done" });
    await empty();
  });

  it("of two processes one writes it", async () => {
    const { id } = await desk().start({ request: {} }, BY);
    let begun = 0;
    const writer = writerOf(async () => {
      begun += 1;
    });
    await Promise.all([desk({ writer }).turn(), desk({ writer }).turn()]);
    expect(begun).toBe(1);
    expect(await desk().get(id, BY)).toMatchObject({ state: "done", tries: 1 });
    await empty();
  });

  it("what is over a limit is refused, or failed with nothing left", async () => {
    const { start, get } = desk();
    const { id } = await start({ request: {} }, BY);
    await desk({ limits: { ...LIMITS, bytes: 10 } }).turn();
    expect(await get(id, BY)).toMatchObject({ state: "failed", fault: /over 10 bytes/ });
    expect(readdirSync(path)).toEqual([]);
    for (let n = 0; n < 2; n += 1) await start({ request: {} }, BY);
    await expect(start({ request: {} }, BY)).rejects.toThrow(/You have 3 exports/);
    for (let n = 0; n < 2; n += 1) await start({ request: {} }, OTHER);
    await expect(start({ request: {} }, OTHER)).rejects.toThrow(/There are 5 exports/);
    await empty();
  });

  it("files that no line names are taken away, those of strangers are not", async () => {
    const orphan = "2026-03-03T000000000Z-00000000-0000-4000-8000-000000000001";
    for (const name of [orphan, `${orphan}.part`, "notes.txt"])
      writeFileSync(join(path, name), "x");
    await desk().turn();
    expect(readdirSync(path)).toEqual(["notes.txt"]);
    rmSync(join(path, "notes.txt"));
  });
});

/** The step of this number is the last one of its process. */
function dying(step: number, when: "before" | "after") {
  let count = -1;
  let isDead = false;
  const wrap = <Port extends object>(port: Port, names: (keyof Port)[]): Port => {
    const wrapped = { ...port };
    for (const name of names) {
      const real = port[name] as (...given: unknown[]) => Promise<unknown>;
      const dies = async (...given: unknown[]): Promise<unknown> => {
        if (isDead) throw new Error("dead");
        count += 1;
        const isLast = count === step;
        if (isLast && when === "before") {
          isDead = true;
          throw new Error("died");
        }
        const result = await real(...given);
        if (!isLast) return result;
        isDead = true;
        throw new Error("died");
      };
      wrapped[name] = dies as Port[typeof name];
    }
    return wrapped;
  };
  return { wrap, isDead: () => isDead };
}

describe("exports over HTTP", () => {
  const TENANT = "own.example";
  const CREDENTIALS = {
    all: { roles: ["admin"], tenants: ["*"] },
    reader: { roles: ["read"], tenants: [TENANT] },
    customer: { roles: ["customer"], tenants: [TENANT], accounts: ["mine"] },
    stranger: { roles: ["admin"], tenants: ["second.example"] },
    feeder: { roles: ["ingest"], tenants: ["*"] },
  } as const;
  type Who = keyof typeof CREDENTIALS;
  let service: TestService;
  let path: string;
  const by = (who: Who) => ({ authorization: `Bearer ${who}` });

  beforeAll(async () => {
    path = mkdtempSync(join(tmpdir(), "cdrate-exports-http-"));
    const credentials = Object.entries(CREDENTIALS).map(([name, grant]) => ({
      ...{ name, tokenSha256: createHash("sha256").update(name).digest("hex"), ...grant },
    }));
    const exports = exportSettings.parse({ path });
    service = await startTestService({ settings: { credentials, exports }, demo: false });
    for (const [originId, account, day] of [
      ["one", "mine", "2026-03-02"],
      ["two", "other", "2026-03-02"],
      ["old", "mine", "2026-02-02"],
    ]) {
      const call = { originId, account, tenant: TENANT, destination: "34650123456", usage: 60 };
      const cdr = { ...call, answerTime: `${day}T09:00:00Z` };
      await service.rpc("cdr.process", { cdr }, by("all"));
    }
  });
  afterAll(async () => {
    await service.stop();
    rmSync(path, { recursive: true, force: true });
  });

  async function written(who: Who, id: string) {
    for (;;) {
      const job = await service.rpc("export.get", { id }, by(who));
      if (job.state === "done" || job.state === "failed") return job;
      await service.service.engine.exports.turn(new AbortController().signal);
    }
  }
  const PARAMS = { columns: ["answerTime", "account"], format: "csv" };

  it("is what cdr.export answers, within the scope of who began it", async () => {
    for (const who of ["all", "reader", "customer"] as const) {
      const { id } = await service.rpc("export.start", PARAMS, by(who));
      const { link, rows, sha256 } = await written(who, id);
      const file = await service.get(link, by(who));
      const direct = await service.post("/export", JSON.stringify(PARAMS), by(who));
      expect([file.status, file.body]).toEqual([200, direct.body]);
      expect(rows).toBe(who === "customer" ? 2 : 3);
      expect(file.headers.get("x-cdrate-sha256")).toBe(sha256);
      expect(createHash("sha256").update(file.body).digest("hex")).toBe(sha256);
      expect(file.headers.get("content-disposition")).toContain('filename="cdrs.csv"');
    }
  });

  it("who sees less, or other things, is told that it is not there", async () => {
    const { id } = await service.rpc("export.start", PARAMS, by("reader"));
    const { link } = await written("reader", id);
    expect((await service.get(link, by("all"))).status).toBe(200);
    for (const who of ["customer", "stranger"] as const) {
      expect((await service.get(link, by(who))).status).toBe(404);
      await expect(service.rpc("export.get", { id }, by(who))).rejects.toMatchObject({
        data: { code: "not-found" },
      });
      const { exports } = await service.rpc("export.list", {}, by(who));
      expect(exports.map((one: { id: string }) => one.id)).not.toContain(id);
    }
    expect((await service.get(link, by("feeder"))).status).toBe(403);
    expect((await service.get(link)).status).toBe(401);
    const buy = { columns: ["marginAmount"] };
    await expect(service.rpc("export.start", buy, by("customer"))).rejects.toMatchObject({
      data: { code: "invalid-params" },
    });
  });

  it("of a saved search, and the same of other dates", async () => {
    const callTime = { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" };
    const search = {
      name: "march",
      filter: { callTime, accounts: ["mine"] },
      columns: ["originId"],
    };
    await service.rpc("search.save", search, by("reader"));
    const asked = { search: { name: "march" }, header: false, trailer: false };
    const march = await service.rpc("export.start", asked, by("reader"));
    const first = await written("reader", march.id);
    expect(first).toMatchObject({ search: "march", rows: 1 });
    expect((await service.get(first.link, by("reader"))).body).toBe("one\r\n");
    const dates = { from: "2026-02-01T00:00:00Z", to: "2026-03-01T00:00:00Z" };
    const copy = await service.rpc("export.copy", { id: march.id, ...dates }, by("reader"));
    const second = await written("reader", copy.id);
    expect((await service.get(second.link, by("reader"))).body).toBe("old\r\n");
    await expect(
      service.rpc("export.copy", { id: march.id, ...dates }, by("customer")),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
    await service.rpc("export.remove", { id: march.id }, by("reader"));
    expect((await service.get(first.link, by("reader"))).status).toBe(404);
    expect(readFileSync(join(path, copy.id), "utf8")).toBe("old\r\n");
  });
});
