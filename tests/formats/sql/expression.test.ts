// Expressions of maps: what each function makes, what is refused and why, and that no text can make
// them slow or break them.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../src/formats/sql/expression.ts";

const ROW = new Map([
  ["a", "1.5"],
  ["b", "0.25"],
  ["name", "sip:1001@host"],
  ["odd name", "x"],
  ["empty", ""],
  ["state", "BUSY"],
  ["at", "2026-03-02 10:00:00"],
  ["unix", "1772445600.123456"],
]);

function made(text: string) {
  const compiled = compileExpression(text);
  if (!compiled.ok) throw new Error(compiled.detail);
  return compiled.run(ROW);
}

describe("expressions", () => {
  it.each([
    ["a", "1.5"],
    ["A", "1.5"],
    ["`odd name`", "x"],
    ["none", ""],
    ["'it''s'", "it's"],
    ["12.50", "12.50"],
    ["concat(a, '-', b)", "1.5-0.25"],
    ["first(none, empty, b)", "0.25"],
    ["seconds(a)", "1.5s"],
    ["seconds(name)", "sip:1001@host"],
    ["seconds(none)", ""],
    ["milliseconds(12)", "12ms"],
    ["microseconds(12)", "12us"],
    ["epoch(unix)", "1772445600123"],
    ["epoch('0.000')", ""],
    ["epoch(at)", "2026-03-02 10:00:00"],
    ["utc(at)", "2026-03-02 10:00:00Z"],
    ["utc('2026-03-02 10:00:00+01')", "2026-03-02 10:00:00+01"],
    ["plus(a, b)", "1.75"],
    ["minus(b, a)", "-1.25"],
    ["plus('99999999999999999999', '0.0000000001')", "99999999999999999999.0000000001"],
    ["plus(a, name)", ""],
    ["part(name, '^sip:([^@]+)@')", "1001"],
    ["when(state, 'ok', '16', 'busy', '17', '31')", "17"],
    ["when(state, 'ok', '16', '31')", "31"],
    ["when(state, 'ok', '16')", ""],
    [" first( none ,concat( a , b ) ) ", "1.50.25"],
  ])("%s is %s", (text, expected) => {
    expect(made(text).text).toBe(expected);
  });

  it("says which column a value is, where nothing was made of it", () => {
    expect(made("first(none, b)").column).toBe("b");
    expect(made("concat(b)").column).toBeUndefined();
  });

  it.each([
    ["", "ends too early"],
    ["a b", "`b` at character 2 follows its end"],
    ["a +", "cannot be read from character 2"],
    ["nothing(a)", "there is no function nothing; there are concat"],
    ["constructor(a)", "there is no function constructor"],
    ["concat(a", "concat( is not closed"],
    ["seconds(a, b)", "seconds takes 1 arguments, not 2"],
    ["part(a, b)", "the pattern of part is no constant"],
    ["part(a, '(x+)+')", "may not be used: it repeats a group"],
    [")", "`)` at character 1 is no value"],
    [`${"first(".repeat(12)}a${")".repeat(12)}`, "nested deeper than 10"],
    [`concat(${"a,".repeat(60)}a)`, "over 100 parts"],
    ["'".padEnd(1002, "x"), "over 1000 characters"],
  ])("%s is refused: %s", (text, why) => {
    expect(compileExpression(text)).toMatchObject({
      ok: false,
      detail: expect.stringContaining(why),
    });
  });

  property.prop([fc.string({ maxLength: 60, unit: "binary" })])(
    "any text is read or refused",
    (text) => {
      const compiled = compileExpression(text);
      if (compiled.ok) expect(typeof compiled.run(ROW).text).toBe("string");
      else expect(compiled.detail).not.toBe("");
    },
  );
});
