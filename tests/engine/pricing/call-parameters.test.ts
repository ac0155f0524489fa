// The usage that parameters name is read exactly, or refused with the limit that it passes.
import { expect, it } from "vitest";
import { callOf } from "../../../src/engine/pricing/call-parameters.ts";
import { descriptorOf } from "../../../src/engine/pricing/descriptor-parameters.ts";

const usage = (value: number | string, tor = "*voice") => callOf({ usage: value, tor }, 0).usage;
const cgrates = (value: number | string) => descriptorOf({ usage: value }, 0).descriptor.usageNs;

it("seconds as a number in whatever form JSON writes it", () => {
  expect([usage(1e-7), usage(0.0004), usage(1.5e-3), usage(1e3)]).toEqual([0, 0, 2, 1_000_000]);
  expect(() => usage(1e22)).toThrow("usage: it is longer than 9007199254740991 ms");
  expect(() => usage("9007199254741s")).toThrow("usage: it is longer than 9007199254740991 ms");
  expect(() => usage("1e-7")).toThrow('usage: "1e-7" is not a duration');
});

it("units up to the largest that is counted exactly", () => {
  const most = Number.MAX_SAFE_INTEGER;
  expect([usage(most, "*data"), usage(String(most), "*data"), usage(" 7 ", "*sms")]).toEqual([
    most,
    most,
    7,
  ]);
  for (const value of [JSON.parse("9007199254740993"), "9007199254740993", 1e300]) {
    expect(() => usage(value, "*data")).toThrow(
      "usage: over 9007199254740991 units are not counted exactly",
    );
  }
  for (const value of [-1, 1.5, "9007199254740990.6", "", "x"]) {
    expect(() => usage(value, "*data")).toThrow("is not a whole number of units ≥ 0");
  }
});

it("nanoseconds of CGRateS: what is below one is cut off", () => {
  expect([cgrates(1e-7), cgrates(0.5), cgrates(95e9)]).toEqual([0, 0, 95e9]);
  expect(() => cgrates(1e22)).toThrow("over 9007199254740991 nanoseconds or units");
  expect(() => cgrates("9999999h")).toThrow("is not a duration of at most 9007199254740991 nano");
});
