// Goal: requests are read and answered as Go's JSON codec does. Method: properties over any JSON, and the
// forms that clients and the engine's recordings have.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { errorAnswer, resultAnswer } from "../../src/cgrates-api/codec/answer.ts";
import { decode } from "../../src/cgrates-api/codec/go-decode.ts";
import {
  any,
  duration,
  embedded,
  list,
  struct,
  text,
  textMap,
  texts,
  time,
} from "../../src/cgrates-api/codec/go-type.ts";
import { readValue } from "../../src/cgrates-api/codec/json-tree.ts";
import { isGoRequest, readRequests } from "../../src/cgrates-api/codec/requests.ts";

const SLOT = struct("utils.RateSlot", { Rate: text });
const CDR = struct("engine.CDR", { OriginID: text, Usage: duration, ExtraFields: textMap });
const PARAMS = struct("v1.Attr", {
  ...embedded("CDR", CDR),
  Tenant: text,
  IDs: texts,
  At: time,
  Slots: list(SLOT),
});

function decoded(json: string) {
  return decode(readValue(json, 0)?.value, PARAMS);
}

describe("the values of a text", () => {
  test.prop([fc.jsonValue()], { numRuns: 50 })("are those of JSON.parse", (value) => {
    const json = JSON.stringify(value, null, 1);
    const read = readValue(json, 0);
    expect(decode(read?.value, any)).toEqual(value === null ? undefined : JSON.parse(json));
    expect(read?.to).toBe(json.length);
  });

  test.prop([fc.string({ unit: fc.constantFrom(...'{}[]",:\\0123tfn -.') })], { numRuns: 200 })(
    "are none exactly where JSON.parse has none, up to the end of the first value",
    (json) => {
      const read = readValue(json, 0);
      if (read === null) expect(() => JSON.parse(json)).toThrow();
      else expect(() => JSON.parse(json.slice(read.from, read.to))).not.toThrow();
    },
  );

  it("are not looked for beyond a bounded depth", () => {
    expect(readValue("[".repeat(100_000), 0)).toBeNull();
    expect(readValue(`${"[".repeat(90)}${"]".repeat(90)}`, 0)).not.toBeNull();
  });
});

describe("a body", () => {
  it("is the engine's where its method has a capital letter, wherever it stands", () => {
    expect(isGoRequest('{"method":"APIerSv1.Ping","params":[{}]}')).toBe(true);
    expect(isGoRequest('{"jsonrpc":"2.0","params":[{"a":[]}],"Method":"APIerSv1.Ping"}')).toBe(
      true,
    );
    expect(isGoRequest('[{"method":"APIerSv1.Ping"}]')).toBe(true);
    expect(isGoRequest('{"method":"APIerSv1.Ping",,}')).toBe(true);
    expect(isGoRequest('{"jsonrpc":"2.0","method":"cdr.find","params":{}}')).toBe(false);
    expect(isGoRequest('{"params":{"method":"Capital.Letter"},"method":"cdr.find"}')).toBe(false);
    expect(isGoRequest("{}")).toBe(false);
  });

  it("may hold several requests, and ends where it is none", () => {
    const { requests } = readRequests('{"method":"A.B","id":1}\n{"method":"A.C","id":2} rest');
    expect(requests.map(({ method, id }) => `${method} ${id}`)).toEqual(["A.B 1", "A.C 2"]);
    expect(readRequests('{"method":"A.B","params":[{},],"id":1}').requests).toEqual([]);
    expect(readRequests('{"method":5,"params":[{}],"id":1}').requests).toEqual([]);
  });

  test.prop([fc.jsonValue()], { numRuns: 50 })("gives back its id as it is written", (id) => {
    const [request] = readRequests(
      `{"id": ${JSON.stringify(id, null, 2)}, "method":"A.B"}`,
    ).requests;
    expect(JSON.parse(request?.id ?? "")).toEqual(JSON.parse(JSON.stringify(id)));
    expect(request?.id).not.toMatch(/[<>&]/);
  });

  it("keeps the digits and the escapes of its id", () => {
    const ids = ["1.50", "123456789012345678901234567890", '"h\\u00e9\\u003c"', '{"a":[1,2]}'];
    for (const id of ids) {
      expect(readRequests(`{"method":"A.B","id": ${id} }`).requests[0]?.id).toBe(id);
    }
  });
});

describe("params", () => {
  it("match without regard to case, and null says nothing", () => {
    const value = decoded('{"TENANT":"x","ids":null,"originID":"o","Unknown":[1],"uSage":5}');
    expect(value).toMatchObject({ Tenant: "x", OriginID: "o", Usage: 5, IDs: undefined });
  });

  it.each([
    [
      '{"Tenant":5}',
      "json: cannot unmarshal number into Go struct field Attr.Tenant of type string",
    ],
    [
      '{"Usage":1.5}',
      "json: cannot unmarshal number 1.5 into Go struct field Attr.CDR.Usage of type time.Duration",
    ],
    ['{"IDs":"x"}', "json: cannot unmarshal string into Go struct field Attr.IDs of type []string"],
    [
      '{"ExtraFields":{"a":5}}',
      "json: cannot unmarshal number into Go struct field Attr.CDR.ExtraFields of type string",
    ],
    [
      '{"Slots":[{"Rate":true}]}',
      "json: cannot unmarshal bool into Go struct field RateSlot.Slots.Rate of type string",
    ],
    ['"x"', "json: cannot unmarshal string into Go value of type v1.Attr"],
    ['{"At":5}', "Time.UnmarshalJSON: input is not a JSON string"],
    [
      '{"At":"2024-01-10 10:00:00"}',
      'parsing time "2024-01-10 10:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse " 10:00:00" as "T"',
    ],
  ])("that are wrong are told in Go's words: %s", (json, error) => {
    expect(() => decoded(json)).toThrow(error);
  });
});

describe("an answer", () => {
  it("has all three members, a line end, and escapes what Go escapes", async () => {
    expect(errorAnswer("7", "<no>")).toBe('{"id":7,"result":null,"error":"\\u003cno\\u003e"}\n');
    const pieces = await resultAnswer("null", { a: "x&y" }, () => undefined);
    expect(pieces.join("")).toBe('{"id":null,"result":{"a":"x\\u0026y"},"error":null}\n');
  });

  it("is counted, so that one that is too large ends", async () => {
    const tooLarge = new Error("too large");
    const large = Array.from({ length: 20_000 }, (_one, index) => `value ${index}`);
    let counted = 0;
    const answering = resultAnswer("1", large, (bytes) => {
      counted += bytes;
      if (counted > 100_000) throw tooLarge;
    });
    await expect(answering).rejects.toBe(tooLarge);
  });
});
