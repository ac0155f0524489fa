// Where the records stand in the bytes of an XML document.
import { MOST_OPEN, type Span, type Spans } from "./spans.ts";

/** The last group is the slash of an empty element. Some senders escape slashes as JSON does. */
const TAG = /<\\?(\/?)([^\s<>/!?\\][^\s<>/]{0,255})[^<>]{0,4096}?(\/?)>/y;
const SKIPPED = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
] as const;
/** Fields that a record has at least, which are elements too. */
const LEAVES = 5;
/** Fields that tell a record from what holds records, whatever else stands in it. */
const OF_RECORDS = new Set(["acctid", "uniqueid", "billsec", "callid"]);

/** A place in XML texts, and what is open there. */
interface Walk {
  text: string;
  at: number;
  /** Behind the last root. */
  done: number;
  roots: Span[];
  open: Span[];
  count: number;
}

/**
 * Elements that hold elements: a record is one whose elements hold none. Null: more than a body may
 * have, `most` without the fields of records.
 */
export function xmlSpans(bytes: Uint8Array, most: number): Spans | null {
  // One character a byte: places in the text are places in the bytes.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const walk: Walk = { text, at: 0, done: 0, roots: [], open: [], count: 0 };
  const { roots, open } = walk;
  for (walk.at = text.indexOf("<"); walk.at >= 0; walk.at = text.indexOf("<", walk.at)) {
    if (passSkipped(walk)) continue;
    if (!passTag(walk)) return brokenIn(walk);
    if (walk.count > most * LEAVES || open.length > MOST_OPEN) return null;
    if (open.length === 0) walk.done = walk.at;
  }
  if (open.length > 0) return brokenIn(walk);
  const isRest = text.slice(walk.done).replaceAll("\0", " ").trim() !== "";
  return { roots: roots.map(recordSpan), broken: isRest ? walk.done : null };
}

/** The outermost element that is open has no end. */
function brokenIn({ roots, open, done }: Walk): Spans {
  const [root] = open;
  const whole = roots.filter((one) => one !== root);
  return { roots: whole.map(recordSpan), broken: root?.start ?? done };
}

/** What is no tag; false: there is none, or it does not end. Before a root it is part of it. */
function passSkipped(walk: Walk): boolean {
  const { text, at } = walk;
  const skipped = SKIPPED.find(([begin]) => text.startsWith(begin, at));
  const end = skipped === undefined ? -1 : text.indexOf(skipped[1], at);
  if (skipped === undefined || end < 0) return false;
  walk.at = end + skipped[1].length;
  return true;
}

function passTag(walk: Walk): boolean {
  const { text, at, open, roots } = walk;
  TAG.lastIndex = at;
  const [whole, slash, written = "", empty] = TAG.exec(text) ?? [];
  if (whole === undefined) return false;
  const name = written.toLowerCase();
  const end = at + whole.length;
  walk.at = end;
  if (slash === "/") {
    const closed = open.at(-1)?.name === name ? open.pop() : undefined;
    if (closed !== undefined) closed.end = end;
    return closed !== undefined;
  }
  const start = open.length === 0 ? walk.done : at;
  const span: Span = { name, start, end, children: [], isList: false };
  (open.at(-1)?.children ?? roots).push(span);
  if (empty !== "/") open.push(span);
  walk.count += 1;
  return true;
}

/** Only what holds elements is a child; an element of such elements alone is a list of records. */
function recordSpan(span: Span): Span {
  const children = span.children.filter((one) => one.children.length > 0).map(recordSpan);
  const isRecord = span.children.some(({ name }) => OF_RECORDS.has(name));
  return { ...span, children, isList: children.length > 0 && !isRecord };
}
