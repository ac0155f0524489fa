// An answer as JSON: a short one is one text; a long one is bytes, written in slices, since a page of a
// thousand CDRs, or one suspended record, is megabytes of text, and others must have their turn of
// the event loop meanwhile.
import type { JSONRPCResponse } from "json-rpc-2.0";
import { engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { isShortJson, jsonPieces } from "./json-pieces.ts";

/** A result that is JSON text already. */
export class ReadyJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** JSON in UTF-8, in pieces: texts where they are short. */
export interface WrittenJson {
  pieces: (string | Buffer)[];
  bytes: number;
}

/** A text as it is written. */
export function writtenText(text: string): WrittenJson {
  return { pieces: [text], bytes: Buffer.byteLength(text) };
}

type Response = JSONRPCResponse & { result?: unknown };

/** @throws `too-large` as soon as it has more than `most` bytes */
export async function writtenAnswer(response: Response, most: number): Promise<WrittenJson> {
  const { result, ...envelope } = response;
  if (result instanceof ReadyJson || !isShortJson(result)) return inSlices(envelope, result, most);
  if (isTurnOver()) await ownTurn();
  return writtenWhole(response, most);
}

/** A short answer, where this turn has room for it; undefined: it is to be waited for. @throws `too-large` */
export function writtenNow(response: Response, most: number): WrittenJson | undefined {
  const { result } = response;
  if (result instanceof ReadyJson || isTurnOver() || !isShortJson(result)) return undefined;
  return writtenWhole(response, most);
}

function writtenWhole(response: Response, most: number): WrittenJson {
  const written = writtenText(JSON.stringify(response));
  if (written.bytes > most) throw answersTooLarge();
  return written;
}

async function inSlices(
  envelope: object,
  result: unknown | ReadyJson,
  most: number,
): Promise<WrittenJson> {
  const pieces: Buffer[] = [];
  let size = 0;
  const add = (text: string): void => {
    const bytes = Buffer.from(text, "utf8");
    size += bytes.length;
    if (size > most) throw answersTooLarge();
    pieces.push(bytes);
  };
  // The members before the result, with the brace still open.
  add(`${JSON.stringify(envelope).slice(0, -1)},"result":`);
  if (isTurnOver()) await ownTurn();
  for (const text of result instanceof ReadyJson ? [result.text] : jsonPieces(result)) {
    add(text);
    if (isTurnOver()) await ownTurn();
  }
  add("}");
  return { pieces, bytes: size };
}

/** What answers a call whose answer does not fit. */
export function answersTooLarge(): Error {
  return engineError("too-large", "The answers of the request are over limits.rpcAnswerBytes.", {
    hint: "Ask in a request of its own, for smaller pages, or use /export.",
  });
}
