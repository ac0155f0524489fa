// Explaining is a proof: every stored rating comes out again from the stored version, and a change
// of any one figure or text of what is stored is found, by name.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { Json, JsonObject } from "../../../src/cdr/json.ts";
import type { Call } from "../../../src/cdr/rating.ts";
import { DEMO_CDRS } from "../../../src/cli/demo-cdrs.ts";
import { explainCdr } from "../../../src/engine/records/explain.ts";
import type { Band, Tariff } from "../../../src/tariffs/tariff.ts";
import { startTestService } from "../../end-to-end/test-service.ts";
import { type Random, randomCall, randomFrom, randomTariff } from "../../rating/random-tariff.ts";
import { rateRow } from "../../rating/tariff-fixtures.ts";
import { printTariff } from "../../tariffs/tariff-printing.ts";
import { createTestEngine, STORES, type TestEngine } from "../rerate/test-engine.ts";

const TARIFFS = 12;
const CALLS = 12;
/** Written at the time of the rating, and no part of what was computed. */
const NOT_COMPUTED = ["revision", "ratedAtMs", "job", "note", "rules"];

type Path = readonly string[];

function leaves(value: Json | undefined, path: Path = []): Path[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => leaves(member, [...path, name]));
  }
  return typeof value === "number" || typeof value === "string" ? [path] : [];
}

/** Another digit where there is one, else another letter; a number grows by one. */
function altered(value: Json): Json {
  if (typeof value === "number") return value + 1;
  const text = String(value);
  const digits = [...text.matchAll(/\d/g)];
  const at = digits.at(-1)?.index ?? text.length - 1;
  const digit = digits.length > 0 ? String((Number(text[at]) + 1) % 10) : "~";
  return text.slice(0, Math.max(at, 0)) + digit + text.slice(at + 1);
}

function withAltered(cdr: StoredCdr, path: Path): StoredCdr {
  const copy = structuredClone(cdr);
  let holder = copy.rating as unknown as JsonObject;
  for (const name of path.slice(0, -1)) holder = holder[name] as JsonObject;
  const name = path.at(-1)!;
  holder[name] = altered(holder[name]!);
  return copy;
}

/** Without what `check` refuses; one of three routes by quality. */
function soundTariff(random: Random, tenant: string): Tariff {
  const tariff = randomTariff(random);
  for (const { deck } of [...tariff.retailPlans, ...tariff.carrierPlans]) {
    deck.rows = deck.rows.filter(
      ({ effectiveFromMs, effectiveToMs }) =>
        effectiveToMs === null || effectiveToMs > (effectiveFromMs ?? 0),
    );
    if (deck.rows.length === 0) deck.rows = [rateRow({})];
  }
  const bands = tariff.bands.map((band) => {
    const lists = Object.entries(band).filter(([, list]) => !Array.isArray(list) || list.length);
    return Object.fromEntries(lists) as unknown as Band;
  });
  const voipPlans = tariff.voipPlans.map((plan) =>
    random.chance(0.3) ? { ...plan, routing: "quality" as const } : plan,
  );
  return { ...tariff, tenant, bands, voipPlans };
}

function fieldsOf(call: Call): Record<string, string | number> {
  return {
    tor: call.tor,
    destination: call.destination,
    answerTime: new Date(call.callTime!.atMs).toISOString(),
    usage: call.tor === "*voice" ? `${call.usage}ms` : call.usage,
    account: call.account,
    ...(call.callerNumber === undefined ? {} : { callerNumber: call.callerNumber }),
    ...(call.supplier === undefined ? {} : { supplier: call.supplier }),
  };
}

/** Calls of one day by each carrier, so that the next day has figures to route by. */
async function giveFigures(test: TestEngine, tenant: string): Promise<void> {
  for (const [index, supplier] of ["alpha", "beta", "beta", "gamma"].entries()) {
    const answerTime = new Date(test.now.ms - 3_600_000).toISOString();
    await test.post(`figures-${index}`, { tenant, supplier, answerTime, originHost: tenant });
  }
  test.now.ms += 86_400_000;
}

type Parts = Parameters<typeof explainCdr>[0];

async function storedCdrs({ store }: Pick<Parts, "store">): Promise<StoredCdr[]> {
  const all: StoredCdr[] = [];
  for await (const page of store.cdrs.scan({})) all.push(...page);
  return all;
}

async function findsEveryChange(parts: Parts, cdrs: StoredCdr[]): Promise<number> {
  let found = 0;
  for (const cdr of cdrs) {
    for (const path of leaves(cdr.rating as unknown as JsonObject)) {
      if (NOT_COMPUTED.includes(path[0]!)) continue;
      const explained = await explainCdr(parts, { cdr: withAltered(cdr, path) });
      const paths = explained.differences.map((difference) => difference.path);
      // `expect` for each of thousands of changes takes longer than to explain it.
      if (explained.matches || !paths.includes(path.join("."))) {
        expect.fail(`${path.join(".")} was changed, found: ${paths}`);
      }
      found++;
    }
  }
  return found;
}

describe.each(STORES)("explaining on $name", ({ name, url }) => {
  let test: TestEngine;
  const parts = () => ({ store: test.store, snapshots: test.engine.snapshots });

  beforeAll(async () => {
    test = await createTestEngine(url());
    for (let seed = 0; seed < TARIFFS; seed++) {
      const random = randomFrom(name.length * 1000 + seed);
      const tenant = `t${seed}.example`;
      const tariff = soundTariff(random, tenant);
      const { version } = await test.engine.tariffs.load({ files: printTariff(tariff) });
      await test.engine.tariffs.activate(version, { fromMs: 0 });
      await test.engine.setAssignment({ tenant, account: "own", voipPlan: "gold", fromMs: 60_000 });
      await giveFigures(test, tenant);
      for (let index = 0; index < CALLS; index++) {
        const fields = { ...fieldsOf(randomCall(random)), tenant };
        if (random.chance(0.3)) fields["account" as keyof typeof fields] = "own";
        await test.post(`${seed}-${index}`, fields);
      }
    }
  });
  afterAll(() => test.close());

  it("gives every stored rating of a corpus over random tariffs again", async () => {
    const cdrs = await storedCdrs(test);
    expect(cdrs).toHaveLength(TARIFFS * (CALLS + 4));
    const priced = cdrs.filter(({ rating }) => rating.sell?.amount && rating.buy?.amount);
    expect(priced.length).toBeGreaterThan(CALLS * 2);
    for (const cdr of cdrs) {
      const { matches, differences } = await explainCdr(parts(), { cdr });
      expect({ matches, differences }).toEqual({ matches: true, differences: [] });
    }
  });

  it("finds any one digit or word of it that was changed, by its path", async () => {
    const cdrs = await storedCdrs(test);
    const paths = cdrs.flatMap(({ rating }) => leaves(rating as unknown as JsonObject));
    const names = new Set(paths.map((path) => path.join(".")));
    for (const name of [
      "basis.exchange.rate",
      "basis.routing.candidates.0.exact",
      "basis.routing.quality.carriers.Beta.asr",
      "basis.sell.spans.1.seconds",
      "assignment.fromMs",
    ]) {
      expect(names).toContain(name);
    }
    const sample = cdrs.filter((_, index) => index % (name === "sqlite" ? 3 : 12) === 0);
    expect(await findsEveryChange(parts(), sample)).toBeGreaterThan(700);
  });

  it("keeps to the assignment that was in force, though account.set replaced it since", async () => {
    const tenant = "t1.example";
    const id = await test.post("replaced", { tenant, account: "own", destination: "123" });
    await test.engine.setAssignment({ tenant, account: "own", voipPlan: "none", fromMs: 60_000 });
    const cdr = (await test.store.cdrs.get({ tenant, id }))!;
    expect(await explainCdr(parts(), { cdr })).toMatchObject({ matches: true });
    await test.engine.setAssignment({ tenant, account: "own", voipPlan: "gold", fromMs: 60_000 });
  });

  it("names a version that the store does not have", async () => {
    const [cdr] = await storedCdrs(test);
    const rating = { ...cdr!.rating, tariffVersion: "0".repeat(32) };
    expect(await explainCdr(parts(), { cdr: { ...cdr!, rating } })).toMatchObject({
      matches: false,
      differences: [{ path: "tariffVersion", stored: "0".repeat(32), again: null }],
    });
  });
});

describe("explaining the demo", () => {
  it("gives every call again, and finds every change", async () => {
    const service = await startTestService();
    try {
      for (const form of DEMO_CDRS) expect((await service.post("/cgr", form)).status).toBe(200);
      const { engine } = service.service;
      const cdrs = await storedCdrs(engine);
      expect(cdrs).toHaveLength(DEMO_CDRS.length);
      for (const cdr of cdrs) expect((await explainCdr(engine, { cdr })).differences).toEqual([]);
      expect(await findsEveryChange(engine, cdrs)).toBeGreaterThan(500);
    } finally {
      await service.stop();
    }
  });
});
