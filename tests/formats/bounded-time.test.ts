// Goal: no body of the greatest size costs a format more than a bounded time, whatever is in it,
// and what is over a limit says so. Method: processor time of the reader, the least of three runs.
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../../src/formats/formats.ts";
import { type HostileRequest, hostileCases } from "./reference-cases.ts";

const BYTES = 1_900_000;
/** Many times what the slowest takes: a machine under load is no fault. */
const MOST_MS = 600;

const filled = (piece: string, bytes = BYTES) =>
  piece.repeat(Math.ceil(bytes / piece.length)).slice(0, bytes);
const each = (text: (index: number) => string, count: number) =>
  Array.from({ length: count }, (_, index) => text(index)).join("");
const json = (inside: string) => `{"variables":{"uuid":"1",${inside}}}`;

const BODIES: [format: string, name: string, body: string | Buffer, expected: string][] = [
  ["cgr-form", "escapes of bytes that are not UTF-8", `accid=1&x=${filled("%FF")}`, "over-limit"],
  ["cgr-form", "the same between letters", `accid=1&x=${filled("%FFa")}`, "over-limit"],
  ["cgr-form", "bad escapes", each((i) => `k${i}=%&`, 110_000), "over-limit"],
  ["cgr-form", "one bad escape a pair", each((i) => `k${i}=%&`, 9_000), "ok"],
  ["cgr-form", "repeated fields", filled("a=1&"), "over-limit"],
  ["cgr-form", "plus signs", `a=${filled("+")}`, "ok"],
  ["cgr-form", "separators", filled("&"), "not-a-cdr"],
  ["cgr-form", "values cut within a character", each((i) => `k${i}=%FF&`, 9_900), "ok"],
  ["freeswitch-json", "members", json(`${each((i) => `"k${i}":"1",`, 99_999)}"z":1`), "over-limit"],
  ["freeswitch-json", "levels", filled("["), "over-limit"],
  ["freeswitch-json", "3,000 levels", '{"a":'.repeat(3_000), "over-limit"],
  ["freeswitch-json", "control characters", json(`"x":"${filled("\u0001a")}"`), "broken-json"],
  ["freeswitch-json", "backslashes", json(`"x":"${filled("\\\\", BYTES - 2)}"`), "ok"],
  ["freeswitch-json", "quotes", json(`"x":"${filled('"')}"`), "broken-json"],
  ["freeswitch-json", "blanks in base64", `cdr=${filled("A ")}`, "over-limit"],
  ["freeswitch-json", "padding", `${filled("=")}x`, "broken-json"],
  [
    "freeswitch-json",
    "names that are taken",
    `{"variables":{${each((i) => `"${"document_".repeat(i)}a":"1",`, 440)}"uuid":"1"},${each((i) => `"${"document_".repeat(i)}a":"1",`, 440)}"b":1}`,
    "ok",
  ],
  ["freeswitch-xml", "elements", `<cdr>${filled("<a/>")}`, "over-limit"],
  ["freeswitch-xml", "open elements", filled("<a>"), "over-limit"],
  ["freeswitch-xml", "attributes", `<cdr ${each((i) => `k${i}="1" `, 150_000)}>`, "over-limit"],
  ["freeswitch-xml", "blanks in a tag", `<cdr ${filled(" ")}x`, "broken-xml"],
  ["freeswitch-xml", "entities", `<cdr>${filled("&amp;")}</cdr>`, "over-limit"],
  ["freeswitch-xml", "comments that do not end", `<cdr>${filled("<!-- ")}`, "broken-xml"],
  ["cdr-object", "members", `{${each((i) => `"k${i}":1,`, 100_000)}"z":1}`, "over-limit"],
  ["ucm-json", "members", `{${each((i) => `"k${i}":1,`, 100_000)}"z":1}`, "over-limit"],
  ["ucm-json", "levels", filled('{"a":'), "over-limit"],
  ["ucm-xml", "elements", `<cdr>${filled("<a/>")}`, "over-limit"],
  ["ucm-xml", "comments that do not end", `<cdr>${filled("<!-- ")}`, "broken-xml"],
  ["ucm-csv", "commas", filled(","), "not-a-cdr"],
  ["ucm-csv", "quotes", filled('",'), "not-a-cdr"],
  ["ucm-csv", "lines", filled("a\n"), "not-a-cdr"],
  ["yeastar", "messages within a text", JSON.stringify({ a: filled('"msg":"{') }), "id-missing"],
  ["yeastar", "messages in no JSON", filled('"msg":"{'), "over-limit"],
  ["yeastar", "blanks in no JSON", `{"msg":"{${filled(" ")}`, "broken-json"],
  ["yeastar", "ends in no JSON", filled('}"}'), "broken-json"],
  ["cgr-form", "raw bytes that are not UTF-8", Buffer.alloc(BYTES, 0xff), "over-limit"],
];

function inflated({ headers, body }: HostileRequest): Buffer {
  return headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}

function timed(format: string, body: Buffer, corrected?: Record<string, string>) {
  let leastMs = Number.POSITIVE_INFINITY;
  let result: ReturnType<(typeof FORMATS)[string]["read"]> | undefined;
  for (let run = 0; run < 3; run += 1) {
    const before = process.cpuUsage();
    const input = { body, query: "", contentType: null };
    result = FORMATS[format]?.read(corrected === undefined ? input : { ...input, corrected });
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1000);
  }
  if (result === undefined) throw new Error(`there is no format ${format}`);
  return { leastMs, result };
}

describe("the time of a body is bounded", () => {
  it.each(BODIES)("%s: %s", (format, _, text, expected) => {
    const body = Buffer.isBuffer(text) ? text : Buffer.from(text, "utf8");
    const { leastMs, result } = timed(format, body);
    expect(result.ok ? "ok" : result.reason).toBe(expected);
    expect(leastMs).toBeLessThan(MOST_MS);
    // A retry with corrected fields, which reads broken documents in part, is no dearer.
    expect(timed(format, body, { note: "x" }).leastMs).toBeLessThan(MOST_MS);
  });

  it("warnings are bounded, and shown names are short", () => {
    const body = Buffer.from(`accid=1&${"x".repeat(500)}=1&`.repeat(3_000));
    const { result } = timed("cgr-form", body);
    const warnings = result.ok ? result.raw.warnings : [];
    expect(warnings).toHaveLength(21);
    expect(Math.max(...warnings.map((text) => text.length))).toBeLessThan(200);
    expect(warnings.at(-1)).toMatch(/^\d+ more warnings/);
  });

  const cases = hostileCases((number) => [5, 10, 11].includes(number));
  it.skipIf(cases.length === 0).each(cases)("the hostile case $name", ({ requests }) => {
    for (const request of requests) {
      const { leastMs, result } = timed("cgr-form", inflated(request));
      expect(result).toMatchObject({ ok: false, reason: "over-limit" });
      expect(leastMs).toBeLessThan(MOST_MS / 3);
    }
  });
});

describe("a body of many records", () => {
  const pieces = (body: string) => FORMATS["ucm-json"]?.pieces?.(Buffer.from(body)) ?? [];
  it.each([
    ["empty lists", filled("[],"), 1],
    ["open lists", filled("["), 1],
    ["open objects", filled('{"a":'), 1],
    ["numbers in a list", `[${filled("1,")}`, 1],
    ["quotes", `{${filled('"')}`, 1],
    ["backslashes", `{"${filled("\\\\")}`, 1],
    ["closing brackets", `{${filled("}")}`, 2],
    ["elements", filled("<a>"), 1],
    ["empty elements", filled("<a/>"), 1],
    ["comments that do not end", filled("<!-- "), 1],
    ["tags that do not end", filled("<a "), 1],
    ["lines", filled("a,b\n"), 1],
    ["blank lines", filled("\n\0\r"), 0],
    ["headers", filled("AcctId,src,dst,start\n"), 1],
    [
      "a long header before many lines",
      `AcctId,src,dst${filled(",x", 4000)}\n${filled("a\n", 19_000)}`,
      9500,
    ],
  ])("of %s is cut up within a bounded time", (_name, body, most) => {
    let leastMs = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 3; run += 1) {
      const before = process.cpuUsage();
      expect(pieces(body).length).toBeLessThanOrEqual(most);
      const { user, system } = process.cpuUsage(before);
      leastMs = Math.min(leastMs, (user + system) / 1000);
    }
    expect(leastMs).toBeLessThan(MOST_MS);
  });
});
