import { expect, test } from "vitest";
import {
  CAUSE_CLASSES,
  CONGESTION_CAUSES,
  causeClass,
  causeCode,
  causeWord,
  EFFECTIVE_CAUSES,
} from "../../src/reports/causes.ts";

test("a cause is its code whether it is sent as a number or a word", () => {
  expect(["17", "USER_BUSY", "BUSY"].map(causeCode)).toEqual([17, 17, 17]);
  expect(["NO ANSWER", "NO_ANSWER", "19"].map(causeClass)).toEqual(Array(3).fill("no-answer"));
  expect(causeWord("17")).toBe("USER_BUSY");
});

test("what is in no table, or was not sent, is unknown", () => {
  for (const cause of [null, "", "128", "999", "nobody's", "toString", "17 "]) {
    expect([causeCode(cause), causeClass(cause), causeWord(cause)]).toEqual([
      null,
      "unknown",
      null,
    ]);
  }
});

test("every code of Q.850 has one class", () => {
  for (let code = 0; code <= 127; code += 1) {
    expect(CAUSE_CLASSES).toContain(causeClass(String(code)));
  }
  expect(causeClass("38")).toBe("network");
});

test("NER counts busy, no answer and rejected beside answers; congestion is a bid", () => {
  const effective = ["busy", "no-answer", "rejected"];
  for (const cause of EFFECTIVE_CAUSES) expect(effective).toContain(causeClass(cause));
  expect(EFFECTIVE_CAUSES).toEqual(
    expect.arrayContaining(["17", "18", "19", "20", "21", "27", "88", "USER_BUSY", "NO ANSWER"]),
  );
  for (const cause of CONGESTION_CAUSES) expect(causeClass(cause)).toBe("congestion");
});
