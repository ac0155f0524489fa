// What amiws makes of a message becomes the message again, also where keys repeat or bytes are no UTF-8.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRecord, readEnvelope } from "../../../src/feeds/amiws/envelope.ts";
import { amiEvent, eventText } from "../ami/events.ts";
import { envelopeText } from "./proxy.ts";

const messageOf = (text: string | Buffer) => {
  const read = readEnvelope(Buffer.from(text));
  return read.ok ? read.message.toString("latin1") : read.detail;
};

describe("an envelope", () => {
  it("is the manager's message again, byte by byte, with the server that told it", () => {
    const event = amiEvent({ mapped: { BillSecF: "3.505" } });
    const read = readEnvelope(Buffer.from(envelopeText(event, 2, "pbx-west")));
    expect(read).toMatchObject({ ok: true, serverId: 2, serverName: "pbx-west" });
    expect(read.ok && read.message.toString()).toBe(event);
  });

  it("keeps a key that comes twice, so that what was injected is seen", () => {
    const forged = amiEvent({ tail: "BillableSeconds: 0\r\n" });
    const text = messageOf(envelopeText(forged, 1, "a"));
    expect(text.match(/BillableSeconds: /g)).toHaveLength(2);
    expect(text).toContain("BillableSeconds: 0\r\n");
  });

  it("of any fields holds them all", () => {
    const word = fc.stringMatching(/^[A-Za-z][A-Za-z-]{0,8}$/);
    const value = fc.stringMatching(/^[^\r\n]{0,20}$/);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(word, value), { selector: ([key]) => key }), (pairs) => {
        const message = eventText(Object.fromEntries([["Event", "X"], ...pairs]));
        const read = readEnvelope(Buffer.from(envelopeText(message, 1, "a")));
        expect(read.ok && read.message.toString()).toBe(message);
      }),
    );
  });

  it("keeps bytes that are not UTF-8 as they are", () => {
    const text = envelopeText(amiEvent({ changes: { CallerID: "Zo@" } }), 1, "a");
    const bytes = Buffer.from(text.replace("Zo@", "Zo\u00eb"), "latin1");
    const read = readEnvelope(bytes);
    expect(read.ok && read.message.includes(Buffer.from([0x5a, 0x6f, 0xeb]))).toBe(true);
  });

  it("that is none says why, and whether a record is lost in it", () => {
    expect(messageOf("[1,2]")).toBe("It is no object.");
    expect(messageOf('{"type":3}')).toBe("It has no data.");
    expect(messageOf("{nonsense")).toContain("JSON");
    expect(messageOf(`{"data":${"[".repeat(60)}${"]".repeat(60)}}`)).toContain("deeper");
    const cut = Buffer.from(envelopeText(amiEvent(), 1, "a").slice(0, 300));
    expect(isRecord(cut)).toBe(true);
    expect(isRecord(Buffer.from('{"data":{"Event":"Hangup"}'))).toBe(false);
  });
});
