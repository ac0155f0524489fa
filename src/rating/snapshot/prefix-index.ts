// One trie over the prefixes of all decks: a call walks its digits once, however many carriers.
import {
  buildDigitTrie,
  type DigitTrie,
  firstValueOf,
  markOf,
  matchPrefixes,
  valueCountOf,
} from "./digit-trie.ts";

/**
 * A prefix of the trie owns one entry for each deck that has it, by deck, two words each: the deck
 * and its first row. Rows stand in the order of the entries, so that what the carriers charge for
 * one prefix lies side by side; the rows of an entry end where those of the next one start.
 *
 * Most prefixes have one row in every deck. The first of those rows is then the mark of its node in
 * the trie, the others follow by deck, and the entries, another place far away in memory, are not
 * read.
 */
export interface PrefixIndex {
  trie: DigitTrie;
  entries: Int32Array<ArrayBuffer>;
  decks: number;
}

/** The prefixes of one deck, sorted, each once, and how many rows each has. */
export interface DeckPrefixes {
  prefixes: string[];
  rowCounts: number[];
}

/** Builds the index; `firstRows[d][i]` is where the rows of prefix i of deck d stand. */
export function buildPrefixIndex(decks: DeckPrefixes[]): {
  index: PrefixIndex;
  firstRows: Int32Array[];
  rows: number;
} {
  const keys = mergedKeys(decks.map(({ prefixes }) => prefixes));
  const keysOfDecks = decks.map(({ prefixes }) => positionsIn(keys, prefixes));
  const firstEntries = runningSums(keysOfDecks, keys.length);
  const entryCount = firstEntries[keys.length] as number;
  const entries = new Int32Array(2 * entryCount + 2);
  const placed = firstEntries.slice();
  const entriesOfDecks = keysOfDecks.map((keysOfDeck, deck) =>
    keysOfDeck.map((key, prefix) => {
      const entry = placed[key] as number;
      placed[key] = entry + 1;
      entries[2 * entry] = deck;
      entries[2 * entry + 1] = decks[deck]?.rowCounts[prefix] as number;
      return entry;
    }),
  );
  let rows = 0;
  for (let entry = 0; entry <= entryCount; entry++) {
    const count = entries[2 * entry + 1] as number;
    entries[2 * entry + 1] = rows;
    rows += count;
  }
  const marks = keys.map((_, key) => {
    const [first, end] = [firstEntries[key] as number, firstEntries[key + 1] as number];
    const [firstRow, endRow] = [entries[2 * first + 1] as number, entries[2 * end + 1] as number];
    const isPlain = end - first === decks.length && endRow - firstRow === decks.length;
    return isPlain ? firstRow : -1;
  });
  return {
    index: { trie: buildDigitTrie(keys, firstEntries, marks), entries, decks: decks.length },
    firstRows: entriesOfDecks.map((own) => own.map((entry) => entries[2 * entry + 1] as number)),
    rows,
  };
}

/** All of several sorted lists, sorted, each once. */
function mergedKeys(lists: readonly string[][]): string[] {
  if (lists.length <= 1) return lists[0] ?? [];
  const half = Math.ceil(lists.length / 2);
  const [some, others] = [mergedKeys(lists.slice(0, half)), mergedKeys(lists.slice(half))];
  const merged: string[] = [];
  let [one, other] = [0, 0];
  while (one < some.length && other < others.length) {
    const [a, b] = [some[one] as string, others[other] as string];
    const isFirst = a <= b;
    merged.push(isFirst ? a : b);
    if (isFirst) one += 1;
    if (b <= a) other += 1;
  }
  while (one < some.length) merged.push(some[one++] as string);
  while (other < others.length) merged.push(others[other++] as string);
  return merged;
}

/** `prefixes` are some of the keys, both sorted. */
function positionsIn(keys: readonly string[], prefixes: readonly string[]): Int32Array {
  let position = 0;
  return Int32Array.from(prefixes, (prefix) => {
    while (position < keys.length && keys[position] !== prefix) position += 1;
    return position;
  });
}

/** Where the entries of each key start, when every deck gives one to each of its keys. */
function runningSums(keysOfDecks: Int32Array[], keyCount: number): Int32Array {
  const sums = new Int32Array(keyCount + 1);
  for (const keys of keysOfDecks) {
    for (const key of keys) sums[key + 1] = (sums[key + 1] as number) + 1;
  }
  for (let key = 0; key < keyCount; key++) {
    sums[key + 1] = (sums[key + 1] as number) + (sums[key] as number);
  }
  return sums;
}

export interface PrefixWalk {
  /** Node and length of each prefix met, shortest first. */
  path: Int32Array;
  /** Walks the digits, unless they were the last ones walked; answers how many prefixes it met. */
  walk(digits: string): number;
}

/** The carriers of a call ask for the same digits one after the other: one walk serves them all. */
export function createPrefixWalk({ trie }: PrefixIndex): PrefixWalk {
  const path = new Int32Array(2 * (trie.depth + 1));
  let walked: string | null = null;
  let count = 0;
  return {
    path,
    walk(digits) {
      if (digits !== walked) {
        walked = digits;
        count = matchPrefixes(trie, digits, path);
      }
      return count;
    },
  };
}

/**
 * Where the rows of a deck at a node of the trie are told, for `firstRowOf` and `endRowOf`; -1: the
 * deck does not have this prefix. Odd: twice its one row; even: twice its entry.
 */
export function entryOf({ trie, entries, decks }: PrefixIndex, node: number, deck: number): number {
  const firstRow = markOf(trie, node);
  if (firstRow >= 0) return 2 * (firstRow + deck) + 1;
  const first = firstValueOf(trie, node);
  const count = valueCountOf(trie, node);
  // Entries are sorted by deck, each deck once: it can only stand in this range, which is a single
  // place where all decks have the prefix.
  let low = first + Math.max(0, deck - (decks - count));
  let high = first + Math.min(deck, count - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[2 * middle] as number) < deck) low = middle + 1;
    else high = middle;
  }
  return low === high && entries[2 * low] === deck ? 2 * low : -1;
}

export function firstRowOf({ entries }: PrefixIndex, entry: number): number {
  return entry & 1 ? entry >>> 1 : (entries[entry + 1] as number);
}

/** Exclusive. */
export function endRowOf({ entries }: PrefixIndex, entry: number): number {
  return entry & 1 ? (entry >>> 1) + 1 : (entries[entry + 3] as number);
}
