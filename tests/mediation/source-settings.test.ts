import { describe, expect, it } from "vitest";
import { createAddressSet } from "../../src/mediation/address-range.ts";
import { mapCause } from "../../src/mediation/cause-map.ts";
import { chooseSource, sourceList, sourceSettings } from "../../src/mediation/source-settings.ts";

const NOBODY = { path: "/cgr", address: "203.0.113.9", credential: null };

describe("sources", () => {
  const sources = sourceList.parse([
    { name: "by-path", match: { paths: ["/cgr"] } },
    { name: "by-address", match: { addresses: ["192.0.2.0/24", "2001:db8::/32"] } },
    { name: "by-token", match: { tokens: ["switch-1"] }, timeZone: "Europe/Madrid" },
  ]);

  it.each([
    ["by-token", { path: "/cgr", address: "192.0.2.7", credential: "switch-1" }],
    ["by-address", { path: "/cgr", address: "192.0.2.7", credential: "other" }],
    ["by-address", { path: "/x", address: "2001:db8:1::5", credential: null }],
    ["by-path", NOBODY],
    ["default", { path: "/other", address: "203.0.113.9", credential: null }],
  ])("%s", (name, sender) => {
    expect(chooseSource(sources, sender).name).toBe(name);
  });

  it("the default keeps everything, reads UTC and bills a-legs, unless it is configured", () => {
    expect(chooseSource([], NOBODY)).toMatchObject({
      name: "default",
      extraFields: "all",
      timeZone: "UTC",
      legPolicy: "a",
    });
    const configured = sourceList.parse([{ name: "default", legPolicy: "all" }]);
    expect(chooseSource(configured, NOBODY).legPolicy).toBe("all");
  });

  it.each([
    [{ name: "x", typo: 1 }],
    [{ name: "x", match: { token: "y" } }],
    [{ name: "x", timeZone: "Mars/Olympus" }],
    [{ name: "x", match: { addresses: ["192.0.2.0/33"] } }],
    [{ name: "x", fieldMap: { colour: ["y"] } }],
    [{ name: "" }],
  ])("%j is refused", (settings) => {
    expect(sourceSettings.safeParse(settings).success).toBe(false);
  });

  it("names come once", () => {
    expect(sourceList.safeParse([{ name: "x" }, { name: "x" }]).success).toBe(false);
  });
});

describe("address ranges", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7", true],
    ["::ffff:192.0.2.7", "192.0.2.0/24", true],
    ["192.0.3.7", "192.0.2.0/24", false],
    ["10.1.2.3", "0.0.0.0/0", true],
    ["::1", "0.0.0.0/0", false],
    ["::1", "0:0:0:0:0:0:0:1", true],
    ["fe80::1%eth0", "fe80::/10", true],
    ["2001:db8::1", "2001:db8::/128", false],
    ["1.2.3", "1.2.3.0/24", false],
    ["1.2.3.256", "0.0.0.0/0", false],
    ["1::2::3", "::/0", false],
    ["1:2:3:4:5:6:7:8:9", "::/0", false],
    ["192.0.2.7", "192.0.2.0/x", false],
  ])("%s in %s: %s", (address, range, expected) => {
    expect(createAddressSet([range]).has(address)).toBe(expected);
  });
});

describe("causes", () => {
  const tables = (sip = "rfc3398") => ({ sip: sip as "rfc3398", overrides: {} });

  it.each([
    ["16", "16"],
    ["Q.850:17", "17"],
    ["USER_BUSY", "17"],
    ["originator_cancel", "16"],
    ["NO ANSWER", "19"],
    ["486", "17"],
    ["sip:486", "17"],
    ["200", "16"],
    ["487", null],
    ["999", null],
    ["WHATEVER", null],
    ["constructor", null],
  ])("%s is %s", (sent, code) => {
    expect(mapCause(sent, tables())).toBe(code);
  });

  it("differ by the table chosen, and an override wins", () => {
    expect(mapCause("408", tables())).toBe("102");
    expect(mapCause("408", tables("cdr-pusher"))).toBe("18");
    expect(mapCause("488", tables("freeswitch"))).toBe("88");
    expect(mapCause("408", { sip: "rfc3398", overrides: { "408": "18" } })).toBe("18");
  });
});
