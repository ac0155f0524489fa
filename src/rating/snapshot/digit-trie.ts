// A trie over digit strings in one Int32Array: small enough to stay in the processor's caches.

/**
 * Words per node: the first child, the first value that it owns, two facts in one word, since every
 * step asks for both (a bitmap of the ten digits that have a child, above it how many values), and
 * the mark of its key.
 */
const STRIDE = 4;
const FIRST_VALUE = 1;
const FACTS = 2;
const MARK = 3;
const DIGIT_BITS = 10;
const DIGITS = (1 << DIGIT_BITS) - 1;

export interface DigitTrie {
  nodes: Int32Array<ArrayBuffer>;
  /** Longest key. */
  depth: number;
}

/** How many children stand before one of the ten digits: the bits set in a bitmap of 10 bits. */
const BITS_SET = Uint8Array.from({ length: 1024 }, (_, bitmap) => {
  let count = 0;
  for (let rest = bitmap; rest > 0; rest &= rest - 1) count++;
  return count;
});

/**
 * Builds the trie of `keys` (digits, sorted, each once). Key i owns the values from `firstValues[i]`
 * up to `firstValues[i + 1]` (2^21 at most); the list has one entry more than `keys`. `marks[i]` is
 * kept beside it for its user; where none is given, -1.
 */
export function buildDigitTrie(
  keys: string[],
  firstValues: ArrayLike<number>,
  marks?: ArrayLike<number>,
): DigitTrie {
  const depth = keys.reduce((longest, key) => Math.max(longest, key.length), 0);
  const words = [0, 0, 0, -1];
  // Depth first: children side by side need one link, and what is below a node lies close to it.
  const open: Range[] = [{ node: 0, length: 0, from: 0, to: keys.length }];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const { node, length, from, to } = range;
    const owns = from < to && keys[from]?.length === length;
    const children: Range[] = [];
    let bitmap = 0;
    for (let start = owns ? from + 1 : from; start < to; ) {
      const end = endOfDigit(keys, length, [start, to]);
      bitmap |= 1 << ((keys[start]?.charCodeAt(length) ?? 0) - 48);
      const child = words.length / STRIDE + children.length;
      children.push({ node: child, length: length + 1, from: start, to: end });
      start = end;
    }
    words[node * STRIDE] = words.length / STRIDE;
    const first = owns ? (firstValues[from] ?? 0) : 0;
    const count = owns ? (firstValues[from + 1] ?? 0) - first : 0;
    words[node * STRIDE + FIRST_VALUE] = first;
    words[node * STRIDE + FACTS] = (count << DIGIT_BITS) | bitmap;
    words[node * STRIDE + MARK] = owns ? (marks?.[from] ?? -1) : -1;
    for (const _child of children) words.push(0, 0, 0, -1);
    open.push(...children.reverse());
  }
  return { nodes: Int32Array.from(words), depth };
}

/** The keys below one node: those that share its first `length` digits. */
interface Range {
  node: number;
  length: number;
  from: number;
  to: number;
}

/** The first key of a sorted range that has another digit at `length` than the range's first. */
function endOfDigit(keys: string[], length: number, [start, to]: [number, number]): number {
  const digit = keys[start]?.charCodeAt(length);
  let same = start;
  let other = to;
  while (same + 1 < other) {
    const middle = (same + other) >>> 1;
    if (keys[middle]?.charCodeAt(length) === digit) same = middle;
    else other = middle;
  }
  return other;
}

/**
 * Writes the node and length of every key that is a prefix of `digits` into `path`, shortest first
 * (two entries each; the caller gives 2 × (depth + 1)), and answers how many there are.
 */
export function matchPrefixes(trie: DigitTrie, digits: string, path: Int32Array): number {
  const nodes = trie.nodes;
  let node = 0;
  let count = 0;
  for (let length = 0; ; length++) {
    const facts = nodes[node + FACTS] as number;
    if (facts > DIGITS) {
      path[2 * count] = node;
      path[2 * count + 1] = length;
      count++;
    }
    if (length >= digits.length) return count;
    const digit = digits.charCodeAt(length) - 48;
    if (digit < 0 || digit > 9) return count;
    const bit = 1 << digit;
    if ((facts & bit) === 0) return count;
    node = ((nodes[node] as number) + (BITS_SET[facts & (bit - 1)] as number)) * STRIDE;
  }
}

/** Length of the longest key that is a prefix of `digits`; -1: none. */
export function longestMatch(trie: DigitTrie, digits: string): number {
  const nodes = trie.nodes;
  let node = 0;
  let longest = -1;
  for (let length = 0; ; length++) {
    const facts = nodes[node + FACTS] as number;
    if (facts > DIGITS) longest = length;
    if (length >= digits.length) return longest;
    const digit = digits.charCodeAt(length) - 48;
    if (digit < 0 || digit > 9) return longest;
    const bit = 1 << digit;
    if ((facts & bit) === 0) return longest;
    node = ((nodes[node] as number) + (BITS_SET[facts & (bit - 1)] as number)) * STRIDE;
  }
}

/** A key of a trie and its node. */
export interface TrieKey {
  key: string;
  node: number;
}

/**
 * The keys that begin with `start`, each before those that go on from it, else by their digits; those
 * before `from` are left out.
 */
export function* keysFrom(
  { nodes }: DigitTrie,
  start: string,
  from = "",
): Generator<TrieKey, void> {
  const open: TrieKey[] = [{ key: "", node: 0 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { key, node } = place;
    const facts = nodes[node + FACTS] as number;
    const isWanted = key.length >= start.length && key >= from;
    if (isWanted && facts > DIGITS) yield place;
    for (let digit = 9; digit >= 0; digit--) {
      const bit = 1 << digit;
      if ((facts & bit) === 0) continue;
      const below = key + digit;
      const leads = below.length > start.length || start.startsWith(below);
      const isPast = below < from && !from.startsWith(below);
      if (!leads || isPast) continue;
      const child = (nodes[node] as number) + (BITS_SET[facts & (bit - 1)] as number);
      open.push({ key: below, node: child * STRIDE });
    }
  }
}

export function firstValueOf(trie: DigitTrie, node: number): number {
  return trie.nodes[node + FIRST_VALUE] as number;
}

export function markOf(trie: DigitTrie, node: number): number {
  return trie.nodes[node + MARK] as number;
}

export function valueCountOf(trie: DigitTrie, node: number): number {
  return (trie.nodes[node + FACTS] as number) >>> DIGIT_BITS;
}
