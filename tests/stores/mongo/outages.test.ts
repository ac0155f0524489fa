// Each call of the store while the server stops answering, cuts connections, steps down, fails its write
// concern, is too slow or refuses: what is told, and that nothing is lost and nothing is twice.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { EngineError } from "../../../src/errors.ts";
import type { ReadOptions } from "../../../src/stores/ports/cdrs.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import {
  type Call,
  CHANGES,
  missingCalls,
  PAGE,
  READING,
  READS,
  SUM,
  there,
  UNREPEATED,
  WRITES,
} from "./every-call.ts";
import { type ProxiedStores, proxiedStores } from "./test-store.ts";
import { virtualTime } from "./virtual-time.ts";
import type { WireFault } from "./wire-faults.ts";

const uri = await mongoTestUri();

const failure = (code: number) => ({ ok: 0, code, errmsg: "told by a test" });
const any = (fault: Omit<WireFault, "command">): WireFault => ({ command: "*", ...fault });

const WRITE_COMMANDS = ["insert", "update", "findAndModify", "delete"];
const onWrites = (fault: Omit<WireFault, "command">): WireFault[] =>
  WRITE_COMMANDS.map((command) => ({ command, ...fault }));
const withoutMajority = (answer: object) => ({
  ...answer,
  writeConcernError: { code: 64, errmsg: "waiting for replication timed out" },
});

/** Reads that ask for the time of the server, by a write. */
const TIMED = ["cdrs.changes", "rollups.dirty"];

type Told = "store-unavailable" | "timeout";
/** What a read and a write are told while it lasts. */
const OUTAGE: [Told, Told] = ["store-unavailable", "store-unavailable"];
const LASTING: [string, WireFault[], [Told, Told]][] = [
  ["cuts every connection", [any({ when: "instead", answer: "cut" })], OUTAGE],
  ["cuts every connection after its work", [any({ when: "after", answer: "cut" })], OUTAGE],
  ["has stepped down", [any({ when: "instead", answer: failure(10107) })], OUTAGE],
  ["steps down after its work", [any({ when: "after", answer: failure(189) })], OUTAGE],
  ["is shutting down", [any({ when: "instead", answer: failure(91) })], OUTAGE],
  [
    "ends everything after its time",
    [any({ when: "instead", answer: failure(50) })],
    ["timeout", "store-unavailable"],
  ],
  ["refuses the user", [any({ when: "instead", answer: failure(13) })], OUTAGE],
  ["has a full disk", onWrites({ when: "instead", answer: failure(14031) }), OUTAGE],
  [
    "does its work, without its write concern",
    onWrites({ when: "after", answer: withoutMajority }),
    OUTAGE,
  ],
];

const PASSING: [string, Omit<WireFault, "command" | "times">][] = [
  ["cuts the connection before its work", { when: "instead", answer: "cut" }],
  ["cuts the connection after its work", { when: "after", answer: "cut" }],
  ["steps down before its work", { when: "instead", answer: failure(10107) }],
  ["steps down after its work", { when: "after", answer: failure(11602) }],
];

describe.skipIf(uri === null)("with a server", () => {
  let stores: ProxiedStores;
  let patient: Store;
  let hasty: Store;
  /** Gives up a connection on which nothing comes. */
  let deaf: Store;
  const warnings: string[] = [];
  const time = virtualTime();
  beforeAll(async () => {
    stores = await proxiedStores(uri ?? "");
    const warn = (text: string) => warnings.push(text);
    patient = await stores.open({ waitMs: 8_000, timing: time, warn });
    // Of its own clock; of the machine's, a busy one answers within this second.
    hasty = await stores.open({ waitMs: 1_000, timing: virtualTime() });
    const soon = { readMs: 100, silenceMarginMs: 100 };
    deaf = await stores.open({ waitMs: 1_000, ...soon, timing: virtualTime() });
    await patient.cdrs.insert([there]);
  });
  afterEach(() => stores.proxy.meet(null));
  afterAll(() => stores.close());

  test("every call of a store is tried", () => {
    expect(missingCalls(patient)).toEqual([]);
  });

  type Answers = Map<string, { kind: "read" | "write"; answer?: unknown; told?: unknown }>;

  /** Makes what is changed, then sends everything at once, as the posts and calls of a service come. */
  async function sendAll(store: Store, name: string, begin: () => void): Promise<Answers> {
    for (const [what, { make }] of Object.entries(CHANGES)) await make(patient, `${name}-${what}`);
    begin();
    const of = (kind: "read" | "write", calls: [string, Call][]) =>
      calls.map(async ([what, call]) => {
        const settled = Promise.resolve(call(store, `${name}-${what}`));
        const end = await settled.then(
          (answer: unknown) => ({ answer }),
          (told: unknown) => ({ told }),
        );
        return [what, { kind, ...end }] as const;
      });
    const writes = Object.entries(WRITES).map(([what, { call }]): [string, Call] => [what, call]);
    const changes = Object.entries(CHANGES).map(([what, { change }]): [string, Call] => [
      what,
      change,
    ]);
    const all = [...of("read", Object.entries(READS)), ...of("write", [...writes, ...changes])];
    return new Map(await Promise.all(all));
  }

  /** Once the fault is over the same is sent again: nothing is lost then, and nothing twice. */
  async function expectOnce(name: string, answers: Answers): Promise<void> {
    stores.proxy.meet(null);
    for (const call of Object.values(READS)) await call(patient, name);
    for (const [what, { call, found, is }] of Object.entries(WRITES)) {
      await call(patient, `${name}-${what}`);
      expect([what, await found(patient, `${name}-${what}`)]).toEqual([what, is]);
    }
    for (const [what, { change, done, again, found, is }] of Object.entries(CHANGES)) {
      const answer = await change(patient, `${name}-${what}`);
      // What was acknowledged was done; what was not may have been.
      expect([done, again]).toContainEqual(answer);
      if (answers.get(what)?.told === undefined) expect([what, answer]).toEqual([what, again]);
      expect([what, await change(patient, `${name}-${what}`)]).toEqual([what, again]);
      expect([what, await found(patient, `${name}-${what}`)]).toEqual([what, is]);
    }
  }

  /** Of everything that was not answered. */
  function expectTold(answers: Answers, [read, write]: [Told, Told]): void {
    for (const [what, { kind, told }] of answers) {
      if (told === undefined) continue;
      if (!(told instanceof EngineError)) throw told;
      const isRead = kind === "read" || READING.includes(what);
      expect([what, told.code]).toEqual([what, isRead ? read : write]);
      expect(told.detail.hint).toMatch(/\w/);
    }
  }

  const namesOf = (answers: Answers, isTold: boolean): string[] =>
    [...answers].flatMap(([what, { told }]) => ((told !== undefined) === isTold ? [what] : []));

  function expectAnswers(answers: Answers): void {
    expect(namesOf(answers, true)).toEqual([]);
    for (const [what, { answer }] of Object.entries(WRITES)) {
      expect([what, answers.get(what)?.answer]).toEqual([what, answer]);
    }
    for (const [what, { done }] of Object.entries(CHANGES)) {
      expect([what, answers.get(what)?.answer]).toEqual([what, done]);
    }
  }

  test.each(LASTING)(
    "a server that %s: an outage is told, and afterwards all is there once",
    async (name, faults, told) => {
      const answers = await sendAll(hasty, name, () => stores.proxy.meet(faults));
      expectTold(answers, told);
      if (faults.some(({ command }) => command === "*")) {
        expect(namesOf(answers, false)).toEqual([]);
      } else {
        // What only reads is answered.
        const reads = Object.keys(READS).filter((what) => !TIMED.includes(what));
        expect(namesOf(answers, false)).toEqual(expect.arrayContaining(reads));
      }
      await expectOnce(name, answers);
    },
  );

  test("a server that stops answering: each call ends within its limits", async () => {
    const silence = any({ when: "instead", answer: "silence" });
    const answers = await sendAll(deaf, "silence", () => stores.proxy.meet(silence));
    expectTold(answers, OUTAGE);
    expect(namesOf(answers, false)).toEqual([]);
    await expectOnce("silence", answers);
  });

  test("a write whose answer does not come is looked for once, however late that is", async () => {
    const cdr = sampleCdr("unanswered");
    stores.proxy.meet({ command: "insert", when: "after", answer: "silence", times: 1 });
    expect(await deaf.cdrs.insert([cdr])).toEqual([{ outcome: "inserted" }]);
    stores.proxy.meet({ command: "find", when: "instead", answer: "silence" });
    await expect(deaf.cdrs.get(cdr)).rejects.toMatchObject({ code: "store-unavailable" });
    stores.proxy.meet(null);
    expect((await patient.cdrs.insert([cdr]))[0]).toMatchObject({ outcome: "exists" });
  });

  test.each([
    ["answers 65 s later", () => stores.proxy.meet(null)],
    [
      "says nothing for 65 s, then its connection is given up",
      () => {
        stores.proxy.cutHeld();
        stores.proxy.meet(null);
      },
    ],
  ])("a server that %s: no write is lost or twice, no read is begun anew", async (name, end) => {
    const isCut = name.includes("given up");
    const sending = sendAll(patient, name, () =>
      stores.proxy.meet(any({ when: "after", answer: "hold" })),
    );
    // Every call has sent its first command.
    const calls = [READS, WRITES, CHANGES].flatMap((some) => Object.keys(some)).length;
    await expect.poll(() => stores.proxy.held(), { timeout: 10_000 }).toBe(calls);
    time.pass(65_000);
    end();
    const answers = await sending;
    if (isCut) {
      expect(namesOf(answers, true)).toEqual([...Object.keys(READS), ...READING]);
      expectTold(answers, OUTAGE);
    } else expectAnswers(answers);
    await expectOnce(name, answers);
  });

  test.each<[string, (options: ReadOptions) => Promise<unknown>]>([
    ["a page", (options) => patient.cdrs.find(PAGE, options)],
    ["a count", (options) => patient.cdrs.count({}, options)],
    ["a sum", (options) => patient.cdrs.summarize(SUM, options)],
    ["changes", (options) => patient.cdrs.changes({ filter: {}, limit: 5 }, options)],
  ])(
    "%s that its caller no longer wants: its connection ends, by which the server ends it",
    async (_what, read) => {
      const leaving = new AbortController();
      stores.proxy.meet({ command: "*", collection: "cdrs", when: "instead", answer: "hold" });
      const reading = read({ signal: leaving.signal });
      await expect.poll(() => stores.proxy.held()).toBe(1);
      const before = stores.proxy.ended();
      leaving.abort(new Error("the caller left"));
      await expect(reading).rejects.toThrow("the caller left");
      await expect.poll(() => stores.proxy.ended()).toBe(before + 1);
    },
  );

  test("a server that refuses every index that a read names: it reads without, and says so", async () => {
    await patient.tend();
    warnings.length = 0;
    const refused = any({ member: "hint", when: "instead", answer: failure(2) });
    const answers = await sendAll(patient, "hints", () => stores.proxy.meet(refused));
    expectAnswers(answers);
    const named = warnings.map((text) => /^The index (\S+) was refused/.exec(text)?.[1]);
    expect(named).toEqual(expect.arrayContaining(["cdrs.time", "cdrs.changed", "suspense.state"]));
    await expectOnce("hints", answers);
    await patient.tend();
  });

  test.each(PASSING)(
    "a server that %s, once: each call is answered as if nothing had been",
    async (how, fault) => {
      const name = `once ${how}`;
      const answers: Answers = new Map();
      for (const [what, call] of Object.entries(READS)) {
        if (UNREPEATED.includes(what)) continue;
        stores.proxy.meet(any({ ...fault, times: 1 }));
        await call(patient, name);
      }
      for (const [what, { call, answer }] of Object.entries(WRITES)) {
        stores.proxy.meet(any({ ...fault, times: 1 }));
        expect([what, await call(patient, `${name}-${what}`)]).toEqual([what, answer]);
      }
      for (const [what, { make, change, done }] of Object.entries(CHANGES)) {
        stores.proxy.meet(null);
        await make(patient, `${name}-${what}`);
        stores.proxy.meet(any({ ...fault, times: 1 }));
        expect([what, await change(patient, `${name}-${what}`)]).toEqual([what, done]);
        answers.set(what, { kind: "write" });
      }
      await expectOnce(name, answers);
    },
  );
});
