// Goal: a file of any layout is previewed, then brought in as a batch whose every line is accounted for;
// the preview says what the run does; twice is duplicates only. Method: whole services over HTTP, on
// both stores, and the files of others where they are there.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeWorkbook } from "../engine/files/make-workbook.ts";
import { STORES } from "../engine/rerate/test-engine.ts";
import { ucmLeg } from "../feeds/ucm-legs.ts";
import { startTestService, type TestService } from "./test-service.ts";

const REFERENCE = fileURLToPath(new URL("../../../shared/reference/", import.meta.url));
if (!existsSync(REFERENCE)) {
  process.stderr.write(
    "SKIPPED: ../shared/reference is not there: only our own files are imported.\n",
  );
}

const CALLS = [
  ["Call ID", "B-Number", "Caller", "Start", "Talk", "Customer"],
  ["c1", "34650123456", "1001", "02/03/2026 09:00:00", "60", "1001"],
  ["c2", "34650123457", "1001", "02/03/2026 09:01:00", "61", "1001"],
  ["c3", "34650123457", "1001", "32/03/2026 09:01:00", "61", "1001"],
  ["c1", "34650123456", "1001", "02/03/2026 09:00:00", "60", "1001"],
  ["c2", "34650123457", "1001", "02/03/2026 09:01:00", "99", "1001"],
];
const MAP = {
  originId: "Call ID",
  destination: "B-Number",
  setupTime: "Start",
  usage: "Talk",
  account: "Customer",
};
const text = (sign: string) => `${CALLS.map((cells) => cells.join(sign)).join("\r\n")}\r\n`;

describe.each(STORES)("imports on $name", ({ url }) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ store: url() });
  });
  afterAll(() => service.stop());

  async function upload(bytes: Uint8Array, name = "calls.csv"): Promise<string> {
    const hash = createHash("sha256").update(bytes).digest("hex");
    const begun = await service.rpc("upload.begin", { hash, bytes: bytes.length, name });
    for (const number of begun.missing) {
      const part = Buffer.from(
        bytes.subarray(number * begun.partBytes, (number + 1) * begun.partBytes),
      );
      await service.rpc("upload.part", {
        upload: begun.upload,
        number,
        base64: part.toString("base64"),
      });
    }
    await service.rpc("upload.end", { upload: begun.upload });
    return begun.upload;
  }

  async function run(bytes: Uint8Array, params: Record<string, unknown>, name?: string) {
    const id = await upload(bytes, name);
    const { job, known } = await service.rpc("import.start", { upload: id, ...params });
    await service.service.engine.imports.settled(job);
    return { known, ...(await service.rpc("import.get", { job })) };
  }

  const asCsv = { format: "csv", dialect: { map: MAP, dateOrder: "dmy" } };

  it("the preview says what the run does, and every line is accounted for", async () => {
    const bytes = Buffer.from(text(";"));
    const planned = await run(bytes, { ...asCsv, batch: "march", dryRun: true });
    expect(planned).toMatchObject({
      state: "planned",
      batch: null,
      preview: {
        lines: 5,
        new: 2,
        changed: 1,
        same: 1,
        refused: 1,
        reasons: { "invalid-field": 1 },
      },
    });
    expect(planned.preview.rows[0]).toMatchObject({
      originId: "c1",
      account: "1001",
      usage: 60,
      setupTime: "2026-03-02T09:00:00.000Z",
      extra: { Caller: "1001" },
    });
    expect((await service.rpc("cdr.count", { filter: {} })).count).toBe(0);
    await service.rpc("import.start", { resume: planned.job });
    await service.service.engine.imports.settled(planned.job);
    const done = await service.rpc("import.get", { job: planned.job });
    expect(done).toMatchObject({
      state: "done",
      batch: "march",
      lines: 5,
      outcomes: { rated: 2, duplicate: 1, conflict: 1, suspended: 1 },
    });
    const reconciled = await service.rpc("batch.reconcile", { id: "march" });
    expect(reconciled).toMatchObject({
      ok: true,
      outcomes: { rated: 2, duplicate: 1, conflict: 1, suspended: 1 },
      sums: [{ calls: 2, seconds: 121 }],
      batch: {
        lines: 5,
        state: "done",
        firstCall: "2026-03-02T09:00:00.000Z",
        lastCall: "2026-03-02T09:01:00.000Z",
      },
    });
    const suspended = await service.rpc("suspense.find", { reasons: ["invalid-field"] });
    expect(suspended.records[0]).toMatchObject({ format: "csv", batchId: "march", batchLine: 3 });
    const { id } = suspended.records[0];
    await service.rpc("suspense.retry", { id, fields: { setupTime: "2026-03-02 09:05:00" } });
    expect(await service.rpc("batch.reconcile", { id: "march" })).toMatchObject({
      ok: true,
      outcomes: { rated: 3, duplicate: 1, conflict: 1 },
    });
  });

  it("the same file again is known, and its lines are duplicates; packed or a workbook too", async () => {
    const again = await run(Buffer.from(text(";")), { ...asCsv, batch: "march" });
    expect(again).toMatchObject({
      known: ["march"],
      batch: "march-2",
      outcomes: { duplicate: 4, conflict: 1 },
    });
    for (const bytes of [gzipSync(text("\t")), makeWorkbook({ Calls: CALLS })]) {
      const same = await run(bytes, { ...asCsv, batch: "other" });
      expect(same.outcomes).toEqual({ duplicate: 4, conflict: 1 });
    }
    const id = await upload(Buffer.from(text(";")));
    await expect(
      service.rpc("import.start", { upload: id, ...asCsv, once: true }),
    ).rejects.toMatchObject({ message: expect.stringContaining("imported before") });
  });

  it("what is in doubt is asked, and nothing is imported", async () => {
    const id = await upload(
      Buffer.from("uuid,dst,start,billsec\n1,34650123456,03/04/2026 10:00:00,60\n"),
    );
    await expect(service.rpc("import.start", { upload: id, format: "csv" })).rejects.toMatchObject({
      message: expect.stringContaining("dateOrder"),
    });
  });

  it("rows without an id are calls of their own, by their content and order", async () => {
    const row = "34650999999,2026-03-02 10:00:00,30,1001\n";
    const bytes = Buffer.from(
      `destination,start,billsec,account\n${row}${row}34650999998,2026-03-02 10:00:00,30,1001\n`,
    );
    const first = await run(bytes, { format: "csv", batch: "no-ids" });
    expect(first.outcomes).toEqual({ rated: 3 });
    expect((await run(bytes, { format: "csv", batch: "no-ids" })).outcomes).toEqual({
      duplicate: 3,
    });
  });

  it("failed calls of a flat file of OpenSIPS are calls that nobody answered", async () => {
    const bytes = Buffer.from(
      "INVITE,a1a1a1a1,t-1,call-1,200,OK,1564067520,2,1564067518,28,27531\nINVITE,b2b2b2b2,,call-2,503,Service Unavailable,1564067458\n",
    );
    const done = await run(bytes, { format: "opensips-flatstore", batch: "acc" });
    expect(done).toMatchObject({ lines: 2, preview: { new: 2, refused: 0 } });
    const { cdrs } = await service.rpc("cdr.find", { filter: { batchIds: ["acc"] } });
    const facts = cdrs.map((cdr: { primary: { usage: number }; rating: { reason?: string } }) => [
      cdr.primary.usage,
      cdr.rating.reason,
    ]);
    expect(facts).toEqual([
      [0, "unanswered"],
      [27.531, "number-not-matchable"],
    ]);
    // It began at `created`, and rang for `setuptime`.
    expect(cdrs[1].primary).toMatchObject({
      setupTime: "2019-07-25T15:11:58.000Z",
      answerTime: "2019-07-25T15:12:00.000Z",
    });
  });

  it("JSON, one object a line or in a list", async () => {
    const cdr = (originId: string) => ({
      originId,
      account: "1001",
      destination: "34650123456",
      answerTime: "2026-03-02T09:00:00Z",
      usage: 5,
    });
    const lines = `${JSON.stringify(cdr("j1"))}\n\n{broken\n${JSON.stringify(cdr("j2"))}\n`;
    expect(await run(Buffer.from(lines), { format: "jsonl", batch: "j" })).toMatchObject({
      outcomes: { rated: 2, suspended: 1 },
      preview: { new: 2, refused: 1, refusals: [{ line: 3, reason: "broken-json" }] },
    });
    const list = JSON.stringify([cdr("j1"), cdr("j3")]);
    expect((await run(Buffer.from(list), { format: "jsonl", batch: "l" })).outcomes).toEqual({
      duplicate: 1,
      rated: 1,
    });
  });

  it("what a UCM exports: JSON with the legs of calls, XML and CSV, each record once", async () => {
    const leg = (call: number, more: object = {}) => ({ ...ucmLeg(call), sn: undefined, ...more });
    const group = { main_cdr: leg(9, { AcctId: "main" }), sub_cdr_1: leg(2), sub_cdr_2: leg(3) };
    const calls = [leg(1), group, leg(4, { billsec: "soon" })];
    const text = JSON.stringify({ cdr_root: calls }, null, 1);
    const json = { format: "ucm-json", source: "ucm-1" };
    const first = await run(Buffer.from(`${text.slice(0, -3)},\n{"AcctId":"5"`), json);
    const lineOf = (end: number) => text.slice(0, end).split("\n").length;
    expect(first).toMatchObject({
      lines: 5,
      outcomes: { rated: 3, suspended: 2 },
      preview: {
        refusals: [
          { line: lineOf(text.indexOf('"AcctId": "4"')) - 1, reason: "invalid-field" },
          { line: lineOf(text.length), reason: "broken-json" },
        ],
      },
    });
    const xml = (call: number) =>
      `<cdr>${Object.entries(leg(call))
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `<${name}>${String(value).replaceAll("<", "&lt;")}</${name}>`)
        .join("")}</cdr>`;
    const asXml = Buffer.from(`<?xml version="1.0"?>\n<cdr_root>${xml(1)}${xml(6)}</cdr_root>`);
    const second = await run(asXml, { ...json, format: "ucm-xml" });
    expect(second.outcomes).toEqual({ duplicate: 1, rated: 1 });
    const names = Object.keys(ucmLeg(0)).filter((name) => name !== "sn");
    const line = (call: number) =>
      names.map((name) => `"${String(ucmLeg(call)[name]).replaceAll('"', '""')}"`).join(",");
    const csv = Buffer.from(`${names}\r\n${line(6)}\r\n${line(7)}\r\n`);
    const third = await run(csv, { ...json, format: "ucm-csv" });
    expect(third.outcomes).toEqual({ duplicate: 1, rated: 1 });
    const { count } = await service.rpc("cdr.count", { filter: { sources: ["ucm-1"] } });
    expect(count).toBe(5);
  });

  it("a run that ends in the middle goes on to the same batch, no line twice", async () => {
    const rows = Array.from(
      { length: 2600 },
      (_none, n) => `r${n},34650123456,2026-03-02 09:00:00,60,1001`,
    );
    const bytes = Buffer.from(`uuid,destination,start,billsec,account\n${rows.join("\n")}\n`);
    const id = await upload(bytes);
    const { job } = await service.rpc("import.start", {
      upload: id,
      format: "csv",
      batch: "broken",
    });
    await service.rpc("import.cancel", { job });
    const cancelled = await service.rpc("import.get", { job });
    expect(cancelled.state).toBe("cancelled");
    // The job as a crash leaves it: behind what is stored, running, of a process that is gone.
    const { store } = service.service.engine;
    const seen = await store.jobs.get(job);
    const run = { lines: 0, outcomes: {}, firstCallMs: null, lastCallMs: null };
    const isPreviewed = seen?.body["isPreviewed"] === true;
    const body = { ...seen?.body, run, owner: "gone", leaseUntilMs: 1 };
    const state = isPreviewed ? "running" : "planning";
    await store.jobs.update(
      { ...seen, state, version: (seen?.version ?? 0) + 1, body } as never,
      seen?.version ?? 0,
    );
    await service.rpc("import.start", { resume: job });
    await service.service.engine.imports.settled(job);
    expect(await service.rpc("import.get", { job })).toMatchObject({
      state: "done",
      batch: "broken",
      lines: 2600,
      outcomes: { rated: 2600 },
    });
    expect(await service.rpc("batch.reconcile", { id: "broken" })).toMatchObject({
      ok: true,
      outcomes: { rated: 2600 },
    });
  });

  it("is held against the number of records that its sender says", async () => {
    const row = (id: string) => `${id},34650123456,2026-03-02 09:00:00,60,1001\n`;
    const bytes = Buffer.from(
      `uuid,destination,start,billsec,account\n${row("e1")}${row("e2")}${row("e2")}`,
    );
    for (const [batch, expect_, complete] of [
      ["as-said", 3, true],
      ["one-less", 4, false],
      ["one-more", 2, false],
      ["nothing-said", null, null],
    ] as const) {
      const said = expect_ === null ? {} : { expect: expect_ };
      const { state, outcomes } = await run(bytes, { format: "csv", batch, ...said });
      expect([state, Object.keys(outcomes).includes("duplicate")]).toEqual(["done", true]);
      expect((await service.rpc("batch.get", { id: batch })).completeness).toEqual({
        ...{ complete, expected: expect_, sequence: null },
      });
      // What is missing is no fault of what came.
      expect((await service.rpc("batch.reconcile", { id: batch })).ok).toBe(true);
    }
  });

  it("a line of a million columns is refused with its size, and so is a header", async () => {
    const wide = (cell: string) => Array.from({ length: 1_000_000 }, () => cell).join(",");
    const rows = `uuid,destination,start,billsec\n${wide("1")}\nw1,34650123456,2026-03-02 09:00:00,5\n`;
    const done = await run(Buffer.from(rows), { format: "csv", batch: "wide" });
    expect(done).toMatchObject({ outcomes: { rated: 1, suspended: 1 }, preview: { refused: 1 } });
    expect(done.preview.refusals[0].detail).toBe(
      "Line 2, column 1: The record has over 262144 characters.",
    );
    for (const bytes of [`${wide("c")}\n${wide("1")}\n`, `${wide("c")}\n1,2,3\n`, wide("1")]) {
      const id = await upload(Buffer.from(bytes));
      await expect(service.rpc("import.start", { upload: id })).rejects.toMatchObject({
        message: "Line 1, column 1: The record has over 262144 characters.",
        data: { code: "too-large" },
      });
    }
    const names = Array.from({ length: 2001 }, (_none, index) => `c${index}`).join(",");
    const id = await upload(Buffer.from(`${names}\n${names}\n`));
    await expect(service.rpc("import.start", { upload: id })).rejects.toMatchObject({
      message: "Line 1, column 1: The record has 2001 cells; the limit is 2000.",
    });
  });

  describe.skipIf(!existsSync(REFERENCE))("files of others", () => {
    const file = (path: string) => readFileSync(join(REFERENCE, path));

    it.each([
      ["other/02-cdr-stats-import-2015.csv", { format: "cdr-stats-csv" }, { rated: 5 }],
      [
        "other/03-cdr-stats-import-legacy-2012.txt",
        {
          format: "cdr-stats-csv",
          dialect: {
            header: false,
            map: {
              caller_id_number: "1",
              caller_id_name: "2",
              destination_number: "3",
              duration: "4",
              billsec: "5",
              hangup_cause_id: "6",
              uuid: "7",
              start_uepoch: "8",
            },
          },
        },
        { rated: 20 },
      ],
      [
        "other/01-freeswitch-mod-cdr-csv-2020.csv",
        { format: "freeswitch-csv" },
        { rated: 2, unrated: 6, duplicate: 1, conflict: 1 },
      ],
      ["other/30-3cx-socket-line-2023.txt", { format: "3cx-csv" }, { rated: 1 }],
      ["other/20-yeastar-p-series-30012-msg-is-a-string.txt", { format: "yeastar" }, { rated: 1 }],
      ["other/21-yeastar-k2-newcdr-2019.json", { format: "yeastar" }, { rated: 1 }],
      ["other/22-yeastar-cloudpbx-newcdr-outbound-2019.json", { format: "yeastar" }, { rated: 1 }],
      ["other/10-ucm-realtime-json-2026.json", { format: "ucm-json" }, { unrated: 1 }],
      ["other/11-ucm-cdrapi-2013.json", { format: "ucm-json" }, { unrated: 3 }],
      // Two of the three before.
      ["other/12-ucm-cdrapi-2013.csv", { format: "ucm-csv" }, { duplicate: 2 }],
      ["other/13-ucm-realtime-guide-example-2026.json", { format: "ucm-json" }, { partial: 1 }],
      ["asterisk/02-cdr-csv-master-sip-fxs-2020.csv", { format: "asterisk-csv" }, { rated: 4 }],
    ])("%s", async (path, params, outcomes) => {
      const bytes = file(path);
      const first = await run(bytes, { ...params, batch: path });
      expect(first.outcomes).toEqual(outcomes);
      const { preview } = first;
      const told = {
        new: preview.new,
        same: preview.same,
        changed: preview.changed,
        refused: preview.refused,
      };
      const { duplicate = 0, conflict = 0, ...stored } = outcomes as Record<string, number>;
      expect(told).toEqual({
        new: Object.values(stored).reduce((sum, count) => sum + count, 0),
        same: duplicate,
        changed: conflict,
        refused: 0,
      });
      const again = (await run(bytes, { ...params, batch: path })).outcomes;
      expect(Object.keys(again).filter((outcome) => outcome !== "conflict")).toEqual(["duplicate"]);
      expect((await service.rpc("batch.reconcile", { id: first.batch })).ok).toBe(true);
    });
  });
});
