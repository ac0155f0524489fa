// Lines of a file or of standard input, as many at a time as one read brings.
import { createReadStream } from "node:fs";
import { engineError } from "../errors.ts";

/** A line longer than this is no call and no number: reading on would only fill the memory. */
const LIMIT_CHARACTERS = 1_000_000;

export interface LineSource {
  /** `-` is standard input. */
  file: string;
  /** The flag that named it, for faults. */
  flag: string;
}

/**
 * Lines end with LF or CRLF; the last one may lack it.
 * @throws EngineError `not-found` where there is no such file or it cannot be read, `too-large`
 */
export async function* lineBlocks(source: LineSource): AsyncIterable<string[]> {
  let rest: string | undefined;
  for await (const chunk of chunksOf(source)) {
    const text: string = rest === undefined ? withoutMark(chunk) : rest + chunk;
    const lines = text.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LIMIT_CHARACTERS) {
      const long = `${source.file} has a line of over ${LIMIT_CHARACTERS} characters.`;
      throw engineError("too-large", long, { path: source.flag });
    }
    yield lines.map(withoutReturn);
  }
  if (rest !== undefined && rest !== "") yield [withoutReturn(rest)];
}

async function* chunksOf({ file, flag }: LineSource): AsyncIterable<string> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  input.setEncoding("utf8");
  try {
    yield* input as AsyncIterable<string>;
  } catch (cause) {
    throw engineError("not-found", unreadable(file, cause), { path: flag, cause });
  }
}

function unreadable(file: string, cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return `There is no file ${file}.`;
  return code === "EISDIR" ? `${file} is a folder, not a file.` : `${file}: ${message}.`;
}

/** Without the byte order mark that some programs write first. */
function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
