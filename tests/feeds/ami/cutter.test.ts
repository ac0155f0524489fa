// The bytes of a manager as messages, whatever pieces they come in.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  createCutter,
  MOST_GREETING_BYTES,
  MOST_MESSAGE_BYTES,
  type Piece,
} from "../../../src/feeds/ami/cutter.ts";
import { amiEvent, eventText, numberedEvent } from "./events.ts";

const GREETING = "Asterisk Call Manager/11.0.0\r\n";
const ANSWER = eventText({ Response: "Success", ActionID: "1" });

function piecesOf(chunks: readonly (string | Buffer)[]): { pieces: Piece[]; rest: string } {
  const cutter = createCutter();
  const pieces = chunks.flatMap((chunk) => cutter.push(Buffer.from(chunk as string)));
  return { pieces, rest: cutter.rest().toString("utf8") };
}

function messagesOf(text: string): string[] {
  return piecesOf([GREETING, text]).pieces.flatMap((piece) =>
    piece.kind === "message" ? [piece.bytes.toString("utf8")] : [],
  );
}

describe("the cutter", () => {
  it("tells the greeting, which has no empty line, from the message behind it", () => {
    expect(piecesOf([`${GREETING}${ANSWER}`]).pieces).toEqual([
      { kind: "greeting", text: "Asterisk Call Manager/11.0.0" },
      { kind: "message", bytes: Buffer.from(ANSWER) },
    ]);
  });

  it("begins a message at Event and Response, also where the one before has no end", () => {
    const cut = amiEvent({ mapped: { Department: "sal" } }).slice(0, -2);
    expect(messagesOf(`${cut}${ANSWER}`)).toEqual([cut, ANSWER]);
    expect(messagesOf(`${cut}${amiEvent()}`)).toEqual([cut, amiEvent()]);
    // Only at the beginning of a line, and only those words.
    const text = eventText({ Event: "Cdr", UserField: "Event: x", EventList: "start" });
    expect(messagesOf(text)).toEqual([text]);
  });

  it("passes over empty lines between messages, and takes LF alone", () => {
    expect(messagesOf(`\r\n\r\n${ANSWER}\r\n${ANSWER}`)).toEqual([ANSWER, ANSWER]);
    expect(messagesOf("Event: A\n\nEvent: B\n\n")).toEqual(["Event: A\n\n", "Event: B\n\n"]);
  });

  it("keeps what has no end as the rest", () => {
    expect(piecesOf([GREETING, "Event: Cdr\r\nAccountCode: 1"]).rest).toBe(
      "Event: Cdr\r\nAccountCode: 1",
    );
  });

  it("ends at a message over the limit, and at a greeting over its own", () => {
    const line = "x".repeat(10_000);
    const long = Array<string>(30).fill(`Key: ${line}\r\n`);
    const { pieces } = piecesOf([GREETING, ...long, ANSWER]);
    expect(pieces.map(({ kind }) => kind)).toEqual(["greeting", "overflow"]);
    const last = pieces.at(-1);
    expect(last?.kind === "overflow" && last.bytes.length).toBe(MOST_MESSAGE_BYTES);
    expect(piecesOf(["y".repeat(MOST_GREETING_BYTES + 1)]).pieces).toMatchObject([
      { kind: "overflow" },
    ]);
  });

  it("holds no more than a message of 100 MB without a line end", () => {
    const cutter = createCutter();
    cutter.push(Buffer.from(GREETING));
    const chunk = Buffer.alloc(65_536, "x");
    const kinds = new Set<string>();
    for (let at = 0; at < 100_000_000; at += chunk.length) {
      for (const { kind } of cutter.push(chunk)) kinds.add(kind);
    }
    expect([...kinds]).toEqual(["overflow"]);
    expect(cutter.rest()).toHaveLength(0);
  });

  const text = `${GREETING}${ANSWER}${numberedEvent(1)}${numberedEvent(2).slice(0, -2)}${ANSWER}${numberedEvent(3, { changes: { CallerID: '"Zoë 東" <1>' } })}`;
  const whole = piecesOf([text]);
  property.prop([
    fc.array(fc.integer({ min: 0, max: Buffer.byteLength(text) }), { maxLength: 40 }),
  ])("cuts the same messages out of any pieces, within characters too", (places) => {
    const bytes = Buffer.from(text);
    const ends = [0, ...places.sort((left, right) => left - right), bytes.length];
    const chunks = ends.slice(1).map((end, index) => bytes.subarray(ends[index], end));
    expect(piecesOf(chunks)).toEqual(whole);
  });
});
