// Goal: each command does what its help says, with exit codes that scripts can use.
// Method: the program in this process, its output captured, stores in a folder of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { capturedRun as run } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const store = ["--store", `sqlite:${join(folder, "cli.db")}`];
const demo = ["--tariff", "tariffs/demo"];
const call = [
  "--account",
  "1001",
  "--destination",
  "34650123456",
  "--answer-time",
  "2026-03-02T09:00:00Z",
];

function faultyTariff(): string {
  const path = join(folder, "faulty");
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, "tariff.yaml"),
    "tenant: a.example\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\nvoipPlans: { v: { retail: [r] } }\n",
  );
  writeFileSync(join(path, "r.csv"), "prefix,rate\n34,0.1\n35,abc\n36x,0.2\n");
  return path;
}

describe("cdrate tariff", () => {
  it("check: 0 and the counts, or 3 and every fault with its place", async () => {
    const good = await run("tariff", "check", "tariffs/demo");
    expect(good.code).toBe(0);
    expect(good.text).toMatch(/^ok: native tariff/m);
    const bad = await run("tariff", "check", faultyTariff());
    expect(bad.code).toBe(3);
    expect(bad.text).toMatch(/^r\.csv:3:4 error /m);
    expect(bad.text).toMatch(/^r\.csv:4:1 error /m);
    const json = await run("tariff", "check", faultyTariff(), "--json");
    expect(json.json()).toMatchObject({ ok: false });
  });

  it("load, activate, list; a faulty folder loads nothing", async () => {
    expect((await run(...store, "tariff", "load", faultyTariff())).code).toBe(3);
    expect((await run(...store, "tariff", "list", "--json")).json()).toEqual({ tariffs: [] });
    const loaded = await run(...store, "tariff", "load", "tariffs/demo", "--json");
    const { version } = loaded.json();
    expect((await run(...store, "tariff", "activate", version)).code).toBe(0);
    const listed = await run(...store, "tariff", "list");
    expect(listed.text).toMatch(new RegExp(`${version}.*demo.*active`));
    expect((await run(...store, "tariff", "activate", "nope")).code).toBe(1);
  });

  it("2 for wrong flags and settings, with the reason", async () => {
    expect((await run("tariff", "nope")).code).toBe(2);
    expect((await run("--store", "redis://x", "tariff", "list")).code).toBe(2);
    expect((await run("price", ...demo, ...call)).code).toBe(2);
  });
});

describe("cdrate price", () => {
  it("by a folder: both sides, as rating.price answers them", async () => {
    const priced = await run("price", ...demo, ...call, "--usage", "95", "--json");
    expect(priced.code).toBe(0);
    expect(priced.json()).toMatchObject({
      outcome: "rated",
      sell: { amount: "0.0780", prefix: "346", billedSeconds: 120 },
      buy: { amount: "0.0368", carrier: "Beta", basis: "routed" },
      margin: { amount: "0.0412" },
    });
    const text = await run("price", ...demo, ...call, "--usage", "1m35s");
    expect(text.text).toMatch(/sell +0\.0780 EUR/);
  });

  it("by the store: the version in force", async () => {
    const priced = await run(...store, "price", ...call, "--usage", "95", "--json");
    expect(priced.json().sell.amount).toBe("0.0780");
  });

  it("usage from the end; usage 0 is unanswered; CGRateS's flags are refused natively", async () => {
    const ended = await run(
      "price",
      ...demo,
      ...call,
      "--end-time",
      "2026-03-02T09:01:35Z",
      "--json",
    );
    expect(ended.json().sell.amount).toBe("0.0780");
    const zero = await run("price", ...demo, ...call, "--usage", "0", "--json");
    expect(zero.json()).toMatchObject({ outcome: "rated", reason: "unanswered" });
    const refused = await run(
      "price",
      ...demo,
      ...call,
      "--usage",
      "1",
      "--loop-index",
      "1",
      "--json",
    );
    expect(refused.code).toBe(2);
    expect(refused.json().error.path).toBe("loopIndex");
  });

  it("a stream: one answer a line, same order, ids echoed, faults end nothing", async () => {
    const file = join(folder, "calls.jsonl");
    const line = {
      account: "1001",
      destination: "34650123456",
      answerTime: "2026-03-02T09:00:00Z",
      usage: 95,
    };
    writeFileSync(
      file,
      [
        JSON.stringify({ id: "a", ...line }),
        "not json",
        JSON.stringify({ id: 2, ...line, usage: "x" }),
        JSON.stringify({ id: 3, ...line, nope: 1 }),
        JSON.stringify({ ...line, usage: 0 }),
      ].join("\n"),
    );
    const { code, lines } = await run("price", ...demo, "--calls", file);
    expect(code).toBe(0);
    const answers = lines.map((text) => JSON.parse(text));
    expect(answers.map((answer) => answer.id)).toEqual(["a", undefined, 2, 3, undefined]);
    expect(answers[0].sell.amount).toBe("0.0780");
    expect(answers.slice(1, 4).map((answer) => answer.error)).toEqual([
      "parse-error",
      "invalid-params",
      "invalid-params",
    ]);
    expect(answers[4].reason).toBe("unanswered");
  });
});

describe("the other commands", () => {
  it("normalize: a number, and a file", async () => {
    const one = await run(
      "normalize",
      "0044 20 7946 0123",
      "--settings",
      '{"preset":"ES"}',
      "--json",
    );
    expect(one.json()).toMatchObject({ e164: "+442079460123", country: "GB" });
    const file = join(folder, "numbers.txt");
    writeFileSync(file, "650123456\n+442079460123\n");
    const many = await run("normalize", "--file", file, "--settings", '{"preset":"ES"}');
    expect(many.lines.map((line) => JSON.parse(line).e164)).toEqual([
      "+34650123456",
      "+442079460123",
    ]);
    expect((await run("normalize", "1", "--settings", '{"preset":"XX"}')).code).not.toBe(0);
  });

  it("explain: 1 for an id that is not there", async () => {
    const answer = await run(...store, "explain", "0".repeat(40));
    expect([answer.code, answer.warnings.length > 0]).toEqual([1, true]);
  });

  it("token add: the secret once, and settings that are accepted", async () => {
    const token = (await run("token", "add", "billing", "--role", "read", "--json")).json();
    expect(Buffer.from(token.secret, "base64url")).toHaveLength(32);
    const config = join(folder, "settings.yaml");
    const basic = (await run("token", "add", "fs", "--user", "fs", "--json")).json();
    writeFileSync(config, JSON.stringify({ credentials: [token.credential, basic.credential] }));
    const used = await run("--config", config, ...store, "tariff", "list");
    expect(used.code).toBe(0);
  });

  it("demo: a row for each bundled call", async () => {
    const demoRun = await run("demo");
    expect(demoRun.code).toBe(0);
    expect(demoRun.lines[0]?.split("\n").length).toBeGreaterThan(10);
    expect(demoRun.text).toMatch(/banned/);
  });
});
