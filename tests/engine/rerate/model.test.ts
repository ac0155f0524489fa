// Goal: whatever is posted, corrected, voided, activated, planned, applied and undone in whatever
// order, with crashes between and inside, each CDR has the revisions that a small model has.
// Method: fast-check commands against the model, on every store; the audit at the end of each run.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import { correctCdr } from "../../../src/engine/records/correct.ts";
import { voidCdr } from "../../../src/engine/records/void.ts";
import { runs } from "../../runs.ts";
import { dyingAfter } from "./dying-store.ts";
import { createTestEngine, STORES, settled, TENANT, type TestEngine } from "./test-engine.ts";

const RATES = ["0.10", "0.20", "0.30"];
const DAYS = 6;

interface ModelRevision {
  outcome: "rated" | "voided";
  /** Ten-thousandths; null when voided. */
  amount: number | null;
  minutes: number;
  job?: string;
}

interface ModelCdr {
  day: number;
  revisions: ModelRevision[];
}

interface ModelJob {
  id: string;
  state: "planned" | "applied" | "undone";
  lines: { name: string; seen: number; amount: number }[];
}

interface Model {
  cdrs: Map<string, ModelCdr>;
  /** From day on, the rate of this index; of one day the later one. */
  activations: { day: number; rate: number }[];
  jobs: ModelJob[];
}

interface Real {
  test: TestEngine;
  engine: ComposedEngine;
  versions: string[];
  ids: Map<string, string>;
}

type Command = fc.AsyncCommand<Model, Real>;

const dayMs = (day: number) => Date.parse(`2026-03-0${day + 1}T00:00:00Z`);

function priceOf(model: Model, day: number, minutes: number): number {
  const inForce = [...model.activations]
    .sort((a, b) => a.day - b.day)
    .findLast((entry) => entry.day <= day);
  return Math.round(Number(RATES[inForce?.rate ?? 0]) * 10_000) * minutes;
}

function currentOf(cdr: ModelCdr): ModelRevision {
  const current = cdr.revisions.at(-1);
  if (current === undefined) throw new Error("a CDR has a revision");
  return current;
}

function addPriced(model: Model, cdr: ModelCdr, minutes: number): void {
  const amount = priceOf(model, cdr.day, minutes);
  cdr.revisions.push({ outcome: "rated", amount, minutes });
}

function post(name: string, day: number, minutes: number): Command {
  return {
    check: () => true,
    toString: () => `post(${name}, day ${day}, ${minutes} min)`,
    async run(model, { test, ids, engine }) {
      const id = await test.post(
        name,
        {
          answerTime: `2026-03-0${day + 1}T10:00:00Z`,
          usage: `${minutes}m`,
          destination: "34650123456",
        },
        engine,
      );
      const known = model.cdrs.get(name);
      if (known === undefined) {
        const cdr = { day, revisions: [] };
        addPriced(model, cdr, minutes);
        model.cdrs.set(name, cdr);
        ids.set(name, id);
      } else if (currentOf(known).outcome === "voided") {
        known.day = day;
        addPriced(model, known, minutes);
      }
    },
  };
}

function correct(name: string, minutes: number): Command {
  return {
    check: ({ cdrs }) => {
      const cdr = cdrs.get(name);
      return cdr !== undefined && currentOf(cdr).outcome !== "voided";
    },
    toString: () => `correct(${name}, ${minutes} min)`,
    async run(model, { engine, ids }) {
      const id = ids.get(name) ?? "";
      await correctCdr(engine.rating, [], { tenant: TENANT, id, fields: { usage: `${minutes}m` } });
      const cdr = model.cdrs.get(name);
      if (cdr && currentOf(cdr).minutes !== minutes) addPriced(model, cdr, minutes);
    },
  };
}

function voiding(name: string): Command {
  return {
    check: ({ cdrs }) => cdrs.has(name),
    toString: () => `void(${name})`,
    async run(model, { engine, ids }) {
      await voidCdr(engine.rating, { tenant: TENANT, id: ids.get(name) ?? "", note: "test" });
      const cdr = model.cdrs.get(name);
      if (cdr === undefined || currentOf(cdr).outcome === "voided") return;
      const { minutes } = currentOf(cdr);
      cdr.revisions.push({ outcome: "voided", amount: null, minutes });
    },
  };
}

function activate(rate: number, day: number): Command {
  return {
    check: () => true,
    toString: () => `activate(${RATES[rate]}, day ${day})`,
    async run(model, { engine, versions }) {
      await engine.tariffs.activate(versions[rate] ?? "", { fromMs: dayMs(day) });
      model.activations.push({ day, rate });
    },
  };
}

/** Lets the process die after some writes inside the work, and another one go on with it. */
async function surviving(
  real: Real,
  dieAfter: number | null,
  work: (engine: ComposedEngine) => Promise<string>,
  job?: string,
): Promise<string> {
  if (dieAfter === null) {
    const id = await work(real.engine);
    await settled(real.engine, id);
    return id;
  }
  const dying = await real.test.another(dyingAfter(dieAfter));
  let id = job;
  try {
    id = await work(dying);
    await dying.rerates.settled(id);
  } catch (error) {
    expect((error as Error).message).toBe("the process is gone");
  }
  real.test.now.ms += 31_000;
  real.engine = await real.test.another();
  id ??= await work(real.engine);
  await real.engine.rerates.resume();
  await settled(real.engine, id);
  return id;
}

function plan(dieAfter: number | null): Command {
  return {
    check: () => true,
    toString: () => `plan(${dieAfter === null ? "" : `dies after ${dieAfter}`})`,
    async run(model, real) {
      const id = await surviving(
        real,
        dieAfter,
        async (engine) => (await engine.rerates.plan({ filter: {} })).id,
      );
      expect((await real.engine.rerates.get(id)).state).toBe("planned");
      const lines = [...model.cdrs].flatMap(([name, cdr]) => {
        const { outcome, amount: old, minutes } = currentOf(cdr);
        const amount = priceOf(model, cdr.day, minutes);
        return outcome === "voided" || amount === old
          ? []
          : [{ name, seen: cdr.revisions.length, amount }];
      });
      expect((await real.engine.rerates.get(id)).body.plan.lines).toBe(lines.length);
      model.jobs.push({ id, state: "planned", lines });
    },
  };
}

const jobAt = ({ jobs }: Model, index: number) => jobs[index % Math.max(1, jobs.length)];

function step(name: "apply" | "undo", index: number, dieAfter: number | null): Command {
  const states = name === "apply" ? ["planned", "applied"] : ["applied", "undone"];
  const done = name === "apply" ? "applied" : "undone";
  return {
    check: (model) => states.includes(jobAt(model, index)?.state ?? ""),
    toString: () => `${name}(job ${index}${dieAfter === null ? "" : `, dies after ${dieAfter}`})`,
    async run(model, real) {
      const job = jobAt(model, index);
      if (job === undefined) return;
      const begin = async (engine: ComposedEngine) => (await engine.rerates[name](job.id)).id;
      await surviving(real, dieAfter, begin, job.id);
      // What was not even begun when the process died is asked for again.
      await begin(real.engine);
      expect((await settled(real.engine, job.id)).state).toBe(done);
      if (job.state === done) return;
      const expected = (name === "apply" ? applyModel : undoModel)(model, job);
      job.state = done;
      expect((await real.engine.rerates.get(job.id)).body[name]).toMatchObject(expected);
    },
  };
}

interface Counts {
  done: number;
  left: number;
}

function applyModel({ cdrs }: Model, { id, lines }: ModelJob): Counts {
  let done = 0;
  for (const { name, seen, amount } of lines) {
    const cdr = cdrs.get(name);
    if (cdr?.revisions.length !== seen) continue;
    cdr.revisions.push({ ...currentOf(cdr), amount, job: id });
    done += 1;
  }
  return { done, left: lines.length - done };
}

function undoModel({ cdrs }: Model, { id, lines }: ModelJob): Counts {
  const counts = { done: 0, left: 0 };
  for (const { name, seen } of lines) {
    const cdr = cdrs.get(name);
    const [before, after] = [cdr?.revisions[seen - 1], cdr?.revisions[seen]];
    if (cdr === undefined || before === undefined || after?.job !== id) continue;
    if (cdr.revisions.length !== seen + 1) {
      counts.left += 1;
      continue;
    }
    cdr.revisions.push({ ...before, job: id });
    counts.done += 1;
  }
  return counts;
}

function restart(): Command {
  return {
    check: () => true,
    toString: () => "restart",
    async run(_model, real) {
      real.engine = await real.test.another();
    },
  };
}

async function compare(model: Model, { test, ids, engine }: Real): Promise<void> {
  for (const [name, { revisions }] of model.cdrs) {
    const cdr: StoredCdr | null = await test.store.cdrs.get({
      tenant: TENANT,
      id: ids.get(name) ?? "",
    });
    const ratings = [...(cdr?.history ?? []).map((entry) => entry.rating), cdr?.rating];
    expect(
      ratings.map((rating) => [rating?.revision, rating?.outcome, amountOf(rating), rating?.job]),
      name,
    ).toEqual(
      revisions.map(({ outcome, amount, job }, index) => [index + 1, outcome, amount, job]),
    );
  }
  const checks = await engine.audits.run({ explain: "all" });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
}

function amountOf(rating: StoredCdr["rating"] | undefined): number | null {
  const amount = rating?.sell?.amount ?? null;
  return amount === null ? null : Math.round(Number(amount) * 10_000);
}

const names = fc.constantFrom("a", "b", "c", "d", "e");
const days = fc.integer({ min: 0, max: DAYS - 1 });
const minutes = fc.integer({ min: 1, max: 3 });
const deaths = fc.option(fc.nat(4), { freq: 3 });
const commands = fc.commands(
  [
    fc.tuple(names, days, minutes).map((args) => post(...args)),
    fc.tuple(names, days, minutes).map((args) => post(...args)),
    fc.tuple(names, minutes).map((args) => correct(...args)),
    names.map(voiding),
    fc.tuple(fc.nat(RATES.length - 1), days).map((args) => activate(...args)),
    fc.tuple(fc.nat(RATES.length - 1), days).map((args) => activate(...args)),
    deaths.map(plan),
    fc.tuple(fc.nat(3), deaths).map(([index, death]) => step("apply", index, death)),
    fc.tuple(fc.nat(3), deaths).map(([index, death]) => step("undo", index, death)),
    fc.constant(restart()),
  ],
  { maxCommands: 30, size: "max" },
);

describe.each(STORES)("the model on $name", ({ name, url }) => {
  it("has the revisions that the store has, after any commands and crashes", {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (run) => {
        const test = await createTestEngine(url());
        try {
          const versions: string[] = [];
          for (const rate of RATES) versions.push(await test.load(rate));
          await test.engine.tariffs.activate(versions[0] ?? "", { fromMs: 0 });
          const model: Model = { cdrs: new Map(), activations: [{ day: -1, rate: 0 }], jobs: [] };
          const real: Real = { test, engine: test.engine, versions, ids: new Map() };
          await fc.asyncModelRun(() => ({ model, real }), run);
          await compare(model, real);
        } finally {
          await test.close();
        }
      }),
      { numRuns: runs(name === "sqlite" ? 100 : 25), endOnFailure: true },
    );
  });
});
