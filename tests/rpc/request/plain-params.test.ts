// Goal: what the plain reader takes is what the schema makes of it, and it takes what is plainly right.
// Method: seeded params of every kind against schemas of methods and one with every kind of member.
import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { METHODS } from "../../../src/rpc/methods.ts";
import { createPlainReader } from "../../../src/rpc/request/plain-params.ts";

const EVERY_KIND = z.strictObject({
  text: z.string(),
  short: z.string().min(2).max(4).optional(),
  number: z.number().min(-1).max(10).optional(),
  either: z.union([z.number().min(0), z.string().min(1).max(3)]).default(7),
  flag: z.boolean().default(false),
  maybe: z.boolean().optional().describe("said"),
});

const value = fc.oneof(
  fc.string({ maxLength: 6, unit: "grapheme" }),
  fc.double({ min: -3, max: 12 }),
  fc.constantFrom<unknown>(true, false, null, undefined, Number.NaN, Infinity, [], {}, 0, -0, ""),
);
const paramsOf = (names: string[]) =>
  fc.oneof(
    fc.record(Object.fromEntries([...names, "other"].map((name) => [name, value])), {
      requiredKeys: [],
    }),
    fc.jsonValue(),
  );

const SCHEMAS: [string, z.ZodObject][] = [
  ["every kind of member", EVERY_KIND],
  ...METHODS.filter(({ name }) => /^(rating|cdr\.get|number|account)/.test(name)).map(
    ({ name, params }): [string, z.ZodObject] => [name, params],
  ),
];

it.each(SCHEMAS)("%s: as the schema reads it, or not at all", (_name, schema) => {
  const read = createPlainReader(schema);
  fc.assert(
    fc.property(paramsOf(Object.keys(schema.shape)), (params) => {
      const plain = read(params);
      if (plain === undefined) return;
      const whole = schema.safeParse(params);
      expect(whole.error).toBeUndefined();
      expect(plain).toEqual(whole.data);
      expect(JSON.stringify(plain)).toBe(JSON.stringify(whole.data));
    }),
    { numRuns: 300 },
  );
});

it("takes what is plainly right, also of rating.price", () => {
  const read = createPlainReader(EVERY_KIND);
  expect(read({ text: "" })).toEqual({ text: "", either: 7, flag: false });
  expect(read({ text: "a", short: "abcd", number: 10, either: "x", flag: true })).toBeDefined();
  const price = METHODS.find(({ name }) => name === "rating.price");
  const params = { account: "1001", destination: "34650123456", usage: 95, trace: true };
  expect(createPlainReader(price?.params ?? EVERY_KIND)(params)).toEqual(params);
});

it.each([
  ["a rule of its own", z.strictObject({ a: z.string().refine(() => true) })],
  ["a pattern", z.strictObject({ a: z.string().regex(/a/) })],
  ["a whole number", z.strictObject({ a: z.number().int() })],
  ["a bound that is not part of the range", z.strictObject({ a: z.number().gt(1) })],
  ["a text that is changed", z.strictObject({ a: z.string().trim() })],
  ["another kind made of it", z.strictObject({ a: z.coerce.string() })],
  ["a format", z.strictObject({ a: z.email() })],
  ["a list", z.strictObject({ a: z.array(z.string()) })],
  ["null", z.strictObject({ a: z.string().nullable() })],
  ["a member of every object", z.strictObject({ toString: z.string().optional() })],
  ["a rule over the whole", z.strictObject({ a: z.string() }).refine(() => true)],
  ["members that are not named, kept", z.looseObject({ a: z.string() })],
  ["members that are not named, dropped", z.object({ a: z.string() })],
])("leaves to the schema: %s", (_what, schema) => {
  const read = createPlainReader(schema);
  for (const a of ["abc", "", 5, "a@b.example"]) expect(read({ a })).toBeUndefined();
});
