// One setting of a tariff.yaml set in its text, or taken out of it, so that comments, order and spelling of
// all others stay.
import { isMap, isNode, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";

/**
 * The text with `value` at `path`, written as JSON, which YAML is a superset of. A map on the way that is
 * not there is made. The text must be sound YAML whose top is a map.
 */
export function withSetting(text: string, path: readonly string[], value: unknown): string {
  const document = parseDocument(text, { prettyErrors: false });
  let map = document.contents;
  for (const [depth, name] of path.entries()) {
    if (!isMap(map)) throw new Error(`${path.slice(0, depth).join(".")} is no map`);
    const pair = map.items.find(isNamed(name));
    const rest = path.slice(depth + 1);
    if (pair === undefined) return withMember(text, map, name, nested(rest, value));
    const node = pair.value;
    if (rest.length === 0) return withValue(text, pair.key, node, value);
    map = isNode(node) ? (node as typeof map) : null;
  }
  throw new Error("a setting has a name");
}

/** The text without the setting at `path`; unchanged where it is not there. */
export function withoutSetting(text: string, path: readonly string[]): string {
  let map: unknown = parseDocument(text, { prettyErrors: false }).contents;
  for (const name of path.slice(0, -1)) {
    map = isMap(map) ? map.items.find(isNamed(name))?.value : null;
  }
  if (!isMap(map)) return text;
  const at = map.items.findIndex(isNamed(path.at(-1) ?? ""));
  const pair = map.items[at];
  if (pair === undefined) return text;
  const [start, end] = rangeOf(pair);
  if (map.flow !== true) {
    const next = text.indexOf("\n", end);
    return (
      text.slice(0, text.lastIndexOf("\n", start) + 1) + (next < 0 ? "" : text.slice(next + 1))
    );
  }
  const [before, after] = [map.items[at - 1], map.items[at + 1]];
  if (after !== undefined) return text.slice(0, start) + text.slice(rangeOf(after)[0]);
  return text.slice(0, before === undefined ? start : rangeOf(before)[1]) + text.slice(end);
}

function isNamed(name: string): (pair: Pair) => boolean {
  return ({ key }) => isScalar(key) && String(key.source ?? key.value) === name;
}

/** From its name to the end of its value. */
function rangeOf({ key, value }: Pair): [number, number] {
  const start = isNode(key) ? key.range?.[0] : undefined;
  const end = isNode(value) ? value.range?.[1] : undefined;
  if (start === undefined || end === undefined) throw new Error("a setting has a place");
  return [start, end];
}

function nested(names: readonly string[], value: unknown): unknown {
  return names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
}

function withValue(text: string, key: unknown, node: unknown, value: unknown): string {
  const range = isNode(node) ? node.range : null;
  if (!range) throw new Error(`the setting ${String(key)} has no place`);
  return `${text.slice(0, range[0])}${JSON.stringify(value)}${text.slice(range[1])}`;
}

/** In front of the others, where a map is written with braces or line by line alike. */
function withMember(text: string, map: YAMLMap, name: string, value: unknown): string {
  const member = `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
  const [start = 0] = map.range ?? [];
  if (map.flow === true) {
    const rest = map.items.length === 0 ? "" : ", ";
    return `${text.slice(0, start + 1)} ${member}${rest}${text.slice(start + 1).trimStart()}`;
  }
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const indent = " ".repeat(start - lineStart);
  return `${text.slice(0, start)}${member}\n${indent}${text.slice(start)}`;
}
