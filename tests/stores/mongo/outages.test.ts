// Each kind of call of the store while the server stops answering, cuts connections, steps down, fails
// its write concern, is too slow or refuses: what is told, and that nothing is lost and nothing is twice.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngineError } from "../../../src/errors.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr, sampleRating } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { type ProxiedStores, proxiedStores } from "./test-store.ts";
import type { WireFault } from "./wire-faults.ts";

const uri = await mongoTestUri();
const PAGE = { filter: {}, sort: { by: "callTime", descending: false }, limit: 10 } as const;
const SUM = { filter: {}, groupBy: [], timeZone: "UTC", time: "answer" as const };
const there = sampleCdr("there");

const job = (id: string) => ({ id, kind: "k", state: "new", version: 1, createdAtMs: 1, body: {} });
const feed = (name: string) => ({
  ...{ name, version: 1, owner: "me", leaseUntilMs: 5, isStopped: false },
  ...{ position: null, state: {} },
});
const record = (id: string) =>
  ({
    ...{ id, source: "s", reason: "id-missing", detail: "", format: "cgr-form", query: "" },
    ...{ bytes: new Uint8Array([1]), receivedAtMs: 1, state: "open" },
  }) as unknown as Parameters<Store["suspense"]["add"]>[0];
const version = (name: string) =>
  ({ version: name, name, loadedAtMs: 1 }) as unknown as Parameters<Store["tariffs"]["put"]>[0];
const activation = (name: string) => ({ tenant: name, version: "v", fromMs: 1, activatedAtMs: 2 });
const assignment = (account: string) => ({ tenant: "t", account, voipPlan: "p", fromMs: 1 });

type Call = (store: Store, name: string) => unknown;

async function first<T>(parts: AsyncIterable<T>): Promise<void> {
  await parts[Symbol.asyncIterator]().next();
}

const READS: Record<string, Call> = {
  "cdrs.get": (store) => store.cdrs.get(there),
  "cdrs.find": (store) => store.cdrs.find(PAGE),
  "cdrs.scan": (store) => first(store.cdrs.scan({})),
  "cdrs.scan by receipt": (store) => first(store.cdrs.scan({ receivedAt: { fromMs: 0 } })),
  "cdrs.count": (store) => store.cdrs.count({}),
  "cdrs.count of an account": (store) => store.cdrs.count({ accounts: ["1001"] }),
  "cdrs.summarize": (store) => store.cdrs.summarize(SUM),
  "cdrs.keyFaults": (store) => first(store.cdrs.keyFaults({})),
  "cdrs.tenants": (store) => store.cdrs.tenants(),
  "suspense.get": (store) => store.suspense.get("s"),
  "suspense.find": (store) => store.suspense.find({ limit: 5 }),
  "suspense.openByTenant": (store) => store.suspense.openByTenant(),
  "tariffs.get": (store) => store.tariffs.get("v"),
  "tariffs.getFiles": (store) => store.tariffs.getFiles("v"),
  "tariffs.list": (store) => store.tariffs.list(5),
  "tariffs.activations": (store) => store.tariffs.activations(),
  "tariffs.activationStamp": (store) => store.tariffs.activationStamp(),
  "tariffs.followed": (store) => store.tariffs.followed(),
  "accounts.getFor": (store) => store.accounts.getFor([{ tenant: "t", account: "a" }]),
  "accounts.find": (store) => store.accounts.find({ limit: 5 }),
  "accounts.setMs": (store) => store.accounts.setMs(assignment("a")),
  "facts.get": (store) => store.facts.get("f"),
  "jobs.get": (store) => store.jobs.get("j"),
  "jobs.list": (store) => store.jobs.list({ limit: 5 }),
  "jobs.pageLines": (store) => store.jobs.pageLines("j", "l", { after: 0, limit: 5 }),
  "feeds.getFor": (store) => store.feeds.getFor(["f"]),
  schemaState: (store) => store.schemaState(),
};

/** Each writes something of this name, and answers what it answers the first time. */
const WRITES: Record<string, { call: Call; answer: unknown }> = {
  "cdrs.insert": {
    call: (store, name) => store.cdrs.insert([sampleCdr(name), sampleCdr(`${name}-2`)]),
    answer: [{ outcome: "inserted" }, { outcome: "inserted" }],
  },
  "suspense.add": {
    call: async (store, name) => (await store.suspense.add(record(name))).outcome,
    answer: "new",
  },
  "tariffs.put": {
    call: (store, name) => store.tariffs.put(version(name), { a: name }),
    answer: undefined,
  },
  "tariffs.activate": {
    call: (store, name) => store.tariffs.activate([activation(name)]),
    answer: [expect.objectContaining({ sequence: 1 })],
  },
  "accounts.set": {
    call: (store, name) => store.accounts.set(assignment(name), 1),
    answer: undefined,
  },
  "jobs.put": { call: (store, name) => store.jobs.put(job(name)), answer: true },
  "jobs.appendLines": {
    call: (store, name) => store.jobs.appendLines(name, "l", [{ number: 1, hash: "h", text: "t" }]),
    answer: undefined,
  },
  "feeds.put": { call: (store, name) => store.feeds.put(feed(name)), answer: true },
  ping: { call: (store) => store.ping(), answer: undefined },
};

/** A change of what is there, which must be made once: it answers `done` the first time alone. */
const CHANGES: Record<string, { make: Call; change: Call; done: unknown; again: unknown }> = {
  "cdrs.revise": {
    make: (store, name) => store.cdrs.insert([sampleCdr(name)]),
    change: (store, name) => {
      const { tenant, id } = sampleCdr(name);
      const rating = sampleRating({ revision: 2 });
      return store.cdrs.revise([{ tenant, id, rating, expectedRevision: 1, atMs: 5 }]);
    },
    done: ["revised"],
    again: ["changed-meanwhile"],
  },
  "suspense.close": {
    make: (store, name) => store.suspense.add(record(name)),
    change: (store, name) => store.suspense.close(name, { state: "discarded", by: "me", atMs: 3 }),
    done: true,
    again: false,
  },
  "jobs.update": {
    make: (store, name) => store.jobs.put(job(name)),
    change: (store, name) => store.jobs.update({ ...job(name), version: 2 }, 1),
    done: true,
    again: false,
  },
  "feeds.update": {
    make: (store, name) => store.feeds.put(feed(name)),
    change: (store, name) => store.feeds.update({ ...feed(name), version: 2 }, 1),
    done: true,
    again: false,
  },
};

const failure = (code: number) => ({ ok: 0, code, errmsg: "told by a test" });
const any = (fault: Omit<WireFault, "command">): WireFault => ({ command: "*", ...fault });

const WRITE_COMMANDS = ["insert", "update", "findAndModify", "delete"];
const onWrites = (fault: Omit<WireFault, "command">): WireFault[] =>
  WRITE_COMMANDS.map((command) => ({ command, ...fault }));
const withoutMajority = (answer: object) => ({
  ...answer,
  writeConcernError: { code: 64, errmsg: "waiting for replication timed out" },
});

const LASTING: [string, WireFault[]][] = [
  ["cuts every connection", [any({ when: "instead", answer: "cut" })]],
  ["cuts every connection after its work", [any({ when: "after", answer: "cut" })]],
  ["has stepped down", [any({ when: "instead", answer: failure(10107) })]],
  ["steps down after its work", [any({ when: "after", answer: failure(189) })]],
  ["is shutting down", [any({ when: "instead", answer: failure(91) })]],
  ["ends everything after its time", [any({ when: "instead", answer: failure(50) })]],
  ["refuses the user", [any({ when: "instead", answer: failure(13) })]],
  ["has a full disk", onWrites({ when: "instead", answer: failure(14031) })],
  [
    "does its work, without its write concern",
    onWrites({ when: "after", answer: withoutMajority }),
  ],
];

describe.skipIf(uri === null)("with a server", () => {
  let stores: ProxiedStores;
  let patient: Store;
  let hasty: Store;
  beforeAll(async () => {
    stores = await proxiedStores(uri ?? "");
    patient = await stores.open({ waitMs: 8_000 });
    hasty = await stores.open({ waitMs: 100, readMs: 100 });
    await patient.cdrs.insert([there]);
  });
  afterAll(() => stores.close());

  /** True: it was answered; false: it was told as an outage. Anything else is thrown. */
  async function isAnswered(call: Call, name: string): Promise<boolean> {
    try {
      await call(hasty, name);
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      expect(["store-unavailable", "timeout"]).toContain(error.code);
      expect(error.message).not.toBe("");
      return false;
    }
  }

  async function tryAll(faults: WireFault[], name: string): Promise<void> {
    for (const [what, { make }] of Object.entries(CHANGES)) await make(patient, `${name}-${what}`);
    stores.proxy.meet(faults);
    const writes = Object.entries(WRITES).map(([what, { call }]) => [what, call] as const);
    const changes = Object.entries(CHANGES).map(([what, { change }]) => [what, change] as const);
    const reads = Object.entries(READS);
    // All at once, as the posts and calls of a service would be.
    const answered = await Promise.all(
      [...reads, ...writes, ...changes].map(
        async ([what, call]) => [what, await isAnswered(call, `${name}-${what}`)] as const,
      ),
    );
    stores.proxy.meet(null);
    if (faults.some(({ command }) => command === "*")) {
      expect(answered.filter(([, isDone]) => isDone)).toEqual([]);
    }
    for (const [, call] of reads) await call(patient, name);
    for (const [what, { call }] of Object.entries(WRITES)) await call(patient, `${name}-${what}`);
    const done = new Map(answered);
    for (const [what, { change, done: first, again }] of Object.entries(CHANGES)) {
      const answer = await change(patient, `${name}-${what}`);
      // What was acknowledged was done; what was not may have been.
      expect([first, again]).toContainEqual(answer);
      if (done.get(what) === true) expect([what, answer]).toEqual([what, again]);
      expect(await change(patient, `${name}-${what}`)).toEqual(again);
    }
    await expectOnce(name);
  }

  /** Nothing is lost and nothing twice, once the same was sent again. */
  async function expectOnce(name: string): Promise<void> {
    const inserted = [`${name}-cdrs.insert`, `${name}-cdrs.insert-2`].map((id) => sampleCdr(id));
    const ids = inserted.map(({ id }) => id);
    expect(await patient.cdrs.count({ ids })).toBe(2);
    const revised = await patient.cdrs.get(sampleCdr(`${name}-cdrs.revise`));
    expect(revised?.rating.revision).toBe(2);
    expect(revised?.history).toHaveLength(1);
    expect(await patient.suspense.get(`${name}-suspense.add`)).toMatchObject({ state: "open" });
    expect(await patient.suspense.get(`${name}-suspense.close`)).toMatchObject({
      state: "discarded",
    });
    expect(await patient.jobs.get(`${name}-jobs.put`)).toMatchObject({ version: 1 });
    expect(await patient.jobs.get(`${name}-jobs.update`)).toMatchObject({ version: 2 });
    const lines = await patient.jobs.pageLines(`${name}-jobs.appendLines`, "l", {
      after: 0,
      limit: 5,
    });
    expect(lines).toHaveLength(1);
    expect(await patient.tariffs.getFiles(`${name}-tariffs.put`)).toEqual({
      a: `${name}-tariffs.put`,
    });
    const tenant = `${name}-tariffs.activate`;
    const entries = (await patient.tariffs.activations()).filter((one) => one.tenant === tenant);
    // A caller who was told an outage and activates again makes a second entry of the time line.
    expect(entries.length).toBeGreaterThanOrEqual(1);
    expect(entries.length).toBeLessThanOrEqual(2);
  }

  test.each(LASTING)(
    "a server that %s: an outage is told, and afterwards all is there once",
    {
      timeout: 120_000,
    },
    async (what, faults) => {
      await tryAll(faults, what);
    },
  );

  test("a server that stops answering: each call ends within its limits", {
    timeout: 120_000,
  }, async () => {
    const startedAt = performance.now();
    await tryAll([any({ when: "instead", answer: "silence" })], "silence");
    expect(performance.now() - startedAt).toBeLessThan(60_000);
  });

  test("a write whose answer does not come is looked for once, however late that is", async () => {
    const cdr = sampleCdr("unanswered");
    stores.proxy.meet({ command: "insert", when: "after", answer: "silence", times: 1 });
    expect(await hasty.cdrs.insert([cdr])).toEqual([{ outcome: "inserted" }]);
    stores.proxy.meet({ command: "find", when: "instead", answer: "silence", times: 1 });
    await expect(hasty.cdrs.get(cdr)).rejects.toMatchObject({ code: "store-unavailable" });
    stores.proxy.meet(null);
    expect((await patient.cdrs.insert([cdr]))[0]).toMatchObject({ outcome: "exists" });
  });

  const PASSING: [string, Omit<WireFault, "command" | "times">][] = [
    ["cuts the connection before its work", { when: "instead", answer: "cut" }],
    ["cuts the connection after its work", { when: "after", answer: "cut" }],
    ["steps down before its work", { when: "instead", answer: failure(10107) }],
    ["steps down after its work", { when: "after", answer: failure(11602) }],
  ];
  test.each(PASSING)(
    "a server that %s, once: each call is answered as if nothing had been",
    {
      timeout: 120_000,
    },
    async (how, fault) => {
      const name = `once ${how}`;
      for (const [what, call] of Object.entries(READS)) {
        // A step of an iteration is not repeated: its caller begins anew.
        if (what === "cdrs.keyFaults") continue;
        stores.proxy.meet(any({ ...fault, times: 1 }));
        await call(patient, name);
      }
      for (const [what, { call, answer }] of Object.entries(WRITES)) {
        stores.proxy.meet(any({ ...fault, times: 1 }));
        expect([what, await call(patient, `${name}-${what}`)]).toEqual([what, answer]);
      }
      for (const [what, { make, change, done, again }] of Object.entries(CHANGES)) {
        stores.proxy.meet(null);
        await make(patient, `${name}-${what}`);
        stores.proxy.meet(any({ ...fault, times: 1 }));
        expect([what, await change(patient, `${name}-${what}`)]).toEqual([what, done]);
        stores.proxy.meet(null);
        expect([what, await change(patient, `${name}-${what}`)]).toEqual([what, again]);
      }
      stores.proxy.meet(null);
      await expectOnce(name);
    },
  );
});
