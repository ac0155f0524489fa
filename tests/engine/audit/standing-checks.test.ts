// Goal: a fault that an audit found is shown until an audit that covers where it was found.
import { describe, expect, it } from "vitest";
import type { AuditCheck } from "../../../src/engine/audit/findings.ts";
import {
  type AuditExtent,
  createStandingChecks,
} from "../../../src/engine/audit/standing-checks.ts";

const all: AuditExtent = { explainsAll: true };
const monday: AuditExtent = { ...all, fromMs: 100, toMs: 200 };
const night = (nightMs: number): AuditExtent => ({
  ...all,
  fromMs: nightMs - 100,
  toMs: nightMs,
  nightMs,
});
const some: AuditExtent = { ...all, tenants: ["a"] };

function shown(
  audits: [AuditExtent, boolean | null][],
  name: AuditCheck["name"] = "sums-agree",
): boolean | null | undefined {
  const standing = createStandingChecks();
  for (const [index, [extent, ok]] of audits.entries()) {
    standing.add({ atMs: index, extent, checks: [{ name, ok, detail: `${index}` }] });
  }
  return standing.last()?.checks[0]?.ok;
}

describe("a fault stands", () => {
  it.each<[string, AuditExtent, AuditExtent]>([
    ["through an audit of some tenants", monday, { ...monday, tenants: ["a"] }],
    ["through an audit of other tenants", some, { ...all, tenants: ["b"] }],
    ["through an audit of another period", monday, { ...all, fromMs: 200, toMs: 300 }],
    ["through an audit of a part of the period", monday, { ...monday, fromMs: 101 }],
    ["through an audit of the other part", monday, { ...monday, toMs: 199 }],
    ["of all time, through an audit of a period", all, monday],
    ["of all time, through a night", all, night(200)],
    ["of a night, through the one before it", night(300), night(200)],
  ])("%s", (_what, older, newer) => {
    expect(
      shown([
        [older, false],
        [newer, true],
      ]),
    ).toBe(false);
  });

  it.each<[string, AuditExtent, AuditExtent]>([
    ["the same", monday, monday],
    ["everything", monday, all],
    ["everything, after a night", night(200), all],
    ["everything, after some tenants", some, all],
    ["more tenants", some, { ...all, tenants: ["a", "b"] }],
    ["a longer period", monday, { ...all, toMs: 300 }],
    ["a later night", night(200), night(300)],
  ])("until an audit of %s", (_what, older, newer) => {
    const before: [AuditExtent, boolean] = [all, true];
    expect(shown([before, [older, false]])).toBe(false);
    expect(shown([before, [older, false], [newer, true]])).toBe(true);
  });

  it("in what was priced again until all is", () => {
    const sample = { explainsAll: false };
    const found: [AuditExtent, boolean] = [sample, false];
    expect(shown([found, [sample, true]], "explained")).toBe(false);
    expect(shown([found, [all, true]], "explained")).toBe(true);
    expect(shown([found, [sample, true]])).toBe(true);
  });

  it("beside what could not be checked, which the next night ends", () => {
    expect(
      shown([
        [all, false],
        [monday, null],
      ]),
    ).toBe(false);
    expect(
      shown([
        [all, null],
        [monday, true],
      ]),
    ).toBeNull();
    expect(
      shown([
        [all, null],
        [night(200), true],
      ]),
    ).toBe(true);
  });
});

it("that all is well with some tenants is not shown as if it were with all", () => {
  expect(shown([[some, true]])).toBeUndefined();
  expect(shown([[some, false]])).toBe(false);
});

it("faults of one check never push out those of another", () => {
  const standing = createStandingChecks();
  const fault = (name: AuditCheck["name"]) => [{ name, ok: false, detail: name }];
  standing.add({ atMs: 0, extent: all, checks: fault("sums-agree") });
  for (let hour = 1; hour <= 200; hour += 1) {
    const extent = { explainsAll: false, fromMs: hour, toMs: hour + 1 };
    standing.add({ atMs: hour, extent, checks: fault("explained") });
  }
  const faulty = standing.last()?.checks.filter(({ ok }) => ok === false);
  expect(new Set(faulty?.map(({ name }) => name))).toEqual(new Set(["sums-agree", "explained"]));
});
