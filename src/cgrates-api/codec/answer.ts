// An answer as Go's `net/rpc/jsonrpc` writes it: id, result and error, all three, and a line end.
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { jsonPieces } from "../../rpc/budget/json-pieces.ts";
import { escaped } from "./requests.ts";

/** One that is short: an error, or a text. */
export function errorAnswer(id: string, error: string): string {
  return `{"id":${id},"result":null,"error":${escaped(JSON.stringify(error))}}\n`;
}

/** @throws whatever `most` throws when the answer comes to more bytes than it allows */
export async function resultAnswer(
  id: string,
  result: unknown,
  count: (bytes: number) => void,
): Promise<string[]> {
  const pieces = [`{"id":${id},"result":`];
  for (const piece of jsonPieces(result)) {
    const text = escaped(piece);
    count(Buffer.byteLength(text));
    pieces.push(text);
    if (isTurnOver()) await ownTurn();
  }
  pieces.push(',"error":null}\n');
  return pieces;
}
