// Cuts what a manager sends into its greeting line and messages, however it comes in pieces.

/** Bytes of one message, and of the greeting: Asterisk's own stay far below. */
export const MOST_MESSAGE_BYTES = 262_144;
export const MOST_GREETING_BYTES = 256;

const LF = 0x0a;
/** Begins a message even where the one before has no end: a cut event has lost it. */
const BEGINNING = /^(?:event|response):/i;

export type Piece =
  | { kind: "greeting"; text: string }
  | { kind: "message"; bytes: Buffer }
  /** More than a message may have came without an end: `bytes` are what came of it. */
  | { kind: "overflow"; bytes: Buffer };

export interface Cutter {
  /** What is whole by now, in order. Behind an overflow nothing comes any more. */
  push(chunk: Buffer): Piece[];
  /** What came of a message that has no end, at the end of the connection. */
  rest(): Buffer;
}

/** Takes time in proportion to the bytes, and holds one message at most. */
export function createCutter(): Cutter {
  let line: Buffer[] = [];
  let message: Buffer[] = [];
  let size = 0;
  let hasGreeting = false;
  let isOver = false;

  function take(): Buffer {
    const bytes = Buffer.concat(message);
    message = [];
    size = 0;
    return bytes;
  }

  function* endOfLine(bytes: Buffer): Generator<Piece> {
    if (!hasGreeting) {
      hasGreeting = true;
      size = 0;
      yield { kind: "greeting", text: bytes.toString("utf8").trim() };
      return;
    }
    const isBlank = bytes.length <= 2 && bytes.toString("latin1").trim() === "";
    if (isBlank && message.length === 0) {
      size = 0;
      return;
    }
    if (message.length > 0 && BEGINNING.test(bytes.toString("latin1", 0, 10))) {
      yield { kind: "message", bytes: take() };
      size = bytes.length;
    }
    message.push(bytes);
    if (isBlank) yield { kind: "message", bytes: take() };
  }

  /** One line, or what came of it. */
  function* add(part: Buffer, isWhole: boolean): Generator<Piece> {
    line.push(part);
    size += part.length;
    if (size > (hasGreeting ? MOST_MESSAGE_BYTES : MOST_GREETING_BYTES)) {
      isOver = true;
      message.push(...line);
      line = [];
      yield { kind: "overflow", bytes: take().subarray(0, MOST_MESSAGE_BYTES) };
      return;
    }
    if (!isWhole) return;
    const bytes = line.length === 1 ? part : Buffer.concat(line);
    line = [];
    yield* endOfLine(bytes);
  }

  function* cut(chunk: Buffer): Generator<Piece> {
    let at = 0;
    while (at < chunk.length && !isOver) {
      const found = chunk.indexOf(LF, at);
      const end = found < 0 ? chunk.length : found + 1;
      // A copy: a part of a chunk would keep all of it in memory.
      yield* add(Buffer.from(chunk.subarray(at, end)), found >= 0);
      at = end;
    }
  }

  return {
    push: (chunk) => [...cut(chunk)],
    rest: () => Buffer.concat([...message, ...line]),
  };
}
