// JSON-RPC: the log of acts: who changed what, from what to what.
import { z } from "zod";
import { method } from "../../method.ts";
import { cursor, instant, json, name, pageLimit } from "../../shapes.ts";

const names = z.array(name).min(1).max(100);

export const findActsMethod = method({
  name: "log.find",
  summary:
    "Acts that changed what is no call, the latest first: who, when, what, before and after. A page may be short and have more after it.",
  permission: "log.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["forbidden", "store-unavailable"],
  params: z.strictObject({
    by: names.optional().describe("Names of credentials, `user NAME`, `loopback`, `command line`."),
    acts: names.optional().describe("As the methods are named, e.g. `tariff.activate`."),
    subjects: names.optional().describe("What it was done to."),
    from: instant.optional().describe("The first moment of the acts; absent: from the beginning."),
    to: instant.optional().describe("The moment after the last act, exclusive; absent: until now."),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({
    acts: z.array(
      z.object({
        id: z.string(),
        at: z.string(),
        by: z.string(),
        act: z.string(),
        subject: z.string(),
        tenant: z.string().nullable(),
        before: json.describe("null: it was not there; values of secrets are left out"),
        after: json,
      }),
    ),
    nextCursor: z.string().optional(),
  }),
  example: { acts: ["feed.stop"], limit: 5 },
  async run({ by, acts, subjects, from, to, limit, cursor: after }, { engine, caller }) {
    const query = { by, acts, subjects, fromMs: from, toMs: to, limit, cursor: after };
    const { acts: found, next } = await engine.acts.find(query, caller.scope);
    return {
      acts: found.map(({ atMs, ...act }) => ({ ...act, at: new Date(atMs).toISOString() })),
      ...(next === undefined ? {} : { nextCursor: next }),
    };
  },
});
