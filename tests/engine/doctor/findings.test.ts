// Each thing that is looked at has a case that is well and a twin that is not.
import { describe, expect, it } from "vitest";
import {
  DOCTOR_CHECKS,
  type Finding,
  inOrder,
  notWell,
  ok,
  sizeText,
  spanText,
  worstOf,
} from "../../../src/engine/doctor/findings.ts";
import { type HostFacts, hostFindings } from "../../../src/engine/doctor/host.ts";
import { serviceFindings } from "../../../src/engine/doctor/of-service.ts";
import { conditionFindings, lastRecordFinding } from "../../../src/engine/doctor/of-store.ts";
import type { SystemStatus } from "../../../src/engine/system-status.ts";
import type { StoreCondition } from "../../../src/stores/ports/condition.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const HOST: HostFacts = {
  node: "22.14.0",
  zoneData: "2025b",
  settings: { path: "/etc/cdrate.yaml", mode: 0o600, fault: null },
  holdsSecrets: true,
  listen: { address: "127.0.0.1:2080", isLoopback: true, isTls: false, isOpen: true },
  certificate: { path: "cert.pem", validToMs: NOW + 90 * DAY },
  backups: {
    folder: "/backups",
    maxAgeHours: 26,
    latest: { name: "one.db", atMs: NOW - 3 * HOUR, bytes: 1e6 },
    fault: null,
  },
};
const CONDITION = { bytes: 1e9, freeBytes: 50e9, serverMs: NOW + 100, damage: [] };
const FEED = {
  ...{
    connected: true,
    since: null,
    lastRecord: "2026-03-01T11:59:00Z",
    lagSeconds: 1,
    records: 5,
  },
  ...{ faults: 0, repeats: 0, firsts: 5, onlyHere: null, silentSince: null, lastCallEnd: null },
  ...{ fault: null, warnings: [] as string[], position: null, gaps: [], counts: {}, calls: null },
};
const OUTPUT = {
  ...{ sent: 1, lastSent: null, lagSeconds: 2, caughtUp: true, failures: 0 },
  ...{ fault: null, warning: null, position: null },
};
const feed = (state: object, about: object = {}) => ({
  feeds: [
    {
      ...{ name: "pbx", kind: "follow", source: "s", stopped: false, runs: "here" as const },
      ...about,
      state: { ...FEED, ...state },
    },
  ],
});
const output = (state: object, about: object = {}) => ({
  outputs: [
    {
      ...{ name: "bi", kind: "webhook", stopped: false, runs: "here" as const },
      ...about,
      state: { ...OUTPUT, ...state },
    },
  ],
});
const SCHEMA = { version: 21, latest: 21, cdrKey: "tenant and id" as const };
const STATUS: SystemStatus = {
  version: "0.2.0",
  uptimeSeconds: 5,
  store: { kind: "sqlite", ok: true, schema: SCHEMA },
  tariffs: [{ name: "demo", version: "v", tenant: "t", activatedAt: "", prefixes: 3 }],
  processes: { all: 2, ready: 2 },
  unpriced: [],
  suspense: { open: 0, tenants: [] },
  warnings: [],
  ...feed({}),
  ...output({}),
  rollups: { on: true, quarters: 5, dirty: 2 },
  counters: {},
};

/** Level and subject of the findings of that check that are not well. */
const bad = (findings: readonly Finding[]) =>
  findings.filter(({ level }) => level !== "ok").map(({ check, level }) => `${check} ${level}`);
const host = (changes: Partial<HostFacts>) => bad(hostFindings({ ...HOST, ...changes }, NOW));
const service = (changes: Partial<SystemStatus>) =>
  bad(serviceFindings({ ...STATUS, ...changes }, NOW));
const store = (changes: Partial<StoreCondition>) =>
  bad(conditionFindings({ condition: { ...CONDITION, ...changes }, serverAskedMs: NOW }));
const last = (lastReceivedMs: number | null) => bad([lastRecordFinding(lastReceivedMs, NOW)]);

describe("the machine", () => {
  it("that is well has no finding", () => {
    expect(host({})).toEqual([]);
    expect(host({ settings: null, certificate: null })).toEqual([]);
  });

  it("settings: readable, changed by nobody else, their secrets read by nobody else", () => {
    const file = { path: "s.yaml", fault: null };
    expect(host({ settings: { ...file, mode: 0o602 } })).toEqual(["settings fault"]);
    expect(host({ settings: { ...file, mode: 0o644 } })).toEqual(["settings warning"]);
    expect(host({ settings: { ...file, mode: 0o644 }, holdsSecrets: false })).toEqual([]);
    expect(host({ settings: { ...file, mode: null } })).toEqual([]);
    expect(host({ settings: { path: "s", mode: null, fault: "EACCES" } })).toEqual([
      "settings fault",
    ]);
  });

  it("other machines are answered by TLS", () => {
    const open = { address: "0.0.0.0:2080", isLoopback: false, isTls: false, isOpen: false };
    expect(host({ listen: open })).toEqual(["listen warning"]);
    expect(host({ listen: { ...open, isTls: true } })).toEqual([]);
  });

  it("the certificate holds for three weeks more", () => {
    const until = (validToMs: number) => host({ certificate: { path: "c.pem", validToMs } });
    expect(until(NOW + 21 * DAY)).toEqual([]);
    expect(until(NOW + 21 * DAY - 1)).toEqual(["certificate warning"]);
    expect(until(NOW)).toEqual(["certificate fault"]);
    expect(host({ certificate: { path: "c", fault: "no PEM" } })).toEqual(["certificate fault"]);
  });

  it("time zone data is of this year or the last", () => {
    expect(host({ zoneData: "2024b" })).toEqual(["zone-data warning"]);
    expect(host({ zoneData: null })).toEqual(["zone-data unknown"]);
  });

  it("there is a backup, and a young one", () => {
    const { backups } = HOST;
    const seen = (changes: object) =>
      host({ backups: { ...(backups as NonNullable<typeof backups>), ...changes } });
    expect(host({ backups: null })).toEqual(["backups unknown"]);
    expect(seen({ latest: null })).toEqual(["backups fault"]);
    expect(seen({ fault: "ENOENT" })).toEqual(["backups fault"]);
    const aged = (hours: number) =>
      seen({ latest: { name: "b", bytes: 1, atMs: NOW - hours * HOUR } });
    expect(aged(26)).toEqual([]);
    expect(aged(26.1)).toEqual(["backups warning"]);
  });
});

describe("the store's place", () => {
  it("that is well has no finding", () => expect(store({})).toEqual([]));

  it("has room for itself, and then some", () => {
    expect(store({ freeBytes: 1.9e9 })).toEqual(["room warning"]);
    expect(store({ freeBytes: 5e9, bytes: 60e9 })).toEqual(["room warning"]);
    expect(store({ freeBytes: 0.1e9 })).toEqual(["room fault"]);
    expect(store({ freeBytes: null })).toEqual([]);
  });

  it("is whole, or was not looked at", () => {
    expect(store({ damage: ["cdr: row 5 missing from index"] })).toEqual(["damage fault"]);
    expect(store({ damage: null })).toEqual(["damage unknown"]);
  });

  it("has the time of this machine, and no record of the future", () => {
    expect(store({ serverMs: NOW - 2001 })).toEqual(["clock warning"]);
    expect(store({ serverMs: null })).toEqual([]);
    expect(last(null)).toEqual([]);
    expect(last(NOW + 2000)).toEqual([]);
    expect(last(NOW + 2001)).toEqual(["clock fault"]);
  });
});

describe("the service", () => {
  it("that is well has no finding", () => expect(service({})).toEqual([]));

  it("a store that is away is one fault: what it would tell is not told", () => {
    const away = { store: { kind: "mongo", ok: false, fault: "no primary" }, tariffs: [] };
    expect(service({ ...away, processes: { all: 0, ready: 0 } })).toEqual(["store fault"]);
  });

  it("its schema and indexes", () => {
    const schema = (more: object) =>
      service({ store: { kind: "mongo", ok: true, schema: { ...SCHEMA, ...more } } });
    expect(schema({ waiting: { step: 21, title: "x", builds: ["0.1.0"] } })).toEqual([
      "schema warning",
    ]);
    expect(schema({ cdrKey: "id" })).toEqual(["schema warning"]);
    expect(schema({ indexes: { missing: ["cdrs.a"] } })).toEqual(["indexes warning"]);
    expect(schema({ indexes: { missing: [], fault: "differs" } })).toEqual(["indexes fault"]);
  });

  it("its tariffs and processes", () => {
    expect(service({ tariffs: [] })).toEqual(["tariffs fault"]);
    expect(service({ processes: { all: 3, ready: 2 } })).toEqual(["processes warning"]);
    const code = "unknown-rule-set" as const;
    expect(service({ warnings: [{ code, source: "s", ruleSet: "r", message: "m" }] })).toEqual([
      "source-settings fault",
    ]);
  });

  it("its feeds", () => {
    expect(service(feed({}, { stopped: true }))).toEqual(["feeds warning"]);
    expect(service(feed({ connected: false, fault: "ECONNREFUSED" }))).toEqual(["feeds fault"]);
    expect(service(feed({}, { runs: "nowhere" }))).toEqual(["feeds fault"]);
    expect(service(feed({ silentSince: "2026-03-01T09:00:00Z" }))).toEqual(["feeds fault"]);
    expect(service(feed({ warnings: ["a", "b"] }))).toEqual(["feeds warning", "feeds warning"]);
    const gap = (filledBy: string | null) =>
      feed({ gaps: [{ from: null, to: "", reason: "", filledBy }] });
    expect(service(gap(null))).toEqual(["feeds warning"]);
    expect(service(gap("other"))).toEqual([]);
  });

  it("its outputs", () => {
    expect(service(output({}, { stopped: true }))).toEqual(["outputs warning"]);
    expect(service(output({ fault: "500" }))).toEqual(["outputs fault"]);
    expect(service(output({}, { runs: "nowhere" }))).toEqual(["outputs fault"]);
    expect(service(output({ warning: "w" }))).toEqual(["outputs warning"]);
  });

  it("what waits for somebody", () => {
    const tenants = [
      { tenant: "a", open: 2 },
      { tenant: null, open: 1 },
      { tenant: "b", open: 0 },
    ];
    expect(service({ suspense: { open: 3, tenants } })).toEqual([
      "suspense warning",
      "suspense warning",
    ]);
    const row = { tenant: "a", outcome: "unrated", reason: "no-rate", calls: 5 };
    expect(service({ unpriced: [row] })).toEqual(["unpriced warning"]);
    expect(service({ rollups: { on: false, quarters: 5, dirty: 1 } })).toEqual([
      "kept-sums warning",
    ]);
    expect(service({ rollups: { on: false, quarters: 5, dirty: 0 } })).toEqual([]);
  });

  it("each finding that is not well has a remedy, and its words fit one line", () => {
    const found = [
      ...hostFindings({ ...HOST, backups: null, zoneData: null }, NOW),
      ...serviceFindings({ ...STATUS, tariffs: [], ...feed({ fault: "x" }) }, NOW),
      ...conditionFindings({ condition: CONDITION, serverAskedMs: NOW + DAY }),
      lastRecordFinding(NOW + DAY, NOW),
    ];
    for (const { level, message, remedy } of found) {
      expect(remedy === null).toBe(level === "ok");
      expect(`${message}${remedy}`).not.toMatch(/\n|undefined|NaN|null\./);
    }
  });
});

describe("findings", () => {
  it("are told in the order of the checks, and judged by the worst", () => {
    const late = ok("kept-sums", "x");
    const first = notWell("warning", "settings", { message: "m", remedy: "r" });
    expect(inOrder([late, first])).toEqual([first, late]);
    expect(worstOf([late])).toBe("ok");
    expect(worstOf([late, first])).toBe("warning");
    expect(worstOf([])).toBe("ok");
    expect(new Set(DOCTOR_CHECKS).size).toBe(DOCTOR_CHECKS.length);
  });

  it.each([
    [0, "0 minutes"],
    [60_000, "1 minute"],
    [119 * 60_000, "119 minutes"],
    [2 * HOUR, "2 hours"],
    [47.9 * HOUR, "47 hours"],
    [2 * DAY, "2 days"],
  ])("a span of %d ms is %s", (ms, text) => expect(spanText(ms)).toBe(text));

  it.each([
    [0, "0.0 MB"],
    [1_234_000, "1.2 MB"],
    [20_400_000, "20 MB"],
    [1_500_000_000, "1.5 GB"],
  ])("%d bytes are %s", (bytes, text) => expect(sizeText(bytes)).toBe(text));
});
