// The prefixes of a compiled plan with the destinations that have each of them.
import { childOf } from "../prefix-trie.ts";
import type { CgratesSnapshot } from "../snapshot.ts";

/** Every prefix that any destination has, with the numbers of its tags. */
export function* codesOf(
  snapshot: CgratesSnapshot,
): Generator<[prefix: string, tags: readonly number[]], void> {
  const { trie, changes } = snapshot;
  const characters = charactersOf(snapshot);
  const waiting: [node: number, prefix: string][] = [[0, ""]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, prefix] = next;
    const tags = tagsAt(snapshot, node, prefix);
    if (tags.length > 0) yield [prefix, tags];
    for (const [ofClass, character] of characters) {
      const child = trie.children[node * trie.classCount + ofClass] as number;
      if (child !== 0) waiting.push([child, prefix + character]);
    }
  }
  for (const [prefix, tags] of changes?.added ?? []) {
    if (nodeOf(snapshot, prefix) === null) yield [prefix, tags];
  }
}

/** The numbers of the tags that have exactly this prefix. */
export function tagsOfCode(snapshot: CgratesSnapshot, prefix: string): readonly number[] {
  const node = nodeOf(snapshot, prefix);
  return node === null
    ? (snapshot.changes?.added.get(prefix) ?? [])
    : tagsAt(snapshot, node, prefix);
}

/** Null: no prefix of the trie begins like that. */
function nodeOf({ trie }: CgratesSnapshot, prefix: string): number | null {
  let node = 0;
  for (let i = 0; i < prefix.length; i++) {
    node = childOf(trie, node, prefix.charCodeAt(i));
    if (node === 0) return null;
  }
  return node;
}

function tagsAt(snapshot: CgratesSnapshot, node: number, prefix: string): readonly number[] {
  const { trie, prefixTags, prefixTagsFrom, changes } = snapshot;
  const number = trie.prefixAt[node] as number;
  const own =
    number === 0 ? [] : prefixTags.subarray(prefixTagsFrom[number], prefixTagsFrom[number + 1]);
  if (changes === null) return [...own];
  const placeOf = (tag: number) => changes.places.get(tag) ?? tag;
  const kept = [...own].filter((tag) => !changes.replaced.has(tag));
  return [...kept, ...(changes.added.get(prefix) ?? [])].sort((a, b) => placeOf(a) - placeOf(b));
}

/** The character of each class; every class is of one. */
function charactersOf({ trie }: CgratesSnapshot): [ofClass: number, character: string][] {
  const ascii = [...trie.asciiClasses].map((ofClass, code): [number, number] => [ofClass, code]);
  const others = [...trie.otherClasses].map(([code, ofClass]): [number, number] => [ofClass, code]);
  return [...ascii, ...others]
    .filter(([ofClass]) => ofClass !== 0)
    .map(([ofClass, code]) => [ofClass, String.fromCharCode(code)]);
}
