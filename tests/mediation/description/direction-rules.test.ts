// Goal: a source's rules say the direction of its calls, in order, and none can be made slow.
import { describe, expect, it } from "vitest";
import { readCdrObject } from "../../../src/formats/cdr-object.ts";
import { LONGEST_MATCHED } from "../../../src/formats/pattern.ts";
import { mediate } from "../../../src/mediation/mediate.ts";
import { sourceSettings } from "../../../src/mediation/source-settings.ts";

const RULES = [
  { callDirection: "external", when: { context: "^from-trunk", DSTCHANNEL: "/trunk-" } },
  { callDirection: "inbound", when: { context: "^from-(?:trunk|pstn)" } },
  {
    callDirection: "internal",
    when: { callerNumber: "^[0-9]{2,5}$", destination: "^[0-9]{2,5}$" },
  },
  { callDirection: "outbound", when: { carrier: "." } },
];

function directionOf(fields: Record<string, unknown>, directions: unknown = RULES) {
  const source = sourceSettings.parse({ name: "pbx", directions });
  const sent = { originId: "x", account: "1001", usage: 0, ...fields };
  const read = readCdrObject(sent as never);
  if (!read.ok) throw new Error(read.detail);
  const result = mediate(read.raw, source, 0);
  if (!result.ok) throw new Error(result.detail);
  return result.cdr.primary.callDirection;
}

describe("rules for the direction", () => {
  it.each([
    [{ context: "from-trunk-east", dstchannel: "SIP/trunk-1" }, "external"],
    [{ Context: "FROM-TRUNK", dstchannel: "SIP/201-1" }, "inbound"],
    [{ context: "from-pstn" }, "inbound"],
    [{ callerNumber: "201", destination: "202" }, "internal"],
    [{ callerNumber: 201, destination: 202 }, "internal"],
    [{ callerNumber: "201", destination: "34911000001" }, undefined],
    // By the name that it was sent under, and by the one that it has here.
    [{ supplier: "North" }, undefined],
    [{ carrier: "North" }, "outbound"],
    [{ context: "internal", callDirection: "Inbound" }, "inbound"],
    [{ context: "from-pstn", callDirection: "internal" }, "inbound"],
    [{ context: ["from-pstn"] }, undefined],
    [{ context: "" }, undefined],
    [{ context: `from-pstn${" ".repeat(LONGEST_MATCHED)}` }, undefined],
  ])("%j is %s", (fields, direction) => {
    expect(directionOf(fields)).toBe(direction);
  });

  it("without a condition holds for what the rules before it left", () => {
    const rules = [...RULES, { callDirection: "internal", when: {} }];
    expect(directionOf({ destination: "34911000001" }, rules)).toBe("internal");
    expect(directionOf({ context: "from-pstn" }, rules)).toBe("inbound");
  });

  it("leaves CGRateS's direction alone, and can go by it", () => {
    const rules = [{ callDirection: "inbound", when: { direction: "^\\*in$" } }];
    expect(directionOf({ direction: "*in" }, rules)).toBe("inbound");
    expect(directionOf({ direction: "*out" }, rules)).toBeUndefined();
  });

  it.each([
    ["a pattern that explodes", [{ callDirection: "inbound", when: { context: "(a+)+$" } }]],
    ["a direction that is none", [{ callDirection: "transit", when: {} }]],
    ["another member", [{ callDirection: "inbound", when: {}, or: {} }]],
    ["too many fields", [{ callDirection: "inbound", when: fieldsOf(9) }]],
    ["too many rules", Array.from({ length: 101 }, () => ({ callDirection: "inbound", when: {} }))],
  ])("%s is a fault of the settings", (_what, directions) => {
    expect(sourceSettings.safeParse({ name: "pbx", directions }).success).toBe(false);
  });

  it("as many as there may be are quick on long texts that match none of them", () => {
    const when = Object.fromEntries(
      Object.keys(fieldsOf(8)).map((name) => [name, "[ab]*a?a?a?c$"]),
    );
    const rules = Array.from({ length: 100 }, () => ({ callDirection: "inbound", when }));
    const long = Object.fromEntries(
      Object.keys(when).map((name) => [name, "a".repeat(LONGEST_MATCHED)]),
    );
    const before = process.cpuUsage();
    expect(directionOf(long, rules)).toBeUndefined();
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});

function fieldsOf(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`field-${n}`, "a"]));
}
