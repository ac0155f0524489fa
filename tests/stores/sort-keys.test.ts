import { expect, test } from "vitest";
import { callTimeMs, setupKeyMs } from "../../src/stores/sort-keys.ts";
import { sampleCdr } from "./contracts/sample-cdrs.ts";

const { answerTime: _none, ...untimed } = sampleCdr("x", { primary: { usage: 2_000 } }).primary;
const at = (atMs: number) => ({ atMs, offsetMinutes: 0 });

test("the call time is answer, else setup, else end − usage, else receipt", () => {
  const all = { ...untimed, answerTime: at(30), setupTime: at(20), endTime: at(9_000) };
  expect(callTimeMs(all, 5)).toBe(30);
  expect(callTimeMs({ ...untimed, setupTime: at(20), endTime: at(9_000) }, 5)).toBe(20);
  expect(callTimeMs({ ...untimed, endTime: at(9_000) }, 5)).toBe(7_000);
  expect(callTimeMs(untimed, 5)).toBe(5);
});

test("usage that is not time is not taken off the end", () => {
  expect(callTimeMs({ ...untimed, tor: "*data", endTime: at(9_000) }, 5)).toBe(9_000);
});

test("a sort by setup time places CDRs without one at their call time", () => {
  expect(setupKeyMs({ ...untimed, answerTime: at(30), setupTime: at(20) }, 5)).toBe(20);
  expect(setupKeyMs({ ...untimed, answerTime: at(30) }, 5)).toBe(30);
});
