// The XML of mod_xml_cdr in the shape of a mod_json_cdr document: the same variables, the same call
// flow, under the same names.
import type { Json, JsonObject } from "../../cdr/json.ts";
import { readXml, type XmlElement } from "../xml-text.ts";
import { asObject, setMember } from "./document.ts";
import type { DocumentResult } from "./json-document.ts";

/** `inPart`: what was whole before the fault of a broken document is read. */
export function readXmlDocument(text: string, inPart: boolean): DocumentResult {
  const read = readXml(text);
  if (read.ok) {
    return { ok: true, members: asObject(contentOf(read.root)), warnings: [], repaired: false };
  }
  const { reason, detail, root } = read;
  if (!inPart || root === null) {
    return { ok: false, reason, detail };
  }
  return {
    ok: true,
    members: asObject(contentOf(root)),
    warnings: [`The record is broken (${detail}); what came before is read.`],
    repaired: false,
    partial: { reason, detail },
  };
}

/**
 * Text of an element that has neither attributes nor elements; else an object of both, where what
 * comes more than once is gathered in its order, as the members of a document are.
 */
function contentOf(element: XmlElement): Json {
  const { attributes, children, text } = element;
  if (attributes.length === 0 && children.length === 0) {
    return text.trim();
  }
  const members = new Map<string, Json[]>();
  const add = (name: string, value: Json) => {
    const values = members.get(name);
    if (values === undefined) members.set(name, [value]);
    else values.push(value);
  };
  for (const [name, value] of attributes) add(name, value);
  for (const child of children) add(child.name, contentOf(child));
  if (text.trim() !== "") add("text", text.trim());
  const object: JsonObject = {};
  for (const [name, values] of members) {
    setMember(object, name, values.length === 1 ? (values[0] ?? null) : values);
  }
  return object;
}
