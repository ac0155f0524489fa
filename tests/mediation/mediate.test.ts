import { createHash } from "node:crypto";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/cdr/json.ts";
import { readCdrObject } from "../../src/formats/cdr-object.ts";
import { readFreeswitchJson } from "../../src/formats/freeswitch/json.ts";
import { mediate } from "../../src/mediation/mediate.ts";
import { type SourceSettings, sourceSettings } from "../../src/mediation/source-settings.ts";
import { sampleFreeswitchCdr } from "../formats/freeswitch-sample.ts";
import { hasReference, referencePayloads } from "../formats/reference-files.ts";

const NOW = Date.UTC(2026, 5, 1);
const TIME = "2026-05-01T10:00:00Z";
const TIME_MS = Date.UTC(2026, 4, 1, 10);

function source(settings: object = {}): SourceSettings {
  return sourceSettings.parse({ name: "test", ...settings });
}

function mediated(fields: JsonObject, settings: object = {}) {
  const answer = readCdrObject(fields);
  if (!answer.ok) {
    throw new Error(answer.reason);
  }
  return mediate(answer.raw, source(settings), NOW);
}

function cdr(fields: JsonObject, settings: object = {}) {
  const answer = mediated({ accid: "1", ...fields }, settings);
  if (!answer.ok) {
    throw new Error(answer.detail);
  }
  return answer.cdr;
}

function fault(fields: JsonObject): [string, string] {
  const answer = mediated({ accid: "1", ...fields });
  return answer.ok ? ["ok", ""] : [answer.reason, answer.field];
}

function switchCdr(body: Uint8Array, settings: object = {}) {
  const answer = readFreeswitchJson({ body, query: "", contentType: null });
  const result = answer.ok ? mediate(answer.raw, source(settings), NOW) : answer;
  if (!result.ok) {
    throw new Error(result.detail);
  }
  return result.cdr;
}

describe("identity and content", () => {
  it("makes CGRateS's id", () => {
    expect(cdr({ accid: "call-1", cdrhost: "192.168.1.1" }).id).toBe(
      "3afc8453494392ca9a43287eafa4458cfe5d74bd",
    );
    expect(cdr({ accid: "x" }).id).toBe(createHash("sha1").update("x").digest("hex"));
  });

  it("hashes what was sent, whatever its order and the settings of the source", () => {
    const hash = cdr({ usage: "10", setup_time: TIME, a: 1, b: { c: 1, d: 2 } }).contentHash;
    expect(cdr({ b: { d: 2, c: 1 }, a: 1, setup_time: TIME, usage: "10" }).contentHash).toBe(hash);
    expect(
      cdr({ usage: "10", setup_time: TIME, a: 1, b: { c: 1, d: 2 } }, { extraFields: [] })
        .contentHash,
    ).toBe(hash);
    expect(cdr({ usage: "10", setup_time: TIME, a: 1, b: { c: 1, d: 3 } }).contentHash).not.toBe(
      hash,
    );
    expect(cdr({ usage: "10s", setup_time: TIME, a: 1, b: { c: 1, d: 2 } }).contentHash).not.toBe(
      hash,
    );
  });
});

describe("defaults", () => {
  it("are CGRateS's", () => {
    expect(cdr({ account: "1001" }).primary).toEqual({
      originId: "1",
      originHost: "",
      source: "",
      requestType: "*rated",
      direction: "*out",
      tenant: "cgrates.org",
      category: "call",
      tor: "*voice",
      account: "1001",
      subject: "1001",
      destination: "",
      usage: 0,
    });
  });

  it("read rated, none and tor=call as their starred words, and nothing else", () => {
    expect(cdr({ reqtype: "none" }).primary.requestType).toBe("*none");
    expect(cdr({ reqtype: "rated", tor: "call" }).primary).toMatchObject({
      requestType: "*rated",
      tor: "*voice",
    });
    expect(cdr({ reqtype: "prepaid", tor: "*odd" }).primary).toMatchObject({
      requestType: "prepaid",
      tor: "*odd",
    });
  });

  it("leave a cost sent along as an extra field, with a warning", () => {
    const answer = mediated({ accid: "1", cost: "1.2", Rated: true });
    expect(answer).toMatchObject({ ok: true, cdr: { extra: { cost: "1.2", Rated: true } } });
    expect(answer.ok && answer.warnings).toHaveLength(2);
  });
});

describe("times and lengths", () => {
  it("keep instant and offset", () => {
    expect(cdr({ answer_time: "2026-05-01T12:00:00+02:00", usage: 1 }).primary.answerTime).toEqual({
      atMs: TIME_MS,
      offsetMinutes: 120,
    });
    expect(
      cdr({ answer_time: "2026-05-01 12:00:00" }, { timeZone: "Europe/Madrid" }).primary.answerTime,
    ).toEqual({ atMs: TIME_MS, offsetMinutes: 120 });
  });

  it.each<[JsonObject, number]>([
    [{ usage: "10s", answer_time: TIME }, 10_000],
    [{ usage: 10.5, answer_time: TIME }, 10_500],
    [{ time_answer: TIME, time_end: "2026-05-01T10:00:01.5Z" }, 1500],
    [{ usage: "0", time_answer: TIME, time_end: "2026-05-01T10:00:01.5Z" }, 0],
    [{ answer_time: "0", end_time: TIME }, 0],
    [{ tor: "*sms", usage: "3", answer_time: TIME }, 3],
    [{ tor: "*data", usage: 1048576, answer_time: TIME }, 1_048_576],
  ])("usage of %j is %d", (fields, usage) => {
    expect(cdr(fields).primary.usage).toBe(usage);
  });

  it("reads the post-dial delay", () => {
    expect(cdr({ pdd: "2.5" }).primary.pddMs).toBe(2500);
  });

  it.each<[string, string, JsonObject]>([
    ["id-missing", "originId", { accid: "" }],
    ["id-missing", "originId", { accid: null }],
    ["invalid-field", "originId", { accid: ["x"] }],
    ["invalid-field", "account", { account: { a: 1 } }],
    ["invalid-field", "answerTime", { answer_time: "*now" }],
    ["invalid-field", "answerTime", { answer_time: true }],
    ["invalid-field", "usage", { usage: "ten" }],
    ["invalid-field", "usage", { usage: false }],
    ["invalid-field", "pdd", { pdd: "x" }],
    ["invalid-field", "usage", { tor: "*sms", usage: "1.5", answer_time: TIME }],
    ["invalid-field", "usage", { tor: "*sms", usage: "10s", answer_time: TIME }],
    ["negative-duration", "usage", { usage: "-5s" }],
    ["negative-duration", "usage", { tor: "*sms", usage: -1 }],
    ["time-out-of-range", "setupTime", { setup_time: "1969-12-31T23:59:59Z" }],
    ["time-out-of-range", "endTime", { end_time: "2026-06-02T00:00:00.001Z" }],
    ["ok", "", { end_time: "2026-06-02T00:00:00Z" }],
    ["end-before-answer", "endTime", { answer_time: TIME, end_time: "2026-05-01T09:59:59Z" }],
    ["time-missing", "usage", { usage: "1" }],
    ["over-limit", "account", { account: "9".repeat(2000) }],
  ])("%s %s: %j", (reason, field, fields) => {
    expect(fault(fields)).toEqual([reason, field]);
  });

  it("names source, field and value in each refusal", () => {
    const answer = mediated({ accid: "1", usage: "-5s" });
    expect(answer.ok ? "" : answer.detail).toMatch(/test.*usage.*-5s/);
  });

  it("refuses too many, too long and too deep fields", () => {
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`f${index}`, 1]));
    let deep: Json = 1;
    for (let level = 0; level < 40; level += 1) {
      deep = [deep];
    }
    expect(fault(many)[0]).toBe("over-limit");
    expect(fault({ deep })[0]).toBe("over-limit");
    expect(fault({ ["n".repeat(300)]: 1 })[0]).toBe("over-limit");
    expect(fault({ long: "x".repeat(300_000) })).toEqual(["over-limit", "long"]);
  });
});

describe("settings of the source", () => {
  function legs(legPolicy: string) {
    const documents = [
      sampleFreeswitchCdr({ uuid: "a" }),
      sampleFreeswitchCdr({ uuid: "b", originatingLegUuid: "a" }),
    ];
    return documents.map((document) => {
      const body = Buffer.from(JSON.stringify(document));
      const { leg, billedSides } = switchCdr(body, { legPolicy });
      return [leg, billedSides];
    });
  }

  it.each([
    ["a", "both", "none"],
    ["b", "none", "both"],
    ["all", "both", "both"],
    ["split", "sell", "buy"],
  ])("leg policy %s", (policy, a, b) => {
    expect(legs(policy)).toEqual([
      ["a", a],
      ["b", b],
    ]);
    expect(cdr({}, { legPolicy: policy }).billedSides).toBe("both");
  });

  it("keep the named extra fields only", () => {
    expect(cdr({ x: 1, y: 2 }, { extraFields: ["y", "z"] }).extra).toEqual({ y: 2 });
  });

  it("map causes to one table and keep the one sent", () => {
    const mapped = cdr({ disconnectCause: "USER_BUSY" }, { causeMap: {} });
    expect(mapped.primary.disconnectCause).toBe("17");
    expect(mapped.extra["disconnectCauseSent"]).toBe("USER_BUSY");
    expect(cdr({ disconnectCause: "odd" }, { causeMap: {} }).primary.disconnectCause).toBe("odd");
    expect(cdr({ disconnectCause: "486" }).primary.disconnectCause).toBe("486");
  });

  it("name the source and its rule set", () => {
    expect(cdr({}, { ruleSet: "GB" })).toMatchObject({
      source: "test",
      ruleSet: "GB",
      receivedAtMs: NOW,
    });
  });
});

describe.runIf(hasReference)("reference payloads", () => {
  it.each(referencePayloads())("%s: the usage is exact", (_, bytes) => {
    const { variables } = JSON.parse(bytes.toString());
    const usage = Number((BigInt(variables.billusec) + 500n) / 1000n);
    expect(switchCdr(bytes).primary.usage).toBe(usage);
    expect(Math.abs(usage - Number(variables.billmsec))).toBeLessThanOrEqual(1);
  });
});

property.prop([fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), fc.jsonValue()])(
  "any object is a record or a named fault, never a throw",
  (fields, time, usage) => {
    const answer = mediated({
      ...(fields as JsonObject),
      answer_time: time as Json,
      usage: usage as Json,
    });
    expect(answer.ok ? answer.cdr.primary.usage >= 0 : answer.reason.length > 0).toBe(true);
  },
);
