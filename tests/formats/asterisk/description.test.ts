// Goal: caller, direction, trunk, queue and agent as Asterisk's own fields tell them.
import { describe, expect, it } from "vitest";
import { describeCall } from "../../../src/formats/asterisk/description.ts";
import { sourceSettings } from "../../../src/mediation/source-settings.ts";

const describeFields = (fields: Record<string, string>, trunks?: string[]) =>
  describeCall(new Map(Object.entries(fields)), trunks);

describe("caller id", () => {
  it.each([
    ['"Ann" <201>', { callerName: "Ann", callerNumber: "201" }],
    ["Ann Bee <201>", { callerName: "Ann Bee", callerNumber: "201" }],
    ['"" <201>', { callerNumber: "201" }],
    ["<201>", { callerNumber: "201" }],
    ["+34911000001", { callerNumber: "+34911000001" }],
    ["Ann", { callerName: "Ann" }],
    ['"O\\"Neill <x>" <7>', { callerName: 'O"Neill <x>', callerNumber: "7" }],
    ["", {}],
    ['"', {}],
    ['" <+380997717356>', { callerNumber: "+380997717356" }],
    ["<>", {}],
  ])("%s", (clid, described) => {
    expect(describeFields({ clid })).toEqual(described);
  });
});

describe("direction and trunk", () => {
  const trunks = ["^PJSIP/(telekom)-", "^SIP/(north[^-]*)-"];

  it.each([
    [
      "PJSIP/telekom-0000000a",
      "PJSIP/201-0000000b",
      { callDirection: "inbound", trunk: "telekom" },
    ],
    ["PJSIP/201-0000000b", "SIP/north2-0000000a", { callDirection: "outbound", trunk: "north2" }],
    ["PJSIP/telekom-1", "SIP/north-2", { callDirection: "external", trunk: "north" }],
    ["PJSIP/201-1", "PJSIP/202-2", { callDirection: "internal" }],
    ["PJSIP/201-1", "", { callDirection: "internal" }],
  ])("of the source's trunks: %s to %s", (channel, dstchannel, described) => {
    expect(describeFields({ channel, dstchannel }, trunks)).toEqual(described);
  });

  it.each([
    ["SIP/Trunk-east-0000000a", "SIP/201-1", { callDirection: "inbound", trunk: "Trunk-east" }],
    ["SIP/201-1", "IAX2/provider7-22", { callDirection: "outbound", trunk: "provider7" }],
    ["DAHDI/gateway-1", "pjsip/trunk-2", { callDirection: "external", trunk: "trunk" }],
    // A trunk may have any name: that none is called so says nothing.
    ["PJSIP/201-1", "PJSIP/telekom-2", {}],
  ])("of what is called a trunk: %s to %s", (channel, dstchannel, described) => {
    expect(describeFields({ channel, dstchannel })).toEqual(described);
  });

  it("the patterns of trunks are bounded as all patterns are", () => {
    const parse = (pattern: string) => sourceSettings.safeParse({ name: "x", trunks: [pattern] });
    expect(parse("^PJSIP/(telekom)-").success).toBe(true);
    expect(parse("^PJSIP/telekom-").success).toBe(false);
    expect(parse("((a+)+)$").success).toBe(false);
  });
});

describe("queue and agent", () => {
  it.each([
    ["Queue", "sales,tT,,,60", "PJSIP/201-0000000b", { queue: "sales", agent: "201" }],
    ["queue", "Sales|t", "Local/202@from-queue-00000003;1", { queue: "Sales", agent: "202" }],
    ["Queue", "sales", "Agent/17", { queue: "sales", agent: "17" }],
    ["Queue", "sales", "", { queue: "sales" }],
    ["Queue", "sales", "DAHDI/1-1", { queue: "sales" }],
    ["Queue", "", "PJSIP/201-1", { agent: "201" }],
    ["Dial", "PJSIP/201,60", "PJSIP/201-0000000b", {}],
  ])("%s(%s) to %s", (lastapp, lastdata, dstchannel, described) => {
    expect(describeFields({ lastapp, lastdata, dstchannel })).toEqual(described);
  });

  it("a member that is rung over a trunk is no agent", () => {
    const call = { lastapp: "Queue", lastdata: "sales", dstchannel: "PJSIP/trunk-1" };
    expect(describeFields(call)).toMatchObject({ queue: "sales", callDirection: "outbound" });
    expect(describeFields(call)).not.toHaveProperty("agent");
  });
});
