// Goal: the events of Yeastar are read in both spellings, the message with quotes that nothing escapes
// too. Method: documents of our own.
import { describe, expect, it } from "vitest";
import { YEASTAR } from "../../src/formats/yeastar.ts";

const read = (text: string) =>
  YEASTAR.read({ body: Buffer.from(text), query: "", contentType: null });
const RECORD = '{"call_id":"a1","call_to":"34650","talk_duration":7,"note":"}\\"}"}';

describe("a Yeastar event", () => {
  it.each([
    ["escaped", JSON.stringify({ type: 30012, sn: "S1", msg: RECORD })],
    ["as it is", `{"type":30012,"sn":"S1","msg":"${RECORD}"}`],
    ["as it is, with blanks", `{"type":30012,"sn":"S1","msg" : " ${RECORD} " } \r\n`],
  ])("has its record as a text, %s", (_how, text) => {
    expect(read(text)).toMatchObject({
      ok: true,
      raw: {
        primary: { originId: "a1", destination: "34650", usage: 7, originHost: "S1" },
        extra: { note: '}"}' },
      },
    });
  });

  it("that is neither is no JSON", () => {
    for (const text of ['{"msg":"{', '{"msg":"{"a":1}"', '"}"}{"msg":"{', '{"sn":"1",}']) {
      expect(read(text)).toMatchObject({ ok: false, reason: "broken-json" });
    }
  });
});
