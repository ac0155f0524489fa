// Which encoding a text is in, and its characters from bytes that come in pieces.

export interface EncodingGuess {
  encoding: string;
  /** 0 to 1. */
  confidence: number;
  /** Other encodings that the bytes may well be in. */
  rivals: string[];
}

/** What text with single high bytes is mostly in, the likelier first. */
const ONE_BYTE = ["windows-1252", "iso-8859-15", "windows-1250", "windows-1251"];

/**
 * A mark at the beginning says it; else bytes that are UTF-8 are; else a zero in every other byte is
 * UTF-16; else it is one of the encodings with a byte a character, which only a reader can tell.
 * @param isWhole false: the last character of `bytes` may be cut
 */
export function guessEncoding(bytes: Uint8Array, isWhole: boolean): EncodingGuess {
  const [first, second, third] = bytes;
  const marked = (encoding: string) => ({ encoding, confidence: 1, rivals: [] });
  if (first === 0xef && second === 0xbb && third === 0xbf) return marked("utf-8");
  if (first === 0xff && second === 0xfe) return marked("utf-16le");
  if (first === 0xfe && second === 0xff) return marked("utf-16be");
  const zeros = zerosOf(bytes);
  if (zeros.even + zeros.odd > 0) {
    const half = bytes.length / 2;
    if (zeros.odd > half * 0.4 && zeros.even < half * 0.1) return nearly("utf-16le");
    if (zeros.even > half * 0.4 && zeros.odd < half * 0.1) return nearly("utf-16be");
  }
  if (isUtf8(bytes, isWhole)) return marked("utf-8");
  const [encoding = "windows-1252", ...rivals] = ONE_BYTE;
  return { encoding, confidence: 0.6, rivals };
}

function nearly(encoding: string): EncodingGuess {
  return { encoding, confidence: 0.9, rivals: [] };
}

function zerosOf(bytes: Uint8Array): { even: number; odd: number } {
  const zeros = { even: 0, odd: 0 };
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== 0) continue;
    if (at % 2 === 0) zeros.even += 1;
    else zeros.odd += 1;
  }
  return zeros;
}

function isUtf8(bytes: Uint8Array, isWhole: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !isWhole });
    return true;
  } catch (cause) {
    if (cause instanceof TypeError) return false;
    throw cause;
  }
}

/** What bytes that an encoding does not have become; a cell that has it is refused. */
export const NOT_DECODED = "\uFFFD";

export interface TextPieces {
  push(bytes: Uint8Array): string;
  end(): string;
}

/** Characters of bytes in pieces, without the mark at the beginning. */
export function textPieces(encoding: string): TextPieces {
  const decoder = new TextDecoder(encoding);
  const mend = decoder.encoding === "windows-1252" ? asWindows1252 : (text: string) => text;
  return {
    push: (bytes) => mend(decoder.decode(bytes, { stream: true })),
    end: () => mend(decoder.decode()),
  };
}

/** Of the bytes 80 to 9F; five of them are no character. */
const WINDOWS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/** Node 20 reads windows-1252 as ISO 8859-1, which has control characters there. */
function asWindows1252(text: string): string {
  return text.replaceAll(/[\x80-\x9f]/g, (sign) => WINDOWS_1252[sign.charCodeAt(0) - 0x80] ?? sign);
}
