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
  type YAMLMap,
} from "yaml";
import { plainLines } from "../csv/plain-lines.ts";
import type { FaultList, Place } from "../fault-list.ts";
import { TARIFF_LIMITS } from "../limits.ts";

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
  const over = overLimit(text);
  if (over !== null) {
    faults.add(file, START, "over-limit", over);
    return null;
  }
  const source = plainLines(text);
  try {
    return readSource(file, source, faults);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    // The recursion of the parser, or of what looks at its nodes, has an end.
    faults.add(file, START, "bad-yaml", "It is nested too deeply.");
    return null;
  }
}

/** The parser builds a node of each setting and item: they are counted before, by their signs. */
function overLimit(text: string): string | null {
  const { settingsCharacters, settingsSigns } = TARIFF_LIMITS;
  if (text.length > settingsCharacters) {
    return `It has ${text.length} characters; the limit is ${settingsCharacters}.`;
  }
  let count = 0;
  for (const sign of text) if (sign === ":" || sign === "," || sign === "-") count += 1;
  return count > settingsSigns
    ? `It has ${count} colons, commas and hyphens; the limit is ${settingsSigns}.`
    : null;
}

function readSource(file: string, source: string, faults: FaultList): YamlSettings | null {
  // The parser's own search for keys that come twice is quadratic: checkNodes looks for them.
  const document: Document = parseDocument(source, { prettyErrors: false, uniqueKeys: false });
  const placeAt = placesOf(source);
  for (const fault of [...document.errors, ...document.warnings]) {
    faults.add(file, placeAt(fault.pos[0]), "bad-yaml", `${fault.message}.`);
  }
  const sound = [...document.errors, ...document.warnings].length === 0;
  if (!sound || !checkNodes(file, document, placeAt, faults)) return null;
  const find = createFinder(document);
  return {
    value: plainValue(document.contents),
    place: (path) => {
      const found = find(path);
      const node = found.node ?? found.key;
      return node?.range ? placeAt(node.range[0]) : START;
    },
    keyPlace: (path) => {
      const key = find(path).key;
      return key?.range ? placeAt(key.range[0]) : START;
    },
    keys: (path) => {
      const node = find(path).node;
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

/** Keys are texts and none is `__proto__`; aliases, which can grow without bound, are refused. */
function checkNodes(
  file: string,
  document: Document,
  placeAt: (offset: number) => Place,
  faults: FaultList,
): boolean {
  let sound = true;
  const refuse = (
    node: unknown,
    code: "bad-yaml" | "duplicate-key" | "not-supported",
    detail: string,
  ) => {
    sound = false;
    const place = isNode(node) && node.range ? placeAt(node.range[0]) : START;
    faults.add(file, place, code, detail);
  };
  visit(document, {
    Map(_, map) {
      const names = new Set<string>();
      for (const pair of map.items) {
        const name = keyText(pair);
        if (names.has(name)) refuse(pair.key, "duplicate-key", "Map keys must be unique.");
        names.add(name);
      }
    },
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

/** Looks settings up by their paths; the names of a map are put in order when first asked for. */
function createFinder(document: Document): (path: SettingPath) => Found {
  const indexes = new WeakMap<YAMLMap, Map<string, Pair>>();

  function pairOf(map: YAMLMap, name: string): Pair | undefined {
    let index = indexes.get(map);
    if (index === undefined) {
      index = new Map(map.items.map((item) => [keyText(item), item]));
      indexes.set(map, index);
    }
    return index.get(name);
  }

  /** What a name or a position stands for in a node; null: nothing. */
  function stepInto(node: unknown, step: PropertyKey): Found | null {
    if (isMap(node)) {
      const pair = pairOf(node, String(step));
      if (pair === undefined) return null;
      const { key, value } = pair;
      return { node: isNode(value) ? value : undefined, key: isNode(key) ? key : undefined };
    }
    const item = isSeq(node) ? node.items[Number(step)] : undefined;
    return isNode(item) ? { node: item, key: item } : null;
  }

  return (path) => {
    const { contents } = document;
    let found: Found = { node: isNode(contents) ? contents : undefined, key: undefined };
    for (const step of path) {
      const next = stepInto(found.node, step);
      if (next === null) return { node: undefined, key: found.key ?? found.node };
      found = { node: next.node, key: next.key ?? found.key };
    }
    return found;
  };
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
