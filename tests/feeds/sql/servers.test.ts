// Tables of a real MariaDB and a real PostgreSQL, while their switch writes into them, their server is
// killed and started again, and cdrate is killed: each row once, none skipped, each value as it stands.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually, type PulledCalls, pullFeed } from "./feed-under-test.ts";
import { ALEMBIC_CDR, FREEPBX_CDR, FREESWITCH_CDR } from "./schemas.ts";
import { requireServer, type SqlServer, startMariadb, startPostgresql } from "./servers.ts";

const servers: { mysql: SqlServer | null; postgresql: SqlServer | null } = {
  mysql: null,
  postgresql: null,
};
beforeAll(async () => {
  const [mysql, postgresql] = await Promise.all([startMariadb(), startPostgresql()]);
  servers.mysql = requireServer("MariaDB", mysql);
  servers.postgresql = requireServer("PostgreSQL", postgresql);
});
afterAll(() => Promise.all([servers.mysql?.close(), servers.postgresql?.close()]));

const open: PulledCalls[] = [];
afterEach(async () => {
  for (const feed of open.splice(0)) await feed.stop();
});
async function started(...args: Parameters<typeof pullFeed>): Promise<PulledCalls> {
  const feed = await pullFeed(...args);
  open.push(feed);
  feed.start();
  return feed;
}

let bases = 0;
async function base(server: SqlServer, ...tables: string[]): Promise<string> {
  bases += 1;
  const name = `base${bases}`;
  await server.run("", `CREATE DATABASE ${name}`);
  await server.run(name, ...tables);
  return name;
}

function needed(kind: "mysql" | "postgresql", skip: (why: string) => void): SqlServer {
  const server = servers[kind];
  if (server === null) skip("not installed");
  return server as SqlServer;
}

const freepbxRow = (call: number, { at = "2026-03-02 10:00:00", name = "Zoë" } = {}) =>
  `INSERT INTO cdr (calldate, clid, src, dst, channel, dstchannel, duration, billsec, disposition, amaflags, accountcode, uniqueid)
   VALUES ('${at}', '"${name}" <201>', '201', '34650123456', 'PJSIP/201-${call}', 'PJSIP/trunk-${call}', 65, 60, 'ANSWERED', 3, '1001', '1772445600.${call}')`;

describe("MariaDB", () => {
  it("a latin1 table without a key, read by its times, while it is written and the server is killed", async ({
    skip,
  }) => {
    const server = needed("mysql", skip);
    const name = await base(server, FREEPBX_CDR, freepbxRow(1), freepbxRow(2));
    const feed = await started(
      { kind: "sql", url: server.url(name), map: "asterisk-cdr" },
      { source: { kind: "asterisk", timeZone: "Europe/Madrid" } },
    );
    await eventually(() => expect(feed.cdrs.size).toBe(2));
    const [cdr] = feed.cdrs.values();
    expect(cdr?.primary).toMatchObject({ callerName: "Zoë", usage: 60_000, originHost: "pbx" });
    expect(cdr?.primary.originId).toBe("1772445600.1|PJSIP/trunk-1|2026-03-02T09:00:00.000Z");
    expect(cdr?.extra).toMatchObject({ amaflags: "3", lastapp: "" });
    await server.run(name, freepbxRow(3, { at: "2026-03-02 10:00:05" }));
    await eventually(() => expect(feed.cdrs.size).toBe(3));
    await server.kill();
    await eventually(() => expect(feed.fault()).toMatch(/ECONNREFUSED|closed|lost/));
    await server.start();
    // The clock of the switch went back an hour.
    await server.run(name, freepbxRow(4, { at: "2026-03-02 09:10:00" }));
    await eventually(() => expect(feed.cdrs.size).toBe(4));
    expect(feed.fault()).toBeNull();
    expect(feed.handed()).toBe(4);
    expect(feed.suspended).toEqual([]);
    expect([...feed.faults].join()).not.toContain("geheim");
  });

  it("values come as they stand: decimals, big numbers, dates that are none, zones, UTF-8 in latin1", async ({
    skip,
  }) => {
    const server = needed("mysql", skip);
    const name = await base(
      server,
      `CREATE TABLE calls (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, at datetime, stamp timestamp(3) NULL, len decimal(20,10),
         big bigint unsigned, f float(13,6), who varchar(40) CHARACTER SET latin1, nothing varchar(4))`,
      "SET sql_mode = ''",
      `INSERT INTO calls VALUES (18446744073709551610, '2026-03-29 02:30:00', NULL, 12345678.0123456789, 18446744073709551615, 3.25, CONVERT(x'5A6FC3AB' USING latin1), NULL)`,
      `INSERT INTO calls (id, at, stamp, len, who) SELECT 7, '0000-00-00', FROM_UNIXTIME(1772445600.25), 1, 'b'`,
    );
    const own = {
      originId: "concat(id, '/', big)",
      usage: "seconds(len)",
      setupTime: "first(stamp, at)",
      account: "who",
    };
    const settings = {
      kind: "sql",
      url: server.url(name),
      map: own,
      table: "calls",
      charset: "latin1",
    };
    const feed = await started(settings, {
      source: {
        timeZone: "Europe/Madrid",
        usageSlack: "9999h",
        limits: { usage: { "*voice": "9999h" } },
      },
    });
    await eventually(() => expect(feed.handed()).toBe(2));
    expect(feed.suspended).toEqual([]);
    const [late, big] = [...feed.cdrs.values()];
    expect(late?.primary.setupTime?.atMs).toBe(1772445600250);
    expect(big?.primary).toMatchObject({
      originId: "18446744073709551610/18446744073709551615",
      usage: 12345678012,
      account: "Zoë",
      setupTime: { atMs: Date.parse("2026-03-29T01:30:00Z") },
    });
    expect(big?.extra).toEqual({
      id: "18446744073709551610",
      at: undefined,
      len: "12345678.0123456789",
      big: "18446744073709551615",
      f: "3.250000",
    });
  });

  it("TLS that is asked for is had, or there is no connection", async ({ skip }) => {
    const server = needed("mysql", skip);
    const name = await base(server, FREEPBX_CDR);
    const feed = await started({
      kind: "sql",
      url: server.url(name),
      map: "asterisk-cdr",
      tls: true,
    });
    await eventually(() => expect(feed.fault()).toMatch(/secure connection|SSL/i));
  });
});

describe("PostgreSQL", () => {
  it("a table with a key: late rows, a killed server, a killed reader", async ({ skip }) => {
    const server = needed("postgresql", skip);
    const name = await base(server, ALEMBIC_CDR);
    const row = (call: number, id = "DEFAULT") =>
      `INSERT INTO cdr VALUES (${id}, '1001', '201', '34650123456', 'out', '"Zoë" <201>', 'PJSIP/201-${call}', 'PJSIP/trunk-${call}', 'Dial', 'x',
        '2026-03-02 10:00:00+01', '2026-03-02 10:00:05+01', '2026-03-02 10:01:05+01', 65, 60, 'ANSWERED', '3', '', '1772445600.${call}', NULL, NULL, ${call})`;
    const feed = await started(
      { kind: "sql", url: server.url(name), map: "asterisk-cdr", batchRows: 7 },
      { source: { kind: "asterisk" } },
    );
    const many = Array.from({ length: 40 }, (_none, call) => row(call + 1));
    await server.run(name, ...many);
    await eventually(() => expect(feed.cdrs.size).toBe(40));
    expect(feed.origins()[0]).toBe("1772445600.10|PJSIP/trunk-10|2026-03-02T09:00:00.000Z");
    await server.run(name, "SELECT nextval('cdr_id_seq')", row(50), row(51));
    await eventually(() => expect(feed.cdrs.size).toBe(42));
    await server.run(name, row(52, "41"));
    await eventually(() => expect(feed.cdrs.size).toBe(43));
    expect(feed.handed()).toBe(43);
    await server.kill();
    await eventually(() => expect(feed.fault()).not.toBeNull());
    await server.start();
    await server.run(name, row(53));
    await eventually(() => expect(feed.cdrs.size).toBe(44));
    await feed.crash();
    await server.run(name, row(54));
    feed.start();
    await eventually(() => expect(feed.cdrs.size).toBe(45));
    expect(feed.suspended).toEqual([]);
    await eventually(() => expect(feed.kept()).toMatchObject({ by: "id" }));
  });

  it("a data base in LATIN1, a password apart, and none in what is said", async ({ skip }) => {
    const server = needed("postgresql", skip);
    await server.run(
      "",
      "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'",
    );
    await server.run(
      "latin",
      FREESWITCH_CDR,
      `INSERT INTO cdr (local_ip_v4, caller_id_name, destination_number, context, start_stamp, end_stamp, duration, billsec, hangup_cause, uuid, accountcode)
       VALUES ('192.0.2.8', 'Zoë', '442079460123', 'default', '2026-03-02 10:00:00+01', '2026-03-02 10:01:05+01', 65, 60, 'NORMAL_CLEARING', '6f7b9c2a-0000-4000-8000-000000000001', '1001')`,
    );
    const url = server.url("latin").replace(/:[^/@]*@/, "@");
    const settings = { kind: "sql", url, map: "freeswitch-cdr", secretEnv: "SQL_SECRET" };
    const wrong = await started(settings, { secret: "gehe1m" });
    await eventually(() => expect(wrong.fault()).toMatch(/password authentication failed/));
    expect([...wrong.faults].join()).not.toContain("gehe1m");
    const feed = await started(settings, { secret: "geheim@1" });
    await eventually(() => expect(feed.cdrs.size).toBe(1));
    const [cdr] = feed.cdrs.values();
    expect(cdr?.primary).toMatchObject({
      callerName: "Zoë",
      originHost: "192.0.2.8",
      usage: 60_000,
    });
  });

  it("TLS that is asked for is had, or there is no connection; what cannot be read is named", async ({
    skip,
  }) => {
    const server = needed("postgresql", skip);
    const name = await base(server, ALEMBIC_CDR, "CREATE TABLE bare (a text)");
    const settings = { kind: "sql", url: server.url(name), map: "asterisk-cdr" };
    const safe = await started({ ...settings, tls: true });
    await eventually(() => expect(safe.fault()).toMatch(/does not support SSL/));
    const none = await started({ ...settings, table: "public.nothing" });
    await eventually(() => expect(none.fault()).toContain("there is no table public.nothing"));
    const bare = await started({ ...settings, table: "public.bare" });
    await eventually(() => expect(bare.fault()).toContain("set key"));
    const wrong = await started({ ...settings, key: "a", table: "bare" });
    await server.run(name, "INSERT INTO bare VALUES ('x')");
    await eventually(() => expect(wrong.fault()).toMatch(/no whole number/));
  });
});
