// Goal: whatever the service can do, the command line can ask it to. Method: each method's command
// is run against a server that notes the method of every request and answers that there is none.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { MethodName } from "../../src/client/client.ts";
import { GROUP_REPORTS, type GroupReportName } from "../../src/reports/groups.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { capturedRun } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-twins-"));
const cdrs = join(folder, "cdrs.jsonl");
const calls = join(folder, "calls.jsonl");
writeFileSync(cdrs, '{"originId":"1"}\n');
writeFileSync(calls, '{"account":"1001","destination":"34650123456","usage":60}\n');

const CALL = ["--account", "1001", "--destination", "34650123456", "--usage", "60"];

/** The command of each method; the compiler names a method that has none. */
const TWINS: Record<
  Exclude<MethodName, keyof typeof WITHOUT | `report.${GroupReportName}`>,
  string[]
> = {
  "system.status": ["status"],
  "system.diagnose": ["doctor"],
  "cdr.processMany": ["cdr", "process", cdrs],
  "cdr.get": ["cdr", "get", "a".repeat(40)],
  "cdr.find": ["query"],
  "cdr.search": ["cdr", "search", "650", "--from", "2026-03-02", "--to", "2026-03-03"],
  "cdr.count": ["cdr", "count"],
  "cdr.changes": ["changes"],
  "cdr.summarize": ["summarize", "--by", "day"],
  "report.concurrent": ["report", "concurrent", "--from", "2026-03-02", "--to", "2026-03-03"],
  "report.queues": ["report", "queues", "--from", "2026-03-02", "--to", "2026-03-03"],
  "report.agents": ["report", "agents", "--from", "2026-03-02", "--to", "2026-03-03"],
  "report.statement": ["report", "statement", "--account", "1001", "--period", "2026-03"],
  "period.close": ["period", "close", "--account", "1001", "--period", "2026-03", "--dry-run"],
  "period.correct": ["period", "correct", "1"],
  "period.list": ["period", "list"],
  "period.get": ["period", "get", "1"],
  "period.lines": ["period", "lines", "1"],
  "report.traffic": ["report", "traffic", "--by", "hour"],
  "cdr.export": ["export", "--output", join(folder, "out.csv")],
  "cdr.explain": ["explain", "a".repeat(40)],
  "cdr.correct": ["cdr", "correct", "a".repeat(40), "--set", "usage=60s"],
  "cdr.void": ["cdr", "void", "a".repeat(40), "--reason", "test call"],
  "rating.price": ["price", ...CALL],
  "rating.routes": ["routes", ...CALL],
  "rates.find": ["rates", "--account", "1001"],
  "number.normalize": ["normalize", "34650123456"],
  "tariff.check": ["tariff", "check", "tariffs/demo"],
  "tariff.load": ["tariff", "load", "tariffs/demo"],
  "tariff.list": ["tariff", "list"],
  "tariff.get": ["tariff", "get", "v"],
  "tariff.activate": ["tariff", "activate", "v"],
  "tariff.rollback": ["tariff", "rollback", "cgrates.org"],
  "tariff.replaceDeck": ["tariff", "deck", "replace", cdrs, "--plan", "alpha"],
  "tariff.markup": ["tariff", "markup", "standard"],
  "tariff.export": ["tariff", "export", "v", "--plan", "standard"],
  "tariff.edit": ["tariff", "edit", "--plan", "alpha", "--prefix", "34", "--reason", "test"],
  "tariff.diff": ["tariff", "diff", "v", "--from", "w"],
  "tariff.backtest": ["tariff", "backtest", "v"],
  "tariff.compare": ["tariff", "compare", "v", "w", "--calls", calls],
  "account.set": ["account", "set", "1001", "gold"],
  "account.remove": ["account", "remove", "1001"],
  "account.get": ["account", "get", "1001"],
  "account.find": ["account", "find"],
  "account.list": ["account", "list"],
  "account.import": ["account", "import", cdrs],
  "account.export": ["account", "export"],
  "carrier.import": ["carrier", "import", cdrs],
  "carrier.export": ["carrier", "export"],
  "carrier.set": ["carrier", "set", "alpha", "--name", "Alpha"],
  "carrier.get": ["carrier", "get", "alpha"],
  "carrier.list": ["carrier", "list"],
  "carrier.remove": ["carrier", "remove", "alpha"],
  "gateway.set": ["gateway", "set", "gw", "--carrier", "alpha"],
  "gateway.get": ["gateway", "get", "gw"],
  "gateway.list": ["gateway", "list"],
  "gateway.remove": ["gateway", "remove", "gw"],
  "cause.set": ["cause", "set", "17", "--name", "Busy"],
  "cause.get": ["cause", "get", "17"],
  "cause.list": ["cause", "list"],
  "cause.remove": ["cause", "remove", "17"],
  "rerate.plan": ["rerate", "plan"],
  "rerate.show": ["rerate", "show", "j"],
  "rerate.lines": ["rerate", "lines", "j"],
  "rerate.apply": ["rerate", "apply", "j"],
  "rerate.undo": ["rerate", "undo", "j"],
  "rerate.cancel": ["rerate", "cancel", "j"],
  "rerate.list": ["rerate", "list"],
  "call.list": ["call", "list"],
  "feed.list": ["feed", "list"],
  "feed.get": ["feed", "get", "master"],
  "feed.start": ["feed", "start", "master"],
  "feed.stop": ["feed", "stop", "master"],
  "export.start": ["exports", "start", "--format", "xlsx"],
  "export.copy": ["exports", "copy", "e", "--from", "2026-03", "--to", "2026-04"],
  "export.get": ["exports", "get", "e"],
  "export.list": ["exports", "list"],
  "export.cancel": ["exports", "cancel", "e"],
  "export.remove": ["exports", "remove", "e"],
  "search.save": ["search", "save", "spain", "--country", "ES"],
  "search.get": ["search", "get", "spain"],
  "search.list": ["search", "list"],
  "search.run": ["search", "run", "spain"],
  "search.remove": ["search", "remove", "spain"],
  "schedule.set": [
    ...["schedule", "set", "daily", "--report", "daily", "--every", "day", "--at", "06:00"],
    ...["--to", "billing@example.com"],
  ],
  "schedule.get": ["schedule", "get", "daily"],
  "schedule.list": ["schedule", "list"],
  "schedule.run": ["schedule", "run", "daily"],
  "schedule.remove": ["schedule", "remove", "daily"],
  "notice.preview": [
    ...["notice", "preview", "--account", "1001", "--tenant", "example.com", "--to-version", "v"],
  ],
  "notice.send": [
    ...["notice", "send", "april", "--account", "1001", "--tenant", "example.com"],
    ...["--to-version", "v", "--to", "customer@example.com"],
  ],
  "delivery.list": ["delivery", "list"],
  "delivery.resend": ["delivery", "resend", "d"],
  "mail.test": ["mail", "test", "billing@example.com"],
  "user.set": ["user", "set", "anna"],
  "user.get": ["user", "get", "anna"],
  "user.list": ["user", "list"],
  "user.password": ["user", "password", "anna"],
  "user.remove": ["user", "remove", "anna"],
  "log.find": ["log", "find"],
  "token.create": ["token", "create", "twin"],
  "token.rotate": ["token", "rotate", "nobody"],
  "token.revoke": ["token", "revoke", "nobody"],
  "token.list": ["token", "list"],
  "session.list": ["session", "list"],
  "session.revoke": ["session", "revoke", "a".repeat(64)],
  "output.list": ["output", "list"],
  "output.get": ["output", "get", "billing"],
  "output.start": ["output", "start", "billing"],
  "output.stop": ["output", "stop", "billing"],
  "feed.queueEvents": ["feed", "queue-events", "--from", "2026-03-02", "--to", "2026-03-03"],
  "rollup.rebuild": ["rollup", "rebuild", "--from", "2026-03-01"],
  "retention.plan": ["retention", "plan", "--older-than", "400"],
  "retention.apply": ["retention", "apply", "j", "--no-wait"],
  "privacy.plan": ["privacy", "plan", "--number", "+441632960961", "--why", "asked", "--no-wait"],
  "privacy.apply": ["privacy", "apply", "j", "--no-wait"],
  "privacy.show": ["privacy", "show", "j"],
  "privacy.disclose": ["privacy", "disclose", "+441632960961"],
  "retention.show": ["retention", "show", "j"],
  "audit.run": ["audit"],
  "dialect.sniff": ["dialect", "sniff", cdrs],
  "dialect.set": ["dialect", "set", "carrier-x"],
  "dialect.get": ["dialect", "get", "carrier-x"],
  "dialect.list": ["dialect", "list"],
  "upload.begin": ["upload", cdrs],
  "import.start": ["import", "--resume", "j"],
  "import.get": ["imports", "get", "j"],
  "import.list": ["imports", "list"],
  "import.cancel": ["imports", "cancel", "j"],
  "batch.list": ["batch", "list"],
  "batch.get": ["batch", "get", "b"],
  "batch.reconcile": ["batch", "reconcile", "b"],
  "batch.rollback": ["batch", "rollback", "b"],
  "batch.restore": ["batch", "restore", "b"],
  "job.list": ["job", "list"],
  "job.show": ["job", "show", "j"],
  "job.lines": ["job", "lines", "j"],
  "job.cancel": ["job", "cancel", "j"],
  "suspense.find": ["suspense", "find"],
  "suspense.get": ["suspense", "get", "a".repeat(64)],
  "suspense.retry": ["suspense", "retry", "a".repeat(64)],
  "suspense.discard": ["suspense", "discard", "a".repeat(64)],
};

/** Methods without a command of their own, and why. */
const WITHOUT = {
  "cdr.process": "cdr.processMany takes one CDR as well: `cdr process`",
  "upload.part": "`upload` calls it for each part that is missing",
  "upload.end": "`upload` calls it after the last part",
} as const satisfies Partial<Record<MethodName, string>>;

let server: Server;
let asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      if (request.url === "/export") {
        asked.push("cdr.export");
        response.writeHead(404, { "content-type": "application/json" });
        response.end('{"code":"not-found","message":"nothing here"}');
        return;
      }
      const { id, method } = JSON.parse(body) as { id: number; method: string };
      asked.push(method);
      const error = { code: -32004, message: "nothing here", data: { code: "not-found" } };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ jsonrpc: "2.0", id, error }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
});

/** Each report has a command of its name. */
const REPORTS = Object.fromEntries(
  GROUP_REPORTS.map(({ name }) => [`report.${name}`, ["report", name]]),
);
const ALL = { ...TWINS, ...REPORTS };

it("every method of the service has a command, or a reason why not", () => {
  const names = METHODS.map(({ name }) => name).sort();
  expect([...Object.keys(ALL), ...Object.keys(WITHOUT)].sort()).toEqual(names);
});

it.each(Object.entries(ALL))("%s: its command asks for it", async (method, argv) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer = await capturedRun(...argv, "--url", url);
  expect(asked).toContain(method);
  // What the service says is said again, with the exit code of it.
  expect([answer.code, answer.warnings]).toEqual([1, ["cdrate: nothing here"]]);
});
