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
const OPEN = 0x3c;
/** Of a closing tag, one whose slash is escaped as in JSON, and a declaration, behind the `<`. */
const BEGINNINGS = new Set([0x2f, 0x5c, 0x3f]);
/** Between the name of a closing tag and its end. */
const MOST_BLANKS = 64;

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
  for (let at = bytes.indexOf(OPEN, scan.at); at >= 0; at = bytes.indexOf(OPEN, at + 1)) {
    scan.at = at;
    const end = endAt(bytes, at, root);
    if (end !== "other") return end;
  }
  scan.at = bytes.length;
  return null;
}

/** What begins at this `<`; null: it may still become an end. `</cdr_root>` is no end of `<cdr>`. */
function endAt(bytes: Buffer, at: number, root: string): RecordEnd | "other" | null {
  const next = bytes[at + 1];
  if (next !== undefined && !BEGINNINGS.has(next)) return "other";
  const most = root.length + 3 + MOST_BLANKS;
  const text = bytes.toString("latin1", at, at + most);
  if (text.startsWith(DECLARATION)) return { end: at, isBroken: true };
  const isCut = text.length < most;
  for (const closing of [`</${root}`, `<\\/${root}`]) {
    if (isCut && closing.startsWith(text)) return null;
    if (!text.startsWith(closing)) continue;
    const rest = text.slice(closing.length);
    const end = /^\s*>/.exec(rest);
    if (end !== null) return { end: at + closing.length + end[0].length, isBroken: false };
    return isCut && rest.trim() === "" ? null : "other";
  }
  return isCut && DECLARATION.startsWith(text) ? null : "other";
}
