// Reads YAML into plain values that keep every text as written, and finds the place of each.
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from "yaml";
import { plainLines } from "../csv/plain-lines.ts";
import type { FaultList, Place } from "../fault-list.ts";

export type SettingPath = readonly PropertyKey[];

export interface YamlSettings {
  /** Maps, lists and scalars; a number that is not written canonically stays text (`0900`). */
  value: unknown;
  /** Where the value at `path` starts; a missing one has the place of what should hold it. */
  place(path: SettingPath): Place;
  /** Where the name of the setting at `path` stands. */
  keyPlace(path: SettingPath): Place;
  /** Names of the settings in the map at `path`, in the order of the file. */
  keys(path: SettingPath): string[];
}

const START: Place = { line: 1, column: 1 };
/** The settings of a YAML text, or null when it cannot be read; then the faults say why. */
export function readYaml(file: string, text: string, faults: FaultList): YamlSettings | null {
  const source = plainLines(text);
  const document = parseNested(source);
  if (document === null) {
    faults.add(file, START, "bad-yaml", "It is nested too deeply.");
    return null;
  }
  const placeAt = placesOf(source);
  for (const fault of [...document.errors, ...document.warnings]) {
    const code = fault.code === "DUPLICATE_KEY" ? "duplicate-key" : "bad-yaml";
    faults.add(file, placeAt(fault.pos[0]), code, `${fault.message}.`);
  }
  const sound = [...document.errors, ...document.warnings].length === 0;
  if (!sound || !checkNodes(file, document, placeAt, faults)) return null;
  return {
    value: plainValue(document.contents),
    place: (path) => {
      const found = find(document, path);
      const node = found.node ?? found.key;
      return node?.range ? placeAt(node.range[0]) : START;
    },
    keyPlace: (path) => {
      const key = find(document, path).key;
      return key?.range ? placeAt(key.range[0]) : START;
    },
    keys: (path) => {
      const node = find(document, path).node;
      return isMap(node) ? node.items.map((pair) => keyText(pair)) : [];
    },
  };
}

/**
 * The place of an offset. The parser's own counter misses lines inside texts whose quotes are
 * broken, so that a fault would stand beyond the end of its line.
 */
function placesOf(source: string): (offset: number) => Place {
  const starts = [0, ...Array.from(source.matchAll(/\n/g), ({ index }) => index + 1)];
  return (offset) => {
    let line = 1;
    let beyond = starts.length + 1;
    while (line + 1 < beyond) {
      const middle = (line + beyond) >>> 1;
      if ((starts[middle - 1] ?? 0) <= offset) line = middle;
      else beyond = middle;
    }
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
}

/** Null where the nesting is deeper than the parser's recursion can go. */
function parseNested(source: string): Document | null {
  try {
    return parseDocument(source, { prettyErrors: false });
  } catch (cause) {
    if (cause instanceof RangeError) return null;
    throw cause;
  }
}

/** Keys are texts and none is `__proto__`; aliases, which can grow without bound, are refused. */
function checkNodes(
  file: string,
  document: Document,
  placeAt: (offset: number) => Place,
  faults: FaultList,
): boolean {
  let sound = true;
  const refuse = (node: unknown, code: "bad-yaml" | "not-supported", detail: string) => {
    sound = false;
    const place = isNode(node) && node.range ? placeAt(node.range[0]) : START;
    faults.add(file, place, code, detail);
  };
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key)) {
        refuse(pair.key, "bad-yaml", "A setting's name must be a plain text.");
      } else if (keyText(pair) === "__proto__") {
        refuse(pair.key, "bad-yaml", "A setting cannot have this name.");
      }
    },
    Alias(_, alias) {
      refuse(alias, "not-supported", "Aliases: write the value out.");
    },
  });
  return sound;
}

function keyText(pair: Pair): string {
  const { key } = pair;
  return isScalar(key) ? (key.source ?? String(key.value)) : String(key);
}

interface Found {
  /** Absent when there is no such setting. */
  node: Node | undefined;
  /** The nearest name above or at the path. */
  key: Node | undefined;
}

function find(document: Document, path: SettingPath): Found {
  let node: unknown = document.contents;
  let key: Node | undefined;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => keyText(item) === String(step));
      if (pair === undefined) return { node: undefined, key: key ?? node };
      key = isNode(pair.key) ? pair.key : key;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      key = isNode(node) ? node : key;
    } else {
      return { node: undefined, key };
    }
  }
  return { node: isNode(node) ? node : undefined, key };
}

function plainValue(node: unknown): unknown {
  if (isMap(node)) {
    return Object.fromEntries(node.items.map((pair) => [keyText(pair), plainValue(pair.value)]));
  }
  if (isSeq(node)) return node.items.map(plainValue);
  if (!isScalar(node)) return null;
  const { value, source } = node;
  const kept = typeof value === "number" && source !== undefined && source !== String(value);
  return kept ? source : value;
}
