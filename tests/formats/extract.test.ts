import { describe, expect, it } from "vitest";
import { readCdrObject } from "../../src/formats/cdr-object.ts";
import { extracted } from "../../src/formats/extract.ts";
import { readFreeswitchJson } from "../../src/formats/freeswitch/json.ts";
import { sourceSettings } from "../../src/mediation/source-settings.ts";

describe("a part of a header", () => {
  it.each([
    ['"Alice <sip:9@x>" <sip:1001@example.com;transport=udp>;tag=1', "1001"],
    ["sips:%2B34911234567;npdi:pw@10.0.0.1:5061", "+34911234567"],
    ["1001@example.com", "1001"],
    ["<sip:example.com>", undefined],
    ["SIP/1001-00000001", undefined],
    ["", undefined],
  ])("sip-user of %s", (text, user) => expect(extracted("sip-user", text)).toBe(user));

  it.each([
    ["<tel:+34-911.234(567);ext=5>", "+34911234567"],
    ['"tel:1" <tel:2>', "2"],
    ["sip:1@x", undefined],
  ])("tel of %s", (text, number) => expect(extracted("tel", text)).toBe(number));

  it("takes linear time over any text", () => {
    for (const text of [
      "sip:".repeat(100_000),
      '"\\'.repeat(200_000),
      "tel:".repeat(100_000),
      "a@".repeat(200_000),
    ]) {
      const before = performance.now();
      extracted("sip-user", text);
      extracted("tel", text);
      expect(performance.now() - before).toBeLessThan(10_000);
    }
  });
});

it("fills a field by the map of a source, and leaves the header where it is", () => {
  const { fieldMap } = sourceSettings.parse({
    name: "x",
    fieldMap: {
      account: [{ from: "P-Asserted-Identity", extract: "sip-user" }, "user"],
      callerNumber: [{ from: "P-Asserted-Identity", extract: "tel" }, "user"],
    },
  });
  const header = "<sip:1001@example.com>";
  const read = readCdrObject({ accid: "1", "p-asserted-identity": header, user: "u" }, fieldMap);
  expect(read.ok && read.raw.primary).toMatchObject({ account: "1001", callerNumber: "u" });
  expect(read.ok && read.raw.extra["p-asserted-identity"]).toBe(header);
  const body = Buffer.from(
    JSON.stringify({ variables: { uuid: "1", "P-Asserted-Identity": header } }),
  );
  const post = readFreeswitchJson({ body, query: "", contentType: null }, fieldMap);
  expect(post.ok && post.raw.primary["account"]).toBe("1001");
  const wrong = { name: "x", fieldMap: { account: [{ from: "a", extract: "nothing" }] } };
  expect(sourceSettings.safeParse(wrong).success).toBe(false);
});
