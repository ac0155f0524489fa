// JSON-RPC: how a number is read.

import { z } from "zod";
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import { ruleSetSettings } from "../../numbering/rule-sets/schema.ts";
import { method } from "../method.ts";
import { ofStaff } from "../request/seen-params.ts";
import { name } from "../shapes.ts";

export const normalizeMethod = method({
  name: "number.normalize",
  summary: "Reads a number by a rule set (by name, inline, or an account's) and shows each step.",
  permission: "number.read",
  writes: false,
  repeatable: true,
  heavy: false,
  large: true,
  errors: ["not-found"],
  params: z.strictObject({
    /** Empty text is an answer, not an error. */
    number: z.string().max(10_000),
    ruleSet: ofStaff(z.union([name, ruleSetSettings]).optional()),
    tenant: name.default(DEFAULT_TENANT),
    account: name.optional(),
    /** True: a calling number, which may be anonymous; false: a called one. */
    caller: z.boolean().optional(),
  }),
  result: z.looseObject({
    normalized: z.string(),
    e164: z.string().nullable(),
    kind: z.string(),
    country: z.string().nullable(),
    prefix: z.string().nullable(),
    /** An old or local form: the digits that came, and the day of the change; null: still in use. */
    formerly: z.object({ digits: z.string(), since: z.string().nullable() }).optional(),
    destination: z
      .object({
        prefix: z.string(),
        country: z.string().nullable(),
        name: z.string(),
        kind: z.string(),
      })
      .nullable(),
    steps: z.array(
      z.object({
        step: z.string(),
        before: z.string(),
        after: z.string(),
        note: z.string().optional(),
      }),
    ),
  }),
  example: { number: "0044 (0)20 7946 0123", ruleSet: "ES" },
  async run(params, { engine, caller }) {
    return { ...(await engine.prices.normalize(params, caller.scope)) };
  },
});
