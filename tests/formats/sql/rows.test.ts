// A row of a table, as it is kept in suspense and read again: by a ready map, and by one of the settings.
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../../src/formats/formats.ts";
import { rowBytes } from "../../../src/formats/sql/columns.ts";
import { compileMap } from "../../../src/formats/sql/map.ts";
import { ownRowBytes } from "../../../src/formats/sql/own-row.ts";
import { decodeRecord } from "../../../src/formats/utf8-text.ts";
import { mediate } from "../../../src/mediation/mediate.ts";
import { recordRulesOf, sourceSettings } from "../../../src/mediation/source-settings.ts";

const NOW_MS = Date.parse("2026-03-03T00:00:00Z");

/** Of a row whose bytes are given, the CDR or the refusal. */
function readBytes(format: string, body: Uint8Array, source: Record<string, unknown> = {}) {
  const own = sourceSettings.parse({ name: "pbx", ...source });
  const input = { body, query: "", contentType: null, rules: recordRulesOf(own) };
  const read = FORMATS[format]?.read(input, own.fieldMap);
  if (read === undefined) throw new Error(`no format ${format}`);
  if (!read.ok) return read;
  return mediate(read.raw, own, NOW_MS);
}

function readRow(
  format: string,
  row: Record<string, string>,
  source: Record<string, unknown> = {},
) {
  return readBytes(format, rowBytes(new Map(Object.entries(row))), source);
}

describe("a row of Asterisk", () => {
  const row = {
    calldate: "2026-03-02 10:00:00",
    source: "201",
    destination: "34650123456",
    DstChannel: "PJSIP/trunk-1",
    uniqueid: "1772445600.1",
    billsec: "60.25",
    disposition: "ANSWERED",
    accountcode: "1001",
    did: "911",
  };
  it("has the id that its file has, whatever its columns are called", () => {
    expect(readRow("asterisk-cdr", row)).toMatchObject({
      ok: true,
      cdr: {
        primary: {
          originId: "1772445600.1|PJSIP/trunk-1|2026-03-02T10:00:00.000Z",
          originHost: "pbx",
          callerNumber: "201",
          destination: "34650123456",
          usage: 60_250,
        },
        extra: { did: "911", uniqueid: "1772445600.1" },
      },
    });
  });
  it("without what its id is made of is refused", () => {
    const { uniqueid: _none, DstChannel: _gone, ...rest } = row;
    expect(readRow("asterisk-cdr", rest)).toMatchObject({ ok: false, reason: "id-missing" });
    expect(readRow("asterisk-cdr", row, { identity: "sequence" })).toMatchObject({
      reason: "id-missing",
    });
  });
});

describe("a row by a map", () => {
  const row = {
    uuid: "u-1",
    billsec: "60",
    start_stamp: "2026-03-02 10:00:00",
    account_code: "7",
    x: "y",
  };
  it("columns that are a field are no extra field; those of the source's fieldMap come first", () => {
    const read = readRow("freeswitch-cdr", row, { fieldMap: { account: ["x"] } });
    expect(read).toMatchObject({ ok: true, cdr: { primary: { account: "y", usage: 60_000 } } });
    if (read.ok && "cdr" in read)
      expect(read.cdr.extra).toEqual({ billsec: "60", account_code: "7" });
  });
  it("bytes that are no UTF-8 are kept exactly", () => {
    const text = decodeRecord(Buffer.from("Zo\xeb", "latin1"));
    const read = readRow("freeswitch-cdr", { ...row, x: text ?? "" });
    expect(read).toMatchObject({ cdr: { extra: { x: "Zo\ufffd", rawValues: { x: "Zo%EB" } } } });
  });
  it.each([
    ["{}", "not-a-cdr"],
    ["[1]", "not-a-cdr"],
    ["{", "broken-json"],
    ['{"billsec":"1"}', "id-missing"],
  ])("%s is refused: %s", (text, reason) => {
    for (const format of ["freeswitch-cdr", "asterisk-cdr", "sql-row"]) {
      const own = format === "sql-row" && reason === "id-missing" ? `{"fields":${text}}` : text;
      expect(readBytes(format, Buffer.from(own))).toMatchObject({ ok: false, reason });
    }
  });
});

describe("a row by a map of the settings", () => {
  it("is read again without the map", () => {
    const map = compileMap({
      originId: "concat(a, '/', b)",
      usage: "seconds(len)",
      account: "who",
      leg: "'b'",
      callId: "a",
    });
    const columns = new Map([
      ["a", "1"],
      ["b", "2"],
      ["len", "3"],
      ["who", "1001"],
      ["source", "s"],
    ]);
    const read = readBytes("sql-row", ownRowBytes(map, new Map([...columns, ["setupTime", "x"]])));
    expect(read).toMatchObject({ ok: false, reason: "time-missing" });
    const timed = compileMap({ ...{ originId: "a", usage: "'0s'" } });
    expect(readBytes("sql-row", ownRowBytes(timed, columns))).toMatchObject({
      ok: true,
      cdr: {
        primary: { originId: "1", originHost: "pbx", source: "" },
        extra: { source: "s", who: "1001" },
      },
    });
    const whole = readBytes(
      "sql-row",
      ownRowBytes(compileMap({ originId: "a", usage: "'0s'", leg: "'b'", callId: "b" }), columns),
    );
    expect(whole).toMatchObject({ ok: true, cdr: { leg: "b", callId: "2", billedSides: "none" } });
  });
});
