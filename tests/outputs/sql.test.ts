// Goal: a table of another data base has one row a CDR, as its last revision says, through repeats and
// a server that is killed; CDR-Stats' hand-over table never gets a call twice.
// Method: a SQLite file, and a MariaDB and a PostgreSQL of the test's own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { outputList } from "../../src/outputs/settings.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { CDR_IMPORT } from "../feeds/sql/schemas.ts";
import {
  requireServer,
  type SqlServer,
  startMariadb,
  startPostgresql,
} from "../feeds/sql/servers.ts";
import { sampleCdr, sampleRating, sampleSide } from "../stores/contracts/sample-cdrs.ts";
import { type DeskUnderTest, NOW_MS, outputDesk } from "./desk-under-test.ts";

const WAIT = { timeout: 30_000, interval: 20 };
const MAP = {
  ...{ id: "id", tenant: "tenant", revision: "rev", outcome: "outcome" },
  ...{ answerTime: "answered", usage: "secs", sellAmount: "sell", callerName: "caller" },
};

let store: Store;
let desk: DeskUnderTest | undefined;

async function begin(output: Record<string, unknown>): Promise<DeskUnderTest> {
  store = await openSqliteStore({ path: ":memory:" });
  desk = outputDesk(store, { kind: "sql", ...output });
  await desk.look();
  return desk;
}
afterEach(async () => {
  await desk?.close();
  await store.close();
});

async function revise(
  originId: string,
  outcome: "rated" | "voided",
  { amount = "", originHost = "" } = {},
) {
  const { tenant, id } = sampleCdr(originId, { primary: { originHost } });
  const side = outcome === "voided" ? null : sampleSide({ amount });
  const rating = sampleRating({ revision: 2, outcome, sell: side, buy: null, margin: null });
  const revision = { tenant, id, expectedRevision: 1, rating, atMs: NOW_MS };
  expect(await store.cdrs.revise([revision])).toEqual(["revised"]);
}
const sell = (amount: string) => ({ rating: { sell: sampleSide({ amount }) } });

describe("a table of a SQLite file", () => {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-out-sql-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has one row a CDR, as its last revision says; a repeat changes nothing", async () => {
    const path = join(folder, "billing.db");
    const table = new Sqlite(path);
    table.exec('CREATE TABLE "ca""lls" (id, tenant, rev, outcome, answered, secs, sell, caller)');
    const running = await begin({ url: `sqlite:${path}`, table: 'ca"lls', map: MAP });
    const name = "Ann'; DROP TABLE x --";
    await store.cdrs.insert([
      sampleCdr("a", { ...sell("0.1420"), primary: { callerName: name } }),
      sampleCdr("b", sell("0.10")),
    ]);
    const rows = () =>
      table
        .prepare(
          'SELECT rev, outcome, answered, secs, sell, caller FROM "ca""lls" ORDER BY sell DESC',
        )
        .all();
    const a = { answered: "2026-03-01 10:00:00.000", secs: "60", sell: "0.1420", caller: name };
    await vi.waitFor(() => expect(rows()).toHaveLength(2), WAIT);
    expect(rows()[0]).toEqual({ rev: "1", outcome: "rated", ...a });
    await revise("b", "voided");
    const voided = { ...a, rev: "2", outcome: "voided", sell: null, caller: null };
    await vi.waitFor(() => expect(rows()[1]).toEqual(voided), WAIT);
    await running.stop("billing");
    await running.start("billing", "beginning");
    await running.look();
    await vi.waitFor(async () => {
      expect((await running.get("billing")).state).toMatchObject({ sent: 5, failures: 0 });
    }, WAIT);
    expect(rows()).toEqual([{ rev: "1", outcome: "rated", ...a }, voided]);
    table.close();
  });

  it("says what is wrong with the table, and goes on when it is mended", async () => {
    const path = join(folder, "late.db");
    const table = new Sqlite(path);
    const running = await begin({ url: `sqlite:${path}`, table: "calls", map: MAP });
    await store.cdrs.insert([sampleCdr("a")]);
    await vi.waitFor(async () => {
      expect((await running.get("billing")).state.fault).toContain("no such table: calls");
    }, WAIT);
    table.exec("CREATE TABLE calls (id, tenant, rev, outcome, answered, secs, sell, caller)");
    const count = () => table.prepare("SELECT count(*) FROM calls").pluck().get();
    await vi.waitFor(() => expect(count()).toBe(1), WAIT);
    table.close();
  });
});

const SERVERS = { mysql: startMariadb, postgresql: startPostgresql };

describe.each(Object.entries(SERVERS))("a table of a server: %s", (kind, start) => {
  let server: SqlServer | null = null;
  beforeAll(async () => {
    server = requireServer(kind, await start());
    await server?.run("", "CREATE DATABASE billing");
  });
  afterAll(() => server?.close());

  it("has one row a CDR, through a kill of the server", async ({ skip }) => {
    if (server === null) return skip();
    await server.run(
      "billing",
      `CREATE TABLE calls (id varchar(64), tenant varchar(64), rev integer, outcome varchar(16),
        answered ${kind === "mysql" ? "datetime(3)" : "timestamptz"}, secs numeric(12,3), sell numeric(12,5), caller varchar(80))`,
    );
    const running = await begin({ url: server.url("billing"), table: "calls", map: MAP });
    await store.cdrs.insert([sampleCdr("a", sell("0.1420")), sampleCdr("b", sell("0.10"))]);
    const rows = () =>
      (server as SqlServer).ask(
        "billing",
        "SELECT rev, outcome, secs, sell, caller FROM calls ORDER BY sell DESC",
      );
    await vi.waitFor(async () => expect(await rows()).toHaveLength(2), WAIT);
    await server.kill();
    await revise("a", "rated", { amount: "0.20" });
    await vi.waitFor(async () => {
      expect((await running.get("billing")).state.fault).not.toBeNull();
    }, WAIT);
    await server.start();
    const row = { outcome: "rated", secs: "60.000", caller: null };
    await vi.waitFor(async () => {
      expect(await rows()).toEqual([
        { ...row, rev: 2, sell: "0.20000" },
        { ...row, rev: 1, sell: "0.10000" },
      ]);
    }, WAIT);
    const [{ at } = { at: null }] = (await server.ask(
      "billing",
      kind === "mysql"
        ? "SELECT CAST(answered AS CHAR) AS at FROM calls"
        : "SELECT (answered AT TIME ZONE 'UTC')::text AS at FROM calls",
    )) as { at: string | null }[];
    expect(at).toContain("2026-03-01 10:00:00");
    expect((await running.get("billing")).state.fault).toBeNull();
  });

  it.runIf(kind === "postgresql")("CDR-Stats' table has each call once", async ({ skip }) => {
    if (server === null) return skip();
    await server.run("billing", CDR_IMPORT);
    const running = await begin({ url: server.url("billing"), map: "cdr-stats-import" });
    const primary = { originHost: "192.0.2.7", callDirection: "outbound" as const };
    const sent = { ...primary, disconnectCause: "16" };
    const call = (id: string) => sampleCdr(id, { ...sell("0.1420"), primary: sent });
    await store.cdrs.insert(["a", "b", "c"].map(call));
    const rows = () =>
      (server as SqlServer).ask(
        "billing",
        `SELECT callid, switch, billsec, direction, hangup_cause_id, accountcode, sell_cost,
          starting_date AT TIME ZONE 'UTC' = '2026-03-01 10:00:00' AS timely FROM cdr_import ORDER BY callid`,
      );
    const row = {
      ...{ switch: "192.0.2.7", billsec: 60, direction: 2, hangup_cause_id: 16 },
      ...{ accountcode: "1001", sell_cost: "0.14200", timely: true },
    };
    const all = ["a", "b", "c"].map((callid) => ({ ...row, callid }));
    await vi.waitFor(async () => expect(await rows()).toEqual(all), WAIT);
    await server.run("billing", "UPDATE cdr_import SET imported = true WHERE callid = 'a'");
    const { originHost } = primary;
    await revise("a", "rated", { amount: "0.30", originHost });
    await revise("b", "rated", { amount: "0.30", originHost });
    await revise("c", "voided", { originHost });
    const after = [all[0], { ...all[1], sell_cost: "0.30000" }];
    await vi.waitFor(async () => expect(await rows()).toEqual(after), WAIT);
    await vi.waitFor(async () => {
      expect((await running.get("billing")).state.warning).toContain("1 revisions came after");
    }, WAIT);
  });
});

describe("settings of outputs to SQL", () => {
  const output = { name: "billing", kind: "sql", url: "postgresql://u@h/b" };
  it.each([
    [{ ...output, map: { id: "id" }, table: "t" }, "id and tenant are needed"],
    [{ ...output, map: { id: "id", tenant: "t" } }, "an own map needs a table"],
    [
      { ...output, map: { id: "id", tenant: "t", nothing: "x" }, table: "t" },
      "column of an export",
    ],
    [
      { ...output, url: "postgresql://u:p@h/b", secretEnv: "P", map: "cdr-stats-import" },
      "one place",
    ],
    [{ ...output, url: "oracle://u@h/b", map: "cdr-stats-import" }, "begin it with"],
  ])("refuses %j", (settings, fault) => {
    expect(outputList.safeParse([settings]).error?.message).toContain(fault);
  });
});
