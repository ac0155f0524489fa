// A store with something in every table, and in every column that can hold something.
import { maskedCdr } from "../../../src/cdr/masking/record.ts";
import type { Job } from "../../../src/stores/ports/jobs.ts";
import { chainId } from "../../../src/stores/ports/log.ts";
import type { SuspenseRecord } from "../../../src/stores/ports/suspense.ts";
import type { TariffVersion } from "../../../src/stores/ports/tariffs.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr, sampleCdrs, sampleRating } from "../contracts/sample-cdrs.ts";

const TENANT = "example.com";

function version(name: string, loadedAtMs: number): TariffVersion {
  return {
    version: name,
    name: "demo",
    tenants: [TENANT],
    kind: "native",
    semantics: "native",
    loadedAtMs,
    counts: { "rows.of $all": 2 },
    warnings: [{ "a.b": null }],
  };
}

function suspended(id: string, changes: Partial<SuspenseRecord> = {}): SuspenseRecord {
  return {
    id: id.repeat(64),
    source: "edge",
    state: "open",
    reason: "broken-json",
    detail: "byte 3",
    format: "freeswitch-json",
    bytes: new Uint8Array([0, 255, 7]),
    receivedAtMs: 5,
    ...changes,
  };
}

function job(id: string, changes: Partial<Job> = {}): Job {
  const body = { "a.b": { $c: [1, null] }, leaseUntilMs: 9 };
  return { id, kind: "rerate", state: "planned", version: 1, createdAtMs: 1_000, body, ...changes };
}

async function fillCdrs({ cdrs }: Store): Promise<void> {
  await cdrs.insert(sampleCdrs(300, 17, "copied"));
  const whole = sampleCdr("whole", {
    primary: {
      originHost: "sbc1",
      pddMs: 1_500,
      setupTime: { atMs: 1_000_000, offsetMinutes: -210 },
      disconnectCause: "16",
      callerNumber: "+34911000001",
      callDirection: "outbound",
      queue: "sales",
      agent: "anna",
      trunk: "north",
      durationMs: 61_000,
    },
    extra: { "a.b": { $c: ["é", null, 1.5, 2 ** 40] }, "": "empty" },
    cdr: {
      batchId: "b1",
      batchLine: 7,
      leg: "a",
      callId: "call-1",
      billedSides: "sell",
      ruleSet: "es",
      warnings: ["ambiguous-local-time"],
    },
  });
  const twin = sampleCdr("whole", {
    primary: { originHost: "sbc1", tenant: "b.org" },
    cdr: { callId: "call-2", billedSides: "buy" },
  });
  await cdrs.insert([whole, twin]);
  const { id, tenant } = whole;
  const rating = sampleRating({
    revision: 2,
    outcome: "partial",
    reason: "no-rate",
    job: "j1",
    note: "why",
    rules: "2",
    cheapest: { carrier: "South", amount: "0.0123456789012345", currency: "USD" },
    runs: { "run.a": { ...sampleRating().sell, amount: "1.50" } as never },
  });
  await cdrs.revise([{ tenant, id, expectedRevision: 1, rating, atMs: 2_000 }]);
  const { primary, extra } = whole;
  await cdrs.revise([
    {
      tenant,
      id,
      expectedRevision: 2,
      rating: { ...rating, revision: 3 },
      content: { primary: { ...primary, usage: 61_001 }, extra, contentHash: "c".repeat(64) },
      origin: { source: "other", leg: "b", ruleSet: "fr", batchId: "b2", batchLine: 1 },
      atMs: 3_000,
    },
  ]);
  await cdrs.mask([maskedCdr({ ...twin, history: [] }, { atMs: 4_000, fields: [] })]);
}

async function fillSuspense({ suspense }: Store): Promise<void> {
  const whole = {
    contentType: "application/json",
    query: "uuid=1",
    tenant: TENANT,
    owners: ["z.org", "a.org"],
    cdrId: "e".repeat(40),
    batchId: "b1",
    batchLine: 3,
  };
  for (const [id, changes] of Object.entries({ 1: whole, 2: {}, 3: {}, 4: {}, 5: whole })) {
    await suspense.add(suspended(id, changes));
  }
  await suspense.add(suspended("1", { owners: ["m.org"] }));
  await suspense.close("2".repeat(64), {
    state: "retried",
    as: { tenant: TENANT, id: "d".repeat(40) },
  });
  await suspense.close("3".repeat(64), { state: "discarded", by: "anna", atMs: 77 });
  await suspense.close("4".repeat(64), { state: "discarded", by: "bert", atMs: 78 });
  await suspense.add(suspended("4"));
  await suspense.mask(["3".repeat(64)], 80);
}

async function fillQueueEvents({ queueEvents }: Store): Promise<void> {
  const told = { source: "pbx", event: "QueueCallerJoin", queue: "sales", uniqueId: "1.2" };
  const none = { agent: null, linkedId: null, account: null };
  await queueEvents.put([
    {
      ...told,
      id: "a".repeat(40),
      atMs: 7,
      agent: "anna",
      linkedId: "1.1",
      account: "1001",
      facts: { "x.y": 1 },
    },
    { ...told, ...none, id: "b".repeat(40), atMs: 6, facts: {} },
  ]);
}

async function fillImports({ dialects, uploads, batches }: Store): Promise<void> {
  const set = { dialect: { "a.b": { $c: 1 } }, setAtMs: 5, by: "anna" };
  await dialects.set({ ...set, name: "ours", tenants: [TENANT] });
  await dialects.set({ ...set, name: "all", tenants: null });
  const file = { hash: "f".repeat(64), bytes: 5, partBytes: 3, name: "calls.csv", by: "anna" };
  await uploads.put({ ...file, id: "u1", state: "open", expiresAtMs: 2 ** 42 });
  await uploads.putPart("u1", 0, new Uint8Array([1, 0, 255]));
  await uploads.putPart("u1", 1, new Uint8Array([7, 8]));
  await uploads.update({ id: "u1", state: "whole", expiresAtMs: 2 ** 42 + 1 });
  const batch = { version: 2, state: "done", createdAtMs: 6, body: { "x.y": [null] } };
  await batches.put({ ...batch, id: "b1", hash: file.hash, tenants: [TENANT] });
  await batches.put({ ...batch, id: "b2", hash: null, tenants: null });
}

async function fillCallHalves({ callHalves }: Store): Promise<void> {
  const half = { feed: "kam", bytes: new Uint8Array([1, 0, 255]), sinceMs: 5, isPaired: false };
  await callHalves.put([
    { ...half, id: "a".repeat(64), side: "begin" },
    { ...half, id: "b".repeat(64), side: "end", bytes: new Uint8Array(), isPaired: true },
  ]);
}

async function fillPeriods({ periods }: Store): Promise<void> {
  const closing = {
    ...{ sequence: 1, id: "c1", tenant: TENANT, number: "1", kind: "closing" as const },
    ...{ side: "buy" as const, party: "alpha", fromMs: -5, toMs: 7, closing: "c1", atMs: 9 },
    ...{ hash: "h".repeat(64), head: '{"name":"Alphaé"}', lines: '[{"day":"2026-03-01"}]' },
  };
  await periods.append(closing);
  const side = "sell" as const;
  await periods.append({
    ...closing,
    sequence: 2,
    id: "k",
    number: "A-2",
    kind: "correction",
    side,
  });
  await periods.putCdrs([
    { statement: "c1", cdr: "a".repeat(40), text: '{"now":null}' },
    { statement: "c1", cdr: "b/0", text: "{}" },
    { statement: "k", cdr: "a".repeat(40), text: "" },
  ]);
}

/** One CDR of a batch, erased: its key, its line and its sums stay. */
async function fillErased({ cdrs, erasures }: Store): Promise<void> {
  const answerTime = { atMs: 1_000_000, offsetMinutes: 0 };
  const gone = sampleCdr("gone", {
    primary: { answerTime, tenant: "erased.org" },
    cdr: { batchId: "b9", batchLine: 1 },
  });
  await cdrs.insert([gone]);
  await erasures.erase({
    ...{ job: "j1", list: "erased", number: 1, tenants: ["erased.org"], after: null, limit: 5 },
    ...{ callTime: { fromMs: 0, toMs: 2 ** 42 }, beforeMs: 2 ** 42, receivedBeforeMs: 2 ** 42 },
    ...{ holds: [], terms: { effectiveCauses: ["17"], congestionCauses: [] }, atMs: 7 },
  });
}

/** Twice the same gives two stores of the same rows. */
export async function fillStore(store: Store): Promise<void> {
  await fillCdrs(store);
  await fillSuspense(store);
  await fillImports(store);
  await fillQueueEvents(store);
  await fillCallHalves(store);
  const none = { road: null, address: null, why: null, link: null };
  const act = { by: "anna", act: "feed.stop", subject: "m", tenant: null, before: null, ...none };
  await store.log.append({ ...act, id: "1", atMs: 8, after: { "a.b": [1] } });
  await store.log.append({ ...act, id: "2", atMs: 9, tenant: TENANT, after: null });
  const link = { sequence: 1, previous: "p", said: "s", salt: "t", hash: "h" };
  const linked = { road: "http" as const, address: "::1", why: "asked for", link };
  await store.log.append({ ...act, ...linked, id: chainId(1), atMs: 9, after: null });
  await store.overlays.put({ source: "hq", version: 1, members: { "a.b": false } }, 0);
  await store.desk.put({ kind: "schedule", id: "daily", version: 3, dueMs: 7, body: { "a.b": 1 } });
  await store.desk.put({ kind: "search", id: "é:1", version: 1, dueMs: null, body: {} });
  const entry = { kind: "account" as const, tenant: TENANT, version: 4, label: "año" };
  await store.master.put({ ...entry, id: "1001", body: { "a.b": [1] } }, 0);
  await store.master.put({ ...entry, kind: "cause", tenant: "", id: "é", body: {} }, 0);
  await store.planObjects.put([
    { plan: "p", kind: "Rate", name: "r:1", body: new Uint8Array([1, 0, 255]) },
    { plan: "", kind: "Account", name: "x:1", body: new Uint8Array() },
  ]);
  await fillPeriods(store);
  const login = { owner: "anna", version: 1, endsAtMs: null, content: { "a.b": [1] } };
  await store.logins.put({ ...login, kind: "user", name: "anna" }, 0);
  await store.logins.put({ ...login, kind: "session", name: "0f", endsAtMs: 77 }, 0);
  await store.logins.put({ ...login, kind: "token", name: "é", content: {} }, 0);
  const { tariffs, accounts, jobs, facts, feeds } = store;
  await tariffs.put(version("v1", 5), { "tariff.yaml": "tenant: x\n", "decks/ñ.csv": "a,b\r\n" });
  await tariffs.put(version("v2", 6), { "tariff.yaml": "tenant: x\n", empty: "" });
  await tariffs.activate([{ tenant: TENANT, version: "v1", fromMs: 1, activatedAtMs: 2 }]);
  await tariffs.activate([{ tenant: TENANT, version: "v2", fromMs: 1, activatedAtMs: 3 }]);
  const held = { tenant: TENANT, account: "1001" };
  await accounts.set({ ...held, voipPlan: "gold", numbering: "es", fromMs: 3 }, 40);
  await accounts.set({ ...held, voipPlan: null, fromMs: -4 }, 41);
  await jobs.put(job("j1"));
  await jobs.put(job("j:2", { kind: "export", createdAtMs: 999 }));
  await jobs.update(job("j1", { version: 2, state: "applied" }), 1);
  const lines = [1, 2, 700].map((number) => ({
    number,
    hash: `h${number}`,
    text: `{"n":${number}}`,
  }));
  await fillErased(store);
  await jobs.appendLines("j1", "planned", lines);
  await jobs.appendLines("j1", "applied", lines.slice(1));
  await jobs.appendLines("j:2", "planned", lines.slice(0, 1));
  await facts.keepFirst("f", { $b: { "c.d": 2 } });
  const feed = { name: "master", version: 3, leaseUntilMs: 8, isStopped: true };
  await feeds.put({ ...feed, owner: "p", position: { "off.set": 7 }, state: { $x: null } });
  await feeds.put({
    ...feed,
    name: "new",
    owner: null,
    position: null,
    isStopped: false,
    state: {},
  });
}
