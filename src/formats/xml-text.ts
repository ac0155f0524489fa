// Reads XML as telephone switches write it, in one pass: elements, attributes, texts, CDATA. There
// is no DOCTYPE, so nothing is declared, fetched or expanded: of entities only the five of XML and
// numeric ones are read, once; all others stay as they were sent.
import type { Reason } from "../cdr/reasons.ts";
import { FORMAT_LIMITS } from "./limits.ts";

export interface XmlElement {
  name: string;
  attributes: [name: string, value: string][];
  children: XmlElement[];
  /** Its texts, one after the other, entities read. */
  text: string;
}

export type XmlResult =
  | { ok: true; root: XmlElement }
  /** `root`: what was read before the fault, elements that were whole by then. */
  | { ok: false; reason: Reason; detail: string; root: XmlElement | null };

interface Walk {
  text: string;
  at: number;
  /** Elements and attributes so far. */
  values: number;
  /** Ampersands so far. */
  entities: number;
  root: XmlElement | null;
  /** From the root down. */
  open: XmlElement[];
}

interface Fault {
  reason: Reason;
  detail: string;
}

export function readXml(text: string): XmlResult {
  const walk: Walk = { text, at: 0, values: 0, entities: 0, root: null, open: [] };
  let fault: Fault | null = null;
  while (walk.at < text.length && fault === null) {
    const found = text.indexOf("<", walk.at);
    fault = addText(walk, found < 0 ? text.length : found) ?? readMarkup(walk);
  }
  fault ??= faultAtEnd(walk);
  const { root } = walk;
  if (fault === null && root !== null) return { ok: true, root };
  dropCutElement(walk);
  return { ok: false, ...(fault ?? brokenAt(walk, "there is no element")), root };
}

function faultAtEnd(walk: Walk): Fault | null {
  const unclosed = walk.open.at(-1);
  if (unclosed !== undefined) return brokenAt(walk, `<${unclosed.name}> is not closed`);
  return walk.root === null ? brokenAt(walk, "there is no element") : null;
}

/** The innermost open element of a broken text may have lost a part of its value. */
function dropCutElement({ open }: Walk): void {
  const cut = open.at(-1);
  if (cut !== undefined && cut.children.length === 0) open.at(-2)?.children.pop();
}

function brokenAt({ text, at }: Walk, what: string): Fault {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  return { reason: "broken-xml", detail: `Line ${line}, column ${column}: ${what}.` };
}

function addText(walk: Walk, end: number): Fault | null {
  const text = walk.text.slice(walk.at, end);
  const element = walk.open.at(-1);
  if (countEntities(walk, text)) return TOO_MANY_ENTITIES;
  if (element !== undefined) {
    element.text += decodeEntities(text);
  } else if (text.trim() !== "") {
    return brokenAt(walk, "text stands outside of the root element");
  }
  walk.at = end;
  return null;
}

/** What begins with `<` at the place; nothing at the end of the text. */
function readMarkup(walk: Walk): Fault | null {
  const { text, at } = walk;
  if (at >= text.length) return null;
  if (text.startsWith("<!--", at)) return skipTo(walk, "-->", "a comment");
  if (text.startsWith("<![CDATA[", at)) return readCdata(walk);
  if (text.startsWith("<?", at)) return skipTo(walk, "?>", "an instruction");
  if (text.startsWith("<!", at)) return brokenAt(walk, "declarations (DOCTYPE) are not read");
  if (text.startsWith("</", at) || text.startsWith("<\\/", at)) return closeElement(walk);
  return openElement(walk);
}

function skipTo(walk: Walk, mark: string, what: string): Fault | null {
  const end = walk.text.indexOf(mark, walk.at);
  if (end < 0) return brokenAt(walk, `${what} does not end`);
  walk.at = end + mark.length;
  return null;
}

function readCdata(walk: Walk): Fault | null {
  const start = walk.at + "<![CDATA[".length;
  const end = walk.text.indexOf("]]>", start);
  const element = walk.open.at(-1);
  if (end < 0 || element === undefined) return brokenAt(walk, "CDATA stands alone or does not end");
  element.text += walk.text.slice(start, end);
  walk.at = end + "]]>".length;
  return null;
}

/** Some collectors escape the slash of a closing tag as JSON does. */
const CLOSING_TAG = /<\\?\/([^\s<>/]{1,256})\s*>/y;
const OPENING_NAME = /<([^\s<>/="'&!?][^\s<>/="'&]{0,255})/y;
const ATTRIBUTE = /\s+([^\s<>/="'&]{1,256})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;

function match(pattern: RegExp, walk: Walk): RegExpExecArray | null {
  pattern.lastIndex = walk.at;
  const found = pattern.exec(walk.text);
  if (found !== null) walk.at = pattern.lastIndex;
  return found;
}

function closeElement(walk: Walk): Fault | null {
  const name = match(CLOSING_TAG, walk)?.[1];
  if (name === undefined) return brokenAt(walk, "this is no closing tag");
  const element = walk.open.at(-1);
  if (element?.name !== name) {
    const open = element === undefined ? "no element is open" : `<${element.name}> is open`;
    return brokenAt(walk, `</${name}> closes what is not open: ${open}`);
  }
  walk.open.pop();
  const parent = walk.open.at(-1);
  if (parent === undefined) walk.root = element;
  return null;
}

function openElement(walk: Walk): Fault | null {
  const name = match(OPENING_NAME, walk)?.[1];
  if (name === undefined) return brokenAt(walk, "this is no tag");
  const element: XmlElement = { name, attributes: [], children: [], text: "" };
  for (let found = match(ATTRIBUTE, walk); found !== null; found = match(ATTRIBUTE, walk)) {
    const [, attribute = "", quoted, apostrophes] = found;
    const value = quoted ?? apostrophes ?? "";
    if (countEntities(walk, value)) return TOO_MANY_ENTITIES;
    element.attributes.push([attribute, decodeEntities(value)]);
  }
  const end = match(TAG_END, walk);
  if (end === null) return brokenAt(walk, `the tag <${name}> is not well formed`);
  walk.values += 1 + element.attributes.length;
  const over = overLimit(walk);
  if (over !== null) return over;
  return addElement(walk, element, end[1] === "/");
}

function overLimit({ values, open }: Walk): Fault | null {
  const { documentValues, nesting } = FORMAT_LIMITS;
  if (values > documentValues) {
    const detail = `The document has over ${documentValues} elements and attributes.`;
    return { reason: "over-limit", detail };
  }
  return open.length < nesting
    ? null
    : { reason: "over-limit", detail: `Nesting is deeper than ${nesting}.` };
}

function addElement(walk: Walk, element: XmlElement, isWhole: boolean): Fault | null {
  const parent = walk.open.at(-1);
  if (parent !== undefined) parent.children.push(element);
  else if (walk.root !== null) return brokenAt(walk, "there is a second root element");
  else walk.root = element;
  if (!isWhole) walk.open.push(element);
  return null;
}

const TOO_MANY_ENTITIES: Fault = {
  reason: "over-limit",
  detail: `The document has over ${FORMAT_LIMITS.escapes} entities.`,
};

/** True where there are more than a record may have. */
function countEntities(walk: Walk, text: string): boolean {
  for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", at + 1)) {
    walk.entities += 1;
    if (walk.entities > FORMAT_LIMITS.escapes) return true;
  }
  return false;
}

const ENTITY = /&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos));/g;
const NAMED: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Each entity once: `&amp;lt;` is `&lt;`. A number that is no character stays as it was sent. */
function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(ENTITY, (sent, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? sent;
    const point = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    const isCharacter = point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    return isCharacter ? String.fromCodePoint(point) : sent;
  });
}
