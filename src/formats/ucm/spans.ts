// Where the records stand in the bytes of a document, so that each is kept as it came. Documents are
// not checked here: each record is read by itself afterwards.

/** A part of a document that may be a record, or hold records. */
export interface Span {
  /** Of the member or element; in lower case, empty where it has none. */
  name: string;
  start: number;
  /** Behind its last byte. */
  end: number;
  children: Span[];
  isList: boolean;
}

export interface Spans {
  roots: Span[];
  /** Where what has no end begins; null: everything is whole. */
  broken: number | null;
}

/** Objects, lists or elements within each other: spans are walked from one into the next. */
export const MOST_OPEN = 1000;

/** The records of a document: not what sums up others, and not what only holds them. */
export function recordsIn(span: Span): Span[] {
  const parts = span.children.filter(isPart);
  const [main] = span.children.filter(({ name }) => name === "main_cdr");
  if (parts.length > 0) {
    // Some firmwares put the parts into the sum, which is then no call of its own either.
    const inner = main === undefined ? [] : recordsIn(main).filter((one) => one !== main);
    return [...inner, ...parts.flatMap((part) => legsIn(part))];
  }
  if (main !== undefined) return recordsIn(main);
  if (span.isList) return span.children.flatMap(recordsIn);
  const held = span.children.filter(isEnvelope);
  return held.length > 0 ? held.flatMap(recordsIn) : [span];
}

/** Parts within parts: each is kept with its own bytes, so deeper ones stay a field of theirs. */
const MOST_INNER = 3;

/** A part is a leg, whatever parts stand in it: only `main_cdr` is a sum by its name. */
function legsIn(part: Span, depth = 0): Span[] {
  if (part.isList) return part.children.flatMap((one) => legsIn(one, depth));
  if (depth === MOST_INNER) return [part];
  return [part, ...part.children.filter(isPart).flatMap((one) => legsIn(one, depth + 1))];
}

function isPart({ name }: Span): boolean {
  return name.startsWith("sub_cdr");
}

function isEnvelope({ name }: Span): boolean {
  return name === "cdr_root" || name === "cdr";
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const LIST = 0x5b;
const END_OF_LIST = 0x5d;

/** A place in JSON texts, what is open there, and the name that was read last. */
interface Walk {
  bytes: Uint8Array;
  at: number;
  roots: Span[];
  open: Span[];
  name: string;
  count: number;
}

/**
 * Objects and lists of one or several JSON documents, one behind the other; in lists everything else
 * too. Null: more than `most`, or deeper than `MOST_OPEN`.
 */
export function jsonSpans(bytes: Uint8Array, most: number): Spans | null {
  const walk: Walk = { bytes, at: 0, roots: [], open: [], name: "", count: 0 };
  const { roots, open } = walk;
  while (walk.at < bytes.length) {
    const byte = bytes[walk.at] as number;
    if (isBlank(byte) || byte === COMMA || byte === 0) walk.at += 1;
    else if (OPEN.has(byte)) begin(walk, byte === LIST);
    else if (!(CLOSE.has(byte) ? close(walk, byte) : passScalar(walk))) {
      return brokenIn(roots, open, walk.at);
    }
    if (walk.count > most || open.length > MOST_OPEN) return null;
  }
  return open.length > 0 ? brokenIn(roots, open, walk.at) : { roots, broken: null };
}

function begin(walk: Walk, isList: boolean): void {
  const { open, roots, name, at } = walk;
  const span: Span = { name, start: at, end: at, children: [], isList };
  (open.at(-1)?.children ?? roots).push(span);
  open.push(span);
  walk.name = "";
  walk.at += 1;
  walk.count += 1;
}

/** False: nothing is open that this closes. */
function close(walk: Walk, byte: number): boolean {
  const { open } = walk;
  const span = open.at(-1);
  if (span === undefined || (byte === END_OF_LIST) !== span.isList) return false;
  open.pop();
  walk.at += 1;
  walk.name = "";
  span.end = walk.at;
  return true;
}

/** A name, or a value that is no object or list. False: it has no end, or stands in nothing. */
function passScalar(walk: Walk): boolean {
  const { bytes, at: start, open } = walk;
  const parent = open.at(-1);
  const end = scalarEnd(bytes, start);
  if (parent === undefined || end === null) return false;
  const next = afterBlanks(bytes, end);
  walk.at = end;
  if (parent.isList) {
    parent.children.push({ name: "", start, end, children: [], isList: false });
    walk.count += 1;
  } else if (bytes[start] === QUOTE && bytes[next] === COLON) {
    walk.name = nameOf(bytes.subarray(start + 1, end - 1));
    walk.at = next + 1;
  } else walk.name = "";
  return true;
}

/** Names that say what a span is are short. */
function nameOf(bytes: Uint8Array): string {
  return bytes.length > 64 ? "" : String.fromCharCode(...bytes).toLowerCase();
}

/** What is open at the end has none: what stands whole in the outermost open list is whole. */
function brokenIn(roots: Span[], open: Span[], at: number): Spans {
  const [root] = open;
  if (root === undefined) return { roots, broken: at };
  const before = roots.filter((one) => one !== root);
  const outermost = open.findIndex(({ isList }) => isList);
  const list = open[outermost];
  // A list within a record is no list of records.
  if (list === undefined || (outermost > 0 && !isEnvelope(list))) {
    return { roots: before, broken: root.start };
  }
  const cut = open[outermost + 1];
  const whole = list.children.filter((one) => one !== cut);
  return { roots: [...before, ...whole], broken: cut?.start ?? whole.at(-1)?.end ?? root.start };
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function afterBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isBlank(bytes[at])) at += 1;
  return at;
}

/** Behind a string, a number or a word; null: the string is never closed. */
function scalarEnd(bytes: Uint8Array, start: number): number | null {
  let at = start;
  if (bytes[start] !== QUOTE) {
    while (at < bytes.length && !isScalarEnd(bytes[at] as number)) at += 1;
    return Math.max(at, start + 1);
  }
  for (at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return null;
}

function isScalarEnd(byte: number): boolean {
  return isBlank(byte) || byte === COMMA || byte === QUOTE || OPEN.has(byte) || CLOSE.has(byte);
}
