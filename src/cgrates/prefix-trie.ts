// A trie over the prefixes of Destinations.csv, which may hold any characters.
import type { PrefixTrie } from "./snapshot.ts";

export interface PrefixIndex {
  trie: PrefixTrie;
  /** How many different prefixes there are; they are numbered from 1. */
  prefixCount: number;
  /** Number of the prefix of each row that was given. */
  prefixOfRow: Int32Array;
}

/** Builds the trie; `prefixes` may repeat. */
export function buildPrefixTrie(prefixes: string[]): PrefixIndex {
  const classes = classify(prefixes);
  const { asciiClasses, otherClasses, classCount } = classes;
  let children = new Int32Array(1024 * classCount);
  let prefixAt = new Int32Array(1024);
  const prefixOfRow = new Int32Array(prefixes.length);
  let nodeCount = 1;
  let prefixCount = 0;
  for (let row = 0; row < prefixes.length; row++) {
    const prefix = prefixes[row] as string;
    let node = 0;
    for (let i = 0; i < prefix.length; i++) {
      const code = prefix.charCodeAt(i);
      const cell =
        node * classCount +
        (code < 128 ? (asciiClasses[code] as number) : (otherClasses.get(code) as number));
      let child = children[cell] as number;
      if (child === 0) {
        if (nodeCount === prefixAt.length) {
          children = grown(children);
          prefixAt = grown(prefixAt);
        }
        child = nodeCount++;
        children[cell] = child;
      }
      node = child;
    }
    if (prefixAt[node] === 0) prefixAt[node] = ++prefixCount;
    prefixOfRow[row] = prefixAt[node] as number;
  }
  return {
    trie: {
      asciiClasses,
      otherClasses,
      classCount,
      children: children.slice(0, nodeCount * classCount),
      prefixAt: prefixAt.slice(0, nodeCount),
    },
    prefixCount,
    prefixOfRow,
  };
}

/**
 * The child of a node for a character; 0: none. Class 0 is for characters of no prefix, whose
 * cells are never filled.
 */
export function childOf(trie: PrefixTrie, node: number, charCode: number): number {
  const characterClass =
    charCode < 128
      ? (trie.asciiClasses[charCode] as number)
      : (trie.otherClasses.get(charCode) ?? 0);
  return trie.children[node * trie.classCount + characterClass] as number;
}

function classify(prefixes: string[]) {
  const asciiClasses = new Uint8Array(128);
  const otherClasses = new Map<number, number>();
  let classCount = 1;
  for (const prefix of prefixes) {
    for (let i = 0; i < prefix.length; i++) {
      const code = prefix.charCodeAt(i);
      if (code < 128) {
        if (asciiClasses[code] === 0) asciiClasses[code] = classCount++;
      } else if (!otherClasses.has(code)) otherClasses.set(code, classCount++);
    }
  }
  return { asciiClasses, otherClasses, classCount };
}

function grown(list: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(list.length * 2);
  larger.set(list);
  return larger;
}
