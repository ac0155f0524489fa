// The dial-code table and the calling codes, ready for look-ups by longest prefix.
import { CALLING_CODE_ROWS, REGION_NAME_ROWS } from "./tables/calling-code-rows.ts";
import { DIAL_CODE_ROWS } from "./tables/dial-code-rows.ts";

interface DialCode {
  prefix: string;
  /** ISO 3166 alpha-2; null for a row without a country. */
  country: string | null;
  name: string;
}

function rowsOf(chunks: readonly string[]): string[] {
  return chunks.flatMap((chunk) => chunk.split(";")).filter((row) => row !== "");
}

function readDialCodes(): Map<string, DialCode> {
  const table = new Map<string, DialCode>();
  for (const row of rowsOf(DIAL_CODE_ROWS)) {
    const country = row.slice(0, row.indexOf("|"));
    const nameEnd = row.lastIndexOf("|");
    const name = row.slice(country.length + 1, nameEnd);
    for (const prefix of row.slice(nameEnd + 1).split(" ")) {
      table.set(prefix, { prefix, country: country === "" ? null : country, name });
    }
  }
  return table;
}

function readCallingCodes(): Map<string, string[]> {
  return new Map(
    rowsOf(CALLING_CODE_ROWS).map((row) => {
      const code = row.replace(/ .*/, "");
      return [code, row.slice(code.length + 1).split(" ")];
    }),
  );
}

const dialCodes = readDialCodes();
const callingCodes = readCallingCodes();
const regionNames = new Map(
  rowsOf(REGION_NAME_ROWS).map((row) => [row.slice(0, 2), row.slice(3)] as const),
);

/** What is known of some digits, and of those that go on from them, by the next digit. */
interface DigitNode<Value> {
  value: Value | undefined;
  next: (DigitNode<Value> | undefined)[];
}

const ZERO = "0".charCodeAt(0);

/** Look-ups of an unseen number walk its digits: no text is cut off it. */
function digitTree<Value>(values: Iterable<[string, Value]>): DigitNode<Value> {
  const root: DigitNode<Value> = { value: undefined, next: [] };
  for (const [digits, value] of values) {
    let node = root;
    for (const digit of digits) {
      node.next[Number(digit)] ??= { value: undefined, next: [] };
      node = node.next[Number(digit)] as DigitNode<Value>;
    }
    node.value = value;
  }
  return root;
}

function nextNode<Value>(
  { next }: DigitNode<Value>,
  digits: string,
  at: number,
): DigitNode<Value> | undefined {
  return at < digits.length ? next[digits.charCodeAt(at) - ZERO] : undefined;
}

const dialCodeTree = digitTree(dialCodes);
const callingCodeTree = digitTree([...callingCodes.keys()].map((code) => [code, code]));

/** The row of exactly this prefix. */
export function dialCode(prefix: string): DialCode | undefined {
  return dialCodes.get(prefix);
}

/** The longest row that begins `digits` and that `accept` takes, or null. */
export function longestDialCode(
  digits: string,
  accept: (row: DialCode) => boolean,
): DialCode | null {
  let found: DialCode | null = null;
  let node: DigitNode<DialCode> | undefined = dialCodeTree;
  for (let at = 0; node !== undefined; at += 1) {
    if (node.value !== undefined && accept(node.value)) found = node.value;
    node = nextNode(node, digits, at);
  }
  return found;
}

/** The calling code that begins `digits`, or null: no code is the beginning of another. */
export function callingCodeOf(digits: string): string | null {
  let node: DigitNode<string> | undefined = callingCodeTree;
  for (let at = 0; node !== undefined; at += 1) {
    if (node.value !== undefined) return node.value;
    node = nextNode(node, digits, at);
  }
  return null;
}

/** Regions of a calling code, the main one first; `001` is the world. */
export function regionsOf(callingCode: string): readonly string[] {
  return callingCodes.get(callingCode) ?? [];
}

/** English name of a region, e.g. `Spain`; null when unknown. */
export function regionName(region: string): string | null {
  return regionNames.get(region) ?? null;
}
