// Events of the Asterisk Manager Interface, from their bytes to the CDR.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { hasSameBilledFacts } from "../../src/cdr/billed-facts.ts";
import { readAsteriskAmi } from "../../src/formats/asterisk/ami-event.ts";
import { readAsteriskCsv } from "../../src/formats/asterisk/csv.ts";
import { type MediationResult, mediate } from "../../src/mediation/mediate.ts";
import { recordRulesOf, sourceSettings } from "../../src/mediation/source-settings.ts";
import { amiEvent, CALL, eventText } from "../feeds/ami/events.ts";

const NOW_MS = Date.parse("2026-07-10T00:00:00Z");

type Settings = Record<string, unknown>;

function read(event: string | Buffer, settings: Settings = {}, corrected?: Settings) {
  const source = sourceSettings.parse({ name: "pbx", ...settings });
  const body = typeof event === "string" ? Buffer.from(event) : event;
  const input = { body, query: "", contentType: null, rules: recordRulesOf(source) };
  return readAsteriskAmi(
    corrected === undefined ? input : { ...input, corrected: corrected as never },
    source.fieldMap,
  );
}

function mediated(event: string | Buffer, settings: Settings = {}): MediationResult {
  const result = read(event, settings);
  if (!result.ok) return { ...result, field: "event" };
  return mediate(result.raw, sourceSettings.parse({ name: "pbx", ...settings }), NOW_MS);
}

function cdrOf(event: string | Buffer, settings: Settings = {}) {
  const result = mediated(event, settings);
  if (!result.ok) throw new Error(`${result.reason}: ${result.detail}`);
  return result.cdr;
}

describe("an event Cdr", () => {
  it("is a CDR with every field that the manager sends", () => {
    const cdr = cdrOf(amiEvent({ mapped: { Department: "sales", LinkedID: "1772445600.16" } }), {
      timeZone: "Europe/Madrid",
    });
    expect(cdr.primary).toMatchObject({
      originHost: "pbx",
      originId: "1772445600.17|PJSIP/trunk-0000000b|2026-03-02T09:00:00.000Z",
      account: "1001",
      callerNumber: "201",
      destination: "34650123456",
      setupTime: { atMs: Date.parse("2026-03-02T09:00:00Z"), offsetMinutes: 60 },
      answerTime: { atMs: Date.parse("2026-03-02T09:00:05Z") },
      endTime: { atMs: Date.parse("2026-03-02T09:01:40Z") },
      usage: 95_000,
      disconnectCause: "ANSWERED",
    });
    expect(cdr.callId).toBe("1772445600.16");
    expect(cdr.extra).toEqual({
      dcontext: "out",
      clid: '"Ann" <201>',
      channel: "PJSIP/201-0000000a",
      dstchannel: "PJSIP/trunk-0000000b",
      lastapp: "Dial",
      lastdata: "PJSIP/34650123456@trunk,60,gT",
      duration: "100",
      amaflags: "DOCUMENTATION",
      uniqueid: "1772445600.17",
      userfield: "",
      department: "sales",
      linkedid: "1772445600.16",
    });
  });

  it("is the CDR that the line of Master.csv is: the same id and the same billed facts", () => {
    const line =
      '"1001","201","34650123456","out","""Ann"" <201>","PJSIP/201-0000000a","PJSIP/trunk-0000000b","Dial","PJSIP/34650123456@trunk,60,gT","2026-03-02 10:00:00","2026-03-02 10:00:05","2026-03-02 10:01:40",100,95,"ANSWERED","DOCUMENTATION","1772445600.17",""';
    const source = sourceSettings.parse({ name: "pbx" });
    const body = Buffer.from(line);
    const rules = recordRulesOf(source);
    const file = readAsteriskCsv({ body, query: "", contentType: null, rules });
    if (!file.ok) throw new Error(file.detail);
    const told = mediate(file.raw, source, NOW_MS);
    if (!told.ok) throw new Error(told.detail);
    const live = cdrOf(amiEvent({ mapped: { Sequence: "17" } }));
    expect(live.id).toBe(told.cdr.id);
    expect(hasSameBilledFacts(live, told.cdr)).toBe(true);
  });

  it("bills the exact seconds where they are mapped, and knows ids of Sequence", () => {
    const event = amiEvent({ mapped: { BillSecF: "95.505185", Sequence: "17" } });
    expect(cdrOf(event).primary.usage).toBe(95_505);
    expect(cdrOf(event, { identity: "sequence" }).primary.originId).toBe("1772445600.17|17");
    expect(read(amiEvent(), { identity: "sequence" })).toMatchObject({ reason: "id-missing" });
  });

  const microseconds = fc.integer({ min: 0, max: 91_999_999 });
  property.prop([microseconds, fc.integer({ min: -3, max: 3 })])(
    "with exact seconds is told again by whole ones that were cut, and by no others",
    (exact, more) => {
      const whole = Math.floor(exact / 1_000_000);
      fc.pre(whole + more >= 0);
      const seconds = `${whole}.${String(exact % 1_000_000).padStart(6, "0")}`;
      const billed = (BillableSeconds: number) => ({
        changes: { BillableSeconds: `${BillableSeconds}` },
      });
      const live = cdrOf(amiEvent({ ...billed(whole), mapped: { BillSecF: seconds } }));
      const cut = cdrOf(amiEvent(billed(whole + more)));
      const isNext = more === 1 && live.primary.usage === (whole + 1) * 1000;
      const isRounded = more === 1 && live.primary.usage % 1000 > 0;
      expect(hasSameBilledFacts(live, cut)).toBe(more === 0 || isNext || isRounded);
      expect(hasSameBilledFacts(cut, live)).toBe(hasSameBilledFacts(live, cut));
    },
  );

  it("whose exact seconds are not those that were cut is refused: somebody else wrote them", () => {
    for (const BillSecF of ["0", "94", "96.0"]) {
      expect(mediated(amiEvent({ mapped: { BillSecF } }))).toMatchObject({
        ok: false,
        reason: "invalid-field",
        detail: expect.stringContaining("but billsec is 95"),
      });
    }
  });

  it("leaves out what the manager says of its message, keeps SystemName, and lists what may repeat", () => {
    const head = "SequenceNumber: 155\r\nFile: cdr_manager.c\r\nLine: 309\r\nFunc: manager_log\r\n";
    const event = amiEvent({
      head: `Timestamp: 1772442100.5\r\n${head}SystemName: east\r\n`,
      mapped: { File: "of the call" },
      tail: "ChanVariable(PJSIP/1): a=b:c\r\nChanVariable(PJSIP/1): d=e\r\n",
    });
    const { extra } = cdrOf(event);
    expect(extra).toMatchObject({ systemname: "east", file: "of the call" });
    expect(extra["chanvariable(pjsip/1)"]).toEqual(["a=b:c", "d=e"]);
    for (const name of ["timestamp", "sequencenumber", "line", "func"]) {
      expect(extra).not.toHaveProperty(name);
    }
  });

  it("may end its lines in LF, leave out the blank behind a colon, and hold bytes that are not UTF-8", () => {
    expect(cdrOf(amiEvent().replaceAll("\r\n", "\n").replaceAll(": ", ":")).id).toBe(
      cdrOf(amiEvent()).id,
    );
    const [before = "", after = ""] = amiEvent({ changes: { CallerID: "|" } }).split("|");
    const latin = Buffer.concat([
      Buffer.from(before),
      Buffer.from([0x5a, 0xeb]),
      Buffer.from(after),
    ]);
    expect(cdrOf(latin).extra).toMatchObject({ clid: "Z\uFFFD", rawValues: { clid: "Z%EB" } });
    expect(cdrOf(amiEvent({ changes: { CallerID: '"Zoë \\"東\\"" <201>' } })).extra["clid"]).toBe(
      '"Zoë \\"東\\"" <201>',
    );
  });

  it("without its end has its last mapped field kept, but not used", () => {
    const whole = amiEvent({ mapped: { Carrier: "North", BillSecF: "95.5" } });
    expect(cdrOf(whole).warnings).toBeUndefined();
    const cut = cdrOf(whole.slice(0, -2));
    expect(cut).toMatchObject({ warnings: ["record-cut"], extra: { billsecf: "95.5" } });
    expect(cut.primary).toMatchObject({ usage: 95_000, supplier: "North" });
    // A standard field is never cut: they have no common buffer.
    expect(cdrOf(amiEvent().slice(0, -2)).warnings).toBeUndefined();
  });

  it("OMIT asks for no rating; an unreadable start is no time of now", () => {
    expect(cdrOf(amiEvent({ changes: { AMAFlags: "OMIT" } })).primary.requestType).toBe("*none");
    expect(mediated(amiEvent({ changes: { StartTime: "yesterday" } }))).toMatchObject({
      ok: false,
      reason: "invalid-field",
    });
  });
});

describe("a value with a line end in it", () => {
  const forged = (key: string, value: string) => amiEvent({ changes: { [key]: value } });

  it("that repeats a field of Asterisk, or a mapped one, is refused", () => {
    expect(read(forged("CallerID", '"x"\r\nBillableSeconds: 0'))).toMatchObject({
      reason: "injected-field",
      detail: expect.stringContaining("billsec"),
    });
    const mapped = { Department: "x\r\nCarrier: cheap", Carrier: "North" };
    expect(read(amiEvent({ mapped }))).toMatchObject({ reason: "injected-field" });
  });

  it("that adds a field among those of Asterisk, or one that is not mapped, is refused", () => {
    expect(read(forged("CallerID", '"x"\r\nBillSecF: 0'))).toMatchObject({
      reason: "injected-field",
      detail: expect.stringContaining("billsecf"),
    });
    const behind = forged("UserField", "x\nTenant: other");
    expect(read(behind).ok).toBe(true);
    expect(read(behind, { mapped: ["Sequence"] })).toMatchObject({ reason: "injected-field" });
    expect(read(amiEvent({ mapped: { Sequence: "1" } }), { mapped: ["SEQUENCE"] }).ok).toBe(true);
    expect(read(forged("LastData", "x\r\nno colon here"))).toMatchObject({
      reason: "injected-field",
    });
  });

  it("that ends the event is refused, for what is missing", () => {
    const event = forged("CallerID", '"x"\r\n\r\nEvent: Cdr').split("Event: Cdr");
    expect(read(`Event: Cdr${event[1]}`)).toMatchObject({
      reason: "broken-ami",
      detail: expect.stringContaining("channel"),
    });
  });

  it("is left out at a retry with corrected fields", () => {
    const event = forged("CallerID", '"x"\r\nBillableSeconds: 0');
    const result = read(event, {}, { usage: "95s" });
    expect(result).toMatchObject({
      ok: true,
      raw: { primary: { account: "1001" }, partial: { reason: "injected-field" } },
    });
    if (result.ok) expect(result.raw.primary).not.toHaveProperty("usage");
  });

  const standard = fc.constantFrom(...Object.keys(CALL));
  property.prop([standard, standard, fc.stringMatching(/^[ -~]{0,20}$/)])(
    "is never believed, whichever field it is in and whichever it forges",
    (inside, forgedKey, text) => {
      const value = `${text}\r\n${forgedKey}: 1`;
      expect(read(forged(inside, value))).toMatchObject({ ok: false });
    },
  );
});

it("other messages, and bytes that are none, are no CDR", () => {
  for (const text of [
    "",
    "\r\n",
    "Event: Hangup\r\n\r\n",
    "Response: Success\r\n\r\n",
    "\0\xFF{",
  ]) {
    expect(read(text)).toMatchObject({ ok: false, reason: "not-a-cdr" });
  }
  expect(read(eventText({ Event: "Cdr" }))).toMatchObject({ ok: false, reason: "broken-ami" });
  expect(read(Buffer.alloc(70_000, 0xff))).toMatchObject({ ok: false, reason: "over-limit" });
});
