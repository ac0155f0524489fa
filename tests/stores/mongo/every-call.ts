// Every call of a store, each with what it answers and what is there after it: what a matrix of calls
// and faults is made of. A call that a store gets later and that is not here fails the test of the matrix.
import { expect } from "vitest";
import { jsonHash } from "../../../src/stores/json-hash.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr, sampleRating } from "../contracts/sample-cdrs.ts";

/** `name`: of what the call is about; a call of another name meets nothing of this one. */
export type Call = (store: Store, name: string) => unknown;

/** A CDR that is there before. */
export const there = sampleCdr("there");

export const PAGE = { filter: {}, sort: { by: "callTime", descending: false }, limit: 10 } as const;
export const SUM = { filter: {}, groupBy: [], timeZone: "UTC", time: "answer" as const };
const TALKS = { filter: {}, fromMs: 0, toMs: Date.UTC(2027, 0, 1) };
const EVENTS = { fromMs: 0, toMs: 1e12, limit: 5 };
const LATE_MS = 1e11;

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
const half = (id: string) => ({
  ...{ id, feed: "f", side: "begin" as const, bytes: new Uint8Array([1]), sinceMs: 1 },
  isPaired: false,
});
const queueEvent = (id: string, atMs: number) => ({
  ...{ id, source: "s", atMs, event: "Join", queue: "q", agent: null, uniqueId: "u" },
  ...{ linkedId: null, account: null, facts: {} },
});
const upload = (id: string) => ({
  ...{ id, hash: "h", bytes: 1, partBytes: 1, name: "n", by: "me" },
  ...{ state: "open" as const, expiresAtMs: 9 },
});
const batch = (id: string) => ({
  ...{ id, version: 1, state: "new", hash: null, tenants: null, createdAtMs: 1, body: {} },
});
const act = (id: string) => ({
  ...{ id, atMs: 1, by: "me", act: "feed.stop", subject: "f", tenant: null, before: 1, after: 2 },
  ...{ road: null, address: null, why: null, link: null },
});
const overlay = (source: string, number: number) => ({
  ...{ source, version: number, members: { timeZone: `z${number}` } },
});
const login = (name: string, number: number) => ({
  ...{ kind: "user" as const, name, owner: name, version: number, endsAtMs: null, content: {} },
});
const loginOf = (store: Store, name: string) => store.logins.get({ kind: "user", name });
const planObject = (name: string, ...bytes: number[]) => ({
  ...{ plan: "p", kind: "Rate", name },
  body: new Uint8Array(bytes),
});
const deskEntry = (id: string, version = 1) => ({
  ...{ kind: "schedule" as const, id, version, dueMs: 5, body: {} },
});
const masterEntry = (id: string, version = 1) => ({
  ...{ kind: "carrier" as const, tenant: "t", id, version, label: "l", body: {} },
});
const masterOf = async (store: Store, id: string) =>
  (await store.master.getFor([masterEntry(id)]))[0] ?? null;
const planObjectOf = (store: Store, name: string) => store.planObjects.get(planObject(name));
const statement = (id: string, sequence: number) => ({
  ...{ sequence, id, tenant: "t", number: id, kind: "closing" as const, side: "sell" as const },
  ...{ party: "p", fromMs: 1, toMs: 2, closing: id, atMs: 3, hash: "h", head: "{}", lines: "[]" },
});
const periodCdr = (name: string) => ({ statement: name, cdr: "c", text: name });
const TERMS = { effectiveCauses: ["17"], congestionCauses: ["34"] };
const SEAL = {
  ...{ quarter: 5, shape: "s", cdrs: 1, tenants: [], since: 5, until: 5, hash: "h" },
};
const eraseStep = (job: string) => ({
  ...{ job, list: "erased", number: 1, tenants: [job], after: null, limit: 5, holds: [] },
  ...{ callTime: { fromMs: 0, toMs: 2 ** 42 }, beforeMs: 2 ** 42, receivedBeforeMs: 2 ** 42 },
  ...{ terms: TERMS, atMs: 1 },
});
const overlayOf = async (store: Store, name: string) =>
  (await store.overlays.all()).filter(({ source }) => source === name);

async function first<T>(parts: AsyncIterable<T>): Promise<void> {
  await parts[Symbol.asyncIterator]().next();
}

export const READS: Record<string, Call> = {
  "cdrs.get": (store) => store.cdrs.get(there),
  "cdrs.find": (store) => store.cdrs.find(PAGE),
  "cdrs.scan": (store) => first(store.cdrs.scan({})),
  "cdrs.scan by receipt": (store) => first(store.cdrs.scan({ receivedAt: { fromMs: 0 } })),
  "cdrs.changes": (store) => store.cdrs.changes({ filter: {}, limit: 5 }),
  "cdrs.count": (store) => store.cdrs.count({}),
  "cdrs.count of an account": (store) => store.cdrs.count({ accounts: ["1001"] }),
  "cdrs.summarize": (store) => store.cdrs.summarize(SUM),
  "cdrs.summarize by day": (store) => store.cdrs.summarize({ ...SUM, groupBy: ["day"] }),
  "cdrs.talks": (store) => first(store.cdrs.talks(TALKS)),
  "cdrs.keyFaults": (store) => first(store.cdrs.keyFaults({})),
  "cdrs.tenants": (store) => store.cdrs.tenants(),
  "cdrs.nthCallTime": (store) => store.cdrs.nthCallTime({}, 1),
  "rollups.summarize": (store) => store.rollups.summarize(SUM),
  "rollups.dirty": (store) => store.rollups.dirty(TERMS, 5),
  "rollups.unjoined": (store) => store.rollups.unjoined(TERMS),
  "rollups.state": (store) => store.rollups.state(TERMS),
  "erasures.seals": (store) => store.erasures.seals({ first: 0, end: 9, limit: 5 }),
  "erasures.sealedBytes": (store) => store.erasures.sealedBytes(SEAL),
  "erasures.summarize": (store) =>
    store.erasures.summarize(SUM, async () => ({ rows: [], from: "cdrs" })),
  "erasures.keysOf": (store) => store.erasures.keysOf([there]),
  "erasures.purge": (store) => store.erasures.purge(),
  "erasures.linesOf": (store) => store.erasures.linesOf("b"),
  "suspense.get": (store) => store.suspense.get("s"),
  "suspense.find": (store) => store.suspense.find({ limit: 5 }),
  "suspense.countOld": (store) => store.suspense.countOld({ beforeMs: 9, tenants: ["t"] }),
  "queueEvents.countBefore": (store) => store.queueEvents.countBefore(9),
  "suspense.openByTenant": (store) => store.suspense.openByTenant(),
  "tariffs.get": (store) => store.tariffs.get("v"),
  "tariffs.getFiles": (store) => store.tariffs.getFiles("v"),
  "tariffs.textsOf": (store) => store.tariffs.textsOf("Chargers.csv"),
  "tariffs.list": (store) => store.tariffs.list(5),
  "tariffs.activations": (store) => store.tariffs.activations(),
  "tariffs.activationStamp": (store) => store.tariffs.activationStamp(),
  "tariffs.followed": (store) => store.tariffs.followed(),
  "accounts.getFor": (store) => store.accounts.getFor([{ tenant: "t", account: "a" }]),
  "accounts.find": (store) => store.accounts.find({ limit: 5 }),
  "accounts.setMs": (store) => store.accounts.setMs(assignment("a")),
  "facts.get": (store) => store.facts.get("f"),
  condition: (store) => store.condition({ deep: false }),
  "jobs.get": (store) => store.jobs.get("j"),
  "jobs.list": (store) => store.jobs.list({ limit: 5 }),
  "jobs.pageLines": (store) => store.jobs.pageLines("j", "l", { after: 0, limit: 5 }),
  "feeds.getFor": (store) => store.feeds.getFor(["f"]),
  "queueEvents.find": (store) => store.queueEvents.find(EVENTS),
  "callHalves.getFor": (store) => store.callHalves.getFor(["h"]),
  "callHalves.page": (store) => store.callHalves.page({ after: "", limit: 5 }),
  "callHalves.older": (store) =>
    store.callHalves.older({ feed: "f", isPaired: false, beforeMs: 9, limit: 5 }),
  "dialects.get": (store) => store.dialects.get("d"),
  "dialects.list": (store) => store.dialects.list({ limit: 5 }),
  "uploads.get": (store) => store.uploads.get("u"),
  "uploads.getPart": (store) => store.uploads.getPart("u", 0),
  "uploads.partNumbers": (store) => store.uploads.partNumbers("u"),
  "uploads.expired": (store) => store.uploads.expired(5),
  "uploads.totalBytes": (store) => store.uploads.totalBytes(),
  "batches.get": (store) => store.batches.get("b"),
  "batches.list": (store) => store.batches.list({ limit: 5 }),
  "log.page": (store) => store.log.page({ limit: 5 }),
  "log.chain": (store) => store.log.chain({ after: 0, limit: 5 }),
  "log.last": (store) => store.log.last(),
  "overlays.all": (store) => store.overlays.all(),
  "logins.get": loginOf,
  "logins.list": (store) => store.logins.list({ kind: "user", limit: 5 }),
  "desk.get": (store) => store.desk.get(deskEntry("d")),
  "desk.page": (store) => store.desk.page({ kind: "schedule", limit: 5 }),
  "desk.due": (store) => store.desk.due({ kind: "schedule", untilMs: 1, limit: 5 }),
  "master.getFor": (store) => store.master.getFor([masterEntry("m")]),
  "master.page": (store) =>
    store.master.page({ kind: "carrier", tenant: "t", by: "label", prefix: "l", limit: 5 }),
  "master.tenantAfter": (store) => store.master.tenantAfter("carrier", "a"),
  "planObjects.get": planObjectOf,
  "planObjects.list": (store) => store.planObjects.list({ plan: "p", kind: "Rate", limit: 5 }),
  "planObjects.names": (store) => store.planObjects.names({ plan: "p", kind: "Rate", limit: 5 }),
  "planObjects.plans": (store) => store.planObjects.plans(),
  "periods.last": (store) => store.periods.last(),
  "periods.find": (store) => store.periods.find({ tenants: ["t"], limit: 5 }),
  "periods.get": (store) => store.periods.get("p"),
  "periods.pageCdrs": (store) => store.periods.pageCdrs("p", { limit: 5 }),
  "periods.cdrsOf": (store) => store.periods.cdrsOf(["p"], ["c"]),
  schemaState: (store) => store.schemaState(),
};

/** Steps of an iteration are not repeated: their caller begins anew. */
export const UNREPEATED = ["cdrs.keyFaults", "cdrs.talks"];

/** Writes that read by another call of the store: where that fails they are told as it is. */
export const READING = ["rollups.make"];

export interface Write {
  call: Call;
  /** The first time. */
  answer: unknown;
  /** What is there when it was sent once, or more often with a lost answer between. */
  found: Call;
  is: unknown;
}

/** Each writes something of its name; sent again it changes nothing. */
export const WRITES: Record<string, Write> = {
  "cdrs.insert": {
    call: (store, name) => store.cdrs.insert([sampleCdr(name), sampleCdr(`${name}-2`)]),
    answer: [{ outcome: "inserted" }, { outcome: "inserted" }],
    found: (store, name) =>
      store.cdrs.count({ ids: [sampleCdr(name).id, sampleCdr(`${name}-2`).id] }),
    is: 2,
  },
  "suspense.add": {
    call: async (store, name) => (await store.suspense.add(record(name))).outcome,
    answer: "new",
    found: (store, name) => store.suspense.get(name),
    is: expect.objectContaining({ state: "open" }),
  },
  "tariffs.put": {
    call: (store, name) => store.tariffs.put(version(name), { a: name }),
    answer: undefined,
    found: async (store, name) => Object.keys((await store.tariffs.getFiles(name)) ?? {}),
    is: ["a"],
  },
  "tariffs.activate": {
    call: (store, name) => store.tariffs.activate([activation(name)]),
    answer: [expect.objectContaining({ sequence: 1 })],
    found: async (store, name) =>
      (await store.tariffs.activations())
        .filter(({ tenant }) => tenant === name)
        .map(({ sequence }) => sequence)
        .sort(),
    // Who was told an outage and activates again makes another entry, which says the same.
    is: expect.arrayContaining([1]),
  },
  "tariffs.follow": {
    call: (store, name) => store.tariffs.follow(name),
    answer: undefined,
    found: (store) => store.tariffs.followed(),
    is: expect.arrayContaining([expect.any(String)]),
  },
  "accounts.set": {
    call: (store, name) => store.accounts.set(assignment(name), 1),
    answer: undefined,
    found: async (store, name) =>
      (await store.accounts.getFor([{ tenant: "t", account: name }])).length,
    is: 1,
  },
  "facts.keepFirst": {
    call: (store, name) => store.facts.keepFirst(name, { name }),
    answer: { name: expect.any(String) },
    found: (store, name) => store.facts.get(name),
    is: { name: expect.any(String) },
  },
  "jobs.put": {
    call: (store, name) => store.jobs.put(job(name)),
    answer: true,
    found: (store, name) => store.jobs.get(name),
    is: expect.objectContaining({ version: 1 }),
  },
  "jobs.appendLines": {
    call: (store, name) => store.jobs.appendLines(name, "l", [{ number: 1, hash: "h", text: "t" }]),
    answer: undefined,
    found: (store, name) => store.jobs.pageLines(name, "l", { after: 0, limit: 5 }),
    is: [{ number: 1, hash: "h", text: "t" }],
  },
  "feeds.put": {
    call: (store, name) => store.feeds.put(feed(name)),
    answer: true,
    found: async (store, name) => (await store.feeds.getFor([name])).length,
    is: 1,
  },
  "queueEvents.put": {
    call: (store, name) => store.queueEvents.put([queueEvent(name, LATE_MS)]),
    answer: undefined,
    found: async (store, name) =>
      (await store.queueEvents.find({ ...EVENTS, limit: 1000 })).filter(({ id }) => id === name)
        .length,
    is: 1,
  },
  "callHalves.put": {
    call: (store, name) => store.callHalves.put([half(name)]),
    answer: undefined,
    found: async (store, name) => (await store.callHalves.getFor([name])).length,
    is: 1,
  },
  "dialects.set": {
    call: (store, name) =>
      store.dialects.set({ name, dialect: {}, tenants: null, setAtMs: 1, by: "me" }),
    answer: undefined,
    found: (store, name) => store.dialects.get(name),
    is: expect.objectContaining({ setAtMs: 1 }),
  },
  "uploads.put": {
    call: (store, name) => store.uploads.put(upload(name)),
    answer: true,
    found: (store, name) => store.uploads.get(name),
    is: expect.objectContaining({ state: "open" }),
  },
  "uploads.putPart": {
    call: (store, name) => store.uploads.putPart(name, 0, new Uint8Array([1])),
    answer: undefined,
    found: (store, name) => store.uploads.partNumbers(name),
    is: [0],
  },
  "batches.put": {
    call: (store, name) => store.batches.put(batch(name)),
    answer: true,
    found: (store, name) => store.batches.get(name),
    is: expect.objectContaining({ version: 1 }),
  },
  "log.append": {
    call: (store, name) => store.log.append(act(name)),
    answer: true,
    found: async (store, name) =>
      (await store.log.page({ limit: 1000 })).filter(({ id }) => id === name).length,
    is: 1,
  },
  "overlays.put": {
    call: (store, name) => store.overlays.put(overlay(name, 1), 0),
    answer: true,
    found: overlayOf,
    is: [expect.objectContaining({ version: 1 })],
  },
  "periods.append": {
    // A place of its own for each name.
    call: (store, name) =>
      store.periods.append(statement(name, Number.parseInt(jsonHash(name).slice(0, 10), 16) + 1)),
    answer: true,
    found: (store, name) => store.periods.get(name),
    is: expect.objectContaining({ hash: "h" }),
  },
  "periods.putCdrs": {
    call: (store, name) => store.periods.putCdrs([periodCdr(name)]),
    answer: undefined,
    found: (store, name) => store.periods.cdrsOf([name], ["c"]),
    is: [{ statement: expect.any(String), cdr: "c", text: expect.any(String) }],
  },
  "logins.put": {
    call: (store, name) => store.logins.put(login(name, 1), 0),
    answer: true,
    found: loginOf,
    is: expect.objectContaining({ version: 1 }),
  },
  "logins.remove": {
    call: (store, name) => store.logins.remove({ kind: "user", name }),
    answer: undefined,
    found: loginOf,
    is: null,
  },
  "logins.removeEnded": {
    call: (store) => store.logins.removeEnded({ kind: "session", beforeMs: 9 }),
    answer: undefined,
    found: loginOf,
    is: null,
  },
  "desk.put": {
    call: (store, name) => store.desk.put(deskEntry(name)),
    answer: true,
    found: (store, name) => store.desk.get(deskEntry(name)),
    is: expect.objectContaining({ version: 1 }),
  },
  "master.put": {
    call: (store, name) => store.master.put(masterEntry(name), 0),
    answer: true,
    found: masterOf,
    is: expect.objectContaining({ version: 1 }),
  },
  "planObjects.put": {
    call: (store, name) => store.planObjects.put([planObject(name, 1)]),
    answer: undefined,
    found: planObjectOf,
    is: expect.objectContaining({ body: new Uint8Array([1]) }),
  },
  "planObjects.remove": {
    call: (store, name) => store.planObjects.remove({ plan: "p", kind: "Rate", name }),
    answer: undefined,
    found: planObjectOf,
    is: null,
  },
  // Sums of a quarter hour, an hour and a day without CDRs: made or not, there is one of each.
  "rollups.make": {
    call: (store) => store.rollups.make({ quarter: 5, marked: 1, built: 0 }, TERMS),
    answer: expect.any(Boolean),
    found: () => true,
    is: true,
  },
  "rollups.join": {
    call: (store) => store.rollups.join({ level: 4, quarter: 4 }, TERMS),
    answer: expect.any(Boolean),
    found: () => true,
    is: true,
  },
  "rollups.forget": {
    call: (store) => store.rollups.forget({ fromMs: 0, toMs: 1 }),
    answer: expect.any(Number),
    found: () => true,
    is: true,
  },
  "erasures.erase": {
    call: async (store, name) => (await store.erasures.erase(eraseStep(name))).erased,
    answer: 0,
    found: (store, name) => store.jobs.pageLines(name, "erased", { after: 0, limit: 5 }),
    is: [expect.objectContaining({ number: 1 })],
  },
  "erasures.release": {
    call: (store) => store.erasures.release(),
    answer: undefined,
    found: () => true,
    is: true,
  },
  "erasures.forgetKeys": {
    call: (store) => store.erasures.forgetKeys(0, 5),
    answer: 0,
    found: () => true,
    is: true,
  },
  "cdrs.mask": {
    call: (store, name) => store.cdrs.mask([{ ...sampleCdr(name), history: [], maskedAtMs: 1 }]),
    answer: ["not-found"],
    found: (store, name) => store.cdrs.get(sampleCdr(name)),
    is: null,
  },
  "suspense.mask": {
    call: (store, name) => store.suspense.mask([name], 1),
    answer: 0,
    found: (store, name) => store.suspense.get(name),
    is: null,
  },
  "queueEvents.replace": {
    call: (store, name) => store.queueEvents.replace([queueEvent(name, LATE_MS)]),
    answer: undefined,
    found: async (store, name) =>
      (await store.queueEvents.find({ ...EVENTS, limit: 1000 })).filter(({ id }) => id === name)
        .length,
    is: 0,
  },
  "log.replace": {
    call: (store, name) => store.log.replace([act(name)]),
    answer: undefined,
    found: async (store, name) =>
      (await store.log.page({ limit: 1000 })).filter(({ id }) => id === name).length,
    is: 0,
  },
  "suspense.remove": {
    call: (store, name) => store.suspense.remove([name]),
    answer: 0,
    found: (store, name) => store.suspense.get(name),
    is: null,
  },
  ping: { call: (store) => store.ping(), answer: undefined, found: () => true, is: true },
  tend: {
    call: async (store) => (await store.tend()).waiting,
    answer: undefined,
    found: () => true,
    is: true,
  },
};

export interface Change {
  make: Call;
  change: Call;
  done: unknown;
  again: unknown;
  found: Call;
  is: unknown;
}

/** A change of what is there, which must be made once: it answers `done` the first time alone. */
export const CHANGES: Record<string, Change> = {
  "cdrs.revise": {
    make: (store, name) => store.cdrs.insert([sampleCdr(name)]),
    change: (store, name) => {
      const { tenant, id } = sampleCdr(name);
      const rating = sampleRating({ revision: 2 });
      return store.cdrs.revise([{ tenant, id, rating, expectedRevision: 1, atMs: 5 }]);
    },
    done: ["revised"],
    again: ["changed-meanwhile"],
    found: async (store, name) => {
      const found = await store.cdrs.get(sampleCdr(name));
      return [found?.rating.revision, found?.history.length];
    },
    is: [2, 1],
  },
  "suspense.close": {
    make: (store, name) => store.suspense.add(record(name)),
    change: (store, name) => store.suspense.close(name, { state: "discarded", by: "me", atMs: 3 }),
    done: true,
    again: false,
    found: (store, name) => store.suspense.get(name),
    is: expect.objectContaining({ state: "discarded" }),
  },
  "jobs.update": {
    make: (store, name) => store.jobs.put(job(name)),
    change: (store, name) => store.jobs.update({ ...job(name), version: 2 }, 1),
    done: true,
    again: false,
    found: (store, name) => store.jobs.get(name),
    is: expect.objectContaining({ version: 2 }),
  },
  "feeds.update": {
    make: (store, name) => store.feeds.put(feed(name)),
    change: (store, name) => store.feeds.update({ ...feed(name), version: 2 }, 1),
    done: true,
    again: false,
    found: async (store, name) => (await store.feeds.getFor([name]))[0]?.version,
    is: 2,
  },
  "batches.update": {
    make: (store, name) => store.batches.put(batch(name)),
    change: (store, name) => store.batches.update({ ...batch(name), version: 2 }, 1),
    done: true,
    again: false,
    found: (store, name) => store.batches.get(name),
    is: expect.objectContaining({ version: 2 }),
  },
  "logins.put over another": {
    make: (store, name) => store.logins.put(login(name, 1), 0),
    change: (store, name) => store.logins.put(login(name, 2), 1),
    done: true,
    again: false,
    found: loginOf,
    is: expect.objectContaining({ version: 2 }),
  },
  "master.put over another": {
    make: (store, name) => store.master.put(masterEntry(name), 0),
    change: (store, name) => store.master.put(masterEntry(name, 2), 1),
    done: true,
    again: false,
    found: masterOf,
    is: expect.objectContaining({ version: 2 }),
  },
  "master.remove": {
    make: (store, name) => store.master.put(masterEntry(name), 0),
    change: (store, name) => store.master.remove(masterEntry(name), 1),
    done: true,
    again: true,
    found: masterOf,
    is: null,
  },
  "desk.update": {
    make: (store, name) => store.desk.put(deskEntry(name)),
    change: (store, name) => store.desk.update(deskEntry(name, 2), 1),
    done: true,
    again: false,
    found: (store, name) => store.desk.get(deskEntry(name)),
    is: expect.objectContaining({ version: 2 }),
  },
  "desk.remove": {
    make: (store, name) => store.desk.put(deskEntry(name)),
    change: (store, name) => store.desk.remove(deskEntry(name)),
    done: undefined,
    again: undefined,
    found: (store, name) => store.desk.get(deskEntry(name)),
    is: null,
  },
  "overlays.put over another": {
    make: (store, name) => store.overlays.put(overlay(name, 1), 0),
    change: (store, name) => store.overlays.put(overlay(name, 2), 1),
    done: true,
    again: false,
    found: overlayOf,
    is: [expect.objectContaining({ version: 2 })],
  },
  "uploads.update": {
    make: (store, name) => store.uploads.put(upload(name)),
    change: (store, name) => store.uploads.update({ id: name, state: "whole", expiresAtMs: 8 }),
    done: true,
    again: true,
    found: (store, name) => store.uploads.get(name),
    is: expect.objectContaining({ state: "whole" }),
  },
  "uploads.drop": {
    make: (store, name) => store.uploads.put(upload(name)),
    change: (store, name) => store.uploads.drop(name),
    done: undefined,
    again: undefined,
    found: (store, name) => store.uploads.get(name),
    is: null,
  },
  "periods.removeCdrs": {
    make: (store, name) => store.periods.putCdrs([periodCdr(name)]),
    // How many of them an attempt erased whose answer was lost is not known.
    change: async (store, name) => (await store.periods.removeCdrs(name, 5)) <= 1,
    done: true,
    again: true,
    found: (store, name) => store.periods.cdrsOf([name], ["c"]),
    is: [],
  },
  "callHalves.pair": {
    make: (store, name) => store.callHalves.put([half(name)]),
    change: (store, name) => store.callHalves.pair([name]),
    done: undefined,
    again: undefined,
    found: (store, name) => store.callHalves.getFor([name]),
    is: [expect.objectContaining({ isPaired: true })],
  },
  "callHalves.remove": {
    make: (store, name) => store.callHalves.put([half(name)]),
    change: (store, name) => store.callHalves.remove([name]),
    done: undefined,
    again: undefined,
    found: (store, name) => store.callHalves.getFor([name]),
    is: [],
  },
  "queueEvents.removeBefore": {
    make: (store, name) => store.queueEvents.put([queueEvent(name, 1)]),
    // How many of them an attempt erased whose answer was lost is not known.
    change: async (store) => (await store.queueEvents.removeBefore(2, 10)) <= 1,
    done: true,
    again: true,
    found: async (store, name) =>
      (await store.queueEvents.find({ ...EVENTS, toMs: 2 })).filter(({ id }) => id === name).length,
    is: 0,
  },
};

/** Calls of the store that none of the three has; `close` ends the store. */
export function missingCalls(store: Store): string[] {
  const named = new Set(
    [READS, WRITES, CHANGES].flatMap((calls) =>
      Object.keys(calls).map((what) => what.split(" ")[0] ?? ""),
    ),
  );
  const all = Object.entries(store).flatMap(([noun, calls]) =>
    typeof calls === "object" ? Object.keys(calls).map((name) => `${noun}.${name}`) : [noun],
  );
  return all.filter((name) => name !== "kind" && name !== "close" && !named.has(name));
}
