// Lines of a file or of standard input, as many at a time as one read brings.
import { createReadStream } from "node:fs";
import { engineError } from "../errors.ts";

/** A line longer than this is no call and no number: reading on would only fill the memory. */
const LIMIT_CHARACTERS = 1_000_000;

/** `-` is standard input. Lines end with LF or CRLF; the last one may lack it. */
export async function* lineBlocks(file: string): AsyncIterable<string[]> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  input.setEncoding("utf8");
  let rest = "";
  for await (const chunk of input as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LIMIT_CHARACTERS) {
      throw engineError("too-large", `${file} has a line of over ${LIMIT_CHARACTERS} characters.`);
    }
    yield lines.map(withoutReturn);
  }
  if (rest !== "") yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
