// Goal: XML is read in bounded time, expands nothing, and names the place of its faults.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { readXml, type XmlElement } from "../../src/formats/xml-text.ts";

function root(text: string): XmlElement {
  const read = readXml(text);
  if (!read.ok) throw new Error(read.detail);
  return read.root;
}

describe("XML", () => {
  it("reads elements, attributes, CDATA, comments and instructions", () => {
    const { name, attributes, children } = root(
      `<?xml version="1.0"?><!-- a > b --><cdr core-uuid="c&quot;0" x='1'>
       <a>1 &lt; 2<![CDATA[ & <b>]]></a><b/><sip_h_X-Y>z</sip_h_X-Y ></cdr>`,
    );
    expect([name, attributes]).toEqual([
      "cdr",
      [
        ["core-uuid", 'c"0'],
        ["x", "1"],
      ],
    ]);
    expect(children.map((child) => [child.name, child.text])).toEqual([
      ["a", "1 < 2 & <b>"],
      ["b", ""],
      ["sip_h_X-Y", "z"],
    ]);
  });

  it("reads the five entities and numeric ones, once, and leaves all others as sent", () => {
    expect(root("<a>&amp;lt; &#65;&#x41; &apos;&gt;</a>").text).toBe("&lt; AA '>");
    expect(root("<a>&foo; &#0; &#xD800; &#99999999; & b</a>").text).toBe(
      "&foo; &#0; &#xD800; &#99999999; & b",
    );
  });

  it.each([
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "Line 1, column 1: declarations"],
    ["<a>\n<b></a>", "Line 2, column 8: </a> closes what is not open: <b> is open"],
    ["<a><b>", "<b> is not closed"],
    ["<a/><b/>", "a second root"],
    ["x<a/>", "outside of the root"],
    ["<a b=c/>", "the tag <a> is not well formed"],
    ["<a><!-- ", "a comment does not end"],
    ["", "there is no element"],
    ["<a>< b></a>", "this is no tag"],
  ])("refuses %j and names the place", (text, expected) => {
    const read = readXml(text);
    expect(read).toMatchObject({ ok: false, reason: "broken-xml" });
    expect(read.ok ? "" : read.detail).toContain(expected);
  });

  it("is bounded in depth and in elements", () => {
    expect(readXml("<a>".repeat(33))).toMatchObject({ reason: "over-limit" });
    expect(readXml(`<a>${"<b/>".repeat(10_001)}</a>`)).toMatchObject({ reason: "over-limit" });
    expect(readXml(`${"<a>".repeat(32)}${"</a>".repeat(32)}`).ok).toBe(true);
  });

  const texts = fc.string({ unit: "grapheme" }).filter((text) => text.isWellFormed());
  const escaped = (text: string) => text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  property.prop([texts, texts])("gives back what was escaped", (value, attribute) => {
    const element = root(`<a b="${escaped(attribute)}">${escaped(value)}</a>`);
    expect(element.text).toBe(value);
    expect(element.attributes).toEqual([["b", attribute]]);
  });

  property.prop([fc.string({ unit: fc.constantFrom(..."<>/a=\"'& !-[]?\n".split("")) })])(
    "answers every text",
    (text) => {
      const read = readXml(text);
      expect(read.ok || read.detail.length > 0).toBe(true);
    },
  );
});
