// Goal: cdrate doctor finds what is wrong with an installation that is really wrong in that way.
// Method: files of its own, each broken as a disk, an editor or a calendar breaks it.
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Finding } from "../../src/engine/doctor/findings.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import { selfSigned } from "../compose/self-signed.ts";
import { startTestService } from "../end-to-end/test-service.ts";
import { sampleCdr } from "../stores/contracts/sample-cdrs.ts";
import { capturedRun } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-doctor-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "cdrate.db");
const store = ["--store", `sqlite:${path}`];
const none = ["--tariffs", join(folder, "none")];

const settingsFile = (name: string, text: string): string => {
  const place = join(folder, name);
  writeFileSync(place, text, { mode: 0o600 });
  return place;
};
async function doctor(...argv: string[]) {
  const command = argv.includes("doctor") ? [] : ["doctor"];
  const { code, json } = await capturedRun(...argv, ...command, "--json");
  const { worst, findings } = json() as { worst: string; findings: Finding[] };
  const of = (check: string) => findings.filter((one) => one.check === check);
  return { code, worst, of };
}

beforeAll(async () => {
  const opened = await openSqliteStore({ path });
  await opened.cdrs.insert(Array.from({ length: 300 }, (_, n) => sampleCdr(`c${n}`)));
  await opened.close();
});

it("says what is not well and what to do, and with --all what is well", async () => {
  const short = await capturedRun(...store, ...none, "doctor");
  expect(short.code).toBe(1);
  expect(short.text).toMatch(/^FAULT {2}.*tariffs: No tariff is in force/m);
  expect(short.text).toMatch(/^ +→ Load one: `cdrate tariff load/m);
  expect(short.text).not.toMatch(/^ok/m);
  expect(short.text).toMatch(/\d+ findings, \d+ of them well; the worst is: fault$/);
  const all = await capturedRun(...store, ...none, "doctor", "--all");
  expect(all.text).toMatch(/^ok +store \(sqlite\): The store takes durable writes/m);
  expect(all.text).toMatch(/^ok +last-record: The last CDR was received \d+ days ago/m);
});

it("settings that are wrong are a finding, by exit code 2", async () => {
  const config = settingsFile("wrong.yaml", "listen: nowhere\n");
  const { code, of } = await doctor("--config", config);
  expect(code).toBe(2);
  expect(of("settings")[0]).toMatchObject({ level: "fault" });
  expect(of("settings")[0]?.message).toContain("listen");
});

it("a store that is not there is a finding, by exit code 4, and the machine is still looked at", async () => {
  const { code, of } = await doctor("--store", `sqlite:${join(folder, "absent.db")}`);
  expect(code).toBe(4);
  expect(of("store")[0]).toMatchObject({ level: "fault" });
  expect(of("node")[0]).toMatchObject({ level: "ok" });
});

it("a settings file with a password is for its owner alone", async () => {
  const config = settingsFile(
    "secret.yaml",
    `store: sqlite:${path}\ncredentials:\n  - { name: a, user: a, roles: [admin], passwordScrypt: "${"0".repeat(32)}:${"0".repeat(64)}" }\n`,
  );
  expect((await doctor("--config", config)).of("settings")[0]?.level).toBe("ok");
  chmodSync(config, 0o644);
  const { of } = await doctor("--config", config);
  expect(of("settings")[0]).toMatchObject({ level: "warning", subject: config });
  expect(of("settings")[0]?.remedy).toContain(`chmod 600 ${config}`);
});

it("backups: none, and then one", async () => {
  const backups = join(folder, "backups");
  const config = settingsFile(
    "backups.yaml",
    `store: sqlite:${path}\nbackups: { folder: ${backups} }\n`,
  );
  expect((await doctor("--config", config)).of("backups")[0]?.level).toBe("fault");
  mkdirSync(backups);
  writeFileSync(join(backups, "half.db.sha256"), "");
  expect((await doctor("--config", config)).of("backups")[0]?.message).toBe("There is no backup.");
  await capturedRun("--config", config, "store", "backup", join(backups, "one.db"));
  expect((await doctor("--config", config)).of("backups")[0]).toMatchObject({ level: "ok" });
});

it("a certificate that is no certificate, and one that is", async () => {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const config = settingsFile(
    "tls.yaml",
    `store: sqlite:${path}\ntls: { cert: ${cert}, key: ${key} }\n`,
  );
  expect((await doctor("--config", config)).of("certificate")[0]?.level).toBe("fault");
  const made = selfSigned("doctor");
  writeFileSync(cert, made.cert);
  writeFileSync(key, made.key);
  const { of } = await doctor("--config", config);
  expect(of("certificate")[0]).toMatchObject({
    level: "ok",
    message: "It holds until 2049-12-31.",
  });
});

it("--deep finds a page that was overwritten", async () => {
  const broken = join(folder, "broken.db");
  const file = new Sqlite(path);
  file.exec(`VACUUM INTO '${broken}'`);
  const size = file.pragma("page_size", { simple: true }) as number;
  file.close();
  const copy = new Sqlite(broken, { readonly: true });
  const root = copy
    .prepare<[], number>(
      "SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'cdr'",
    )
    .pluck()
    .get();
  copy.close();
  const place = openSync(broken, "r+");
  writeSync(place, Buffer.alloc(64, 0xff), 0, 64, ((root ?? 0) - 1) * size + 8);
  closeSync(place);
  const on = (file: string) => doctor("--store", `sqlite:${file}`, ...none, "doctor", "--deep");
  expect((await on(broken)).of("damage")[0]).toMatchObject({ level: "fault" });
  expect((await on(path)).of("damage")[0]).toMatchObject({ level: "ok" });
});

it("a service that runs and has what it needs passes, over --url", async () => {
  const service = await startTestService({});
  try {
    const { code, lines } = await capturedRun("doctor", "--all", "--url", service.url);
    expect(code).toBe(0);
    expect(lines.join("\n")).toMatch(/^ok +tariffs \(cgrates\.org\): demo [0-9a-f]+ is in force/m);
    expect(lines.at(-1)).toMatch(/the worst is: (ok|unknown|warning)$/);
  } finally {
    await service.stop();
  }
});
