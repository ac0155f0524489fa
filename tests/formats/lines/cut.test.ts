// A growing file is cut into records: no byte is left out, half a record waits.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { cutRecords } from "../../../src/formats/lines/cut.ts";

/** A record begins with `r,` and has all its quotes closed. */
const isWhole = (line: string) => line.startsWith("r,") && line.split('"').length % 2 === 1;
const RULES = { isWhole, mostBytes: 10_000, mostRecords: 1000 };
const cut = (text: string, rules = RULES) => {
  const { records, used } = cutRecords(Buffer.from(text), rules);
  return { records: records.map(({ bytes }) => Buffer.from(bytes).toString()), used };
};

describe("records", () => {
  it("are lines; half a line waits, blank ones are passed over", () => {
    expect(cut("r,1\nr,2\r\n\n  \nr,3")).toEqual({ records: ["r,1\n", "r,2\r\n"], used: 14 - 1 });
    expect(cut("r,1")).toEqual({ records: [], used: 0 });
    expect(cut("")).toEqual({ records: [], used: 0 });
  });

  it("go over line ends inside of quotes, and wait for the last of them", () => {
    expect(cut('r,"a\nb"\nr,2\n').records).toEqual(['r,"a\nb"\n', "r,2\n"]);
    expect(cut('r,"a\nb')).toEqual({ records: [], used: 0 });
    expect(cut('r,"a\n')).toEqual({ records: [], used: 0 });
  });

  it("that are broken do not take a whole one with them", () => {
    expect(cut('r,"a\nr,2\nr,3\n').records).toEqual(['r,"a\n', "r,2\n", "r,3\n"]);
    expect(cut('r,"a\nr,"2"\nr,b"\n').records[0]).toBe('r,"a\n');
  });

  it("with a quote that is never closed end after some lines", () => {
    const lines = Array.from({ length: 20 }, (_, n) => `x${n}\n`);
    expect(cut(`r,"a\n${lines.join("")}`).records).toEqual(['r,"a\n', ...lines]);
  });

  it("without an end are cut into pieces that say so", () => {
    const bytes = Buffer.from(`${"a".repeat(25)}\nr,1\n`);
    const { records, used } = cutRecords(bytes, { ...RULES, mostBytes: 10 });
    expect(records.map((one) => [Buffer.from(one.bytes).toString(), one.fault?.reason])).toEqual([
      ["a".repeat(25).concat("\n"), undefined],
      ["r,1\n", undefined],
    ]);
    expect(used).toBe(bytes.length);
    const endless = cutRecords(Buffer.from("a".repeat(25)), { ...RULES, mostBytes: 10 });
    expect(endless.records.map(({ fault }) => fault?.reason)).toEqual(["over-limit", "over-limit"]);
    expect(endless.used).toBe(20);
  });

  it("come so many at once", () => {
    expect(cut("r,1\nr,2\nr,3\n", { ...RULES, mostRecords: 2 })).toEqual({
      records: ["r,1\n", "r,2\n"],
      used: 8,
    });
  });

  property.prop([
    fc.array(
      fc.string({ unit: fc.constantFrom("r", ",", '"', "a", "\n", " ", "\r"), maxLength: 12 }),
    ),
    fc.nat(40),
  ])("lose no byte that is not blank, however the file grows", (pieces, step) => {
    const text = pieces.join("");
    const seen: string[] = [];
    let start = 0;
    for (let end = 0; ; end = Math.min(text.length, end + step + 1)) {
      const { records, used } = cut(text.slice(start, end));
      seen.push(...records);
      start += used;
      if (end === text.length) break;
    }
    expect((seen.join("") + text.slice(start)).replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
  });
});
