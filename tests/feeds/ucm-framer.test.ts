// Records of a UCM on a bare connection: cut where they end, however the packets are.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createFramer } from "../../src/feeds/ucm-tcp/framer.ts";
import type { RecordPiece } from "../../src/formats/format.ts";
import { ucmLeg } from "./ucm-legs.ts";

const MOST = 8192;

/** What becomes of the text, in packets of so many bytes, up to the end of the connection. */
function cut(text: string | Buffer, packet = 1 << 20): RecordPiece[] {
  const framer = createFramer(MOST);
  const bytes = Buffer.from(text);
  const pieces: RecordPiece[] = [];
  for (let at = 0; at < bytes.length; at += packet) {
    pieces.push(...framer.push(bytes.subarray(at, at + packet)));
  }
  return [...pieces, ...framer.end("it ended")];
}

const texts = (pieces: RecordPiece[]) => pieces.map(({ bytes }) => Buffer.from(bytes).toString());
const reasons = (pieces: RecordPiece[]) => pieces.map(({ fault }) => fault?.reason ?? "ok");
const json = (call: number) => JSON.stringify(ucmLeg(call));
const xml = (call: number) =>
  `<cdr>${Object.entries(ucmLeg(call))
    .map(([name, value]) => `<${name}>${String(value).replaceAll("<", "&lt;")}</${name}>`)
    .join("")}</cdr>`;
const line = (call: number) =>
  `${call},,1001,34650123456,x,"Ann, B" <1001>,SIP/1001-1,SIP/trunk_1-2,Dial,SIP/1,60,,2026-03-02 10:00:00,2026-03-02 10:00:05,2026-03-02 10:01:05,65,60,ANSWERED,DOCUMENTATION,1.${call},Outbound,1001,trunk_1,s`;

const BRACES = '{"AcctId":"7","caller_name":"a } { \\" b","lastdata":"\\\\"}';

describe("records on a connection", () => {
  it.each(["\n", "\r\n", "\0", "\r", "", "\n\0\r\n"])(
    "of JSON end at their brace, %j between",
    (between) => {
      const records = [json(1), BRACES, JSON.stringify(ucmLeg(2), null, 2)];
      for (const packet of [1, 7, 1 << 20]) {
        expect(texts(cut(records.join(between), packet))).toEqual(records);
      }
    },
  );

  it.each(["\n", "\0", ""])(
    "of XML end at the tag that closes their root, %j between",
    (between) => {
      const records = [`<?xml version="1.0"?>\n${xml(1)}`, xml(2), `<!-- x -->${xml(3)}`];
      for (const packet of [1, 7, 1 << 20]) {
        const found = cut(records.join(between), packet);
        expect(reasons(found)).toEqual(["ok", "ok", "ok"]);
        expect(texts(found)).toEqual(records);
        expect(found[0]?.format).toBe("ucm-xml");
      }
      expect(texts(cut(`<cdr_root>${xml(1)}${xml(2)}</cdr_root>`))).toEqual([xml(1), xml(2)]);
      expect(texts(cut(`<cdr><cdr_x>1</cdr_x><AcctId>2</AcctId></cdr>`))).toHaveLength(1);
    },
  );

  it.each(["\n", "\r\n", "\0"])("of CSV are lines, %j between", (between) => {
    for (const packet of [1, 7, 1 << 20]) {
      const found = cut([line(1), line(2)].join(between), packet);
      expect(texts(found)).toEqual([line(1), line(2)]);
      expect(found[0]?.format).toBe("ucm-csv");
    }
    const headed = cut(`src,dst,AcctId,billsec\r\n1,2,3,4\r\n5,6,7,8\r\n`);
    expect(texts(headed)).toEqual([
      "src,dst,AcctId,billsec\n1,2,3,4",
      "src,dst,AcctId,billsec\n5,6,7,8",
    ]);
  });

  it("may be in a list, or in an envelope", () => {
    expect(texts(cut(`[${json(1)},\n${json(2)}]${json(3)}`, 5))).toEqual([1, 2, 3].map(json));
    expect(texts(cut(`{"cdr_root":[${json(1)},${json(2)}]}`, 5))).toEqual([1, 2].map(json));
    expect(texts(cut(`\ufeff${json(1)}\n${xml(2)}\n${line(3)}\n${json(4)}`, 3))).toEqual([
      json(1),
      xml(2),
      line(3),
      json(4),
    ]);
  });

  it.each([
    ["a text that is never closed", json(2).replace('"1001"', '"1001')],
    ["a brace that is never closed", json(2).slice(0, -1)],
    ["its half", json(2).slice(0, 100)],
  ])("are found again behind one with %s", (_what, broken) => {
    for (const between of ["\n", "\r\n", "\0"]) {
      const found = cut([json(1), broken, json(3), json(4)].join(between), 11);
      // Whether it can be read is for the format to say.
      expect(found).toHaveLength(4);
      expect(texts(found)[0]).toBe(json(1));
      expect(texts(found)[3]).toBe(json(4));
      expect(texts(found)[2]).toBe(json(3));
      expect(texts(found)[1]?.trimEnd().replace(/\0$/, "")).toBe(broken);
    }
  });

  it("that are cut at the end are kept with their bytes", () => {
    const half = cut(json(1) + json(2).slice(0, 100));
    expect(reasons(half)).toEqual(["ok", "broken-json"]);
    expect(texts(half)[1]).toBe(json(2).slice(0, 100));
    expect(half[1]?.fault?.detail).toContain("it ended");
    expect(reasons(cut(xml(1).slice(0, 100)))).toEqual(["broken-xml"]);
    expect(texts(cut(line(1).slice(0, 100)))).toEqual([line(1).slice(0, 100)]);
    expect(cut("\r\n\0 \n")).toEqual([]);
  });

  it.each([
    ["a line", "x"],
    ["JSON", '{"a":"'],
    ["XML", "<cdr><a>"],
    ["tags", "<"],
  ])(
    "without an end, as %s, are cut off at the limit, and nothing is taken any more",
    (_what, start) => {
      const framer = createFramer(MOST);
      let most = 0;
      const pieces: RecordPiece[] = [];
      for (let packet = 0; packet < 200; packet += 1) {
        pieces.push(...framer.push(Buffer.from(packet === 0 ? start : "y".repeat(1000))));
        most = Math.max(most, framer.unfinished());
      }
      pieces.push(...framer.end("it ended"));
      expect(reasons(pieces)).toEqual(["over-limit"]);
      expect(pieces[0]?.bytes).toHaveLength(MOST);
      expect(framer.isOver()).toBe(true);
      expect(most).toBeLessThanOrEqual(MOST + 1000);
    },
  );

  it("a byte at a time costs what a packet costs", () => {
    const framer = createFramer(1 << 20);
    const before = process.cpuUsage();
    framer.push(Buffer.from('{"a":"'));
    const byte = Buffer.from("y");
    for (let count = 0; count < 500_000; count += 1) framer.push(byte);
    expect(framer.unfinished()).toBe(500_006);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
  });

  it.each(["</cdr_x>", "</cdr", "</cdr\n", "<\\/cdr_x>", "</", "<", "<?", "<cdr>"])(
    "XML whose end never comes, of %j alone, costs what its bytes cost",
    (piece) => {
      const bytes = Buffer.from(`<cdr>${piece.repeat(Math.ceil((1 << 20) / piece.length))}`);
      const framer = createFramer(1 << 20);
      const before = process.cpuUsage();
      const pieces: RecordPiece[] = [];
      for (let at = 0; at < bytes.length; at += 65_536) {
        pieces.push(...framer.push(bytes.subarray(at, at + 65_536)));
      }
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
      expect(reasons(pieces)).toEqual(["over-limit"]);
    },
  );

  property.prop([
    fc.array(fc.oneof(fc.nat(99).map(json), fc.nat(99).map(xml), fc.nat(99).map(line)), {
      minLength: 1,
      maxLength: 8,
    }),
    fc.constantFrom("\n", "\r\n", "\0", "\0\n"),
    fc.integer({ min: 1, max: 2000 }),
  ])("come out as they went in, whatever the packets", (records, between, packet) => {
    expect(texts(cut(records.join(between), packet))).toEqual(records);
  });

  property.prop([fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 12 })])(
    "garbage is never lost but for what separates records",
    (garbage) => {
      const bytes = Buffer.concat(garbage.map((one) => Buffer.from(one)));
      const kept = cut(bytes).reduce((sum, one) => sum + one.bytes.length, 0);
      const separators = bytes.filter((byte) => byte <= 0x20 || [0x5b, 0x5d, 0x2c].includes(byte));
      expect(kept).toBeGreaterThanOrEqual(bytes.length - separators.length - 3);
    },
  );
});
