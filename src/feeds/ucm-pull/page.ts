// What a device answers to `cdrapi`: groups of records, each a call with its legs.
import type { RecordPiece } from "../../formats/format.ts";
import { jsonSpans, recordsIn, type Span } from "../../formats/ucm/spans.ts";
import { DeviceFault } from "./fault.ts";

export interface Page {
  /** Those that are whole, in their order. */
  groups: RecordPiece[][];
  /** What stands behind them and is no whole group; null: nothing. */
  rest: Buffer | null;
}

/** Objects and lists of one page. */
const MOST_SPANS = 100_000;
/** In front of the list: a status may come before it. */
const LONGEST_HEAD = 512;
const CONTAINER = /"cdr(?:_root)?"\s*:\s*[[{]/;

/** @throws DeviceFault where the answer holds no list of calls, not even an empty one */
export function pageOf(body: Buffer): Page {
  const spans = jsonSpans(body, MOST_SPANS);
  if (spans === null) throw new DeviceFault("the device answers with more than a page has");
  const { roots, broken } = spans;
  const container = roots[0] === undefined ? undefined : containerIn(roots[0]);
  // What is cut has lost its envelope: the whole groups stand by themselves.
  const isCut = container === undefined && broken !== null && CONTAINER.test(headOf(body));
  if (container === undefined && !isCut) {
    throw new DeviceFault(`the device answers without cdr_root: ${headOf(body).slice(0, 80)}`);
  }
  const groups = container?.children ?? roots;
  return {
    groups: groups.map((group) =>
      recordsIn(group).map(({ start, end }) => ({
        bytes: body.subarray(start, end),
        format: "ucm-json",
      })),
    ),
    rest: isCut ? body.subarray(broken ?? 0) : null,
  };
}

function headOf(body: Buffer): string {
  return body.toString("latin1", 0, LONGEST_HEAD);
}

/** The list of calls, wherever the device put it: older ones call it `cdr`. */
function containerIn(span: Span): Span | undefined {
  if (span.isList) return span;
  const inner = span.children.filter(({ name }) => /^(?:cdr_root|cdr|response)$/.test(name));
  return inner.map(containerIn).find((found) => found !== undefined);
}
