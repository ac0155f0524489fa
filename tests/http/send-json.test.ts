// Goal: an answer of several pieces goes out as the bytes of its text, with their number as its length.
import { fc, test as property } from "@fast-check/vitest";
import type { Context } from "koa";
import { expect, it } from "vitest";
import { sendJson } from "../../src/http/within-budget.ts";
import { runs } from "../runs.ts";

/** What koa is given as the body. */
function sent(pieces: (string | Buffer)[], bytes: number): unknown {
  const context = { res: { setHeader: () => undefined } } as unknown as Context;
  sendJson(context, { pieces, bytes });
  return context.body;
}

const texts = fc.array(fc.string({ unit: "binary" }), { minLength: 2, maxLength: 6 });

property.prop([texts, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 })], {
  numRuns: runs(50),
})("texts and bytes stand one after the other, halves of characters too", (parts, isBytes) => {
  const asBytes = parts.map((part) => Buffer.from(part, "utf8"));
  const pieces = parts.map((part, at) => (isBytes[at] ? (asBytes[at] as Buffer) : part));
  const whole = Buffer.concat(asBytes);
  expect(sent(pieces, whole.length)).toEqual(whole);
});

it("a number of bytes that is not theirs is no answer", () => {
  expect(() => sent(["[", "1"], 3)).toThrow("an answer of 3 bytes was written as 2");
});
