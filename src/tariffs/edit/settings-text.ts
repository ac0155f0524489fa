// One setting of a tariff.yaml set in its text, so that comments, order and spelling of all others stay.
import { isMap, isNode, isScalar, parseDocument, type YAMLMap } from "yaml";

/**
 * The text with `value` at `path`, written as JSON, which YAML is a superset of. A map on the way that is
 * not there is made. The text must be sound YAML whose top is a map.
 */
export function withSetting(text: string, path: readonly string[], value: unknown): string {
  const document = parseDocument(text, { prettyErrors: false });
  let map = document.contents;
  for (const [depth, name] of path.entries()) {
    if (!isMap(map)) throw new Error(`${path.slice(0, depth).join(".")} is no map`);
    const pair = map.items.find(
      ({ key }) => isScalar(key) && String(key.source ?? key.value) === name,
    );
    const rest = path.slice(depth + 1);
    if (pair === undefined) return withMember(text, map, name, nested(rest, value));
    const node = pair.value;
    if (rest.length === 0) return withValue(text, pair.key, node, value);
    map = isNode(node) ? (node as typeof map) : null;
  }
  throw new Error("a setting has a name");
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
