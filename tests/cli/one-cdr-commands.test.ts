// Goal: one CDR, what was put aside, the state and the routes are looked at and repaired on the
// command line, on a store and over --url alike. Method: the program in this process, both ways.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { capturedRun } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-one-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(["store", "url"])("by --%s", (way) => {
  let service: TestService;
  const store = `sqlite:${join(folder, `${way}.db`)}`;
  const ask = (...argv: string[]) =>
    way === "store"
      ? capturedRun("--store", store, ...argv)
      : capturedRun(...argv, "--url", service.url);
  beforeAll(async () => {
    service = await startTestService({ store });
  });
  afterAll(() => service.stop());

  async function taken(...records: object[]) {
    const file = join(folder, `${way}.jsonl`);
    writeFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join("\n"));
    const answer = await ask("cdr", "process", file, "--batch", "b1");
    return { ...answer, results: answer.lines.map((line) => JSON.parse(line)) };
  }
  const call = (originId: string) => ({
    originId,
    account: "1001",
    destination: "34650123456",
    answerTime: "2026-03-02T09:00:00Z",
    usage: 95,
  });

  it("a file of CDRs is taken, then one is got, corrected and voided", async () => {
    const { code, results } = await taken(call("one"), call("two"));
    expect([code, results.map(({ outcome }) => outcome)]).toEqual([0, ["rated", "rated"]]);
    const { id } = results[0];
    const got = await ask("cdr", "get", id);
    expect(got.text).toMatch(/destination +34650123456/);
    expect(got.text).toMatch(/sell 0\.\d+ EUR, buy 0\.\d+ EUR, \w+, margin /);
    const why = ["--reason", "clock"];
    const corrected = await ask("cdr", "correct", id, "--set", "usage=10", "trunk:=null", ...why);
    expect(corrected.text).toContain(`CDR ${id}, revision 2: rated`);
    const whole = (await ask("cdr", "get", id, "--json")).json();
    expect([whole.primary.usage, whole.history.length]).toEqual([10, 1]);
    expect((await ask("cdr", "get", id)).text).toContain("before\n  until ");
    expect((await ask("cdr", "count", "--account", "1001")).text).toBe("2");
    const voided = await ask("cdr", "void", id, "--reason", "test call");
    expect(voided.text).toContain("voided");
    expect((await ask("cdr", "count", "--json")).json()).toEqual({ count: 1 });
    expect((await ask("cdr", "void", id)).code).toBe(2);
    expect((await ask("cdr", "get", "f".repeat(40))).code).toBe(1);
    const early = await ask("cdr", "get", id, "--as-of", "2026-01");
    expect([early.code, early.warnings[0]]).toEqual([1, expect.stringContaining("not stored yet")]);
  });

  it("what was put aside is found, looked at, retried and discarded", async () => {
    const { code, results } = await taken({ account: "1001" }, { account: "1002", usage: "x" });
    expect(code).toBe(1);
    const [first, second] = results.map(({ suspenseId }) => suspenseId);
    const found = await ask("suspense", "find", "--reason", "id-missing");
    expect(found.text).toContain(first);
    expect((await ask("suspense", "find", "--to", "2026-03-03", "--json")).json().records).toEqual(
      [],
    );
    expect((await ask("suspense", "get", first)).text).toContain('{"account":"1001"}');
    expect((await ask("suspense", "retry", first)).code).toBe(1);
    const fields = Object.entries(call(`healed-${way}`)).map(([name, value]) => `${name}=${value}`);
    const retried = await ask("suspense", "retry", first, "--set", ...fields);
    expect([retried.code, retried.text]).toEqual([
      0,
      expect.stringMatching(/: retried, rated, CDR [0-9a-f]{40}$/),
    ]);
    expect((await ask("suspense", "discard", second)).text).toBe(`${second}: discarded`);
    const states = ["--state", "retried", "discarded", "--json"];
    expect((await ask("suspense", "find", ...states)).json().records).toHaveLength(2);
  });

  it("the state, the routes, a number and a loaded version", async () => {
    const status = await ask("status");
    expect(status.text).toMatch(/store sqlite: ok, schema (\d+) of \1/);
    expect(status.text).toMatch(/cgrates\.org +demo/);
    const flags = ["--account", "1001", "--destination", "34650123456"];
    const routes = await ask("routes", ...flags, "--answer-time", "2026-03-02T09:00:00Z");
    expect(routes.text).toMatch(/^carrier +plan/);
    const nowhere = await ask("routes", "--account", "1001", "--destination", "99999");
    expect(nowhere.text).toContain("not Alpha (alpha): no-rate");
    expect((await ask("normalize", "0044 20 7946 0123", "--rule-set", "ES")).text).toContain(
      "+442079460123",
    );
    const { tariffs } = (await ask("tariff", "list", "--json")).json();
    const version = await ask("tariff", "get", tariffs[0].version, "--texts");
    expect(version.text).toContain("tariff.yaml: ");
    expect(version.text).toContain("active for cgrates.org from ");
  });

  it("tariff check and load read the folder here, or at the service", async () => {
    const checked = await ask("tariff", "check", "tariffs/demo");
    expect([checked.code, checked.text]).toEqual([0, expect.stringContaining("ok: native tariff")]);
    const loaded = await ask("tariff", "load", "tariffs/demo", "--activate", "--wait");
    expect(loaded.text).toMatch(/loaded and active: demo \w+\nevery service has it \(1\)$/);
    expect((await ask("tariff", "load", "tariffs/demo", "--wait")).code).toBe(2);
    const remote = await ask("tariff", "check", "demo", "--on-server");
    expect(remote.code).toBe(way === "url" ? 0 : 2);
    const faulty = join(folder, "faulty");
    writeFileSync(faulty, "");
    expect((await ask("tariff", "check", faulty)).code).toBe(1);
  });

  it("tariff compare: the same report", async () => {
    const file = join(folder, "calls.jsonl");
    writeFileSync(file, '{"id":"c","account":"1001","destination":"34650123456","usage":95}\n');
    const compared = await ask(
      "tariff",
      "compare",
      "tariffs/demo",
      "tariffs/demo",
      "--calls",
      file,
    );
    expect([compared.code, compared.text]).toEqual([
      0,
      expect.stringContaining("1 calls, 1 alike"),
    ]);
  });
});

it("days and months begin in the time zone that is named", async () => {
  const service = await startTestService({ store: `sqlite:${join(folder, "zones.db")}` });
  const at = async (...flags: string[]) => {
    const set = await capturedRun("account", "set", "z", "gold", ...flags, "--url", service.url);
    return set.code === 0 ? set.text.split(" from ")[1] : set.code;
  };
  expect(await at("--from", "2026-03")).toBe("2026-03-01T00:00:00.000Z");
  const madrid = ["--time-zone", "Europe/Madrid"];
  expect(await at("--from", "2026-03-29", ...madrid)).toBe("2026-03-28T23:00:00.000Z");
  expect(await at("--from", "2026-04", ...madrid)).toBe("2026-03-31T22:00:00.000Z");
  // The day begins at one o'clock where the clock was moved at midnight, and once where it came twice.
  expect(await at("--from", "2018-11-04", "--time-zone", "America/Sao_Paulo")).toBe(
    "2018-11-04T03:00:00.000Z",
  );
  expect(await at("--from", "2025-11-02", "--time-zone", "America/Havana")).toBe(
    "2025-11-02T04:00:00.000Z",
  );
  expect(await at("--from", "2026-02-30")).toBe(2);
  expect(await at("--from", "2026-03", "--time-zone", "Mars/Olympus")).toBe(2);
  await service.stop();
});

it("a fault of the system or of the program is said in a line, without a stack", async () => {
  const missing = await capturedRun("tariff", "check", join(folder, "nothing"));
  expect(missing.code).toBe(1);
  const all = missing.warnings.join("\n");
  expect(all).toContain("nothing");
  expect(all).not.toMatch(/^ +at /m);
});
