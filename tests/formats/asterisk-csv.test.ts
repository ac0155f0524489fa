// Lines of Master.csv and of cdr_custom files, from their bytes to the CDR.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { hasSameBilledFacts } from "../../src/cdr/billed-facts.ts";
import { columnsOfMapping } from "../../src/formats/asterisk/columns.ts";
import { ASTERISK_CSV, readAsteriskCsv } from "../../src/formats/asterisk/csv.ts";
import { readCsvLine } from "../../src/formats/asterisk/csv-line.ts";
import { type MediationResult, mediate } from "../../src/mediation/mediate.ts";
import { recordRulesOf, sourceSettings } from "../../src/mediation/source-settings.ts";

const NOW_MS = Date.parse("2026-07-10T00:00:00Z");

function read(line: string | Buffer, settings: Record<string, unknown> = {}): MediationResult {
  const source = sourceSettings.parse({ name: "pbx", ...settings });
  const body = typeof line === "string" ? Buffer.from(line) : line;
  const input = { body, query: "", contentType: null, rules: recordRulesOf(source) };
  const result = readAsteriskCsv(input, source.fieldMap);
  return result.ok
    ? mediate(result.raw, source, NOW_MS)
    : { ...result, field: "line", detail: result.detail };
}

function cdrOf(line: string | Buffer, settings: Record<string, unknown> = {}) {
  const result = read(line, settings);
  if (!result.ok) throw new Error(`${result.reason}: ${result.detail}`);
  return result.cdr;
}

const START = '"2026-03-02 10:00:00","2026-03-02 10:00:05","2026-03-02 10:01:40"';
/** The sixteen columns that cdr_csv always writes. */
function master(
  changes: { disposition?: string; ama?: string; times?: string; billsec?: string } = {},
) {
  const {
    disposition = "ANSWERED",
    ama = "DOCUMENTATION",
    times = START,
    billsec = "95",
  } = changes;
  return `"1001","201","34650123456","out","""Ann"" <201>","PJSIP/201-0000000a","PJSIP/trunk-0000000b","Dial","PJSIP/34650123456@trunk,60,gT",${times},100,${billsec},"${disposition}","${ama}"`;
}
const UNIQUE = '"1772445600.17"';

describe("Master.csv", () => {
  it("is read in each of its forms", () => {
    const own = [
      [master(), {}],
      [`${master()},${UNIQUE}`, { uniqueid: "1772445600.17" }],
      [`${master()},"gold"`, { userfield: "gold" }],
      [`${master()},${UNIQUE},"gold"`, { uniqueid: "1772445600.17", userfield: "gold" }],
      [`${master()},"","1772445600.16","17"`, { linkedid: "1772445600.16", sequence: "17" }],
      [
        `${master()},${UNIQUE},"gold","","1772445600.16","17"`,
        { uniqueid: "1772445600.17", userfield: "gold", linkedid: "1772445600.16", sequence: "17" },
      ],
    ] as const;
    for (const [line, extra] of own) {
      const cdr = cdrOf(`${line}\r\n`, { timeZone: "Europe/Madrid" });
      expect(cdr.primary).toMatchObject({
        originHost: "pbx",
        requestType: "*rated",
        account: "1001",
        subject: "1001",
        destination: "34650123456",
        callerNumber: "201",
        setupTime: { atMs: Date.parse("2026-03-02T09:00:00Z"), offsetMinutes: 60 },
        answerTime: { atMs: Date.parse("2026-03-02T09:00:05Z"), offsetMinutes: 60 },
        endTime: { atMs: Date.parse("2026-03-02T09:01:40Z"), offsetMinutes: 60 },
        usage: 95_000,
        disconnectCause: "ANSWERED",
      });
      expect(cdr.extra).toMatchObject({
        clid: '"Ann" <201>',
        lastdata: "PJSIP/34650123456@trunk,60,gT",
        duration: "100",
        ...extra,
      });
    }
  });

  it("has ids of UniqueID, destination channel and the instant of the start", () => {
    const line = `${master()},${UNIQUE},""`;
    const madrid = cdrOf(line, { timeZone: "Europe/Madrid" });
    expect(madrid.primary.originId).toBe(
      "1772445600.17|PJSIP/trunk-0000000b|2026-03-02T09:00:00.000Z",
    );
    // Another feed of the switch that says the same instant in UTC (`usegmtime`) has the same id.
    const utc = cdrOf(line.replaceAll('"2026-03-02 10:', '"2026-03-02 09:'));
    expect(utc.id).toBe(madrid.id);
    // Two switches have the same UniqueIDs.
    expect(cdrOf(line, { name: "other", timeZone: "Europe/Madrid" }).id).not.toBe(madrid.id);
    // A fork repeats the UniqueID towards another channel.
    const fork = line.replace("trunk-0000000b", "trunk-0000000c");
    expect(cdrOf(fork, { timeZone: "Europe/Madrid" }).id).not.toBe(madrid.id);
  });

  it("without a UniqueID has ids of channels, destination and start; without channels none", () => {
    expect(cdrOf(master()).primary.originId).toBe(
      "PJSIP/201-0000000a|PJSIP/trunk-0000000b|34650123456|2026-03-02T10:00:00.000Z",
    );
    const bare = master().replace('"PJSIP/201-0000000a"', '""');
    expect(read(bare)).toMatchObject({ ok: false, reason: "id-missing" });
  });

  it("of a mapping without both is told by its line and the number of it in its file", () => {
    const columns = ["accountcode", "src", "dst", "start", "answer", "end", "billsec"];
    const line = `"1001","201","34650123456",${START},95`;
    expect(read(line, { columns })).toMatchObject({ ok: false, reason: "id-missing" });
    const rules = recordRulesOf(sourceSettings.parse({ name: "pbx", columns }));
    expect(ASTERISK_CSV.lines?.areWithoutId?.(rules)).toBe(true);
    const idOf = (text: string, occurrence: number) => {
      const input = { body: Buffer.from(text), query: "", contentType: null, rules, occurrence };
      const result = readAsteriskCsv(input);
      if (!result.ok) throw new Error(result.detail);
      const mediated = mediate(result.raw, sourceSettings.parse({ name: "pbx" }), NOW_MS);
      if (!mediated.ok) throw new Error(mediated.detail);
      return mediated.cdr.primary.originId;
    };
    expect(idOf(line, 1)).toMatch(/^[0-9a-f]{64}\|1$/);
    expect(idOf(`${line}\r\n`, 1)).toBe(idOf(line, 1));
    expect(idOf(line, 2)).toBe(idOf(line, 1).replace(/1$/, "2"));
    expect(idOf(line.replace(",95", ",94"), 1)).not.toBe(idOf(line, 1));
    const withChannel = recordRulesOf(
      sourceSettings.parse({ name: "pbx", columns: [...columns, "channel"] }),
    );
    expect(ASTERISK_CSV.lines?.areWithoutId?.(withChannel)).toBe(false);
    expect(
      ASTERISK_CSV.lines?.areWithoutId?.(recordRulesOf(sourceSettings.parse({ name: "pbx" }))),
    ).toBe(false);
  });

  it("gives what describes a call other columns by the source's own map", () => {
    const fieldMap = {
      trunk: [{ from: "dstchannel", extract: { pattern: "^PJSIP/(tr)unk" } }],
      queue: ["dcontext"],
      duration: ["billsec"],
    };
    const { primary, contentHash } = cdrOf(master(), { fieldMap });
    expect(primary).toMatchObject({ trunk: "tr", queue: "out", usage: 95_000 });
    expect(contentHash).toBe(cdrOf(master()).contentHash);
  });

  it("under `sequence` has ids of UniqueID and Sequence, and is refused without one", () => {
    const line = `${master()},${UNIQUE},"","","1772445600.16","17"`;
    const identity = { identity: "sequence" };
    expect(cdrOf(line, identity).primary.originId).toBe("1772445600.17|17");
    expect(read(`${master()},${UNIQUE},""`, identity)).toMatchObject({
      ok: false,
      reason: "id-missing",
      detail: expect.stringContaining("sequence"),
    });
  });

  it("bills billsec whatever the disposition says, with a warning, or by the disposition", () => {
    const queue = master({ disposition: "NO ANSWER" });
    expect(cdrOf(queue)).toMatchObject({
      primary: { usage: 95_000, disconnectCause: "NO ANSWER" },
      warnings: ["billed-without-answer"],
    });
    const strict = cdrOf(queue, { answered: "disposition" });
    expect(strict).toMatchObject({ primary: { usage: 0 }, extra: { billsec: "95" } });
    expect(strict.warnings).toBeUndefined();
    expect(cdrOf(master()).warnings).toBeUndefined();
    const busy = master({
      disposition: "BUSY",
      times: START.replace(/,"[^,]*",/, ",,"),
      billsec: "0",
    });
    expect(cdrOf(busy).primary).toMatchObject({ usage: 0, disconnectCause: "BUSY" });
    expect(cdrOf(busy).primary.answerTime).toBeUndefined();
    expect(cdrOf(busy).warnings).toBeUndefined();
  });

  it("asks for no rating where the dialplan said OMIT", () => {
    expect(cdrOf(master({ ama: "OMIT" })).primary.requestType).toBe("*none");
    expect(cdrOf(master({ ama: "1" })).primary.requestType).toBe("*none");
    expect(cdrOf(master({ ama: "BILLING" })).primary.requestType).toBe("*rated");
  });

  it("counts seconds whatever unit the source's other records have", () => {
    expect(cdrOf(master(), { usageUnit: "ms" }).primary.usage).toBe(95_000);
  });

  it("is refused with the field, the line or the limit that is wrong", () => {
    expect(read(master({ billsec: '"from-gw"' }))).toMatchObject({
      ok: false,
      reason: "invalid-field",
      field: "usage",
      detail: expect.stringContaining("from-gw"),
    });
    expect(read(master({ billsec: "120" }))).toMatchObject({ reason: "usage-exceeds-times" });
    expect(read(master({ billsec: "-5" }))).toMatchObject({ reason: "negative-duration" });
    expect(read(`${master()},"open`)).toMatchObject({ reason: "broken-csv" });
    expect(read("\r\n")).toMatchObject({ reason: "not-a-cdr" });
    expect(read('"a","b"')).toMatchObject({
      reason: "not-a-cdr",
      detail: expect.stringContaining("2 columns"),
    });
    expect(read(`${master()}\n${master()}`)).toMatchObject({ ok: false, reason: "not-a-cdr" });
  });

  it("keeps a value that is not UTF-8 readable and exact", () => {
    const line = Buffer.from(master().replace("Ann", "J~rg"), "latin1");
    line[line.indexOf("~")] = 0xf6;
    const { extra } = cdrOf(line);
    expect(extra["clid"]).toBe('"J\ufffdrg" <201>');
    expect(extra["rawValues"]).toHaveProperty("clid");
  });

  it("takes the names of the source's fieldMap", () => {
    const line = `${master()},${UNIQUE},"gold"`;
    const cdr = cdrOf(line, { fieldMap: { account: ["userfield"], subject: ["dcontext"] } });
    expect(cdr.primary).toMatchObject({ account: "gold", subject: "out" });
    expect(cdr.extra["accountcode"]).toBe("1001");
  });
});

describe("cdr_custom", () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: a mapping of Asterisk.
  const MAPPING =
    "Own.csv => ${CSV_QUOTE(${CDR(uniqueid)})},${CSV_QUOTE(${CDR(accountcode)})},${CDR(dst)},${CDR(channel)},${CDR(dstchannel)},${CDR(start)},${CDR(answer)},${CDR(end)},${CDR(billsec,f)},${CDR(disposition)},${CSV_QUOTE(${CDR(carrier)})},${CHANNEL(linkedid)},fixed";
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the end of it.
  const LINE =
    '"1772445600.17","1001",34650123456,PJSIP/201-a,PJSIP/trunk-b,2026-03-02 10:00:00,2026-03-02 10:00:05,2026-03-02 10:01:40,94.6203,ANSWERED,"North",1772445600.16,fixed';

  it("has the columns of its mapping as it stands in the file", () => {
    expect(columnsOfMapping(MAPPING)).toEqual([
      "uniqueid",
      "accountcode",
      "dst",
      "channel",
      "dstchannel",
      "start",
      "answer",
      "end",
      "billsec",
      "disposition",
      "carrier",
      "linkedid",
      "column13",
    ]);
    const cdr = cdrOf(LINE, { columns: MAPPING });
    expect(cdr.primary).toMatchObject({ account: "1001", supplier: "North", usage: 94_620 });
    expect(cdr.callId).toBe("1772445600.16");
    expect(cdr.extra["column13"]).toBe("fixed");
  });

  it("is named by a list, and needs one where Asterisk does not write it by itself", () => {
    const columns = columnsOfMapping(MAPPING)?.map((name) => name.toUpperCase());
    expect(cdrOf(LINE, { columns })).toEqual(cdrOf(LINE, { columns: MAPPING }));
    expect(read(LINE)).toMatchObject({ ok: false, reason: "not-a-cdr" });
  });

  it("stands beside Master.csv in one source, and one call has one id and equal billed facts", () => {
    const custom = cdrOf(LINE.replace("94.6203", "95"), { columns: MAPPING });
    const line = `${master().replace("201-0000000a", "201-a").replace("trunk-0000000b", "trunk-b")},${UNIQUE},""`;
    const standard = cdrOf(line, { columns: MAPPING });
    expect(standard.id).toBe(custom.id);
    expect(standard.contentHash).not.toBe(custom.contentHash);
    expect(hasSameBilledFacts(standard, custom)).toBe(true);
    const longer = { ...custom, primary: { ...custom.primary, usage: 96_000 } };
    expect(hasSameBilledFacts(standard, longer)).toBe(false);
  });

  it("faults of the setting are named", () => {
    const faultOf = (columns: unknown) => {
      const parsed = sourceSettings.safeParse({ name: "pbx", columns });
      return parsed.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    };
    expect(faultOf("src,dst")).toEqual(["columns: Not a mapping of cdr_custom.conf."]);
    expect(faultOf(["src", "SRC"])).toEqual(["columns: The column src comes twice."]);
    expect(faultOf(MAPPING)).toBeUndefined();
  });

  it("without CSV_QUOTE is read where that can be told", () => {
    const line = master().replace('"""Ann"" <201>"', '""Ann" <201>"');
    expect(cdrOf(line).extra["clid"]).toBe('"Ann" <201>');
  });
});

describe("a line", () => {
  property.prop([fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 25 })])(
    "comes back field for field",
    (fields) => {
      const line = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(",");
      const starts = expect.any(Array);
      expect(readCsvLine(line)).toEqual({ fields, starts, oddQuotes: [] });
    },
  );

  property.prop([fc.string({ unit: fc.constantFrom('"', ",", "a", " ", "\n") })])(
    "of anything at all is read to its end or refused",
    (line) => {
      const read = readCsvLine(line);
      if (typeof read === "number") expect(line[read]).toBe('"');
      else expect(read.fields.join("").length).toBeLessThanOrEqual(line.length);
    },
  );

  it("by itself is a record, or goes on", () => {
    const rules = recordRulesOf(sourceSettings.parse({ name: "pbx" }));
    const isWhole = (line: string) => ASTERISK_CSV.lines?.isWhole(line, rules);
    expect(isWhole(`${master()},${UNIQUE},"gold"\n`)).toBe(true);
    expect(isWhole(`${master()},${UNIQUE},"go\n`)).toBe(false);
    expect(isWhole('ld"\n')).toBe(false);
  });
});

const FOLDER = "../shared/reference/asterisk";
if (!existsSync(FOLDER)) {
  process.stderr.write(`SKIPPED: ${FOLDER} is not there, so its files are not read.\n`);
}

describe.skipIf(!existsSync(FOLDER))("the files of real switches", () => {
  const files = existsSync(FOLDER)
    ? readdirSync(FOLDER).filter((name) => /^0.*\.csv$/.test(name))
    : [];

  it.each(files)("%s: every line is a CDR of its own, or says what is wrong with it", (name) => {
    const lines = readFileSync(`${FOLDER}/${name}`, "utf8").split("\n").filter(Boolean);
    const results = lines.map((line) => read(line, { timeZone: "Europe/Kyiv" }));
    const refused = results.filter((result) => !result.ok);
    // One row has text in billsec, and says so.
    expect(refused).toEqual(
      name.startsWith("05")
        ? [expect.objectContaining({ reason: "invalid-field", field: "usage" })]
        : [],
    );
    const cdrs = results.flatMap((result) => (result.ok ? [result.cdr] : []));
    expect(new Set(cdrs.map(({ id }) => id)).size).toBe(cdrs.length);
    for (const [index, { primary }] of cdrs.entries()) {
      const line = lines[index] ?? "";
      const billsec = /(\d+)"?,"(?:ANSWERED|NO ANSWER|BUSY|FAILED)"/.exec(line)?.[1];
      expect(primary.usage).toBe(Number(billsec) * 1000);
      const [, start] = /"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"/.exec(line) ?? [];
      const local =
        (primary.setupTime?.atMs ?? 0) + (primary.setupTime?.offsetMinutes ?? 0) * 60_000;
      expect(new Date(local).toISOString().slice(0, 19).replace("T", " ")).toBe(start);
      expect(primary.originHost).toBe("pbx");
    }
  });
});
