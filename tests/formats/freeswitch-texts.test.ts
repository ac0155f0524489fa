// Goal: members that are hashed and stored as they stand in the text of a document are what quoting their
// values anew would give, however the document is spelled.
// Method: the same fields as another object, for which no texts were kept, are the oracle.
import { fc, test as property } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { type JsonObject, jsonOf, memberTextsOf } from "../../src/cdr/json.ts";
import { readFreeswitchJson } from "../../src/formats/freeswitch/json.ts";
import { variableTexts } from "../../src/formats/freeswitch/variable-texts.ts";
import { contentHashOf } from "../../src/mediation/content-hash.ts";
import { runs } from "../runs.ts";
import { sampleFreeswitchCdr } from "./freeswitch-sample.ts";

const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom("a", "é", "€", '"', "\\", "/", "%", "%41", "{", "}", ",", ":"),
  }),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({ maxLength: 8 }),
);
const name = fc.oneof(
  fc.stringMatching(/^[a-z]{1,3}$/),
  fc.constantFrom("7", "0", "01", "__proto__", "a b", 'a"b', "a\\", "toJSON", "variables", "uuid"),
  text,
);
const scalar = fc.oneof(
  text,
  fc.constantFrom("1", "-0", "1.50", "1e3", "12345678901234567890", "null", "true").map(bare),
);
const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
const members = fc.array(fc.tuple(name, value), { maxLength: 12 });

/** Is written as it is. */
interface Bare {
  bare: string;
}

function bare(written: string): Bare {
  return { bare: written };
}

/** How a writer of JSON spells: blanks around its signs, escapes of what needs none. */
interface Spelling {
  blank: string;
  escaped: "" | "/" | "a" | "é";
}

const spellings = fc.record({
  blank: fc.constantFrom("", "", "", " ", "\n  "),
  escaped: fc.constantFrom("", "", "/", "a", "é"),
}) as fc.Arbitrary<Spelling>;

function quoted(plain: string, { escaped }: Spelling): string {
  const json = JSON.stringify(plain);
  if (escaped === "" || json.includes("\\")) return json;
  const code = escaped.charCodeAt(0).toString(16).padStart(4, "0");
  return json.replaceAll(escaped, escaped === "/" ? "\\/" : `\\u${code}`);
}

function written(entries: [string, unknown][], how: Spelling): string {
  const { blank } = how;
  const parts = entries.map(([key, one]) => {
    const isBare = typeof one === "object" && one !== null && "bare" in one;
    const plain = typeof one === "string" ? quoted(one, how) : JSON.stringify(one);
    return `${quoted(key, how)}${blank}:${blank}${isBare ? (one as Bare).bare : plain}`;
  });
  return `{${blank}${parts.join(`${blank},${blank}`)}${blank}}`;
}

const usual = Object.entries(sampleFreeswitchCdr({ uuid: "u-1" }).variables);
const many = Array.from({ length: 20 }, (_, n): [string, string] => [`x-${n}`, `value "${n}"`]);

function read(body: string) {
  return readFreeswitchJson({ body: Buffer.from(body), query: "", contentType: null });
}

function expectAsQuotedAnew(body: string): void {
  const answer = read(body);
  if (!answer.ok) return;
  const { raw } = answer;
  const copied: JsonObject = { ...raw.extra };
  expect(memberTextsOf(copied)).toEqual([]);
  expect(contentHashOf(raw)).toBe(contentHashOf({ ...raw, extra: copied }));
  expect(jsonOf(raw.extra)).toBe(JSON.stringify(copied));
}

property.prop([members, members, members, spellings, fc.boolean(), fc.boolean()], {
  numRuns: runs(400),
})("documents of any spelling", (before, inside, after, how, isEncoded, isForm) => {
  const variables = [...usual, ...many, ...inside].map(([key, one]): [string, unknown] => [
    key,
    isEncoded && typeof one === "string" ? encodeURIComponent(one.toWellFormed()) : one,
  ]);
  const top = [...before, ["variables", bare(written(variables, how))], ...after];
  const body = written(top as [string, unknown][], how);
  expectAsQuotedAnew(isForm ? `cdr=${encodeURIComponent(body.toWellFormed())}` : body);
});

it("members that a compact document writes plainly are taken as they stand", () => {
  const body =
    '{"a":"\\"variables\\":{","n":[1,{"x":"]"}],"variables":{"uuid":"u","b":"é","c":"\\""},"z":2}';
  expect(variableTexts(body)?.texts).toEqual(['"uuid":"u"', '"b":"é"', null]);
  const answer = read(body);
  expect(answer.ok && memberTextsOf(answer.raw.extra)).toEqual(variableTexts(body)?.texts);
});

it.each([
  ["blanks", '{"variables": {"uuid":"u"}}'],
  ["a blank between members", '{"variables":{"uuid":"u", "b":"c"}}'],
  ["an escape in a name", '{"variables":{"uuid":"u","b\\u0041":"c"}}'],
  ["a number for a name", '{"variables":{"uuid":"u","7":"c"}}'],
  ["a number for a value", '{"variables":{"uuid":"u","b":7}}'],
  ["an escaped quote in a name before", '{"a\\":":1,"variables":{"uuid":"u"}}'],
  ["no object", '{"variables":["uuid"]}'],
])("with %s none are", (_what, body) => {
  expect(variableTexts(body)).toBeNull();
  expectAsQuotedAnew(body);
});

it.each([
  ["a repeated variable", '{"variables":{"uuid":"u","b":"c","b":"d"}}'],
  ["a long number beside them", '{"n":12345678901234567890,"variables":{"uuid":"u"}}'],
  ["a member that is named by a number", '{"variables":{"uuid":"u"},"7":"c"}'],
  ["a control character", '{"variables":{"uuid":"u","b":"\n"}}'],
])("with %s none are kept", (_what, body) => {
  const answer = read(body);
  expect(answer.ok && memberTextsOf(answer.raw.extra)).toEqual([]);
});

it("repeated variables are a list, and no variables", () => {
  const answer = read('{"variables":{"uuid":"u"},"variables":{"uuid":"v"}}');
  expect(answer).toMatchObject({ ok: false, reason: "not-a-cdr" });
});

it("a member that is named by a number comes first", () => {
  const answer = read('{"variables":{"uuid":"u"},"7":"c"}');
  expect(answer.ok && Object.keys(answer.raw.extra)).toEqual(["7", "uuid"]);
});
