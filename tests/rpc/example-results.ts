// What the examples of the methods answer: each is really called, in their order, on a service with
// the demo tariff, a clock of its own and a few records.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { feedList } from "../../src/feeds/settings.ts";
import { mailSettings } from "../../src/mail/settings.ts";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { outputList } from "../../src/outputs/settings.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { NOW_MS, startTestService, type TestService } from "../end-to-end/test-service.ts";

import { startSmtpSink } from "../mail/smtp-sink.ts";

export interface ExampleResult {
  params: Record<string, unknown>;
  result: unknown;
}

/** Makes what `$name` in an example stands for. */
async function knownIds(service: TestService, tick: () => void): Promise<Record<string, string>> {
  const known: Record<string, string> = {};
  const [tariff] = (await service.rpc("tariff.list")).tariffs;
  known["version"] = tariff.version;
  const cdr = {
    originId: "known",
    account: "1001",
    destination: "34912345678",
    answerTime: "2026-03-02T10:00:00Z",
    usage: 30,
  };
  known["id"] = (await service.rpc("cdr.process", { cdr })).id;
  known["suspenseId"] = (await service.rpc("cdr.process", { cdr: { account: "1001" } })).suspenseId;
  const other = await service.rpc("cdr.process", { cdr: { account: "1002" } });
  known["openSuspenseId"] = other.suspenseId;
  const example = METHODS.find(({ name }) => name === "upload.begin")?.example;
  const announced = { ...example };
  known["upload"] = (await service.rpc("upload.begin", announced)).upload;
  const { rerates, imports } = service.service.engine;
  for (const [name, dryRun] of [
    ["plannedImport", true],
    ["import", false],
  ] as const) {
    tick();
    const again = dryRun ? { dryRun } : {};
    const asked = { upload: await uploaded(service), format: "csv", batch: "march", ...again };
    const { job } = await service.rpc("import.start", asked);
    await imports.settled(job);
    known[name] = job;
  }
  known["importUpload"] = await uploaded(service);
  const { periods } = service.service.engine;
  const closed = { account: "1001", tenant: "example.com", period: "2026-01" };
  await periods.settled((await service.rpc("period.close", closed)).job);
  known["period"] = "1";
  known["retention"] = (await service.rpc("retention.plan", { olderThanDays: 400 })).job;
  const asked = { number: "+441632960961", why: "asked for on 2 March" };
  const masking = await service.rpc("privacy.plan", asked);
  await service.service.engine.maskings.settled(masking.job);
  known["masking"] = masking.job;
  for (const name of ["job", "appliedJob", "plannedJob"]) {
    tick();
    const { job } = await service.rpc("rerate.plan", {});
    await rerates.settled(job);
    known[name] = job;
  }
  await service.rpc("rerate.apply", { job: known["appliedJob"] });
  await rerates.settled(known["appliedJob"] ?? "");
  await makeSession(service);
  const failing = { name: "monthly", report: "accounts", every: "month", at: "06:00" };
  const to = [{ address: "billing@example.com" }];
  await service.rpc("schedule.set", { ...failing, to });
  const { deliveries } = await service.rpc("schedule.run", { name: failing.name });
  known["unknownDelivery"] = deliveries[0].delivery;
  await service.service.engine.schedules.turn(new AbortController().signal);
  const { exports } = service.service.engine;
  const begun = { filter: { accounts: ["1001"] }, columns: ["answerTime", "sellAmount"] };
  known["export"] = (await service.rpc("export.start", begun)).id;
  while ((await service.rpc("export.get", { id: known["export"] })).state !== "done") {
    await exports.turn(new AbortController().signal);
  }
  return known;
}

/** One whose id is not drawn. */
async function makeSession({ rpc, service }: TestService): Promise<void> {
  const name = "berta";
  await rpc("user.set", { name, roles: ["rate"], tenants: ["*"], password: "a long example" });
  const { logins } = service.engine.store;
  const user = await logins.get({ kind: "user", name });
  const passwordNumber = user?.content["passwordNumber"] ?? null;
  const nowMs = service.engine.clock();
  const times = { beganMs: nowMs, seenMs: nowMs };
  await logins.put(
    {
      ...{ kind: "session", name: "0".repeat(64), owner: name, version: 1 },
      endsAtMs: nowMs + 3_600_000,
      content: { passwordNumber, ...times, address: "192.0.2.7" },
    },
    0,
  );
}

/** A small file, whole. */
async function uploaded(service: TestService): Promise<string> {
  const bytes = Buffer.from(
    "uuid,destination,start,billsec,account\nimported-1,34650123456,2026-03-02 09:00:00,60,1001\n",
  );
  const hash = createHash("sha256").update(bytes).digest("hex");
  const begun = await service.rpc("upload.begin", { hash, bytes: bytes.length, name: "march.csv" });
  const { upload } = begun;
  if (begun.state === "open") {
    await service.rpc("upload.part", { upload, number: 0, base64: bytes.toString("base64") });
    await service.rpc("upload.end", { upload });
  }
  return upload;
}

function fill(value: unknown, known: Record<string, string>): unknown {
  if (typeof value === "string" && value.startsWith("$")) return known[value.slice(1)];
  if (Array.isArray(value)) return value.map((one) => fill(one, known));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, fill(member, known)]),
  );
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const SECRET = /cdrate_[\w-]{43}/g;
const LINKS = /"previous":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"/g;

/** Ids and secrets that are drawn become 1, 2, 3 … in the order in which they come first. */
function withoutChance(examples: Record<string, ExampleResult>): Record<string, ExampleResult> {
  const seen = new Map<string, string>();
  const text = JSON.stringify(examples).replace(UUID, (id) => {
    const number = String(seen.size + 1).padStart(12, "0");
    const known = seen.get(id) ?? `00000000-0000-4000-8000-${number}`;
    seen.set(id, known);
    return known;
  });
  // The hashes of the log of acts are over such ids.
  return JSON.parse(withoutSecrets(text).replace(LINKS, '"previous":"…","hash":"…"'));
}

/** Of each secret the id too, which is its hash. */
function withoutSecrets(text: string): string {
  const secrets = [...new Set(text.match(SECRET) ?? [])];
  return secrets.reduce((before, secret, at) => {
    const id = createHash("sha256").update(secret).digest("hex");
    const number = String(at + 1);
    return before
      .replaceAll(secret, `cdrate_${number.padStart(43, "0")}`)
      .replaceAll(id, number.padStart(64, "0"));
  }, text);
}

/** Every method's example with its params filled in and what it answered. */
export async function exampleResults(): Promise<Record<string, ExampleResult>> {
  let nowMs = NOW_MS;
  // A second between two calls, so that lists by time have one order.
  const tick = (): void => {
    nowMs += 1000;
  };
  const sources = sourceList.parse([{ name: "pbx", kind: "asterisk" }]);
  const follow = { kind: "follow", format: "asterisk-csv", source: "pbx" };
  const feeds = feedList.parse([{ name: "master", path: "/nowhere/Master.csv", ...follow }]);
  const folder = mkdtempSync(join(tmpdir(), "cdrate-examples-"));
  const billing = { name: "billing", kind: "files", folder, everySeconds: 3600 };
  const outputs = outputList.parse([billing]);
  // Where a report is read from goes by how far sums are made: here by no time at all.
  const sink = await startSmtpSink();
  const from = "cdrate@example.com";
  const mail = mailSettings.parse({ host: "127.0.0.1", port: sink.port, tls: "none", from });
  // A mail of which nobody knows is left by a server that ends in the middle.
  sink.manners.push({ at: "taken", does: "die" });
  const settings = { sources, feeds, outputs, mail, rollups: false };
  const service = await startTestService({ clock: () => nowMs, settings });
  try {
    const known = await knownIds(service, tick);
    const examples: Record<string, ExampleResult> = {};
    for (const { name, example } of METHODS) {
      tick();
      const params = fill(example, known) as Record<string, unknown>;
      examples[name] = { params, result: await service.rpc(name, params) };
      // Work in the background would answer now one thing and now another.
      const { job } = { ...(params as { job?: string }), ...(examples[name].result as object) };
      if (job === undefined) continue;
      await service.service.engine.rerates.settled(job);
      await service.service.engine.imports.settled(job);
      await service.service.engine.rollbacks.settled(job);
      await service.service.engine.rebuilds.settled(job);
      await service.service.engine.retentions.settled(job);
      await service.service.engine.maskings.settled(job);
    }
    return withoutChance(examples);
  } finally {
    await service.stop();
    await sink.stop();
    rmSync(folder, { recursive: true });
  }
}
