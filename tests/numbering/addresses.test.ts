// The first step: what of a SIP or tel address is the number, what the host, what is kept apart.
import { describe, expect, test } from "vitest";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import { rulesOf } from "../../src/numbering/rule-sets/compiled.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";
import type { Change } from "../../src/numbering/steps/step.ts";
import { unwrap } from "../../src/numbering/steps/unwrap.ts";

function unwrapped(text: string, settings: RuleSetSettings = { preset: "US" }): Change | null {
  const rules = rulesOf(settings);
  if (rules === null) throw new Error("no preset of that name");
  return unwrap({ text, facts: {}, host: "", verdict: null }, rules);
}

describe("number and host", () => {
  test.each([
    ["a SIP URI", "sip:+12125551234@host.example", "+12125551234", "host.example"],
    ["a secure SIP URI", "SIPS:+12125551234@host", "+12125551234", "host"],
    [
      "a host in small letters",
      "sip:anonymous@Anonymous.Invalid",
      "anonymous",
      "anonymous.invalid",
    ],
    ["a host with a port", "sip:2125551234@10.0.0.1:5060", "2125551234", "10.0.0.1"],
    ["a host with parameters", "sip:2125551234@host;user=phone", "2125551234", "host"],
    ["a host with headers", "sip:2125551234@host?Subject=a;ext=7", "2125551234", "host"],
    ["a user with a password", "sip:2125551234:secret@host", "2125551234", "host"],
    ["a tel URI with blanks around", " tel:+1-212-555-1234 ", "+1-212-555-1234", ""],
    ["headers without a host", "sip:2125551234?Subject=x", "2125551234", ""],
    ["an address without scheme", "2125551234@host", "2125551234", "host"],
    ["a SIP address without user", "sip:@host", "", "host"],
    ["two @: the host is behind the last", "sip:12@25@host", "12@25", "host"],
    ["feature signs in per cent", "sip:%2A31%232125551234@host", "*31#2125551234", "host"],
    ["a user named like a parameter", "sip:npdi@host", "npdi", "host"],
    ["a host named like a parameter", "sip:2125551234@npdi", "2125551234", "npdi"],
    ["letters in per cent, both cases", "sip:%6a%4A@host", "jJ", "host"],
    ["a per cent sign that means none", "sip:1%9912%2@host", "1%9912%2", "host"],
  ])("%s", (_what, text, number, host) => {
    expect(unwrapped(text)).toStrictEqual({ text: number, host, facts: {} });
  });

  test.each([
    ["a display name", '"Alice" <sip:2125551234@host>', "2125551234"],
    ["one of a single sign", "A<sip:2125551234@host>", "2125551234"],
    ["none before the brackets", "<tel:2125551234>", "2125551234"],
    ["blanks within the brackets", "Alice < sip:2125551234@host >", "2125551234"],
    ["a bracket in the name", '"<Alice>" <sip:2125551234@host>', "2125551234"],
    ["no closing bracket", "Alice <tel:2125551234", "2125551234"],
    ["nothing in the brackets", "<>", ""],
    ["a number in brackets", "<2125551234>", "2125551234"],
  ])("a display name goes: %s", (_what, text, number) => {
    expect(unwrapped(text)?.text).toBe(number);
  });

  test("parameters behind the brackets are of the header, not of the number", () => {
    expect(unwrapped('"A" <sip:2125551234@host;cic=10288>;tag=7;ext=9')).toStrictEqual({
      text: "2125551234",
      host: "host",
      facts: { carrierCode: "10288" },
    });
  });

  test.each(["+12125551234", "2125551234>", "212:555?1234", "9sip:2125551234"])(
    "%s is no address: left as it is",
    (text) => {
      expect(unwrapped(text)).toBeNull();
    },
  );
});

describe("parameters", () => {
  test.each([
    ["a global routing number", ";rn=+1-646.555 (0000)", { routingNumber: "16465550000" }],
    ["one without +", ";rn=16465550000", { routingNumber: "16465550000" }],
    ["local to a calling code", ";rn=6465550000;rn-context=+1", { routingNumber: "16465550000" }],
    ["to one with separators", ";rn=5550000;rn-context=+1-646", { routingNumber: "16465550000" }],
    ["to a domain", ";rn=6465550000;rn-context=carrier.example", { routingNumber: "6465550000" }],
    ["to a domain with a +", ";rn=6465550000;rn-context=x+1", { routingNumber: "6465550000" }],
    ["to no calling code", ";rn=6465550000;rn-context=+1x", { routingNumber: "6465550000" }],
    ["global with a context", ";rn=+16465550000;rn-context=+44", { routingNumber: "16465550000" }],
    ["hexadecimal digits: of no deck", ";rn=64A5550000;rn-context=+1", {}],
    ["an empty routing number", ";rn=;rn-context=+1", {}],
    ["a context alone", ";rn-context=+1", {}],
    ["a portability dip", ";npdi", { portabilityDipped: true }],
    ["a carrier code", ";cic=+1-0288", { carrierCode: "10288" }],
    ["an empty carrier code", ";cic=", {}],
    ["an extension", ";ext=42", { extension: "42" }],
    ["one with = and per cent", ";ext=4=%32", { extension: "4=2" }],
    ["an empty one", ";ext=", {}],
    ["an ISDN subaddress", ";isub=7", { extension: "7" }],
    ["an extension before a subaddress", ";isub=7;ext=42", { extension: "42" }],
    [
      "names with blanks and capitals",
      "; NPDI ;Ext=42",
      { portabilityDipped: true, extension: "42" },
    ],
    ["the first of a name", ";ext=1;EXT=2", { extension: "1" }],
    ["others are not kept", ";user=phone;;=x", {}],
  ])("%s", (_what, parameters, facts) => {
    const text = "+12125551234";
    expect(unwrapped(text + parameters)).toStrictEqual({ text, host: "", facts });
    const behindHost = unwrapped(`sip:${text}@host${parameters}`);
    expect(behindHost).toStrictEqual({ text, host: "host", facts });
  });
});

describe("phone-context", () => {
  test.each([
    ["a calling code", "tel:212-555-1234;phone-context=+1", "+1212-555-1234"],
    ["one with separators", "tel:863-1234;phone-context=+1-914", "+1914863-1234"],
    ["a number in brackets", "tel:(212)5551234;phone-context=+1", "+1(212)5551234"],
    [
      "an area's digits, as an extension looks",
      "tel:7042;phone-context=+1-914-555",
      "+19145557042",
    ],
    ["a domain", "tel:7042;phone-context=office.example", "7042"],
    ["a number that is global", "tel:+442079460123;phone-context=+1", "+442079460123"],
    ["a feature code", "tel:*31#2125551234;phone-context=+1", "*31#2125551234"],
    ["an emergency number: +1911 is none", "tel:911;phone-context=+1", "911"],
    ["a short number", "tel:411;phone-context=+1", "411"],
  ])("%s", (_what, text, number) => {
    expect(unwrapped(text)).toStrictEqual({ text: number, host: "", facts: {} });
  });

  test("911 of the context +1 is help, not a number too short", () => {
    expect(normalizeNumber("tel:911;phone-context=+1", { preset: "US" })).toMatchObject({
      kind: "emergency",
      normalized: "911",
    });
  });
});
