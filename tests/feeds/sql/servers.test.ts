// Tables of a real MariaDB and a real PostgreSQL, while their switch writes into them, their server is
// killed and started again, and cdrate is killed: each row once, none skipped, each value as it stands.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { selfSigned } from "../../compose/self-signed.ts";
import { eventually, type PulledCalls, pullFeed } from "./feed-under-test.ts";
import {
  ALEMBIC_CDR,
  CDR_IMPORT,
  FREEPBX_CDR,
  FREESWITCH_CDR,
  KAMAILIO_ACC,
  OPENSIPS_ACC,
  SIPWISE_CDR,
  SIREMIS_CDRS,
  YATE_CDR,
} from "./schemas.ts";
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

  it("TLS that is asked for is had, with a good certificate, or there is no connection", async ({
    skip,
  }) => {
    const server = needed("mysql", skip);
    const name = await base(server, FREEPBX_CDR, freepbxRow(1));
    const settings = { kind: "sql", url: server.url(name), map: "asterisk-cdr" };
    const feed = await started({ ...settings, tls: true });
    await eventually(() => expect(feed.fault()).toMatch(/secure connection|SSL/i));
    const { cert, key } = selfSigned("db");
    const ca = server.put("cert.pem", cert);
    await server.kill();
    await server.start([`--ssl-cert=${ca}`, `--ssl-key=${server.put("key.pem", key)}`]);
    await eventually(() => expect(feed.fault()).toMatch(/self.signed certificate/));
    const safe = await started({ ...settings, tls: { ca } });
    await eventually(() => expect(safe.cdrs.size).toBe(1));
    const other = await started({ ...settings, tls: { ca, serverName: "db.example" } });
    await eventually(() => expect(other.fault() ?? "").toMatch(/altnames|does not match/i));
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
    await eventually(() => expect(feed.kept()).toMatchObject({ tables: { cdr: { by: "id" } } }));
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
    const { cert, key } = selfSigned("db");
    const [ca, secret] = [server.put("server.crt", cert), server.put("server.key", key)];
    await server.run(
      "",
      `ALTER SYSTEM SET ssl_cert_file = '${ca}'`,
      `ALTER SYSTEM SET ssl_key_file = '${secret}'`,
      "ALTER SYSTEM SET ssl = on",
      "SELECT pg_reload_conf()",
    );
    await eventually(() => expect(safe.fault()).toMatch(/self.signed certificate/));
    const good = await started({ ...settings, tls: { ca } });
    await eventually(() => expect(good.fault()).toBeNull());
    const other = await started({ ...settings, tls: { ca, serverName: "db.example" } });
    await eventually(() => expect(other.fault() ?? "").toMatch(/altnames|does not match/i));
    const none = await started({ ...settings, table: "public.nothing" });
    await eventually(() => expect(none.fault()).toContain("there is no table public.nothing"));
    const bare = await started({ ...settings, table: "public.bare" });
    await eventually(() => expect(bare.fault()).toContain("set key"));
    const wrong = await started({ ...settings, key: "a", table: "bare" });
    await server.run(name, "INSERT INTO bare VALUES ('x')");
    await eventually(() => expect(wrong.fault()).toMatch(/no whole number/));
  });
});

const acc = (table: string, row: Record<string, string>) => {
  const all = {
    method: "INVITE",
    sip_code: "200",
    src_user: "1001",
    dst_ouser: "442079460123",
    dst_user: "x",
    ...row,
  };
  return `INSERT INTO ${table} (${Object.keys(all).join(", ")}) VALUES (${Object.values(all)
    .map((value) => `'${value}'`)
    .join(", ")})`;
};

describe("Kamailio on MariaDB", () => {
  it("pairs INVITE and BYE through a crash, whichever hung up; missed calls are calls; half a call waits, then is kept", async ({
    skip,
  }) => {
    const server = needed("mysql", skip);
    const name = await base(server, ...KAMAILIO_ACC);
    let aheadMs = 0;
    const clock = () => Date.parse("2026-03-02T12:00:00Z") + aheadMs;
    const feed = await started(
      { kind: "sql", url: server.url(name), map: "kamailio-acc", maxCallHours: 2 },
      { clock, source: { timeZone: "Europe/Madrid" } },
    );
    const call = (callid: string, time: string) => ({ callid, from_tag: "z", to_tag: "a", time });
    const back = { from_tag: "a", to_tag: "z", method: "BYE", src_user: "442079460123" };
    await server.run(
      name,
      acc("acc", call("c1", "2026-03-02 10:00:00")),
      acc("acc", call("c2", "2026-03-02 10:00:01")),
      acc("acc", call("lost", "2026-03-02 10:00:02")),
      acc("acc", { ...call("m", "2026-03-02 10:00:03"), method: "MESSAGE" }),
      acc("missed_calls", { ...call("c3", "2026-03-02 10:00:04"), sip_code: "486", to_tag: "b" }),
      acc("acc", { ...call("c3", "2026-03-02 10:00:04"), sip_code: "486", to_tag: "b" }),
      acc("acc", { ...call("c2", "2026-03-02 10:01:01"), ...back }),
    );
    await eventually(() => expect(feed.cdrs.size).toBe(2));
    await feed.crash();
    await server.run(
      name,
      acc("acc", { ...call("c1", "2026-03-02 10:05:00"), method: "BYE" }),
      // The other side's BYE crossed it.
      acc("acc", { ...call("c1", "2026-03-02 10:05:01"), ...back }),
      acc("acc", { ...call("early", "2026-03-02 10:06:00"), method: "BYE" }),
    );
    feed.start();
    await eventually(() => expect(feed.cdrs.size).toBe(3));
    await server.run(name, acc("acc", call("early", "2026-03-02 10:05:30")));
    await eventually(() => expect(feed.cdrs.size).toBe(4));
    const calls = [...feed.cdrs.values()].map(({ primary }) => primary);
    const one = (id: string) => calls.find(({ originId }) => originId.startsWith(id));
    expect(one("c1")).toMatchObject({
      originId: "c1;z;a",
      originHost: "pbx",
      usage: 300_000,
      account: "1001",
      destination: "442079460123",
      disconnectCause: "200",
    });
    expect(one("c1")?.answerTime?.atMs).toBe(Date.parse("2026-03-02T09:00:00Z"));
    expect(one("c2")).toMatchObject({ usage: 60_000, account: "1001" });
    expect(one("c3")).toMatchObject({ originId: "c3;z;b", usage: 0, disconnectCause: "486" });
    expect(one("early")).toMatchObject({ usage: 30_000 });
    expect(feed.suspended).toEqual([]);
    expect(feed.counts["rowsOfNoCall"]).toBeGreaterThan(0);
    aheadMs = 2 * 3_600_000 + 1000;
    await eventually(() => expect(feed.suspended).toMatchObject([{ reason: "call-unfinished" }]));
    expect(feed.suspended[0]?.bytes).toContain('"callid":"lost"');
    expect(feed.cdrs.size).toBe(4);
  });

  it("the table of Siremis gives the ids of acc; Sipwise and OpenSIPS have theirs", async ({
    skip,
  }) => {
    const server = needed("mysql", skip);
    const siremis = await base(
      server,
      SIREMIS_CDRS,
      `INSERT INTO cdrs (src_username, dst_username, dst_ousername, call_start_time, duration, sip_call_id, sip_from_tag, sip_to_tag, created)
      VALUES ('1001', 'x', '442079460123', '2026-03-02 09:00:00', 300, 'c1', 'z', 'a', now())`,
    );
    const sipwise = await base(
      server,
      SIPWISE_CDR,
      `INSERT INTO cdr (source_user_id, source_provider_id, source_account_id, source_user, source_domain, source_cli, destination_provider_id,
      destination_user, destination_domain, destination_user_dialed, destination_user_in, call_status, call_code, init_time, start_time, duration, call_id)
      VALUES ('u', '1', 17, 'alice', 'd', '34910000001', '2', 'p', 'd', '0044', '442079460123', 'ok', '200', 1772441995.250, 1772442000.500, 95.125, 'sw-1'),
             ('u', '1', 0, 'bob', 'd', '34910000002', '2', 'p', 'd', '0044', '442079460123', 'busy', '486', 1772441995.250, 1772441999.000, 0, 'sw-2')`,
    );
    const opensips = await base(
      server,
      OPENSIPS_ACC,
      `INSERT INTO acc (method, from_tag, to_tag, callid, sip_code, time, duration, ms_duration, setuptime, created)
      VALUES ('INVITE', 'f', 't', 'o-1', '200', '2026-03-02 09:00:02', 28, 27531, 2, '2026-03-02 09:00:00'),
             ('INVITE', 'f', '', 'o-2', '503', '2026-03-02 09:01:00', 0, 0, 0, NULL),
             ('INVITE', 'f', 't3', 'o-3', '200', '2026-03-02 09:02:00', 0, 0, 0, NULL),
             ('BYE', 't3', 'f', 'o-3', '200', '2026-03-02 09:02:10', 0, 0, 0, NULL)`,
    );
    const feed = async (database: string, map: string) => {
      const one = await started({ kind: "sql", url: server.url(database), map, once: true });
      await eventually(() => expect(one.kept()).toMatchObject({ done: true }));
      expect(one.suspended).toEqual([]);
      return [...one.cdrs.values()].map(({ primary, callId }) => ({ ...primary, callId }));
    };
    expect(await feed(siremis, "kamailio-cdrs")).toMatchObject([
      {
        originId: "c1;z;a",
        originHost: "pbx",
        usage: 300_000,
        answerTime: { atMs: Date.parse("2026-03-02T09:00:00Z") },
        disconnectCause: "200",
      },
    ]);
    expect(await feed(sipwise, "sipwise-cdr")).toMatchObject([
      {
        originId: "1",
        account: "17",
        usage: 95_125,
        destination: "442079460123",
        callerNumber: "34910000001",
        answerTime: { atMs: 1772442000500 },
        endTime: { atMs: 1772442095625 },
        callId: "sw-1",
      },
      { originId: "2", account: "bob", usage: 0, disconnectCause: "486" },
    ]);
    expect(await feed(opensips, "opensips-acc")).toMatchObject([
      {
        originId: "o-1;t",
        originHost: "f",
        usage: 27_531,
        setupTime: { atMs: Date.parse("2026-03-02T09:00:00Z") },
        answerTime: { atMs: Date.parse("2026-03-02T09:00:02Z") },
      },
      { originId: "o-2", usage: 0, disconnectCause: "503" },
      { originId: "o-3;t3", usage: 10_000 },
    ]);
  });
});

describe("others on PostgreSQL", () => {
  it("the table of CDR-Stats is flagged when its rows are durable, and not before", async ({
    skip,
  }) => {
    const server = needed("postgresql", skip);
    const row = (
      id: string,
    ) => `INSERT INTO cdr_import (switch, cdr_source_type, callid, caller_id_number, caller_id_name, destination_number, starting_date, duration, billsec, hangup_cause_id, direction, accountcode, sell_cost, extradata)
      VALUES ('192.0.2.7', 6, '${id}', '1001', 'Ann', '442079460123', '2026-03-02 10:00:00+01', 65, 60, 16, 2, '1001', 0.12345, '{"a": 1}')`;
    const name = await base(server, CDR_IMPORT, row("a"), row("b"));
    const feed = await pullFeed({
      kind: "sql",
      url: server.url(name),
      map: "cdr-stats-import",
      flag: "imported",
    });
    open.push(feed);
    feed.away.isAway = true;
    feed.start();
    const flagged = () =>
      server.ask(name, "SELECT count(*)::int AS n FROM cdr_import WHERE imported");
    await eventually(() => expect(feed.fault()).toBe("the store is away"));
    expect(await flagged()).toEqual([{ n: 0 }]);
    feed.away.isAway = false;
    await eventually(async () => expect(await flagged()).toEqual([{ n: 2 }]));
    await server.run(name, row("c"));
    await eventually(() => expect(feed.cdrs.size).toBe(3));
    const [cdr] = feed.cdrs.values();
    expect(cdr?.primary).toMatchObject({
      originId: "a",
      originHost: "192.0.2.7",
      usage: 60_000,
      durationMs: 65_000,
      callDirection: "outbound",
      disconnectCause: "16",
    });
    expect(cdr?.extra).toMatchObject({ sell_cost: "0.12345", extradata: '{"a": 1}' });
    expect(cdr?.extra).not.toHaveProperty("imported");
    expect(feed.handed()).toBe(3);
  });

  it("Yate's rows are taken when they are ended, however long that takes", async ({ skip }) => {
    const server = needed("postgresql", skip);
    const row = (
      chan: string,
      at: string,
      ended: string,
    ) => `INSERT INTO cdr VALUES ('${at}', '${chan}', 'x', 'incoming', 'b-${chan}', '1001', '442079460123',
      INTERVAL '65.5 s', INTERVAL '60.25 s', INTERVAL '5 s', 'answered', '', '${ended}')`;
    const name = await base(
      server,
      YATE_CDR,
      row("sip/1", "2026-03-02 08:00:00", "f"),
      row("sip/2", "2026-03-02 10:00:00.5", "t"),
    );
    const feed = await started(
      { kind: "sql", url: server.url(name), map: "yate-cdr" },
      { source: { timeZone: "Europe/Madrid" } },
    );
    await eventually(() => expect(feed.origins()).toEqual(["b-sip/2/sip/2"]));
    await server.run(name, row("sip/3", "2026-03-02 13:00:00", "t"));
    await eventually(() => expect(feed.cdrs.size).toBe(2));
    await feed.crash();
    feed.start();
    await server.run(
      name,
      "UPDATE cdr SET ended = 't', billtime = INTERVAL '18000 s', duration = INTERVAL '18005 s' WHERE chan = 'sip/1'",
    );
    await eventually(() => expect(feed.cdrs.size).toBe(3));
    const long = [...feed.cdrs.values()].find(
      ({ primary }) => primary.originId === "b-sip/1/sip/1",
    );
    expect(long?.primary).toMatchObject({
      usage: 18_000_000,
      setupTime: { atMs: Date.parse("2026-03-02T08:00:00Z") },
    });
    expect(long?.leg).toBe("a");
    expect(feed.suspended).toEqual([]);
  });
});
