// Records of a Grandstream UCM and of the form with callId, from their bytes to the CDR.
import { existsSync, readFileSync } from "node:fs";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Format } from "../../src/formats/format.ts";
import { FORMATS } from "../../src/formats/formats.ts";
import { ucmPieces } from "../../src/formats/ucm/pieces.ts";
import { type MediationResult, mediate } from "../../src/mediation/mediate.ts";
import { recordRulesOf, sourceSettings } from "../../src/mediation/source-settings.ts";

const NOW_MS = Date.parse("2026-07-10T00:00:00Z");

function readAll(body: string | Buffer, settings: Record<string, unknown> = {}): MediationResult[] {
  const source = sourceSettings.parse({ name: "pbx", kind: "ucm", ...settings });
  return ucmPieces(Buffer.from(body)).map(({ bytes, format, fault }) => {
    if (fault !== undefined) return { ok: false, field: "body", ...fault };
    const { read } = FORMATS[format] as Format;
    const input = { body: bytes, query: "", contentType: null, rules: recordRulesOf(source) };
    const result = read(input, source.fieldMap);
    return result.ok ? mediate(result.raw, source, NOW_MS) : { ...result, field: "record" };
  });
}

function cdrsOf(body: string | Buffer, settings: Record<string, unknown> = {}) {
  return readAll(body, settings).map((result) => {
    if (!result.ok) throw new Error(`${result.reason}: ${result.detail}`);
    return result.cdr;
  });
}

function cdrOf(record: Record<string, unknown>, settings: Record<string, unknown> = {}) {
  const [cdr, more] = cdrsOf(JSON.stringify(record), settings);
  if (cdr === undefined || more !== undefined) throw new Error("one record is one CDR");
  return cdr;
}

function reasonOf(record: Record<string, unknown>, settings: Record<string, unknown> = {}) {
  const [result] = readAll(JSON.stringify(record), settings);
  return result?.ok === false ? result.reason : null;
}

/** An answered call of an extension over a trunk. */
const LEG = {
  AcctId: "71",
  accountcode: "",
  src: "201",
  dst: "34650123456",
  clid: '"Ann" <201>',
  channel: "PJSIP/201-00000001",
  dstchannel: "PJSIP/trunk_2-00000002",
  lastapp: "Dial",
  lastdata: "PJSIP/34650123456@trunk_2,60,i",
  start: "2026-03-02 10:00:00",
  answer: "2026-03-02 10:00:05",
  end: "2026-03-02 10:01:40",
  duration: "100",
  billsec: "95",
  disposition: "ANSWERED",
  amaflags: "DOCUMENTATION",
  uniqueid: "1772445600.17",
  userfield: "Outbound",
  channel_ext: "201",
  dstchannel_ext: "trunk_2",
  session: "1772445600000001-201",
  src_trunk_name: "",
  dst_trunk_name: "Carrier",
  sn: "35100PE5FE",
};

describe("a UCM's record", () => {
  it("is one leg of a call, with the times of the source's zone", () => {
    const cdr = cdrOf(LEG, { timeZone: "Europe/Madrid" });
    expect(cdr.primary).toMatchObject({
      originId: "71",
      originHost: "35100PE5FE",
      direction: "*out",
      account: "201",
      callerNumber: "201",
      destination: "34650123456",
      supplier: "Carrier",
      setupTime: { atMs: Date.parse("2026-03-02T09:00:00Z"), offsetMinutes: 60 },
      answerTime: { atMs: Date.parse("2026-03-02T09:00:05Z"), offsetMinutes: 60 },
      endTime: { atMs: Date.parse("2026-03-02T09:01:40Z"), offsetMinutes: 60 },
      usage: 95_000,
      disconnectCause: "ANSWERED",
    });
    expect(cdr.callId).toBe("1772445600000001-201");
    expect(cdr.leg).toBeUndefined();
    expect(cdr.primary).toMatchObject({
      callDirection: "outbound",
      trunk: "Carrier",
      callerName: "Ann",
      durationMs: 100_000,
    });
    expect(cdr.extra).toMatchObject({
      duration: "100",
      lastdata: "PJSIP/34650123456@trunk_2,60,i",
    });
  });

  it("goes the way that its user field or its trunks say", () => {
    const way = (changes: object) => {
      const { primary } = cdrOf({ ...LEG, userfield: "EXT", ...changes });
      return [primary.callDirection, primary.trunk ?? "", primary.direction, primary.account];
    };
    const extension = { dstchannel: "PJSIP/331-00000003", dstchannel_ext: "331", dst: "6400" };
    const noTrunk = { ...extension, dst_trunk_name: "" };
    const trunkIn = { channel: "PJSIP/trunk_1-00000003", channel_ext: "trunk_1", src: "34911" };
    expect(way({})).toEqual(["outbound", "Carrier", "*out", "201"]);
    expect(way({ dst_trunk_name: "" })).toEqual(["outbound", "trunk_2", "*out", "201"]);
    expect(way(noTrunk)).toEqual(["internal", "", "*in", "331"]);
    expect(way({ ...noTrunk, src_trunk_name: "Line" })).toEqual(["inbound", "Line", "*in", "331"]);
    expect(way({ ...noTrunk, ...trunkIn })).toEqual(["inbound", "trunk_1", "*in", "331"]);
    expect(way({ ...trunkIn, src_trunk_name: "Line" })).toEqual([
      "external",
      "Carrier",
      "*out",
      "Line",
    ]);
    expect(way({ ...noTrunk, userfield: "Inbound" })).toEqual(["inbound", "", "*in", "331"]);
    expect(way({ ...noTrunk, accountcode: "gold" })[3]).toBe("gold");
  });

  it("is billed by `ratedDirections` of the source", () => {
    const inbound = { ...LEG, userfield: "Inbound", dstchannel_ext: "331", dst_trunk_name: "" };
    const to = { ...inbound, dstchannel: "PJSIP/331-00000003", src_trunk_name: "Line" };
    expect(cdrOf(to).primary.direction).toBe("*in");
    expect(cdrOf(to, { ratedDirections: ["inbound"] }).primary.direction).toBe("*out");
    expect(cdrOf(LEG, { ratedDirections: ["inbound"] }).primary.direction).toBe("*in");
  });

  it("has the billed seconds as its usage, whatever the disposition says", () => {
    const rang = cdrOf({ ...LEG, billsec: "0", disposition: "NO ANSWER" });
    expect(rang.primary).toMatchObject({ usage: 0, disconnectCause: "NO ANSWER" });
    expect(rang.primary.answerTime).toBeUndefined();
    expect(rang.extra["answer"]).toBe(LEG.answer);
    const odd = { ...LEG, disposition: "NO_ANSWER" };
    expect(cdrOf(odd)).toMatchObject({
      primary: { usage: 95_000 },
      warnings: ["billed-without-answer"],
    });
    expect(cdrOf(odd, { answered: "disposition" }).primary).toMatchObject({ usage: 0 });
    expect(cdrOf(odd, { answered: "disposition" }).extra).toMatchObject({ billsec: "95" });
    expect(reasonOf({ ...LEG, billsec: "" })).toBe("invalid-field");
    expect(reasonOf({ ...LEG, billsec: "x" })).toBe("invalid-field");
    expect(reasonOf({ ...LEG, billsec: "99" })).toBe("usage-exceeds-times");
    expect(cdrOf({ ...LEG, billsec: 95, AcctId: 71 }).primary).toMatchObject({ usage: 95_000 });
  });

  it("is told from others by (sn, AcctId), else by what Asterisk's own records are", () => {
    const id = (changes: object, settings = {}) => cdrOf({ ...LEG, ...changes }, settings).id;
    const own = id({});
    expect(id({ src: "999", uniqueid: "1.1" })).toBe(own);
    expect(id({ AcctId: "72" })).not.toBe(own);
    expect(id({ sn: "other" })).not.toBe(own);
    expect(id({ sn: "" }, { host: "35100PE5FE" })).toBe(own);
    expect(cdrOf({ ...LEG, sn: undefined }).primary.originHost).toBe("pbx");
    const made = id({ AcctId: "" });
    expect(id({ AcctId: "", src: "999" })).toBe(made);
    expect(id({ AcctId: "", dstchannel: "PJSIP/trunk_2-00000003" })).not.toBe(made);
    expect(cdrOf({ ...LEG, AcctId: undefined, uniqueid: "" }).primary.originId).toBe(
      "PJSIP/201-00000001|PJSIP/trunk_2-00000002|34650123456|2026-03-02T10:00:00.000Z",
    );
    expect(reasonOf({ ...LEG, AcctId: "", start: "" })).toBe("id-missing");
    expect(reasonOf({ a: "1" })).toBe("not-a-cdr");
  });

  it("is not priced where the dialplan says so, or where it is a fork of another", () => {
    expect(cdrOf({ ...LEG, amaflags: "OMIT" }).primary.requestType).toBe("*none");
    expect(cdrOf({ ...LEG, lastapp: "ForkCDR" }).primary.requestType).toBe("*none");
  });

  it("names queue and agent, and takes the number that the device made of the caller's", () => {
    const changes = { action_type: "QUEUE[6500]", dstchannel_ext: "331", new_src: "34911" };
    const { primary, extra } = cdrOf({ ...LEG, ...changes });
    expect(primary).toMatchObject({ queue: "6500", agent: "331", callerNumber: "34911" });
    expect(extra["src"]).toBe("201");
  });

  it("may have fields of its own under other names, one of them for two", () => {
    const fieldMap = { account: ["src"], destination: ["dnid", "dst"] };
    const { primary } = cdrOf({ ...LEG, dnid: "777" }, { fieldMap });
    expect(primary).toMatchObject({ account: "201", callerNumber: "201", destination: "777" });
  });

  it("keeps bytes that are not UTF-8", () => {
    const body = Buffer.from(JSON.stringify({ ...LEG, caller_name: "J\u00fcrgen" }), "latin1");
    const [cdr] = cdrsOf(body);
    expect(cdr?.primary.callerName).toBe("J\ufffdrgen");
    expect(cdr?.extra).toMatchObject({ rawValues: { caller_name: "J%FCrgen" } });
  });
});

const FORM = {
  callId: "call-1",
  startTime: "2026-03-02T10:00:00+01:00",
  endTime: "2026-03-02T10:01:40+01:00",
  duration: 100,
  callerNumber: "201",
  calleeNumber: "+34650123456",
  disposition: "ANSWERED",
  recordingUrl: "https://pbx.example/1.wav",
};

describe("the form with callId", () => {
  it("is answered its duration before its end", () => {
    const cdr = cdrOf(FORM);
    expect(cdr.primary).toMatchObject({
      originId: "call-1",
      originHost: "pbx",
      destination: "+34650123456",
      callerNumber: "201",
      usage: 100_000,
      answerTime: { atMs: Date.parse("2026-03-02T09:00:00Z"), offsetMinutes: 60 },
    });
    expect(cdr.extra).toMatchObject({ recordingUrl: "https://pbx.example/1.wav" });
    const talked = cdrOf({ ...FORM, duration: "60" }).primary;
    expect(talked.answerTime?.atMs).toBe(Date.parse("2026-03-02T09:00:40Z"));
    expect(talked.usage).toBe(60_000);
    // A second more is the rounding of its times, and no answer is before the call.
    expect(cdrOf({ ...FORM, duration: 101 }).primary).toMatchObject({
      usage: 101_000,
      answerTime: { atMs: Date.parse("2026-03-02T09:00:00Z") },
    });
    expect(reasonOf({ ...FORM, duration: 102 })).toBe("usage-exceeds-times");
  });

  it.each(["NO_ANSWER", "NO ANSWER", "BUSY", "no-answer"])(
    "was talked on for 0 s when %s",
    (word) => {
      const { primary, extra } = cdrOf({ ...FORM, disposition: word });
      expect(primary).toMatchObject({ usage: 0, disconnectCause: word });
      expect(primary.answerTime).toBeUndefined();
      expect(extra["duration"]).toBe("100");
    },
  );

  it("is suspended without what its price needs", () => {
    expect(reasonOf({ ...FORM, duration: undefined })).toBe("invalid-field");
    expect(reasonOf({ ...FORM, disposition: undefined })).toBe("invalid-field");
    expect(reasonOf({ ...FORM, callId: "" })).not.toBeNull();
  });

  it("is of the account that the source's fieldMap names", () => {
    const { primary } = cdrOf(FORM, { fieldMap: { account: ["callerNumber"] } });
    expect(primary).toMatchObject({ account: "201", callerNumber: "201" });
  });
});

describe("bodies of several records", () => {
  const legs = [1, 2, 3].map((n) => ({ ...LEG, AcctId: String(n) }));
  const ids = (body: string | Buffer) => cdrsOf(body).map(({ primary }) => primary.originId);

  it("are lists, envelopes, one record behind the other", () => {
    const [one, two, three] = legs.map((leg) => JSON.stringify(leg));
    for (const body of [
      JSON.stringify(legs),
      JSON.stringify({ cdr: legs }),
      JSON.stringify({ cdr_root: legs }, null, 2),
      `\ufeff${one}\n${two}\r\n\0${three}\n`,
      `${one}${two}${three}`,
    ]) {
      expect(ids(body), body.slice(0, 40)).toEqual(["1", "2", "3"]);
    }
    expect(readAll("[]")).toEqual([]);
    expect(readAll('{"cdr_root":[]}')).toEqual([]);
    expect(readAll("[1]")).toMatchObject([{ ok: false, reason: "not-a-cdr" }]);
  });

  it("have parts that count, and a sum that does not", () => {
    const [one, two, three] = legs;
    const main = { ...LEG, AcctId: "9", disposition: "NO ANSWER" };
    const group = {
      cdr: "main_cdr",
      main_cdr: main,
      sub_cdr_1: one,
      sub_cdr_2: two,
      sub_cdr_3: null,
    };
    expect(ids(JSON.stringify({ cdr_root: [group, three] }))).toEqual(["1", "2", "3"]);
    const nested = { main_cdr: { ...main, sub_cdr_1: one }, sub_cdr_2: two };
    expect(ids(JSON.stringify({ cdr_root: [nested] }))).toEqual(["1", "2"]);
    expect(ids(JSON.stringify({ cdr_root: [{ main_cdr: main }] }))).toEqual(["9"]);
    const inEachOther = { main_cdr: { ...main, sub_cdr_1: { ...one, sub_cdr_2: two } } };
    expect(ids(JSON.stringify([inEachOther, { sub_cdr: [one, three] }]))).toEqual([
      ...["1", "2", "1", "3"],
    ]);
  });

  const element = (name: string, leg: object) =>
    `<${name}>${Object.entries(leg)
      .map(([key, value]) => `<${key}>${String(value).replaceAll("<", "&lt;")}</${key}>`)
      .join("")}</${name}>`;

  it("may be XML", () => {
    const [one, two, three] = legs.map((leg) => element("cdr", leg));
    expect(ids(`<?xml version="1.0"?>\n${one}`)).toEqual(["1"]);
    expect(ids(`<?xml version="1.0"?><cdr_root>${one}${two}${three}</cdr_root>`)).toEqual([
      "1",
      "2",
      "3",
    ]);
    expect(ids(`${one}\n${two}${three}\0`)).toEqual(["1", "2", "3"]);
    const group = `<group>${element("main_cdr", LEG)}${element("sub_cdr_1", legs[0] ?? {})}</group>`;
    expect(ids(`<cdr_root>${group}${two}</cdr_root>`)).toEqual(["1", "2"]);
    expect(cdrOf(LEG).primary).toEqual(cdrsOf(element("cdr", LEG))[0]?.primary);
    const info = "<device_info><model>UCM</model></device_info>";
    expect(ids(String(two).replace("</cdr>", `${info}</cdr>`))).toEqual(["2"]);
    expect(readAll(`${one}<cdr><AcctId>2</AcctId>`)).toMatchObject([
      { ok: true },
      { ok: false, reason: "broken-xml" },
    ]);
  });

  it("may be CSV, with a header of its own or the known one", () => {
    const names = Object.keys(LEG).reverse();
    const quoted = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
    const lines = legs.map((leg) => names.map((name) => quoted(leg[name as keyof typeof leg])));
    expect(ids([names, ...lines].join("\n"))).toEqual(["1", "2", "3"]);
    const known =
      '5,gold,201,34650123456,from,"Doe, Ann" <201>,SIP/201-1,SIP/trunk_1-2,Dial,SIP/1,60,,2026-03-02 10:00:00,2026-03-02 10:00:05,2026-03-02 10:01:40,100,95,ANSWERED,DOCUMENTATION,1.1,Outbound,201,trunk_1,s';
    const [cdr] = cdrsOf(`${known}\r\n`);
    expect(cdr?.primary).toMatchObject({ originId: "5", account: "gold", usage: 95_000 });
    expect(cdr?.extra).toMatchObject({ lastdata: "SIP/1,60,", clid: '"Doe, Ann" <201>' });
    expect(readAll("a,b,c\n")).toMatchObject([{ ok: false, reason: "not-a-cdr" }]);
    expect(readAll(known.replace("2026-03-02 10:00:00", "soon"))[0]).toMatchObject({ ok: false });
  });

  it("keep what is cut as a piece, and what is whole as records", () => {
    const text = JSON.stringify({ cdr_root: legs });
    const results = readAll(text.slice(0, -40));
    expect(results).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: false, reason: "broken-json" },
    ]);
    const pieces = ucmPieces(Buffer.from(text.slice(0, -40)));
    expect(pieces.at(-1)?.bytes.toString()).toBe(`${JSON.stringify(legs[2])}]}`.slice(0, -40));
    expect(readAll("}{")).toMatchObject([{ ok: false, reason: "not-a-cdr" }]);
    expect(readAll(`{"a":[1}`)).toMatchObject([{ ok: false, reason: "broken-json" }]);
  });

  it("are one piece when they have more records than a body may have", () => {
    const pieces = ucmPieces(Buffer.from(`[${"{},".repeat(10_001)}{}]`));
    expect(pieces).toMatchObject([{ fault: { reason: "over-limit" } }]);
  });

  it.each([
    ["lists", "[", "]"],
    ["objects", '{"cdr":', "}"],
    ["parts", '{"sub_cdr_1":', "}"],
    ["elements", "<cdr>", "</cdr>"],
  ])("are one piece when %s are nested too deep for a walk", (_, open, close) => {
    for (const depth of [1001, 200_000]) {
      const inner = open === "<cdr>" ? "<AcctId>1</AcctId>" : "[]";
      const body = Buffer.from(open.repeat(depth) + inner + close.repeat(depth));
      const pieces = ucmPieces(body);
      expect(pieces).toMatchObject([{ fault: { reason: "over-limit" } }]);
      expect(pieces[0]?.bytes.length).toBe(body.length);
    }
    const shallow = ucmPieces(Buffer.from(`${open.repeat(900)}{}${close.repeat(900)}`));
    expect(shallow).not.toMatchObject([{ fault: { reason: "over-limit" } }]);
    expect(shallow.length).toBeLessThan(5);
  });

  property.prop([fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), fc.nat()])(
    "lose no byte that is not a separator or an envelope",
    (garbage, cut) => {
      const whole = legs.map((leg) => JSON.stringify(leg)).join("\n");
      const body = Buffer.concat([Buffer.from(whole.slice(0, cut % whole.length)), ...garbage]);
      const kept = ucmPieces(body).reduce((sum, { bytes }) => sum + bytes.length, 0);
      const separators = body.filter((byte) => byte <= 0x20 || byte === 0x2c).length;
      expect(kept).toBeGreaterThanOrEqual(body.length - separators - 3);
    },
  );
});

const REFERENCE = "../shared/reference/other";
const isThere = existsSync(REFERENCE);
if (!isThere) process.stderr.write(`SKIPPED: ${REFERENCE} is not there.\n`);
const summary = (body: Buffer, settings: Record<string, unknown>) =>
  cdrsOf(body, settings).map(({ primary }) => [
    primary.originId,
    primary.setupTime?.atMs,
    primary.usage,
    primary.disconnectCause,
    primary.callDirection,
  ]);

describe.runIf(isThere)("real files of UCMs", () => {
  const file = (name: string) => readFileSync(`${REFERENCE}/${name}`);
  const athens = { timeZone: "Europe/Athens" };
  it("are read: records, ids, times in the source's zone, usage, outcome", () => {
    expect(summary(file("10-ucm-realtime-json-2026.json"), athens)).toEqual([
      ["3030", Date.parse("2026-01-26T10:07:08Z"), 0, "NO ANSWER", "inbound"],
    ]);
    const pulled = [
      ["62", Date.parse("2013-12-03T09:46:40Z"), 6_000, "ANSWERED", "internal"],
      ["63", Date.parse("2013-12-03T12:01:41Z"), 3_000, "ANSWERED", "internal"],
      ["64", Date.parse("2013-12-03T12:02:23Z"), 4_000, "ANSWERED", "internal"],
    ];
    expect(summary(file("11-ucm-cdrapi-2013.json"), athens)).toEqual(pulled);
    expect(summary(file("12-ucm-cdrapi-2013.csv"), athens)).toEqual(pulled.slice(0, 2));
    const [cdr] = cdrsOf(file("13-ucm-realtime-guide-example-2026.json"), athens);
    expect(cdr?.primary).toMatchObject({
      originId: "1738412400.1|SIP/trunk-00000002|2026-02-01T08:30:00.000Z",
      originHost: "pbx",
      account: "1001",
      destination: "9785551234",
      supplier: "OutboundTrunk",
      usage: 305_000,
      answerTime: { atMs: Date.parse("2026-02-01T08:30:05Z") },
    });
  });

  it("say the same as JSON and as CSV", () => {
    const [json] = cdrsOf(file("11-ucm-cdrapi-2013.json"));
    const [csv] = cdrsOf(file("12-ucm-cdrapi-2013.csv"));
    expect(csv?.primary).toEqual(json?.primary);
    expect(csv?.extra).toEqual(json?.extra);
  });
});
