// Goal: what was planned is erased and nothing else, wherever a process dies; sums, keys and the log stay,
// what still needs a CDR holds it, and the audit is clean after each step. Method: jobs of processes that
// die at each of their writes, on one store of each kind.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { checkSeals } from "../../../src/engine/audit/checks/seals.ts";
import { compareKeptSums } from "../../../src/engine/audit/compare-sums.ts";
import { createFindings } from "../../../src/engine/audit/findings.ts";
import type { OutputView } from "../../../src/engine/outputs.ts";
import { createCdrReads } from "../../../src/engine/records/reads.ts";
import { ATTEMPTS, reportSums } from "../../../src/engine/reports/sums.ts";
import {
  createRetentions,
  type RetentionAsked,
  type Retentions,
} from "../../../src/engine/retention/retentions.ts";
import type { SummaryQuery } from "../../../src/queries/cdr-query.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import type { ErasedStep } from "../../../src/stores/ports/cdrs.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { SILENT } from "../../end-to-end/test-service.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";

const BEGIN_MS = Date.parse("2026-03-02T00:00:00Z");
const DAY_MS = 86_400_000;
const COUNT = 24;
/** Six a day. */
const STEP_MS = DAY_MS / 6;

const uri = await mongoTestUri();
const STORES = [
  { name: "sqlite", open: () => openSqliteStore({ path: ":memory:" }) },
  ...(uri === null
    ? []
    : [
        {
          name: "mongo",
          open: () => openMongoStore({ url: mongoUrl(uri), changesLagSeconds: 0 }),
        },
      ]),
];

/** One that is gone with the n-th call that writes, before it or when it is done. */
function dyingAt(store: Store, call: number, isDone: boolean): Store {
  let calls = 0;
  const dying = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls > call || (calls === call && !isDone)) throw new Error("the process is gone");
    const answer = await work();
    if (calls === call) throw new Error("the process is gone");
    return answer;
  };
  const { jobs, erasures, suspense, queueEvents } = store;
  return {
    ...store,
    jobs: { ...jobs, update: (...args) => dying(() => jobs.update(...args)) },
    erasures: { ...erasures, erase: (...args) => dying(() => erasures.erase(...args)) },
    suspense: { ...suspense, remove: (...args) => dying(() => suspense.remove(...args)) },
    queueEvents: {
      ...queueEvents,
      removeBefore: (...args) => dying(() => queueEvents.removeBefore(...args)),
    },
  };
}

function suspended(id: number, changes: { batchId?: string; receivedAtMs?: number } = {}) {
  return {
    ...{ id: String(id).repeat(64), source: "s", state: "open" as const, reason: "broken-json" },
    ...{ detail: "", format: "cgr-form", bytes: new Uint8Array([id]), receivedAtMs: 5 },
    ...changes,
  };
}

describe.each(STORES)("retention on $name", ({ open }) => {
  const now = { ms: BEGIN_MS + 10 * DAY_MS };
  let store: Store;
  let outputs: OutputView[] = [];
  const retentionsOn = (of: Store): Retentions =>
    createRetentions({
      ...{ store: of, clock: () => now.ms, log: SILENT, leaseMs: 30_000 },
      outputs: async () => outputs,
    });
  const cdrs = Array.from({ length: COUNT }, (_none, index) =>
    sampleCdr(`call-${index}`, {
      primary: {
        answerTime: { atMs: BEGIN_MS + index * STEP_MS, offsetMinutes: 0 },
        account: `${index % 3}`,
        tenant: index % 5 === 0 ? "other.org" : "example.com",
      },
      cdr: { callId: `call-${Math.floor(index / 4)}`, receivedAtMs: BEGIN_MS, batchId: "b" },
    }),
  );
  const query: SummaryQuery = {
    filter: { outcomes: ["rated", "voided"] },
    groupBy: ["day", "account"],
    ...{ timeZone: "UTC", time: "answer", attempts: ATTEMPTS },
  };
  const day = (number: number) => BEGIN_MS + number * DAY_MS;
  const ofCdrs = (asked: Partial<RetentionAsked> = {}): RetentionAsked => {
    return { kinds: ["cdrs"], beforeMs: day(2), ...asked };
  };
  beforeAll(async () => {
    store = await open();
    await store.cdrs.insert(cdrs);
    await store.suspense.add(suspended(1));
    for (const id of [2, 3]) {
      await store.suspense.add(suspended(id, id === 3 ? { batchId: "b" } : {}));
      await store.suspense.close(String(id).repeat(64), { state: "discarded", by: "me", atMs: 6 });
    }
    const event = { source: "s", event: "Join", queue: "q", agent: null, uniqueId: "u" };
    const more = { linkedId: null, account: null, facts: {} };
    await store.queueEvents.put([
      { ...event, ...more, id: "e1", atMs: 5 },
      { ...event, ...more, id: "e2", atMs: day(9) },
    ]);
  });
  afterAll(() => store.close());

  async function plan(asked: RetentionAsked, by = retentionsOn(store)) {
    return by.plan(asked, { by: "test", scope: EVERYTHING });
  }
  async function applied(id: string, by = retentionsOn(store)) {
    await by.apply(id);
    await by.settled(id);
    return by.get(id);
  }
  async function expectClean(): Promise<void> {
    const findings = createFindings();
    await checkSeals(store, {}, { findings });
    expect(findings.faulty()).toBe(0);
    expect(await compareKeptSums(store, {}, 0)).toMatchObject({ ok: true });
  }
  const sums = async () => {
    const { groupBy, timeZone, filter } = query;
    const reading = { scope: EVERYTHING };
    const { rows } = await reportSums(store, { filter, groupBy, timeZone }, reading);
    const reads = createCdrReads({ store, snapshots: {} as never });
    const { attempts: _none, ...plain } = query;
    return { rows, summary: await reads.summarize(plain, reading) };
  };

  it("counts and sums first, and changes nothing", async () => {
    const { body, state } = await plan({ beforeMs: day(2) + 1 });
    expect(state).toBe("planned");
    expect(body.request).toEqual({ beforeMs: day(2), kinds: ["cdrs", "suspense", "queueEvents"] });
    const { sums: rows, ...counts } = body.figures;
    expect(counts).toEqual({ cdrs: 12, suspense: 1, suspenseLeft: 2, queueEvents: 1 });
    expect(rows.map(({ keys, calls }) => [keys.tenant, calls])).toEqual([
      ["example.com", 9],
      ["other.org", 3],
    ]);
    expect(await store.cdrs.count({})).toBe(COUNT);
  });

  it("refuses what is not past, what does not hold any more, and a second job beside one", async () => {
    await expect(plan(ofCdrs({ beforeMs: now.ms + DAY_MS }))).rejects.toMatchObject({
      code: "invalid-params",
    });
    const asked = { kinds: ["queueEvents" as const], beforeMs: day(2), tenants: ["a"] };
    await expect(plan(asked)).rejects.toMatchObject({ code: "invalid-params" });
    const { id } = await plan(ofCdrs());
    const late = sampleCdr("late", {
      primary: { answerTime: { atMs: BEGIN_MS, offsetMinutes: 0 } },
    });
    await store.cdrs.insert([{ ...late, receivedAtMs: now.ms + 1 }]);
    await expect(retentionsOn(store).apply(id)).rejects.toMatchObject({
      code: "conflict",
      message: "The plan does not hold any more: cdrs: 12 were planned, and 13 are there.",
    });
    expect((await retentionsOn(store).get(id)).state).toBe("planned");
    expect((await retentionsOn(store).cancel(id)).state).toBe("cancelled");
    await expect(retentionsOn(store).apply(id)).rejects.toMatchObject({ code: "conflict" });
  });

  it("leaves what an open rerate job or an output still needs, and names it", async () => {
    const body = { request: { filter: { callTime: { toMs: day(9) }, tenants: ["other.org"] } } };
    const job = { id: "r1", kind: "rerate", state: "planned", version: 1, createdAtMs: 1, body };
    await store.jobs.put(job);
    const { position } = await behind();
    outputs = [{ name: "billing", state: { position } } as unknown as OutputView];
    const held = await plan(ofCdrs({ tenants: ["other.org"] }));
    expect(held.body.heldBy).toEqual([
      "the rerate job r1 is planned",
      "the output billing has not sent them on",
    ]);
    const { body: done } = await applied(held.id);
    expect(done.done).toMatchObject({ cdrs: 0 });
    expect(done.held.map(({ reason }) => reason)).toContain("the rerate job r1 is planned");
    outputs = [];
    await store.jobs.update({ ...job, state: "applied", version: 2 }, 1);
    expect(await store.cdrs.count({})).toBe(COUNT + 1);
  });

  /** An output that has sent nothing yet. */
  async function behind() {
    const { cdrs: some } = await store.cdrs.changes({ filter: {}, limit: 1 });
    expect(some).toHaveLength(1);
    return { position: {} };
  }

  it("erases what was planned, whichever write a process dies at; what is told stays", async () => {
    const before = await sums();
    const { id, body } = await plan({ beforeMs: day(2) });
    expect(body.figures.cdrs).toBe(13);
    for (let call = 1; ; call += 1) {
      const dying = retentionsOn(dyingAt(store, 1 + (call % 4), call % 2 === 0));
      await dying.apply(id).catch(() => undefined);
      await dying.settled(id);
      now.ms += 60_000;
      await expectClean();
      expect(await sums()).toEqual(before);
      const { state } = await retentionsOn(store).get(id);
      if (state === "applied" || call === 40) break;
      if (state !== "applying" && state !== "failed" && state !== "planned") throw new Error(state);
    }
    const { state, body: end } = await applied(id);
    expect(state).toBe("applied");
    // The late one came after the plan: it and the other attempts of its call stay.
    expect(end.done).toMatchObject({ cdrs: 12, suspense: 1, queueEvents: 1 });
    expect(await store.cdrs.count({})).toBe(COUNT + 1 - 12);
    expect(await sums()).toEqual(before);
    const lines = await store.jobs.pageLines(id, "erased", { after: 0, limit: 100 });
    const noted = lines.map(({ text }) => JSON.parse(text) as ErasedStep);
    expect(noted.reduce((sum, one) => sum + one.erased, 0)).toBe(12);
    const calls = noted.flatMap((one) => one.sums).reduce((sum, row) => sum + row.calls, 0);
    expect(calls).toBe(12);
    expect(await store.erasures.linesOf("b")).toBe(12);
    expect((await store.suspense.find({ limit: 9 })).records.map((one) => one.bytes[0])).toEqual([
      ...[1, 3],
    ]);
    const left = await store.queueEvents.find({ fromMs: 0, toMs: 1e14, limit: 9 });
    expect(left.map((one) => one.id)).toEqual(["e2"]);
  });

  it("what was erased and comes again is known, whatever it says", async () => {
    const again = cdrs.slice(0, 12).map((cdr, index) => {
      return { ...cdr, primary: { ...cdr.primary, usage: 7 + index } };
    });
    const outcomes = await store.cdrs.insert(again);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["erased"]));
    expect(await store.cdrs.count({})).toBe(COUNT + 1 - 12);
  });
});
