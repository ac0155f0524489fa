// Bytes to text without loss: a byte that is not UTF-8 becomes a lone surrogate U+DC80 to U+DCFF
// (as Python's "surrogateescape"), so that a value can later be shown readable and kept exact.

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LONE_SURROGATE = /\p{Surrogate}/gu;

interface DecodedText {
  text: string;
  /** False when some bytes were not UTF-8 and stand as lone surrogates. */
  exact: boolean;
}

export function decodeUtf8(bytes: Uint8Array): DecodedText {
  try {
    return { text: STRICT.decode(bytes), exact: true };
  } catch {
    // Not UTF-8 throughout: the slow way below keeps every byte.
    return { text: decodeWithEscapes(bytes), exact: false };
  }
}

function decodeWithEscapes(bytes: Uint8Array): string {
  const parts: string[] = [];
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    parts.push(STRICT.decode(bytes.subarray(start, at)));
    parts.push(String.fromCharCode(0xdc00 + (bytes[at] ?? 0)));
    at += 1;
    start = at;
  }
  parts.push(STRICT.decode(bytes.subarray(start)));
  return parts.join("");
}

/** Length in bytes of the well-formed sequence at a place, 0 when there is none (RFC 3629). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) {
    return 1;
  }
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) {
    return 0;
  }
  const second = bytes[at + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) {
    return 0;
  }
  for (let next = 2; next < length; next += 1) {
    if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return length;
}

interface ReadableText {
  /** Well-formed text, U+FFFD for each byte or code unit that is none. */
  text: string;
  /** The exact value where `text` lost something: %XX for bytes (and % itself), \uXXXX for units. */
  raw: string | null;
}

export function readableText(text: string): ReadableText {
  if (text.search(LONE_SURROGATE) < 0) {
    return { text, raw: null };
  }
  const raw = text.replaceAll("%", "%25").replace(LONE_SURROGATE, (unit) => {
    const code = unit.charCodeAt(0);
    const hex = code.toString(16).toUpperCase();
    return code >= 0xdc80 && code <= 0xdcff ? `%${hex.slice(2)}` : `\\u${hex}`;
  });
  return { text: text.replace(LONE_SURROGATE, "\uFFFD"), raw };
}
