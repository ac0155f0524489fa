// Goal: the number of a line among the equal ones of its file is right, however many there are.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createNumbering } from "../../../src/formats/lines/numbering.ts";

const record = (text: string) => ({ bytes: Buffer.from(text) });

describe("the number of an equal line", () => {
  property.prop([fc.array(fc.nat(2500), { maxLength: 5000 }), fc.integer({ min: 1, max: 700 })], {
    numRuns: 15,
  })("is the count of those before it and itself", (lines, piece) => {
    const numbering = createNumbering();
    const seen = new Map<number, number>();
    for (let at = 0; at < lines.length; at += piece) {
      const some = lines.slice(at, at + piece);
      const records = some.map((line) => record(`line ${line}\n`));
      const expected = some.map((line) => {
        const number = (seen.get(line) ?? 0) + 1;
        seen.set(line, number);
        return number;
      });
      // Asked twice, as after a fault, it answers the same.
      for (const _time of [1, 2]) {
        expect(numbering.numbered(records).map(({ occurrence }) => occurrence)).toEqual(expected);
      }
      numbering.count(records);
    }
  });

  it("knows no line end and no byte order mark, and passes over what is no record", () => {
    const numbering = createNumbering();
    const fault = { reason: "over-limit", detail: "a piece" } as const;
    const records = [record("\ufeffa,b\r\n"), record("a,b\n"), { ...record("a,b"), fault }];
    expect(numbering.numbered(records).map(({ occurrence }) => occurrence)).toEqual([
      1,
      2,
      undefined,
    ]);
    numbering.count(records);
    expect(numbering.numbered([record("a,b")])[0]?.occurrence).toBe(3);
  });
});
