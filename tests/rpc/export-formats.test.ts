// Goal: the same CDRs come out of each format, exact, with the header and the times that were asked for, and no
// cell that a spreadsheet would run. Method: calls with hostile texts over HTTP on both stores, each file read back
// by a reader of its own; the workbook by random texts and by a small sheet limit.
import fc from "fast-check";
import { readSheet } from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { StoredCdr } from "../../src/cdr/cdr.ts";
import { fileFormat } from "../../src/rpc/exports/formats.ts";
import { sheetFormat, workbookBytes } from "../../src/rpc/exports/workbook.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { STORES } from "../engine/rerate/test-engine.ts";
import { sampleCdr } from "../stores/contracts/sample-cdrs.ts";

const HOSTILE = [
  "=1+1",
  "+cmd|' /C calc'!A0",
  "-2+3",
  "@SUM(A1)",
  '<b>&amp;"x"',
  "NO",
  "007",
  "_x0041_",
];
const COLUMNS = ["originId", "callerName", "answerTime", "usage", "sellAmount"];
const JSON_TYPE = { "content-type": "application/json" };

async function bytesOf(chunks: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(parts);
}

describe.each(STORES)("formats of an export on $name", ({ url }) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ store: url() });
    for (const [index, callerName] of HOSTILE.entries()) {
      const answerTime = `2026-03-02T09:0${index}:00+05:30`;
      const call = { originId: `call-${index}`, account: "1001", destination: "34650123456" };
      await service.rpc("cdr.process", { cdr: { ...call, callerName, answerTime, usage: 95 } });
    }
  });
  afterAll(() => service.stop());

  const raw = async (params: object): Promise<Buffer> => {
    const body = JSON.stringify({ columns: COLUMNS, ...params });
    const answer = await fetch(`${service.url}/export`, {
      method: "POST",
      headers: JSON_TYPE,
      body,
    });
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  };
  const text = async (params: object) => (await raw(params)).toString("utf8");
  const fault = async (params: object) => {
    const { status, body } = await service.post("/export", JSON.stringify(params), JSON_TYPE);
    return [status, body.path];
  };

  it("records of JSON lines, JSON and YAML are the same, with amounts as their text", async () => {
    const lines = (await text({ format: "jsonl", trailer: false })).trim().split("\n");
    const records = lines.map((line) => JSON.parse(line));
    expect(records.map(({ callerName }) => callerName)).toEqual(HOSTILE);
    expect(records[0].sellAmount).toMatch(/^\d+\.\d+$/);
    expect(JSON.parse(await text({ format: "json" }))).toEqual(records);
    for (const version of ["1.1", "1.2"] as const) {
      expect(parse(await text({ format: "yaml" }), { version })).toEqual(records);
    }
    expect(await text({ format: "yaml" })).toMatch(/\n# end: calls=8\n$/);
    expect(await text({ format: "yaml", trailer: false })).not.toContain("#");
    const nothing = { filter: { accounts: ["nobody"] } };
    expect(JSON.parse(await text({ ...nothing, format: "json" }))).toEqual([]);
    expect(parse(await text({ ...nothing, format: "yaml" }))).toEqual([]);
    const whole = JSON.parse(await text({ format: "json", columns: undefined }));
    const { cdrs } = await service.rpc("cdr.find", {});
    expect(whole).toEqual(cdrs);
  });

  it("a table has its header or none, and no cell that a spreadsheet runs", async () => {
    const csv = await text({ format: "csv", header: false, trailer: false });
    expect(csv.split("\r\n")[0]).toBe(
      `call-0,'=1+1,2026-03-02T09:00:00.000+05:30,95,${await sell()}`,
    );
    const page = await text({ format: "html" });
    expect(page).toContain("<td>'=1+1</td>");
    expect(page).toContain("<td>&lt;b&gt;&amp;amp;&quot;x&quot;</td>");
    expect(page).toContain("<th>callerName</th>");
    expect(page).toMatch(/<p>calls=8<\/p>\n<\/body><\/html>\n$/);
    expect(page).not.toMatch(/<td>[=@]|<td>[+-]\D/);
    expect(await text({ format: "html", header: false, trailer: false })).not.toMatch(/<th>|<p>/);
  });

  const sell = async (): Promise<string> => {
    const { cdrs } = await service.rpc("cdr.find", { limit: 1 });
    return cdrs[0].rating.sell.amount;
  };

  it("a workbook has numbers as numbers and every text as a text", async () => {
    const bytes = await raw({ format: "xlsx" });
    const rows = await readSheet(bytes, "cdrs");
    expect(rows[0]).toEqual(COLUMNS);
    expect(rows.slice(1).map((row) => row[1])).toEqual(HOSTILE);
    expect(rows[1]?.slice(3)).toEqual([95, Number(await sell())]);
    const sums = await readSheet(bytes, "sums");
    expect(sums.at(-1)).toContain("calls=8");
    expect((await readSheet(await raw({ format: "xlsx", header: false }), "cdrs"))[0]?.[0]).toBe(
      "call-0",
    );
  });

  it("times are by the form and the zone", async () => {
    const first = async (times: string, timeZone = "Europe/Madrid") => {
      const asked = { format: "csv", columns: ["answerTime"], header: false, trailer: false };
      return (await text({ ...asked, times, timeZone })).split("\r\n")[0];
    };
    expect(await first("iso")).toBe("2026-03-02T09:00:00.000+05:30");
    expect(await first("iso-zone")).toBe("2026-03-02T04:30:00.000+01:00");
    expect(await first("dd/MM/yyyy HH:mm:ss")).toBe("02/03/2026 04:30:00");
    expect(await first("epoch")).toBe(String(Date.parse("2026-03-02T03:30:00Z") / 1000));
  });

  it("what cannot be is refused by its name", async () => {
    expect(await fault({ format: "xlsx", after: "0".repeat(40) })).toEqual([400, "after"]);
    expect(await fault({ format: "jsonl", times: "epoch" })).toEqual([400, "times"]);
    expect(await fault({ times: "d.M.yy" })).toEqual([400, "times"]);
    expect(await fault({ timeZone: "Mars/Base" })).toEqual([400, "timeZone"]);
    const { contentType, fileName } = await service.rpc("cdr.export", { format: "xlsx" });
    expect([contentType, fileName]).toEqual([
      expect.stringContaining("spreadsheetml"),
      "cdrs.xlsx",
    ]);
  });
});

const ASKED = {
  columns: ["callerName"],
  header: true,
  trailer: false,
  times: "iso",
  timeZone: "UTC",
} as const;
const named = (callerName: string): StoredCdr => {
  const cdr = sampleCdr("named");
  return { ...cdr, primary: { ...cdr.primary, callerName }, history: [] };
};
async function* textsOf(format: ReturnType<typeof sheetFormat>, cdrs: StoredCdr[]) {
  yield format.header;
  for (const cdr of cdrs) yield format.line(cdr);
  yield format.footer([], cdrs.length);
}

it("any text comes back from a workbook", async () => {
  // Without what XML cannot hold, and blanks at an end, which the reader leaves out.
  const anyText = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .filter((one) => one.trim() === one && !/\p{Cc}/u.test(one));
  await fc.assert(
    fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 20 }), async (texts) => {
      const bytes = await bytesOf(workbookBytes(textsOf(sheetFormat(ASKED), texts.map(named))));
      const rows = await readSheet(bytes, "cdrs", { trim: false });
      const read = rows.slice(1).map((row) => String(row[0]).replace(/_x005F_/g, "_"));
      expect(read).toEqual(texts);
    }),
    { numRuns: 30 },
  );
});

it("rows beyond a sheet come in the next one, each below its header", async () => {
  const cdrs = ["a", "b", "c", "d", "e"].map(named);
  const format = sheetFormat(ASKED, { sheetRows: 2 });
  const bytes = await bytesOf(workbookBytes(textsOf(format, cdrs)));
  for (const [sheet, names] of [
    ["cdrs", ["a", "b"]],
    ["cdrs 2", ["c", "d"]],
    ["cdrs 3", ["e"]],
  ] as const) {
    expect((await readSheet(bytes, sheet)).flat()).toEqual(["callerName", ...names]);
  }
});

it("a text that no cell takes is cut, and what XML cannot hold is written as spreadsheets do", () => {
  const line = (callerName: string) => sheetFormat(ASKED).line(named(callerName));
  expect(line("a\u0001b\ud800")).toContain(">a_x0001_b_xD800_<");
  expect(line("x".repeat(40_000))).toContain(`>${"x".repeat(32_766)}…<`);
});

it("a number with more digits than a spreadsheet keeps stays a text", () => {
  const cdr = named("long");
  const sell = { ...cdr.rating.sell, amount: "123456789012.12345" } as StoredCdr["rating"]["sell"];
  const asked = { ...ASKED, format: "xlsx", columns: ["sellAmount"] } as const;
  expect(fileFormat(asked).line({ ...cdr, rating: { ...cdr.rating, sell } })).toContain(
    ">123456789012.12345</t>",
  );
});
