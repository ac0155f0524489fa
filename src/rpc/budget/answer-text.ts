// An answer as bytes of JSON, written in slices: a page of a thousand CDRs, or one suspended record, is
// megabytes of text, and others must have their turn of the event loop meanwhile.
import type { JSONRPCResponse } from "json-rpc-2.0";
import { engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { jsonPieces } from "./json-pieces.ts";

/** A result that is JSON text already. */
export class ReadyJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

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
  if (isTurnOver()) await ownTurn();
  for (const text of result instanceof ReadyJson ? [result.text] : jsonPieces(result)) {
    add(text);
    if (isTurnOver()) await ownTurn();
  }
  add("}");
  return pieces;
}

/** What answers a call whose answer does not fit. */
export function answersTooLarge(): Error {
  return engineError("too-large", "The answers of the request are over limits.rpcAnswerBytes.", {
    hint: "Ask in a request of its own, for smaller pages, or use /export.",
  });
}
