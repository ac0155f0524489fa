// Goal: `cdrate price` answers a person and a stream in full, and names what it cannot read.
// Method: the program in this process over a small tariff with a named carrier and its rival.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startTestService } from "../end-to-end/test-service.ts";
import { capturedRun as run } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-price-command-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const demo = ["price", "--tariff", "tariffs/demo"];
const time = ["--answer-time", "2026-03-02T09:00:00Z"];
const call = ["--account", "1001", "--destination", "34650123456", "--usage", "95", ...time];
const LENGTHLESS = { account: "1001", destination: "34650123456", answerTime: time[1] };

let files = 0;
async function streamed(lines: string[], ...flags: string[]) {
  const file = join(folder, `${files++}.jsonl`);
  writeFileSync(file, lines.join("\n"));
  const { code, lines: answers } = await run(...demo, ...flags, "--calls", file);
  expect(code).toBe(0);
  return answers.map((text) => JSON.parse(text));
}

describe("for a person", () => {
  it("the cheapest rival stands beside a dearer named carrier", async () => {
    const named = await run(...demo, ...call, "--carrier", "Alpha");
    expect(named.text).toMatch(/^cheapest +0\.0368 EUR +Beta$/m);
    expect((await run(...demo, ...call)).text).not.toContain("cheapest");
  });

  it("--trace prints the sums of both sides and the steps", async () => {
    const { text } = await run(...demo, ...call, "--carrier", "Alpha", "--trace");
    expect(text).toContain("Account 1001 has VoIP plan basic by accounts.csv.");
    expect(text).toMatch(/from 0 to 120 s +0\.039 × 120 s ⁄ 60 s +0\.078 /);
    expect(text).toContain("MARGIN: 0.0780 EUR − 0.0580 EUR = 0.0200 EUR");
    expect((await run(...demo, ...call)).text).not.toContain("MARGIN");
  });

  it("--trace of units counts units", async () => {
    const tariff = join(folder, "texts");
    mkdirSync(tariff);
    const settings = [
      "tenant: cgrates.org",
      "currency: EUR",
      "retailPlans: { r: { deck: r.csv } }",
    ];
    const plans = ["voipPlans: { v: { retail: [r] } }", "accounts: a.csv", ""];
    writeFileSync(join(tariff, "tariff.yaml"), [...settings, ...plans].join("\n"));
    writeFileSync(join(tariff, "a.csv"), "account,voip_plan\n*any,v\n");
    writeFileSync(join(tariff, "r.csv"), "prefix,rate,tor,unit_seconds\n34,0.05,*sms,1\n");
    const texts = ["--destination", "34650123456", "--tor", "*sms", "--usage", "2", "--trace"];
    const { text } = await run("price", "--tariff", tariff, ...texts);
    expect(text).toMatch(/from 0 to 2 units +0\.05 × 2 units ⁄ 1 unit +0\.1 /);
  });

  it("--trace of a CGRateS folder has its sentences and what they are of", async () => {
    const rows = {
      "Destinations.csv": "D,44\n",
      "Rates.csv": "R,0.4,0.2,60s,60s,0s\n",
      "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
      "RatingPlans.csv": "P,DR,*any,10\n",
      "RatingProfiles.csv": "cgrates.org,call,*any,,P,\n",
    };
    for (const [name, text] of Object.entries(rows)) writeFileSync(join(folder, name), text);
    const flags = ["--tariff", folder, "--usage", "95s", "--trace", ...time];
    const priced = await run("price", ...flags, "--destination", "4420");
    expect(priced.text).toMatch(/^Profile .*, plan P, prefix 44\.\n/m);
    expect(priced.text).toMatch(/^ {4}incrementCost: 0\.2$/m);
    const refused = await run("price", ...flags, "--destination", "4520");
    expect(refused.text).toMatch(/^UNAUTHORIZED_DESTINATION: /m);
  });
});

it("an error of a tariff is named before its warnings", async () => {
  const tariff = join(folder, "faulty");
  mkdirSync(tariff);
  const settings = "tenant: a.example\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\n";
  const plans = "voipPlans: { v: { retail: [r] } }\naccounts: a.csv\nexchange: x.csv\n";
  writeFileSync(join(tariff, "tariff.yaml"), settings + plans);
  writeFileSync(join(tariff, "a.csv"), "account,voip_plan\n*any,v\n");
  writeFileSync(join(tariff, "r.csv"), "prefix,rate\n34,-0.01\n");
  writeFileSync(join(tariff, "x.csv"), "from,to,rate\nUSD,EUR,0\n");
  const { code, warnings } = await run("price", "--tariff", tariff, ...call);
  expect(code).toBe(3);
  expect(warnings[0]).toMatch(/^cdrate: The tariff has faults: x\.csv:2:9 .*[^)]$/);
});

describe("the length of a call", () => {
  const until = ["--account", "1001", "--destination", "34650123456", ...time];
  const end = ["--end-time", "2026-03-02T09:01:00Z"];

  it("is its usage or its end, or a usage that the end allows", async () => {
    const both = await run(...demo, ...until, "--usage", "60", "--end-time", "rubbish");
    expect([both.code, both.warnings]).toEqual([
      2,
      ["cdrate: endTime: rubbish is in no accepted form of a time"],
    ]);
    const [answer] = await streamed(['{"usage":60,"endTime":"zzz"}']);
    expect(answer).toMatchObject({ error: "invalid-params" });
    const priced = async (usage: string) =>
      (await run(...demo, ...until, ...end, "--usage", usage, "--json")).json();
    expect((await priced("61")).outcome).toBe("rated");
    expect(await priced("61.001")).toMatchObject({
      outcome: "unrated",
      reason: "usage-exceeds-times",
      sell: { amount: null, reason: "usage-exceeds-times" },
    });
  });

  it("has the limit of its type, and no clock", async () => {
    const priced = async (usage: string, at: string) =>
      (
        await run(
          ...demo,
          "--account",
          "1001",
          "--destination",
          "34650123456",
          "--json",
          "--usage",
          usage,
          "--answer-time",
          at,
        )
      ).json();
    expect((await priced("72h", "2031-03-02T09:00:00Z")).reason).toBeUndefined();
    expect((await priced("72h1s", "2031-03-02T09:00:00Z")).reason).toBe("usage-implausible");
  });

  it("is the same by an end time over --url", async () => {
    const service = await startTestService();
    try {
      const byStore = await run(...demo, ...until, ...end, "--json");
      const byUrl = await run("price", "--url", service.url, ...until, ...end, "--json");
      expect(byUrl.json().sell).toEqual(byStore.json().sell);
      const noTariff = await run(...demo, ...until, ...end, "--url", service.url);
      expect(noTariff.warnings).toEqual(["cdrate: --url goes without --tariff."]);
    } finally {
      await service.stop();
    }
  });

  it("of a call, the older word for voice, is counted in seconds", async () => {
    for (const tor of ["call", "", "*voice"]) {
      const { sell } = (await run(...demo, ...call, "--tor", tor, "--json")).json();
      expect(sell.billedSeconds).toBe(120);
      const { text } = await run(...demo, ...call, "--tor", tor, "--trace");
      expect(text).toContain("The usage of 95 s is billed as 120 s.");
    }
  });
});

it("a draw by weights goes by the id", async () => {
  const tariff = join(folder, "weights");
  mkdirSync(tariff);
  const plan = (name: string) => `${name}: { carrier: ${name}, deck: r.csv }`;
  const lines = [
    "tenant: cgrates.org",
    "currency: EUR",
    "retailPlans: { r: { deck: r.csv } }",
    `carrierPlans: { ${plan("alpha")}, ${plan("beta")} }`,
    "voipPlans: { v: { retail: [r], carriers: [alpha, beta], routing: weight } }",
    "accounts: a.csv",
  ];
  writeFileSync(join(tariff, "tariff.yaml"), `${lines.join("\n")}\n`);
  writeFileSync(join(tariff, "a.csv"), "account,voip_plan\n*any,v\n");
  writeFileSync(join(tariff, "r.csv"), "prefix,rate\n34,0.05\n");
  const calls = Array.from({ length: 40 }, (_, index) => ({ id: index, usage: 60 }));
  const file = join(tariff, "calls.jsonl");
  writeFileSync(file, calls.map((each) => JSON.stringify(each)).join("\n"));
  const flags = ["price", "--tariff", tariff, "--destination", "34650123456"];
  const answers = (await run(...flags, "--calls", file)).lines.map((text) => JSON.parse(text));
  const carriers = answers.map(({ buy }) => buy.carrier);
  expect(new Set(carriers)).toEqual(new Set(["alpha", "beta"]));
  for (const id of [0, 1, 2, 3]) {
    const alone = await run(...flags, "--usage", "60", "--id", String(id), "--json");
    expect(alone.json().buy.carrier).toBe(carriers[id]);
  }
});

it("a fault as JSON says what to do about it, as its text does", async () => {
  const flags = ["--store", `sqlite:${folder}`, "price", ...call];
  const said = await run(...flags);
  const { error } = (await run(...flags, "--json")).json();
  expect(said.code).toBe(4);
  expect(error).toMatchObject({ code: "store-unavailable", hint: said.warnings[1] });
});

describe("--calls", () => {
  it("flags stand for what a line lacks; what a line has wins", async () => {
    const answers = await streamed(
      ["{}", '{"usage":0}', '{"endTime":"2026-03-02T09:01:00Z"}', '{"account":"1002"}'],
      ...call,
    );
    expect(answers.slice(0, 3).map(({ sell }) => sell.billedSeconds)).toEqual([120, 0, 60]);
    expect(answers[0].assignment.account).toBe("1001");
    expect(answers[3].assignment.account).toBe("1002");
    expect(answers[0].trace).toBeUndefined();
  });

  it("--trace gives each answer its steps", async () => {
    const line = JSON.stringify({ ...LENGTHLESS, usage: 95 });
    const [answer] = await streamed([line], "--trace");
    expect(answer.trace.steps.length).toBeGreaterThan(5);
  });

  it("an error says its line, counted with blank ones, and what is wrong", async () => {
    const good = JSON.stringify({ id: "a", ...LENGTHLESS, usage: 1e-7 });
    const answers = await streamed([
      good,
      "",
      '{"answer_time":"x"}\r',
      "  ",
      '{"id":7,"usage":"x"}',
      "no json",
    ]);
    expect(answers[0]).toMatchObject({ id: "a", reason: "unanswered" });
    expect(answers[0]).not.toHaveProperty("line");
    expect(answers.slice(1)).toEqual([
      { line: 3, error: "invalid-params", message: 'Unrecognized key: "answer_time"' },
      { id: 7, line: 5, error: "invalid-params", message: 'usage: "x" is not a duration' },
      { line: 6, error: "parse-error", message: expect.any(String) },
    ]);
  });

  it("a byte order mark is no part of the first line", async () => {
    const [answer] = await streamed(['\uFEFF{"id":"first","usage":60}'], ...call);
    expect(answer).toMatchObject({ id: "first", outcome: "rated" });
  });

  it("a usage that is none is said what it should be", async () => {
    const [answer] = await streamed(['{"usage":[1]}']);
    expect(answer.message).toBe("usage: a number of seconds or units, or a duration such as 1m30s");
  });

  it("an id comes back as it was sent, or is refused", async () => {
    const ids = ["12345678901234567890", "1.5", "9007199254740991", '"12345678901234567890"'];
    const answers = await streamed(ids.map((id) => `{"id":${id},"usage":1}`));
    expect(answers.map(({ id, error }) => [id, error])).toEqual([
      [undefined, "invalid-params"],
      [undefined, "invalid-params"],
      [9007199254740991, undefined],
      ["12345678901234567890", undefined],
    ]);
    expect(answers[0].message).toMatch(/^id: a number of up to 9007199254740991 /);
  });

  it.each([
    ["no file", join(folder, "none.jsonl"), /^cdrate: There is no file .*none\.jsonl\.$/],
    ["a folder", folder, /^cdrate: .* is a folder, not a file\.$/],
    ["a part of a path that is no folder", "package.json/x", /^cdrate: package\.json\/x: ENOTDIR/],
  ])("%s: a fault that names it", async (_, file, text) => {
    const said = await run(...demo, "--calls", file);
    const likeTariff = await run("price", "--tariff", "/nonexistent", ...call);
    expect([said.code, said.lines]).toEqual([likeTariff.code, []]);
    expect(said.warnings[0]).toMatch(text);
    const { error } = (await run(...demo, "--calls", file, "--json")).json();
    expect(error).toMatchObject({ code: "not-found", path: "calls" });
  });
});
