// Sessions, events and files of Asterisks in the wild, where the folder with them is there: each record
// once, in the source's zone, and nothing but repeats when they are told again.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, vi } from "vitest";
import { feedList } from "../../src/feeds/settings.ts";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { startManager } from "../feeds/ami/manager.ts";
import { startTestService } from "./test-service.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/reference/asterisk/", import.meta.url));
const isThere = existsSync(FOLDER);
if (!isThere) process.stdout.write(`\n[asterisk] not tried: there is no folder ${FOLDER}\n`);

const folder = mkdtempSync(join(tmpdir(), "cdrate-reference-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whole events of a file, those that a session marks as the server's. */
function eventsOf(name: string): string[] {
  const text = readFileSync(join(FOLDER, name), "utf8");
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const isSession = lines.some((line) => line.startsWith("S: "));
  const sent = isSession
    ? lines.filter((line) => line.startsWith("S:")).map((line) => line.slice(3))
    : lines;
  return sent
    .join("\r\n")
    .split("\r\n\r\n")
    .filter((message) => message.trimStart().startsWith("Event: Cdr"))
    .map((message) => `${message.trim()}\r\n\r\n`);
}

const SINGLE = [
  ["11-ami-cdr-mappings-sip-2019.txt", "1571727655.266", "2019-10-22T13:00:55.000Z", 1],
  ["12-ami-cdr-outbound-sip-2020.txt", "1594669308.400", "2020-08-07T06:47:56.000Z", 2],
  [
    "13-ami-cdr-debug-headers-pjsip-2024.txt",
    "asterisk-1722255899.0",
    "2024-07-29T13:24:59.000Z",
    3,
  ],
  ["14-ami-cdr-mappings-console-2010.txt", "1282570041.3", "2010-08-23T06:27:21.000Z", 0],
  ["15-ami-cdr-dahdi-2014.txt", "1403587934.22710", "2014-06-24T13:32:15.000Z", 543],
] as const;
const SESSION = "30-ami-session-real.txt";
const WAIT = { timeout: 30_000, interval: 50 };

describe.skipIf(!isThere)("events of managers", () => {
  it("are one CDR each, in the source's zone; told again they are repeats only", async () => {
    process.env["AMI_TEST_SECRET"] = "s3cret";
    const manager = await startManager();
    const login = {
      host: "127.0.0.1",
      port: manager.port,
      user: "cdrate",
      secretEnv: "AMI_TEST_SECRET",
    };
    const service = await startTestService({
      clock: () => Date.parse("2026-12-01T00:00:00Z"),
      settings: {
        sources: sourceList.parse([{ name: "pbx", kind: "asterisk", timeZone: "Europe/Madrid" }]),
        feeds: feedList.parse([{ name: "live", kind: "asterisk-ami", source: "pbx", ...login }]),
      },
    });
    try {
      const state = async () => (await service.rpc("feed.get", { name: "live" })).state;
      await vi.waitFor(async () => expect((await state()).connected).toBe(true), WAIT);
      const session = eventsOf(SESSION);
      expect(session).toHaveLength(32);
      const all = [...SINGLE.flatMap(([name]) => eventsOf(name)), ...session];
      manager.send(all.join(""));
      await vi.waitFor(async () => expect((await state()).records).toBe(37), WAIT);
      expect(await state()).toMatchObject({ faults: 0, repeats: 0, firsts: 37 });
      manager.send(all.join(""));
      await vi.waitFor(async () => expect((await state()).records).toBe(74), WAIT);
      expect(await state()).toMatchObject({ faults: 0, repeats: 37, firsts: 37 });
      const { cdrs } = await service.rpc("cdr.find", { limit: 100 });
      expect(cdrs).toHaveLength(37);
      for (const [name, uniqueId, start, usage] of SINGLE) {
        const cdr = cdrs.find(
          ({ extra }: { extra: { uniqueid: string } }) => extra.uniqueid === uniqueId,
        );
        expect(cdr?.primary.originId, name).toContain(`${uniqueId}|`);
        expect(new Date(cdr?.primary.setupTime).toISOString(), name).toBe(start);
        expect(cdr?.primary.usage, name).toBe(usage);
      }
      // Each call of the session is joined by its LinkedID.
      const calls = new Set(cdrs.map(({ callId }: { callId: string }) => callId));
      expect(calls.size).toBe(SINGLE.length + 8);
    } finally {
      await service.stop();
      await manager.close();
    }
  }, 60_000);
});

/** Records of each file, and how many of them are none. */
const FILES = [
  ["01-cdr-custom-master-pjsip-2023.csv", 14, 0],
  ["02-cdr-csv-master-sip-fxs-2020.csv", 4, 0],
  ["03-cdr-csv-master-gsm-dongle-2018.csv", 2, 0],
  ["04-cdr-custom-isdn-lcr-2009.csv", 1, 0],
  ["05-cdr-csv-master-queue-2026.csv", 2, 1],
] as const;
describe.skipIf(!isThere)("CDR files", () => {
  it("followed are one CDR a line, what is none in suspense; a copy of them is repeats only", async () => {
    const feedsOf = (copy: string) =>
      FILES.map(([name]) => ({
        ...{ name: `${copy}-${name.slice(0, 2)}`, kind: "follow", format: "asterisk-csv" },
        ...{ path: join(folder, `${copy}-${name}`), source: name.slice(0, 2), everySeconds: 0.05 },
      }));
    const sources = FILES.map(([name]) => ({
      ...{ name: name.slice(0, 2), kind: "asterisk", timeZone: "Europe/Madrid" },
    }));
    const service = await startTestService({
      clock: () => Date.parse("2026-12-01T00:00:00Z"),
      settings: {
        sources: sourceList.parse(sources),
        feeds: feedList.parse([...feedsOf("first"), ...feedsOf("second")]),
      },
    });
    try {
      for (const copy of ["first", "second"]) {
        for (const [name, lines, faults] of FILES) {
          copyFileSync(join(FOLDER, name), join(folder, `${copy}-${name}`));
          const feed = { name: `${copy}-${name.slice(0, 2)}` };
          const seen = async () => (await service.rpc("feed.get", feed)).state;
          await vi.waitFor(async () => expect((await seen()).records, name).toBe(lines), WAIT);
          const repeats = copy === "first" ? 0 : lines - faults;
          expect(await seen(), name).toMatchObject({ faults, repeats });
        }
      }
    } finally {
      await service.stop();
    }
  }, 120_000);
});
