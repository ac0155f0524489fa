// Goal: what describes a call is read from every format, changes no identity and no hash, and refuses
// no record. Method: records of each format against the hashes that the build before these fields gave.
import { describe, expect, it } from "vitest";
import { readAsteriskCsv } from "../../../src/formats/asterisk/csv.ts";
import { readCdrObject } from "../../../src/formats/cdr-object.ts";
import { readCgrForm } from "../../../src/formats/cgr-form.ts";
import type { FormatResult } from "../../../src/formats/format.ts";
import { readFreeswitchJson } from "../../../src/formats/freeswitch/json.ts";
import { contentHashOf, factsHashOf } from "../../../src/mediation/content-hash.ts";
import { mediate } from "../../../src/mediation/mediate.ts";
import { recordRulesOf, sourceSettings } from "../../../src/mediation/source-settings.ts";

const NOW_MS = Date.parse("2026-07-10T00:00:00Z");

function inputOf(text: string, settings: Record<string, unknown> = {}) {
  const source = sourceSettings.parse({ name: "pbx", ...settings });
  const rules = recordRulesOf(source);
  return { body: Buffer.from(text), query: "", contentType: null, rules };
}

function cdrOf(read: FormatResult, settings: Record<string, unknown> = {}) {
  if (!read.ok) throw new Error(read.detail);
  const result = mediate(read.raw, sourceSettings.parse({ name: "pbx", ...settings }), NOW_MS);
  if (!result.ok) throw new Error(result.detail);
  return { ...result, raw: read.raw };
}

const FORM =
  "accid=c1&cdrhost=h&account=1001&destination=442079460000&answer_time=2026-05-01T10:00:00Z&billsec=60&duration=75&callDirection=Inbound&callerName=Ann&callerNumber=201&queue=sales&agent=anna&trunk=telekom";
const LINE =
  '"1001","201","34650123456","out","""Ann"" <201>","PJSIP/201-0000000a","PJSIP/trunk-0000000b","Queue","sales,t","2026-03-02 10:00:00","2026-03-02 10:00:05","2026-03-02 10:01:40",100,95,"ANSWERED","DOCUMENTATION","1772445600.17"';
const DOCUMENT = JSON.stringify({
  variables: {
    uuid: "f1",
    direction: "inbound",
    start_epoch: "1772445600",
    answer_epoch: "1772445605",
    end_epoch: "1772445700",
    billsec: "95",
    duration: "100",
    uduration: "100400000",
    cc_queue: "sales@default",
    cc_agent: "anna",
    sip_gateway_name: "telekom",
    accountcode: "1001",
    dialed_extension: "442079460000",
  },
  callflow: [{ caller_profile: { caller_id_name: "Ann", caller_id_number: "201" } }],
});
const OBJECT = {
  originId: "o",
  account: "a",
  destination: "44",
  usage: 5,
  answerTime: "2026-05-01T10:00:00Z",
  queue: "q",
  duration: 7,
  agent: { a: 1 },
};

/** The hashes are those of the build before: of the content as sent, and of the facts. */
const RECORDS = [
  {
    format: "a form",
    read: () => readCgrForm(inputOf(FORM)),
    content: "d6725b7cbbbd2d10328b023f72a04d7440e187ef9b3e49467e07617624e04f2d",
    facts: "0336345da14b40b2f06580a9aecda1b24d07613bc6d2004d08ffc80fca48a4ac",
    described: {
      callDirection: "inbound",
      callerName: "Ann",
      callerNumber: "201",
      queue: "sales",
      agent: "anna",
      trunk: "telekom",
      durationMs: 75_000,
    },
  },
  {
    format: "a line of Master.csv",
    read: () => readAsteriskCsv(inputOf(LINE)),
    content: "e9df4e1cf80890261bfd28ec27fb3784633c4b71004acfc5ce537c61effb36b7",
    facts: "dde6ed681f61bd100c5c270bca3758b900d6be23b23c7dcb6db42ea82cacc09a",
    described: {
      callDirection: "outbound",
      callerName: "Ann",
      callerNumber: "201",
      queue: "sales",
      trunk: "trunk",
      durationMs: 100_000,
    },
  },
  {
    format: "a document of FreeSWITCH",
    read: () => readFreeswitchJson(inputOf(DOCUMENT)),
    content: "886193b688c0c682b553ee0d296d4f43e4158320622b2d79a53d8daf01651a49",
    facts: "e2ae8de34ac1c8acbdda28d206ed68d590ae56260f52f29f6f569f40d2f04f2a",
    described: {
      callerName: "Ann",
      callerNumber: "201",
      queue: "sales@default",
      agent: "anna",
      trunk: "telekom",
      durationMs: 100_400,
    },
  },
  {
    format: "an object",
    read: () => readCdrObject(OBJECT),
    content: "b209691e64759cfaeb3863619520694f72284c79f03020b16271403a27601869",
    facts: "ffb3440e582cd6c1870bf11893d59f78a8c3533e95cb1eea8816bc1724ee6712",
    described: { queue: "q", durationMs: 7_000 },
  },
];

const NAMES = ["callDirection", "callerName", "callerNumber", "queue", "agent", "trunk"] as const;

describe.each(RECORDS)("$format", ({ read, content, facts, described }) => {
  it("describes its call", () => {
    const { primary } = cdrOf(read()).cdr;
    const found = [...NAMES, "durationMs" as const].flatMap((name) =>
      primary[name] === undefined ? [] : [[name, primary[name]]],
    );
    expect(Object.fromEntries(found)).toEqual(described);
  });

  it("has the hashes that it had before it was read for that", () => {
    const { cdr, raw } = cdrOf(read());
    expect(contentHashOf(raw)).toBe(content);
    expect(cdr.contentHash).toBe(content);
    expect(factsHashOf(cdr)).toBe(facts);
    const ruled = [{ callDirection: "external", when: { account: "." } }];
    const other = cdrOf(read(), { directions: ruled }).cdr;
    expect(other.primary.callDirection).toBe("external");
    expect([other.id, other.contentHash, factsHashOf(other)]).toEqual([cdr.id, content, facts]);
  });
});

describe("what describes a call", () => {
  it("stays the extra field that it is", () => {
    expect(cdrOf(readCgrForm(inputOf(FORM))).cdr.extra).toEqual({
      duration: "75",
      callDirection: "Inbound",
      callerName: "Ann",
      queue: "sales",
      agent: "anna",
      trunk: "telekom",
    });
  });

  it("is kept where the source keeps no such extra field", () => {
    const { cdr } = cdrOf(readCgrForm(inputOf(FORM)), { extraFields: [] });
    expect(cdr.extra).toEqual({});
    expect(cdr.primary).toMatchObject({ queue: "sales", durationMs: 75_000 });
  });

  it("is no reason to refuse a record: what cannot be read is an extra field and a warning", () => {
    const odd = {
      callDirection: "sideways",
      callerName: ["Ann"],
      trunk: "t".repeat(1025),
      billsec: 5,
      duration: "-7",
    };
    const { cdr, warnings } = cdrOf(readCdrObject({ ...OBJECT, usage: null, ...odd }));
    expect(cdr.primary).toMatchObject({ queue: "q", usage: 5_000 });
    for (const name of ["callDirection", "callerName", "trunk", "agent", "durationMs"]) {
      expect(cdr.primary).not.toHaveProperty(name);
    }
    const { billsec: _usage, ...kept } = odd;
    expect(cdr.extra).toMatchObject(kept);
    expect(warnings.map((text) => text.split(" ", 1)[0])).toEqual([
      "callerName",
      "agent",
      "trunk",
      "callDirection",
      "duration",
    ]);
  });

  it("has no duration where that is the usage, and counts it as the usage is counted", () => {
    const { usage: _usage, ...rest } = OBJECT;
    const alone = cdrOf(readCdrObject(rest)).cdr.primary;
    expect(alone.usage).toBe(7_000);
    expect(alone).not.toHaveProperty("durationMs");
    const unit = { usageUnit: "ms" };
    expect(cdrOf(readCdrObject(OBJECT), unit).cdr.primary.durationMs).toBe(7);
    // Asterisk counts seconds whatever the source's other records do.
    expect(cdrOf(readAsteriskCsv(inputOf(LINE)), unit).cdr.primary.durationMs).toBe(100_000);
  });

  it("is read from other fields by the source's own map, in parts too", () => {
    const fieldMap = {
      queue: ["cc_name", "queue"],
      trunk: [{ from: "gateway", extract: { pattern: "^sip:([a-z]+)" } }],
      duration: ["total"],
      agent: ["account"],
    };
    const sent = { ...OBJECT, cc_name: "support", gateway: "sip:north@x", total: "1m" };
    const { raw, cdr } = cdrOf(
      readCdrObject(sent, sourceSettings.parse({ name: "x", fieldMap }).fieldMap),
    );
    expect(cdr.primary).toMatchObject({
      queue: "support",
      trunk: "north",
      durationMs: 60_000,
      agent: "a",
      account: "a",
    });
    expect(raw.extra).toMatchObject({ queue: "q", cc_name: "support", gateway: "sip:north@x" });
    const withoutMap = cdrOf(readCdrObject(sent));
    expect(contentHashOf(raw)).toBe(contentHashOf(withoutMap.raw));
  });
});
