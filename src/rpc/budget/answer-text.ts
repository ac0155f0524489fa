// An answer as bytes of JSON, written in slices: a page of a thousand CDRs is megabytes of text, and
// others must have their turn of the event loop meanwhile.
import type { JSONRPCResponse } from "json-rpc-2.0";
import { engineError } from "../../errors.ts";

/** A result that is JSON text already. */
export class ReadyJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Elements written between two looks at the clock. */
const SLICE_ELEMENTS = 20;
/** A turn of the event loop is given up after this long. */
export const TURN_MS = 10;

/**
 * The bytes of one answer, in pieces.
 * @throws `too-large` as soon as they are more than `most`
 */
export async function answerBytes(
  { result, ...envelope }: JSONRPCResponse & { result?: unknown },
  most: number,
): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  let size = 0;
  const add = (text: string): void => {
    const bytes = Buffer.from(text, "utf8");
    size += bytes.length;
    if (size > most) throw answersTooLarge();
    pieces.push(bytes);
  };
  if (result === undefined) {
    add(JSON.stringify(envelope));
    return pieces;
  }
  // The members before the result, with the brace still open.
  add(`${JSON.stringify(envelope).slice(0, -1)},"result":`);
  for await (const text of resultTexts(result)) add(text);
  add("}");
  return pieces;
}

/** What answers a call whose answer does not fit. */
export function answersTooLarge(): Error {
  return engineError("too-large", "The answers of the request are over limits.rpcAnswerBytes.", {
    hint: "Ask in a request of its own, for smaller pages, or use /export.",
  });
}

async function* resultTexts(result: unknown): AsyncGenerator<string, void> {
  if (result instanceof ReadyJson) yield result.text;
  else if (!hasLongList(result)) yield JSON.stringify(result);
  else {
    let mark = "{";
    for (const [name, member] of Object.entries(result)) {
      if (member === undefined) continue;
      yield `${mark}${JSON.stringify(name)}:`;
      if (isLongList(member)) yield* listTexts(member);
      else yield JSON.stringify(member);
      mark = ",";
    }
    yield "}";
  }
}

async function* listTexts(list: readonly unknown[]): AsyncGenerator<string, void> {
  let turnStartedAt = performance.now();
  for (let start = 0; start < list.length; start += SLICE_ELEMENTS) {
    const slice = JSON.stringify(list.slice(start, start + SLICE_ELEMENTS));
    yield `${start === 0 ? "[" : ","}${slice.slice(1, -1)}`;
    if (performance.now() - turnStartedAt < TURN_MS) continue;
    await nextTurn();
    turnStartedAt = performance.now();
  }
  yield "]";
}

function isLongList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > SLICE_ELEMENTS;
}

function hasLongList(result: unknown): result is Record<string, unknown> {
  if (typeof result !== "object" || result === null || Array.isArray(result)) return false;
  return Object.values(result).some(isLongList);
}

/** Lets others have the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
