// JSON-RPC: the rates of an account's own plan.
import { z } from "zod";
import { instantText } from "../cdr-view.ts";
import { method } from "../method.ts";
import { cursor, instant, json, name, pageLimit } from "../shapes.ts";

const rate = z
  .looseObject({
    side: z.enum(["sell", "buy"]),
    plan: z.string(),
    carrier: z.string().optional(),
    gateway: z.string().nullable().optional(),
    prefix: z.string().describe("`*`: the default row"),
    destination: z.string().nullable(),
    currency: z.string(),
    rate: z.string().describe("money for `unitSeconds` seconds, or units where `tor` is not time"),
    unitSeconds: z.number(),
    firstInterval: z.number(),
    nextInterval: z.number(),
  })
  .catchall(json)
  .describe(
    "connectFee, minimumSeconds, band, effectiveFrom and the like where they say something",
  );

export const findMethod = method({
  name: "rates.find",
  summary:
    "The rates of an account's own plan at a moment, by prefix or those that price one number; banned and blocked ones are left out.",
  permission: "rating.price",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["no-active-tariff", "not-supported", "not-found"],
  params: z
    .strictObject({
      tenant: name
        .optional()
        .describe("absent: that of the caller's only account, else `cgrates.org`"),
      account: z
        .string()
        .max(256)
        .optional()
        .describe("absent: the caller's only account, else accounts that the tariff does not name"),
      prefix: z
        .string()
        .regex(/^\d{0,15}$/, "digits")
        .optional()
        .describe("rates of prefixes that begin with these digits; absent: all"),
      number: z
        .string()
        .min(1)
        .max(256)
        .optional()
        .describe("instead of a prefix: the rates that price calls to this number"),
      callerNumber: z.string().max(256).optional(),
      tor: z.string().max(64).optional(),
      side: z
        .enum(["sell", "buy"])
        .default("sell")
        .describe("what the customer pays, or what the carriers of the plan charge"),
      at: instant.optional().describe("as in force at this moment; absent: now"),
      limit: pageLimit,
      cursor: cursor.optional(),
    })
    .refine(({ prefix, number }) => prefix === undefined || number === undefined, {
      path: ["number"],
      error: "give either prefix or number",
    }),
  result: z.object({
    tariffVersion: z.string(),
    voipPlan: z.string(),
    at: z.string(),
    normalized: z.string().optional().describe("the number as its rule set reads it"),
    reason: z.string().optional().describe("why the number has no rates"),
    rates: z.array(rate),
    nextCursor: z.string().optional(),
  }),
  example: { account: "1001", prefix: "34" },
  async run({ at, ...asked }, { engine, caller }) {
    const found = await engine.rates.find({ ...asked, atMs: at }, caller.scope);
    const { atMs, rates, ...facts } = found;
    return { ...facts, at: instantText(atMs), rates: rates.map((one) => rate.parse(one)) };
  },
});
