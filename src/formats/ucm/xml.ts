// Reads the XML of a Grandstream UCM: an element whose children are the fields.
import type { Json } from "../../cdr/json.ts";
import type { FieldMap } from "../../cdr/primary-fields.ts";
import type { Format, FormatInput, FormatResult } from "../format.ts";
import { NOT_UTF8 } from "../limits.ts";
import { elementPlace } from "../lines/places.ts";
import { decodeRecord } from "../utf8-text.ts";
import { readXml, type XmlElement } from "../xml-text.ts";
import { UCM_BASE } from "./base.ts";
import { readUcmFields } from "./record.ts";

/** One record. `broken-xml`, `over-limit`, and what `readUcmFields` says. */
function readUcmXml(input: FormatInput, fieldMap?: FieldMap): FormatResult {
  const text = decodeRecord(input.body);
  if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  const parsed = readXml(text.replace(/^\uFEFF/, "").replaceAll("\0", " "));
  if (!parsed.ok) {
    return { ok: false, reason: parsed.reason, detail: parsed.detail };
  }
  return readUcmFields(fieldsOf(parsed.root), input.rules, fieldMap);
}

/** An attribute is a field too, under the name of its element; what comes twice is a list. */
function fieldsOf(root: XmlElement): [string, Json][] {
  const values = new Map<string, Json[]>();
  const add = (name: string, value: Json) => values.set(name, [...(values.get(name) ?? []), value]);
  for (const [name, value] of root.attributes) add(`@${name}`, value);
  for (const element of root.children) {
    add(element.name, element.children.length === 0 ? element.text.trim() : fieldsAsJson(element));
    for (const [name, value] of element.attributes) add(`${element.name}@${name}`, value);
  }
  return [...values].map(([name, all]) => [name, all.length === 1 ? (all[0] as Json) : all]);
}

function fieldsAsJson(element: XmlElement): Json {
  return Object.fromEntries(fieldsOf(element));
}

export const UCM_XML: Format = { ...UCM_BASE, placeOf: elementPlace, read: readUcmXml };
