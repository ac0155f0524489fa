// Where an XML record ends that comes in pieces: at the tag that closes its root.
import type { RecordEnd } from "./json-end.ts";

export interface XmlScan {
  /** Bytes that were looked at. */
  at: number;
  /** Name of the root, once it is there. */
  root: string | null;
}

/** What may stand before the root has to be in so many bytes. */
const MOST_PROLOG = 4096;
const ROOT =
  /^(?:\s|\0|<\?(?:(?!\?>)[\s\S])*\?>|<!--(?:(?!-->)[\s\S])*-->)*<([^\s<>/!?]{1,256})([^<>]*)>/;
const DECLARATION = "<?xml";

export function xmlScan(): XmlScan {
  return { at: 0, root: null };
}

/** Goes on where it ended; null: the end is not there yet; "no-root": none begins where it must. */
export function xmlEnd(bytes: Buffer, scan: XmlScan): RecordEnd | "no-root" | null {
  if (scan.root === null) {
    const found = ROOT.exec(bytes.toString("latin1", 0, MOST_PROLOG));
    if (found === null) return bytes.length < MOST_PROLOG ? null : "no-root";
    const [prolog, root = "", attributes = ""] = found;
    scan.root = root;
    scan.at = prolog.length;
    if (attributes.endsWith("/")) return { end: prolog.length, isBroken: false };
  }
  const { root } = scan;
  const closing = first(bytes, [`</${root}`, `<\\/${root}`], scan.at);
  const declared = bytes.indexOf(DECLARATION, scan.at, "latin1");
  if (declared >= 0 && (closing === null || declared < closing.at)) {
    return { end: declared, isBroken: true };
  }
  if (closing === null) {
    scan.at = Math.max(scan.at, bytes.length - root.length - 3, 0);
    return null;
  }
  const behind = closing.at + closing.length;
  const end = bytes.indexOf(">", behind);
  if (end < 0 && bytes.length - behind < 64) {
    scan.at = closing.at;
    return null;
  }
  // `</cdr_root>` is no end of `<cdr>`.
  if (end >= 0 && bytes.toString("latin1", behind, end).trim() === "") {
    return { end: end + 1, isBroken: false };
  }
  scan.at = behind;
  return xmlEnd(bytes, scan);
}

function first(bytes: Buffer, texts: readonly string[], from: number) {
  const found = texts
    .map((text) => ({ at: bytes.indexOf(text, from, "latin1"), length: text.length }))
    .filter(({ at }) => at >= 0);
  return found.sort((left, right) => left.at - right.at)[0] ?? null;
}
