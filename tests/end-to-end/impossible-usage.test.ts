// Goal: what cannot be true of a call is never priced, by whatever road it comes. Method: the cases
// of the reference and random posts over the roads of a whole service, then its answers and store.
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleFreeswitchCdr } from "../formats/freeswitch-sample.ts";
import { type Answer, startTestService, type TestService } from "./test-service.ts";

const FOLDER = "../shared/reference/field";
const CASES = ["turn2-dst-repeated-hour", "turn2-usage-exceeds-elapsed"];
const hasCases = CASES.every((name) => existsSync(`${FOLDER}/${name}.json`));
if (!hasCases) process.stderr.write(`SKIPPED: ${FOLDER} is not there, so its cases are not run.\n`);

const FILES = {
  "tariff.yaml": [
    "tenant: feed.example",
    "currency: EUR",
    "timeZone: UTC",
    "rounding: { decimals: 4, mode: half-up }",
    "numbering: { n: { preset: wholesale-e164 } }",
    "defaultNumbering: n",
    "retailPlans: { r: { deck: r.csv } }",
    "voipPlans: { v: { retail: [r], carriers: [] } }",
    "accounts: accounts.csv",
    "",
  ].join("\n"),
  "accounts.csv": "account,voip_plan\n*any,v\n",
  "r.csv": "prefix,rate\n34,0.06\n",
};

const SOURCES = {
  sources: [
    { name: "madrid", match: { paths: ["/cgr"] }, timeZone: "Europe/Madrid" },
    { name: "rpc", match: { paths: ["/jsonrpc"] }, timeZone: "Europe/Madrid" },
  ],
};

/** The settings go through their schema, as a file would. */
async function serviceOf(files: Record<string, string>, sources: object): Promise<TestService> {
  const { sourceList } = await import("../../src/mediation/source-settings.ts");
  const list = sourceList.parse((sources as { sources?: unknown }).sources ?? []);
  const test = await startTestService({ demo: false, settings: { sources: list } });
  const { version } = await test.service.engine.tariffs.load({ files });
  await test.service.engine.tariffs.activate(version);
  return test;
}

/** The same fields by a form and by JSON-RPC, each under an id of its own. */
async function byEachRoad(test: TestService, form: string): Promise<Answer["body"][]> {
  const fields = Object.fromEntries(new URLSearchParams(form));
  const posted = await test.post("/cgr", form);
  const cdr = { ...fields, accid: `${fields["accid"]}-rpc` };
  return [posted.body, await test.rpc("cdr.process", { cdr })];
}

describe.runIf(hasCases)("the cases of the reference", () => {
  const [dst, elapsed] = CASES.map((name) =>
    hasCases ? JSON.parse(readFileSync(`${FOLDER}/${name}.json`, "utf8")) : {},
  );

  it("a call over the repeated hour is rated, with the times that fit its length", async () => {
    const { settings: _settings, ...files } = dst.files;
    const test = await serviceOf(files, SOURCES);
    try {
      const also = dst.input
        .replace("dst-1", "dst-2")
        .replace("02:50:00", "01:50:00")
        .replace("1200", "4800");
      for (const answer of await byEachRoad(test, dst.input)) {
        expect(answer).toMatchObject({ outcome: "rated", sell: { amount: "1.2000" } });
        expect(answer).not.toHaveProperty("warnings");
        const { primary } = await test.rpc("cdr.get", { id: answer.id });
        expect(Date.parse(primary.answerTime)).toBe(Date.parse(dst.expected["primary.answerTime"]));
        expect(primary.answerTime).toBe("2025-10-26T02:50:00.000+02:00");
        expect(primary.endTime).toBe("2025-10-26T02:10:00.000+01:00");
      }
      for (const answer of await byEachRoad(test, also)) {
        const { primary } = await test.rpc("cdr.get", { id: answer.id });
        expect(primary.endTime).toBe("2025-10-26T02:10:00.000+01:00");
      }
    } finally {
      await test.stop();
    }
  });

  it("a usage beyond its own times is put aside, everything up to them is rated", async () => {
    const test = await serviceOf(elapsed.files, {});
    try {
      const posted = await test.post("/cgr", elapsed.input);
      expect([posted.status, posted.body.reason]).toEqual([202, "usage-exceeds-times"]);
      for (const answer of await byEachRoad(test, elapsed.input)) {
        expect(answer).toMatchObject({ outcome: "suspended", reason: "usage-exceeds-times" });
      }
      for (const [duration, amount] of [
        ["301.148", "0.3020"],
        ["301.9", "0.3020"],
        ["60", "0.0600"],
      ] as const) {
        const form = elapsed.input
          .replace("elapsed-1", `elapsed-${duration}`)
          .replace("301148.4", duration);
        for (const { outcome, sell } of await byEachRoad(test, form)) {
          expect([duration, outcome, sell.amount]).toEqual([duration, "rated", amount]);
        }
      }
    } finally {
      await test.stop();
    }
  });
});

describe("a whole service", () => {
  let test: TestService;
  const call = "tenant=feed.example&account=1001&destination=34911234567";
  beforeAll(async () => {
    test = await serviceOf(FILES, SOURCES);
  });
  afterAll(() => test.stop());

  it("says that a local time was ambiguous, also of a duplicate, and finds it", async () => {
    const form = `accid=doubt&${call}&answer_time=2025-10-26+02:10:00&billsec=60`;
    const warned = { warnings: ["ambiguous-local-time"] };
    expect((await test.post("/cgr", form)).body).toMatchObject({ outcome: "rated", ...warned });
    const again = (await test.post("/cgr", form)).body;
    expect(again).toMatchObject({ outcome: "duplicate", ...warned });
    expect(await test.rpc("cdr.get", { id: again.id })).toMatchObject(warned);
    const { cdrs } = await test.rpc("cdr.find", { filter: warned });
    expect(cdrs.map(({ id }: { id: string }) => id)).toEqual([again.id]);
    const { cdrs: changed, next } = await test.rpc("cdr.changes", { filter: warned });
    expect(changed).toHaveLength(1);
    await test.rpc("cdr.void", { id: again.id, reason: "twice" });
    const later = await test.rpc("cdr.changes", { after: next });
    expect(later.cdrs.map(({ rating }: { rating: { outcome: string } }) => rating.outcome)).toEqual(
      ["voided"],
    );
    const rated = { from: "2026-03-03T00:00:00Z", to: "2026-03-03T00:00:01Z" };
    expect(
      await test.rpc("cdr.count", { filter: { ratedAt: rated, ...warned, outcomes: ["voided"] } }),
    ).toEqual({ count: 1 });
    expect(await test.rpc("cdr.count", { filter: { not: { ratedAt: rated } } })).toEqual({
      count: 0,
    });
  });

  it("cdr.correct refuses the same, naming the reason", async () => {
    const form = `accid=correct&${call}&answer_time=1770000000&end_time=1770000060&billsec=60`;
    const { id } = (await test.post("/cgr", form)).body;
    const refusal = async (fields: object) =>
      test.rpc("cdr.correct", { id, fields }).catch((error) => error.data);
    expect(await refusal({ usage: 61.001 })).toMatchObject({
      path: "fields.usage",
      reason: "usage-exceeds-times",
    });
    expect(await refusal({ usage: "73h", endTime: null })).toMatchObject({
      reason: "usage-implausible",
    });
    expect(await refusal({ answerTime: "1970-01-01T01:00:00Z" })).toMatchObject({
      reason: "time-out-of-range",
    });
    expect((await refusal({ usage: 61 })).outcome).toBe("rated");
  });

  it("prices no call by parameters whose usage cannot be true, whatever the clock says", async () => {
    const asked = { tenant: "feed.example", account: "1", destination: "34911234567" };
    const price = (usage: number, more: object = {}) =>
      test.rpc("rating.price", { ...asked, answerTime: "2031-01-01T00:00:00Z", usage, ...more });
    const endTime = "2031-01-01T00:01:00Z";
    expect((await price(259_200)).outcome).toBe("rated");
    expect(await price(259_201)).toMatchObject({ outcome: "unrated", reason: "usage-implausible" });
    expect((await price(61, { endTime })).outcome).toBe("rated");
    expect(await price(62, { endTime })).toMatchObject({
      outcome: "unrated",
      reason: "usage-exceeds-times",
      sell: { amount: null, reason: "usage-exceeds-times" },
    });
    const routes = await test.rpc("rating.routes", { ...asked, usage: 259_201 });
    expect(routes).toMatchObject({ routes: [], reason: "usage-implausible" });
    await expect(price(1, { endTime: "2030-01-01T00:00:00Z" })).rejects.toMatchObject({
      data: { path: "endTime" },
    });
  });

  it("rates no CDR of random feeds whose usage exceeds its own times", async () => {
    const instant = fc.integer({ min: 1_770_000_000, max: 1_770_010_000 });
    const length = fc.oneof(
      fc.nat(9000),
      fc.nat(900).map((s) => s * 1000),
      fc.nat(90).map((s) => s * 1e9),
    );
    const posts = fc.sample(
      fc.record({
        answer: instant,
        end: instant,
        length,
        road: fc.constantFrom("form", "rpc", "fs"),
      }),
      { numRuns: 150, seed: 7 },
    );
    for (const [index, { answer, end, length: sent, road }] of posts.entries()) {
      const accid = `random-${index}`;
      if (road === "form") {
        const times = `answer_time=${answer}&end_time=${end}&billsec=${sent}`;
        await test.post("/cgr", `accid=${accid}&${call}&${times}`);
      } else if (road === "rpc") {
        const cdr = { accid, tenant: "feed.example", account: "1", destination: "34911234567" };
        const measured = { answerTime: String(answer), endTime: String(end), usage: sent };
        await test.rpc("cdr.process", { cdr: { ...cdr, ...measured } });
      } else {
        const variables = {
          uuid: accid,
          cgr_tenant: "feed.example",
          cgr_destination: "34911234567",
          answer_epoch: String(answer),
          end_epoch: String(end),
          billsec: String(sent),
        };
        const document = { ...sampleFreeswitchCdr({ uuid: accid }), variables };
        await test.post("/freeswitch_json", JSON.stringify(document), {
          "content-type": "application/json",
        });
      }
    }
    const { cdrs } = await test.rpc("cdr.find", { limit: 1000 });
    const judged = cdrs.filter(({ primary }: { primary: { originId: string } }) =>
      primary.originId.startsWith("random-"),
    );
    expect(judged.length).toBeGreaterThan(10);
    expect(judged.length).toBeLessThan(150);
    for (const { primary } of judged) {
      const elapsedS = (Date.parse(primary.endTime) - Date.parse(primary.answerTime)) / 1000;
      expect(primary.usage).toBeLessThanOrEqual(elapsedS + 1);
    }
    const { records } = await test.rpc("suspense.find", { limit: 1000 });
    const reasons = new Set(records.map(({ reason }: { reason: string }) => reason));
    expect([...reasons].sort()).toEqual(["end-before-answer", "usage-exceeds-times"]);
  });
});
