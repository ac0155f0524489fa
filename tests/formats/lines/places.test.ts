// Goal: what is refused is found where it stands. Method: texts with a fault at a known place.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { jsonFaultAt } from "../../../src/formats/lines/json-fault.ts";
import {
  elementPlace,
  memberPlace,
  placeAt,
  valuePlace,
} from "../../../src/formats/lines/places.ts";

describe("the fault of a text that is no JSON", () => {
  it.each([
    ['{"a":1,"b":x}', 11],
    ['{"a":1,"b"}', 10],
    ["{broken", 1],
    ['{"a":[1,2,}', 10],
    ['{"a":1', 6],
    ['{"a":"open', 5],
    ['{"a":01}', 5],
    ['{"a":1} {', 8],
    ["", 0],
    ['{"a":1,}', 7],
  ])("%s stands at %i", (text, at) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonFaultAt(text)).toBe(at);
  });

  property.prop([fc.json(), fc.nat(), fc.constantFrom("x", "\u0001", "}", '"')])(
    "never stands in front of what is whole",
    (json, chosen, sign) => {
      expect(jsonFaultAt(json)).toBe(json.length);
      const at = chosen % (json.length + 1);
      const broken = json.slice(0, at) + sign + json.slice(at);
      const found = jsonFaultAt(broken);
      expect(found).toBeLessThanOrEqual(broken.length);
      // A string that was changed, or is cut by the sign, begins before it.
      const begins = Math.min(at, json.lastIndexOf('"', at), found);
      expect(found).toBeGreaterThanOrEqual(Math.min(at, Math.max(begins, 0)));
    },
  );
});

describe("a place", () => {
  property.prop([fc.array(fc.string({ unit: fc.constantFrom("a", ",", "\r") }), { minLength: 1 })])(
    "is that of the sign",
    (lines) => {
      const text = lines.join("\n");
      for (let at = 0; at < text.length; at += 1) {
        const { line, column } = placeAt(text, at);
        expect(`${text}\n`.split("\n")[line - 1]?.[column - 1] ?? "\n").toBe(text[at]);
      }
    },
  );

  it("of a member is that of the outermost object", () => {
    const text = '{"in": {"Usage": 1, "x": "usage\\":"},\n  "usage" : 2, "list": ["end"]}';
    expect(memberPlace(text, "usage")).toEqual({ line: 2, column: 3 });
    expect(memberPlace(text, "list")).toEqual({ line: 2, column: 16 });
    expect(memberPlace(text, "end")).toBe(null);
  });

  it("of an element is that of its whole name", () => {
    const text = "<cdr>\n<starts>1</starts><Start>2</Start></cdr>";
    expect(elementPlace(text, "start")).toEqual({ line: 2, column: 19 });
    expect(elementPlace(text, "end")).toBe(null);
  });

  it("of a value is behind those before it, equal ones too", () => {
    expect(valuePlace('1,1,"a,b",1', ["1", "1", "a,b", "1"], 3)).toEqual({ line: 1, column: 11 });
    expect(valuePlace("1,,2", ["1", "", "2"], 1)?.column).toBe(2);
  });
});
