// Goal: requests on a connection are those of the text, however it is cut into packets, and what is none ends
// it. Method: every cut, and what Go's decoder does with broken texts.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createRequestStream } from "../../src/cgrates-api/codec/request-stream.ts";
import { runs } from "../runs.ts";

const PING = '{"method":"A.Ping","params":[{}],"id":1}';
const ODD = '{"params":[{"a":"}{[\\"\\\\","ü":"\\u00e9"}],\n"method":"B.Get","id":{"x": [1]}}';

function pushed(pieces: readonly (string | Buffer)[], mostBytes = 1000) {
  const stream = createRequestStream(mostBytes);
  const ids: string[] = [];
  for (const piece of pieces) {
    const { requests, end } = stream.push(Buffer.from(piece as string));
    ids.push(...requests.map(({ request }) => `${request.method} ${request.id}`));
    if (end !== null) return { ids, end };
  }
  return { ids, end: null, unfinished: stream.unfinished() };
}

describe("requests on a connection", () => {
  test.prop(
    [
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 }),
      fc.constantFrom("", "\n", " \t"),
    ],
    { numRuns: runs(100) },
  )("are the same however they are cut, between the bytes of a sign too", (places, between) => {
    const bytes = Buffer.from([PING, ODD, PING].join(between));
    const cuts = [...new Set([0, ...places.map((at) => at % bytes.length), bytes.length])];
    cuts.sort((a, b) => a - b);
    const pieces = cuts.slice(1).map((to, index) => bytes.subarray(cuts[index], to));
    expect(pushed(pieces)).toEqual({
      ids: ["A.Ping 1", 'B.Get {"x":[1]}', "A.Ping 1"],
      end: null,
      unfinished: 0,
    });
  });

  it("come before the end that broken text makes, and nothing after it", () => {
    for (const broken of [
      '{"method":"A.Ping",,}',
      "[]",
      '"text"',
      "1",
      "true",
      "nope",
      "POST /jsonrpc HTTP/1.1",
      "\ufeff{}",
      '{"method":5}',
      "}",
    ]) {
      expect([broken, pushed([PING + broken, PING])]).toEqual([
        broken,
        { ids: ["A.Ping 1"], end: "broken" },
      ]);
    }
  });

  it("may name no method, as the word null does where something follows it", () => {
    expect(pushed(["nu", "ll"])).toEqual({ ids: [], end: null, unfinished: 4 });
    expect(pushed(["null\n", "{}"])).toEqual({ ids: [" null", " null"], end: null, unfinished: 0 });
  });

  it("are over the limit before they are whole, and what never ends is", () => {
    expect(pushed([`{"a":"${"x".repeat(1000)}`])).toEqual({ ids: [], end: "too-large" });
    expect(pushed([`{"a":"${"x".repeat(1000)}"}`])).toEqual({ ids: [], end: "too-large" });
    expect(pushed(["[".repeat(5)])).toEqual({ ids: [], end: "broken" });
  });

  it("cost what they hold, where they come byte by byte", () => {
    const stream = createRequestStream(10_000_000);
    const text = Buffer.from(`{"method":"A.B","params":["${"x".repeat(300_000)}"]}`);
    let found = 0;
    for (const byte of text) found += stream.push(Buffer.of(byte)).requests.length;
    expect(found).toBe(1);
  });
});
