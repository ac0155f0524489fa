import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { readCdrObject } from "../../src/formats/cdr-object.ts";
import { readCgrForm } from "../../src/formats/cgr-form.ts";
import type { RawCdr } from "../../src/formats/format.ts";

const EXAMPLE =
  "accid=dsafdsaf&cdrhost=192.168.1.1&reqtype=rated&direction=*out&tenant=cgrates.org&tor=call" +
  "&account=1001&subject=1001&destination=1002&time_answer=1383813746&duration=10s" +
  "&field_extr1=val_extr1&fieldextr2=valextr2";

function result(body: string | Uint8Array, query = "", contentType: string | null = null) {
  return readCgrForm({ body: Buffer.from(body), query, contentType });
}

function read(body: string | Uint8Array, query = ""): RawCdr {
  const answer = result(body, query);
  if (!answer.ok) {
    throw new Error(answer.reason);
  }
  return answer.raw;
}

describe("form posts", () => {
  const expected: RawCdr = {
    primary: {
      originId: "dsafdsaf",
      originHost: "192.168.1.1",
      requestType: "rated",
      direction: "*out",
      tenant: "cgrates.org",
      tor: "call",
      account: "1001",
      subject: "1001",
      destination: "1002",
      answerTime: "1383813746",
      usage: "10s",
    },
    extra: { field_extr1: "val_extr1", fieldextr2: "valextr2" },
    warnings: [],
  };

  it("splits the documented example, by body, by query and by both", () => {
    const { sentNames, ...raw } = read(EXAMPLE);
    expect(raw).toEqual(expected);
    expect(sentNames?.get("accid")).toBe("originId");
    expect(read("", EXAMPLE)).toEqual({ ...raw, sentNames });
    expect(read(EXAMPLE.slice(0, 40), EXAMPLE.slice(41))).toEqual(
      read(`${EXAMPLE.slice(0, 40)}&${EXAMPLE.slice(41)}`),
    );
  });

  it("matches names without regard to case", () => {
    const raw = read("OriginID=1&CDRHOST=h&Answer_Time=5&uSaGe=3&Carrier=c&X-Mine=y");
    expect(raw.primary).toEqual({
      originId: "1",
      originHost: "h",
      answerTime: "5",
      usage: "3",
      supplier: "c",
    });
    expect(raw.extra).toEqual({ "X-Mine": "y" });
  });

  it("prefers usage, then billsec, then duration, and keeps the losers extra", () => {
    expect(read("accid=1&duration=3&billsec=2&usage=1")).toMatchObject({
      primary: { usage: "1" },
      extra: { billsec: "2", duration: "3" },
    });
    expect(read("accid=1&duration=3&billsec=2").primary["usage"]).toBe("2");
    expect(read("accid=1&duration=3&usage=").primary["usage"]).toBe("3");
  });

  it("keeps the first of a repeated name, the body before the query", () => {
    const raw = read("accid=body&accid=second", "accid=query&x=1");
    expect(raw.primary["originId"]).toBe("body");
    expect(raw.extra).toEqual({ x: "1" });
    expect(raw.warnings).toHaveLength(2);
  });

  it("decodes + and escapes and keeps what is no escape", () => {
    const raw = read("accid=a+b&x=%2B44%20%zz%&%C3%A9=%c3%a9");
    expect(raw.primary["originId"]).toBe("a b");
    expect(raw.extra).toEqual({ x: "+44 %zz%", é: "é" });
    expect(raw.warnings).toHaveLength(1);
  });

  it("shows bytes that are not UTF-8 and keeps them, escaped or not", () => {
    const expectedExtra = { n: "K\uFFFDln", rawValues: { n: "K%F6ln" } };
    expect(read("accid=1&n=K%F6ln").extra).toEqual(expectedExtra);
    expect(read(Buffer.from("accid=1&n=Köln", "latin1")).extra).toEqual(expectedExtra);
  });

  it("keeps names that JavaScript objects treat apart", () => {
    const { extra } = read("accid=1&__proto__=x&constructor=y");
    expect(Object.entries(extra)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  it.each([
    ["broken-form", `{"accid":"1"}`, null],
    ["broken-form", " [1]", null],
    ["broken-form", "accid=1", "multipart/form-data; boundary=x"],
    ["broken-form", `--x\r\nContent-Disposition: form-data; name="accid"\r\n\r\n1`, null],
    ["broken-form", "hello", null],
    ["not-a-cdr", "", null],
    ["not-a-cdr", "&&", null],
  ])("%s: %s", (reason, body, contentType) => {
    const answer = result(body, "", contentType);
    expect(answer.ok ? "ok" : answer.reason).toBe(reason);
  });

  property.prop([fc.uint8Array({ maxLength: 400 }), fc.string()])(
    "any bytes and query never throw",
    (bytes, query) => {
      result(bytes, query);
    },
  );

  property.prop([
    fc.uniqueArray(
      fc.tuple(fc.string({ minLength: 1, unit: "binary" }), fc.string({ unit: "binary" })),
      {
        selector: ([name]) => name,
        minLength: 1,
      },
    ),
  ])("any fields come back whole", (pairs) => {
    const fields = pairs.map(([name, value]): [string, string] => [`x${name}`, value]);
    const body = new URLSearchParams(fields).toString();
    expect(read(body).extra).toEqual(Object.fromEntries(fields));
  });
});

describe("objects", () => {
  it("split by the same spellings and keep the types of their values", () => {
    const answer = readCdrObject({ accid: 7, Usage: 10.5, ok: true, list: [1, { a: null }] });
    expect(answer.ok).toBe(true);
    if (!answer.ok) return;
    expect(answer.raw.primary).toEqual({ originId: 7, usage: 10.5 });
    expect(answer.raw.extra).toEqual({ ok: true, list: [1, { a: null }] });
    expect(answer.raw.descriptive).toBeUndefined();
  });

  it("take a changed field map", () => {
    const answer = readCdrObject({ callid: "1", accid: "2" }, { originId: ["callid"] });
    expect(answer.ok && answer.raw.primary).toEqual({ originId: "1" });
    expect(answer.ok && answer.raw.extra).toEqual({ accid: "2" });
  });

  it("without a member are no record", () => {
    expect(readCdrObject({})).toMatchObject({ ok: false, reason: "not-a-cdr" });
  });
});
