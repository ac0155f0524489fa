import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { RawCdr } from "../../src/formats/format.ts";
import { readFreeswitchJson } from "../../src/formats/freeswitch/json.ts";
import { contentHashOf } from "../../src/mediation/content-hash.ts";
import {
  type SampleDocument,
  sampleFreeswitchCdr,
  switchBodies,
  switchEncode,
  withEncodedValues,
} from "./freeswitch-sample.ts";
import { hasReference, referencePayloads, referenceRequests } from "./reference-files.ts";

const UUID = "0a1b2c3d-0000-4000-8000-00000000000a";
const OTHER = "0a1b2c3d-0000-4000-8000-00000000000b";

function result(body: string | Uint8Array, query = "") {
  return readFreeswitchJson({ body: Buffer.from(body), query, contentType: null });
}

function read(body: string | Uint8Array, query = ""): RawCdr {
  const answer = result(body, query);
  if (!answer.ok) {
    throw new Error(`${answer.reason}: ${answer.detail}`);
  }
  return answer.raw;
}

function refusal(body: string | Uint8Array): string {
  const answer = result(body);
  return answer.ok ? "ok" : answer.reason;
}

function latin1Document(document: SampleDocument): Buffer {
  return Buffer.from(JSON.stringify(document), "latin1");
}

describe("spellings of one document", () => {
  const plain = JSON.stringify(sampleFreeswitchCdr({ uuid: UUID }));
  const hash = contentHashOf(read(plain));

  it.each(Object.entries(switchBodies(plain)))("%s has the content of the raw one", (_, body) => {
    expect(contentHashOf(read(body, `uuid=${UUID}`))).toBe(hash);
  });

  it("has the same content with encoded values, raw, base64 and doubly encoded", () => {
    const encoded = JSON.stringify(withEncodedValues(sampleFreeswitchCdr({ uuid: UUID })));
    expect(encoded).not.toBe(plain);
    for (const body of Object.values(switchBodies(encoded))) {
      expect(contentHashOf(read(body))).toBe(hash);
    }
  });

  it("reads a form of another encoder, which writes a space as +", () => {
    const body = new URLSearchParams({ cdr: plain }).toString();
    expect(contentHashOf(read(body))).toBe(hash);
    expect(contentHashOf(read(`cdr=${plain}`))).toBe(hash);
    expect(contentHashOf(read(`uuid=${UUID}&cdr=${switchEncode(plain)}&x=1`))).toBe(hash);
  });

  it("does not depend on blanks or on the order of members", () => {
    const document = sampleFreeswitchCdr({ uuid: UUID });
    const turned = Object.fromEntries(Object.entries(document).reverse());
    expect(contentHashOf(read(JSON.stringify(turned, null, 2)))).toBe(hash);
    expect(contentHashOf(read(`\uFEFF${plain}`))).toBe(hash);
  });

  it("says that the double encoding was repaired", () => {
    const encoded = JSON.stringify(withEncodedValues(sampleFreeswitchCdr({ uuid: UUID })));
    expect(() => JSON.parse(decodeURIComponent(switchEncode(encoded)))).toThrow();
    expect(read(`cdr=${switchEncode(encoded)}`).warnings).toHaveLength(1);
  });
});

describe("the lossy double encoding", () => {
  function lossy(variables: Record<string, string>): Buffer {
    const document = withEncodedValues(sampleFreeswitchCdr({ uuid: UUID, variables }));
    return Buffer.from(`cdr=${switchEncode(JSON.stringify(document))}`);
  }

  it("keeps line ends, quotes and backslashes of repaired values", () => {
    const sdp = 'v=0\r\no=- 1 "x" \\d+\r\n';
    expect(read(lossy({ switch_r_sdp: sdp })).extra["switch_r_sdp"]).toBe(sdp);
  });

  it.each([
    ["a value that is JSON itself", '{"a":"b","c":"d"}'],
    ["a single quote mark", '5" screen'],
    ["a name sent along that is there already", 'x","billusec":"1'],
  ])("refuses %s", (_, value) => {
    expect(refusal(lossy({ zz: value }))).toBe("broken-encoding");
  });
});

describe("values", () => {
  it("keeps + and decodes callflow never", () => {
    const document = sampleFreeswitchCdr({ uuid: UUID, destination: "+34600111222" });
    document.callflow[0]!["note"] = "50%25 %2B";
    const raw = read(JSON.stringify(withEncodedValues(document)));
    expect(raw.primary["destination"]).toBe("+34600111222");
    expect(raw.extra["callflow"]).toMatchObject([{ note: "50%25 %2B" }]);
  });

  it("leaves % alone in a document whose values are plain", () => {
    const document = sampleFreeswitchCdr({ uuid: UUID, variables: { discount: "5%20off" } });
    expect(read(JSON.stringify(document)).extra["discount"]).toBe("5%20off");
  });

  it("tells encoded values without time stamps by the whole document", () => {
    const variables = { uuid: UUID, sip_req_user: "%2B44", sip_req_uri: "%2B44%40h" };
    expect(read(JSON.stringify({ variables })).primary["destination"]).toBe("+44");
    const mixed = { ...variables, sip_from_uri: "a@b" };
    expect(read(JSON.stringify({ variables: mixed })).primary["destination"]).toBe("%2B44");
  });

  it("shows a value cut inside a character and keeps its bytes", () => {
    const document = withEncodedValues(sampleFreeswitchCdr({ uuid: UUID }));
    document.variables["caller_name"] = "%D0%98%D0%B2%D0%B0%D0";
    const { extra } = read(JSON.stringify(document));
    expect(extra["caller_name"]).toBe("Ива\uFFFD");
    expect(extra["rawValues"]).toEqual({ caller_name: "Ива%D0" });
  });

  it("shows Latin-1 bytes and keeps them, alike in every spelling", () => {
    const document = sampleFreeswitchCdr({ uuid: UUID, variables: { city: "Köln 100%" } });
    const bytes = latin1Document(document);
    const { extra } = read(bytes);
    expect(extra["city"]).toBe("K\uFFFDln 100%");
    expect(extra["rawValues"]).toEqual({
      city: "K%F6ln 100%25",
      "callflow[0].caller_profile.caller_id_name": 'Anna "A" M%FCller',
    });
    const hash = contentHashOf(read(bytes));
    for (const body of Object.values(switchBodies(bytes))) {
      expect(contentHashOf(read(body))).toBe(hash);
    }
  });

  it("keeps a broken escape of a surrogate", () => {
    const { extra } = read(`{"variables":{"uuid":"u","x":"a\\ud800b"}}`);
    expect(extra["x"]).toBe("a\uFFFDb");
    expect(extra["rawValues"]).toEqual({ x: "a\\uD800b" });
  });

  it("keeps array variables as their text, nulls, numbers and nested members as they came", () => {
    const { extra } = read(JSON.stringify(sampleFreeswitchCdr({ uuid: UUID })));
    expect(extra["sip_history_info"]).toMatch(/^ARRAY::<sip:100.*\|:<sip:200/);
    expect(extra["callStats"]).toEqual({
      audio: { inbound: { raw_bytes: 572_588, mean_interval: 0.5, r_factor: null } },
    });
    expect(read(`{"variables":{"uuid":"u"},"callStats":null}`).extra["callStats"]).toBeNull();
  });

  it("keeps integers beyond 2^53 to the last digit", () => {
    const { extra } = read(`{"variables":{"uuid":"u"},"seq":9007199254740993123}`);
    expect(extra["seq"]).toBe("9007199254740993123");
  });

  it("keeps both values where a variable and a member share a name, and odd names", () => {
    const { extra } = read(
      `{"variables":{"uuid":"u","app_log":"v","__proto__":"p"},"app_log":[1]}`,
    );
    expect(extra["app_log"]).toBe("v");
    expect(extra["document_app_log"]).toEqual([1]);
    expect(Object.getOwnPropertyDescriptor(extra, "__proto__")?.value).toBe("p");
  });
});

describe("callflow", () => {
  const current = { caller_profile: { destination_number: "111", username: "now" } };
  const older = { caller_profile: { destination_number: "222", username: "before" } };
  const head = `"variables":{"uuid":"u"}`;

  it.each([
    ["an object", `{${head},"callflow":${JSON.stringify(current)}}`],
    ["an array", `{${head},"callflow":${JSON.stringify([current, older])}}`],
    [
      "a repeated member",
      `{${head},"callflow":${JSON.stringify(current)},"callflow":${JSON.stringify(older)}}`,
    ],
  ])("%s: the first profile is the current one", (_, text) => {
    const { primary } = read(text);
    expect(primary["destination"]).toBe("111");
    expect(primary["account"]).toBe("now");
  });

  it("keeps every repeated profile in its order", () => {
    const text = `{${head},"callflow":${JSON.stringify(current)},"callflow":${JSON.stringify(older)}}`;
    expect(read(text).extra["callflow"]).toEqual([current, older]);
  });
});

describe("primary fields", () => {
  function primaryOf(variables: Record<string, unknown>, members = {}) {
    return read(JSON.stringify({ ...members, variables: { uuid: "u", ...variables } })).primary;
  }

  it.each([
    [{ billusec: "1499", billmsec: "9", billsec: "9" }, "1499us"],
    [{ billmsec: "1500", billsec: "9" }, "1500ms"],
    [
      { answer_uepoch: "1700000000000001", end_uepoch: "1700000001000000", billsec: "9" },
      "999999us",
    ],
    [{ answer_uepoch: "0", end_uepoch: "1700000001000000" }, "0us"],
    [{ billsec: "95.5", duration: "100" }, "95.5s"],
    [{ billsec: 13 }, "13s"],
    [{ billsec: "-3" }, "-3s"],
    [{ billsec: "abc" }, "abc"],
    [{ duration: "100" }, undefined],
  ])("usage of %j is %s", (variables, usage) => {
    expect(primaryOf(variables)["usage"]).toBe(usage);
  });

  it.each([
    [{ cgr_originhost: "a", "FreeSWITCH-IPv4": "b", sip_local_network_addr: "c" }, "a"],
    [{ "FreeSWITCH-IPv4": "b", sip_local_network_addr: "c" }, "b"],
    [{ sip_local_network_addr: "c" }, "c"],
    [{}, "sw"],
  ])("originHost of %j is %s", (variables, host) => {
    expect(primaryOf(variables, { switchname: "sw" })["originHost"]).toBe(host);
  });

  it("honours the cgr_ variables and leaves direction and duration extra", () => {
    const raw = read(
      JSON.stringify({
        variables: {
          uuid: "u",
          direction: "inbound",
          duration: "9",
          cgr_reqtype: "*prepaid",
          cgr_tenant: "t",
          cgr_tor: "*data",
          cgr_category: "c",
          cgr_account: "a",
          user_name: "x",
          cgr_subject: "s",
          cgr_destination: "d",
          cgr_supplier: "p",
          cgr_disconnectcause: "17",
          hangup_cause: "USER_BUSY",
        },
      }),
    );
    expect(raw.primary).toEqual({
      originId: "u",
      requestType: "*prepaid",
      tenant: "t",
      category: "c",
      tor: "*data",
      account: "a",
      subject: "s",
      destination: "d",
      supplier: "p",
      disconnectCause: "17",
    });
    expect(raw.extra).toMatchObject({ direction: "inbound", duration: "9", user_name: "x" });
    expect(primaryOf({ cgr_RequestType: "rated" })["requestType"]).toBe("rated");
  });

  it("takes epochs where there are no uepochs, and 0 for absent", () => {
    expect(primaryOf({ start_uepoch: "0", start_epoch: "1700000000" })["setupTime"]).toBe(
      "1700000000",
    );
    expect(primaryOf({ answer_epoch: "0", answer_uepoch: "0" })["answerTime"]).toBeUndefined();
    expect(primaryOf({ progress_mediamsec: "0", progressmsec: "310" })["pdd"]).toBe("310ms");
  });

  it("takes a changed field map of the source", () => {
    const body = Buffer.from(
      JSON.stringify({ variables: { uuid: "u", trunk: "t1", user_name: "n" } }),
    );
    const answer = readFreeswitchJson(
      { body, query: "", contentType: null },
      { account: ["absent", "trunk"] },
    );
    expect(answer.ok && answer.raw.primary["account"]).toBe("t1");
  });

  it("takes the uuid of the query where the document has none, without its prefix", () => {
    expect(read(`{"variables":{"x":"1"}}`, "uuid=a_abc").primary["originId"]).toBe("abc");
    expect(read(`{"variables":{"uuid":"abc"}}`, "uuid=a_abc").warnings).toEqual([]);
    expect(read(`{"variables":{"uuid":"abc"}}`, "uuid=def").warnings).toHaveLength(1);
  });
});

describe("legs", () => {
  it("joins a b-leg to its a-leg", () => {
    const a = read(JSON.stringify(sampleFreeswitchCdr({ uuid: UUID })));
    const b = read(JSON.stringify(sampleFreeswitchCdr({ uuid: OTHER, originatingLegUuid: UUID })));
    expect([a.leg, a.callId]).toEqual(["a", UUID]);
    expect([b.leg, b.callId]).toEqual(["b", UUID]);
  });

  it("knows a b-leg by its originator alone, in a list or singly", () => {
    for (const originator of [
      { originator_caller_profiles: [{ uuid: UUID }] },
      { originator_caller_profile: { uuid: UUID } },
    ]) {
      const callflow = { caller_profile: { originator } };
      const raw = read(JSON.stringify({ variables: { uuid: OTHER }, callflow }));
      expect([raw.leg, raw.callId]).toEqual(["b", UUID]);
    }
  });

  it("takes a leg that is its own originator for an a-leg, and direction for nothing", () => {
    const variables = { uuid: UUID, originating_leg_uuid: UUID, direction: "outbound" };
    expect(read(JSON.stringify({ variables })).leg).toBe("a");
  });
});

describe("refusals", () => {
  it.each([
    ["broken-json", "{"],
    ["broken-json", ""],
    ["broken-json", "\xff\x00"],
    ["broken-json", `{"variables":{"uuid":"u"}`],
    ["broken-json", "cdr=%7B%22variables%22"],
    ["broken-json", "cdr=bm90IGpzb24="],
    ["not-a-cdr", "[]"],
    ["not-a-cdr", "{}"],
    ["not-a-cdr", `{"variables":"x"}`],
    ["over-limit", `{"variables":{"uuid":"u"},"x":${"[".repeat(40)}${"]".repeat(40)}}`],
    ["over-limit", "[".repeat(1_000_000)],
  ])("%s", (reason, body) => {
    expect(refusal(body)).toBe(reason);
  });
});

describe("any bytes", () => {
  property.prop([
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom("", "cdr=", "{", "%7B", "eyJ"),
  ])("never throw", (bytes, start) => {
    result(Buffer.concat([Buffer.from(start), bytes]));
  });

  property.prop([fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 4 })])(
    "any text and value of a document comes back the same from every spelling",
    (text, value) => {
      const json = JSON.stringify({
        variables: { uuid: "u", a_stamp: "2026-01-01 00:00:00", text },
        value,
      });
      const { extra } = read(json);
      expect(extra["text"]).toBe(text);
      expect(extra["value"]).toEqual(JSON.parse(JSON.stringify(value)));
      const bodies = switchBodies(json);
      for (const name of ["base64", "base64File", "rawWithNewline"]) {
        expect(read(bodies[name]!).extra["text"]).toBe(text);
      }
      expect(read(`cdr=${encodeURIComponent(json)}`).extra["text"]).toBe(text);
    },
  );
});

property.prop([fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, 4)])(
  "a document is read the same however it is laid out",
  (value, indent) => {
    const document = { variables: { uuid: "u", a_stamp: "2026-01-01 00:00:00" }, value };
    const { extra } = read(JSON.stringify(document, null, indent));
    const plain = JSON.parse(JSON.stringify(value), (_name, member: unknown) =>
      indent > 0 && Number.isInteger(member) && !Number.isSafeInteger(member)
        ? spelling(member as number)
        : member,
    );
    expect(extra["value"]).toEqual(plain);
  },
);

/** A long integer in a document that is laid out stays text, unless it is written with an exponent. */
function spelling(value: number): number | string {
  const text = JSON.stringify(value);
  return text.includes("e") ? value : text;
}

describe.runIf(hasReference)("reference payloads", () => {
  it.each(referencePayloads())("%s: one content in every spelling, nothing lost", (_, bytes) => {
    const raw = read(bytes);
    const document = JSON.parse(bytes.toString());
    const encoded = /%20/.test(document.variables.start_stamp);
    for (const [name, value] of Object.entries<string>(document.variables)) {
      expect(raw.extra[name]).toBe(encoded ? decodeURIComponent(value) : value);
    }
    for (const name of Object.keys(document)) {
      expect(name === "variables" || name in raw.extra).toBe(true);
    }
    for (const body of Object.values(switchBodies(bytes))) {
      expect(contentHashOf(read(body))).toBe(contentHashOf(raw));
    }
  });

  it.each(referenceRequests())("%s has the content of its payload", (_, request) => {
    const hashes = referencePayloads().map(([, bytes]) => contentHashOf(read(bytes)));
    const answer = readFreeswitchJson(request);
    expect(answer.ok && hashes).toContain(answer.ok && contentHashOf(answer.raw));
  });
});
