// Goal: the reports as people and programs read them: a table, CSV, JSON. Method: the program in this
// process on a file store with a few calls.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSheet } from "read-excel-file/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { capturedRun } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-report-"));
let service: TestService;

beforeAll(async () => {
  service = await startTestService({ store: `sqlite:${join(folder, "store.db")}` });
  const cdr = (time: string, index: number) => ({
    originId: `r-${index}`,
    account: index === 0 ? "1002" : "1001",
    destination: "34650123456",
    answerTime: time,
    usage: 60 * (index + 1),
  });
  const times = ["2026-03-01T10:10:00Z", "2026-03-02T10:20:00Z", "2026-03-02T10:40:00Z"];
  await service.rpc("cdr.processMany", { cdrs: times.map(cdr) });
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

const report = (...argv: string[]) => capturedRun("report", ...argv, "--url", service.url);
const DAY = ["--from", "2026-03-02", "--to", "2026-03-03"];

it("traffic is a table with every bucket, totals, and the period beside", async () => {
  const { code, text } = await report(
    "traffic",
    "--by",
    "hour",
    ...DAY,
    "--compare",
    "previousPeriod",
  );
  const lines = text.split("\n");
  expect([code, lines.length]).toEqual([0, 2 + 24 + 1]);
  expect(lines[0]?.split(/\s+/)).toEqual(
    expect.arrayContaining(["bucket", "cdrs", "sell", "asr", "cdrs-1", "seconds-1", "sell-1"]),
  );
  const ten = lines.find((line) => line.startsWith("2026-03-02T10:00+00:00"));
  expect(ten).toMatch(/EUR +EUR +2 +2 +2 +2 +300 /);
  expect(ten).toMatch(/ 1 +60 +0\.\d+$/);
  expect(lines.at(-1)).toMatch(/^total .* 1 +60 +0\.\d+$/);
});

it("JSON is the answer of the method, whatever the table adds", async () => {
  const flags = ["--by", "day", ...DAY, "--compare", "previousPeriod", "--json"];
  const answer = JSON.parse((await report("traffic", ...flags)).text);
  const params = {
    by: "day",
    filter: { callTime: { from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" } },
    compare: { to: "previousPeriod" },
  };
  expect(answer).toEqual((await service.rpc("report.traffic", params)) as object);
  expect(answer.rows[0].compared[0].cdrs).toBe(1);
});

it("CSV has every figure, and a line a row", async () => {
  const { text } = await report("accounts", "--csv");
  const [header, ...lines] = text.split("\r\n");
  expect(header).toMatch(/^tenant,account,accountName,currency,buyCurrency,cdrs,.*,longest$/);
  expect(lines.map((line) => line.split(",").slice(0, 6).join(","))).toEqual([
    "cgrates.org,1001,,EUR,EUR,2",
    "cgrates.org,1002,,EUR,EUR,1",
  ]);
});

it("the first N, all others, and everything", async () => {
  const { text } = await report("accounts", "--top", "1", "--sort", "cdrs", "--ascending");
  const words = text.split("\n").map((line) => line.split(/\s+/).slice(0, 2));
  expect(words.slice(2)).toEqual([
    ["cgrates.org", "1002"],
    ["others", "EUR"],
    ["total", "EUR"],
  ]);
});

it("calls at once", async () => {
  const { text } = await report("concurrent", ...DAY, "--step", "day", "--by", "account", "--csv");
  expect(text).toMatch(
    /^from,to,account,peak,mean,final\r\n2026-03-02T00:00:00.000Z,2026-03-03T00:00:00.000Z,1001,1,0.003472,(true|false)$/,
  );
  const refused = await report("concurrent", "--from", "2026-03-02");
  expect([refused.code, refused.warnings[0]]).toEqual([2, "cdrate: --to is missing."]);
});

it("a statement is a table, CSV, JSON or a page, each with the same lines", async () => {
  const flags = ["statement", "--account", "1001", "--period", "2026-03"];
  const answer = JSON.parse((await report(...flags, "--json")).text);
  expect(answer.lines).toHaveLength(1);
  const { destination, amount, cdrs } = answer.lines[0];
  expect([cdrs, answer.totals[0].amount]).toEqual([2, amount]);
  const { text } = await report(...flags);
  expect(text.split("\n")).toHaveLength(2 + 1 + 1);
  expect(text).toMatch(/^2026-03-02 .*EUR +2 +5:00 +5:00 +/m);
  const csv = (await report(...flags, "--csv")).text.split("\n");
  expect(csv[1]?.trim()).toBe(`2026-03-02,${destination},EUR,2,2,300,300,0,${amount}`);
  const file = join(folder, "statement.html");
  expect((await report(...flags, "--html", file)).code).toBe(0);
  expect(readFileSync(file, "utf8")).toContain(amount);
  const span = await report("statement", "--account", "1001", ...DAY, "--json");
  expect(JSON.parse(span.text).totals).toEqual(answer.totals);
  expect((await report("statement", "--account", "1001")).code).toBe(2);
});

it("a workbook has every row: names as texts, figures as numbers", async () => {
  const file = join(folder, "report.xlsx");
  const accounts = await report("accounts", ...DAY, "--xlsx", file);
  expect([accounts.code, accounts.text]).toEqual([0, `${file}: 1 rows`]);
  const [names = [], row = []] = await readSheet(readFileSync(file));
  const of = (name: string) => row[names.indexOf(name)];
  expect([of("account"), of("cdrs"), of("seconds"), of("currency")]).toEqual([
    "1001",
    2,
    300,
    "EUR",
  ]);
  expect(typeof of("sell")).toBe("number");
  const flags = ["statement", "--account", "1001", "--period", "2026-03"];
  expect((await report(...flags, "--xlsx", file)).code).toBe(0);
  const [, line = []] = await readSheet(readFileSync(file));
  expect(line.slice(0, 5)).toEqual(["2026-03-02", expect.any(String), "EUR", 2, 2]);
});

it("rollup rebuild waits for its job and says of how many quarter hours the sums are made", async () => {
  const url = ["--url", service.url];
  const { code, text } = await capturedRun("rollup", "rebuild", ...DAY, ...url);
  expect(code).toBe(0);
  expect(text).toMatch(
    /^\S+ {2}rebuild {2}done {2}\S+ {2}2 of 2 {2}the kept sums of calls from 2026-03-02T00:00:00.000Z to 2026-03-03T00:00:00.000Z$/,
  );
  const all = JSON.parse((await capturedRun("rollup", "rebuild", "--json", ...url)).text);
  expect(all).toMatchObject({ state: "done", subject: "the kept sums of all calls" });
  expect(all.progress).toMatchObject({ done: 3, total: 3 });
});

it("queues and agents are tables, CSV, a workbook and JSON", async () => {
  const cdr = { originId: "q-1", account: "1001", destination: "34650123456", usage: 60 };
  await service.rpc("cdr.processMany", {
    cdrs: [
      { ...cdr, answerTime: "2026-02-01T10:10:00Z", queue: "support", agent: "201", duration: 75 },
    ],
  });
  const flags = ["--from", "2026-02-01", "--to", "2026-02-02", "--basis", "cdrs"];
  const queues = await report("queues", ...flags, "--threshold", "10");
  expect(queues.code).toBe(0);
  expect(queues.text).toMatch(/^support +default +1 +1 +0 +0 +0 +15 +15 +60 +60 +0 +0$/m);
  const hours = await report("agents", ...flags, "--step", "hour", "--csv");
  const lines = hours.text.split("\n");
  expect(lines).toHaveLength(25);
  expect(lines[0]).toMatch(/^bucket,agent,source,from,to,rung,answered,/);
  expect(lines[11]).toMatch(/^2026-02-01T10:00\+00:00,201,default,/);
  const { totals, formula } = JSON.parse((await report("queues", ...flags, "--json")).text);
  expect([formula, totals.serviceLevel]).toEqual(["offered", 1]);
  const file = join(folder, "agents.xlsx");
  await report("agents", ...flags, "--by-queue", "--xlsx", file);
  const [heads, row] = await readSheet(file);
  expect(heads?.slice(0, 3)).toEqual(["agent", "source", "queue"]);
  expect(row?.slice(0, 3)).toEqual(["201", "default", "support"]);
});
