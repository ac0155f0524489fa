// JSON-RPC: the log of acts: who changed what, from what to what.
import { z } from "zod";
import { method } from "../../method.ts";
import { cursor, instant, json, name, pageLimit } from "../../shapes.ts";

const road = z.enum(["http", "tcp", "cli"]);
const names = z.array(name).min(1).max(100);

export const findActsMethod = method({
  name: "log.find",
  summary:
    "Acts that changed what is no call, the latest first: who, from where, when, what, why, before and after. A page may be short and have more after it.",
  permission: "log.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["forbidden", "store-unavailable"],
  params: z.strictObject({
    by: names.optional().describe("Names of credentials, `user NAME`, `loopback`, `command line`."),
    acts: names.optional().describe("As the methods are named, e.g. `tariff.activate`."),
    subjects: names.optional().describe("What it was done to."),
    addresses: names.optional().describe("The peer's, exactly; commands on the store have none."),
    roads: z.array(road).min(1).max(3).optional().describe("How it came in."),
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
        road: road
          .nullable()
          .describe("`tcp`: CGRateS's API; `cli`: a command on the store; null: it is not known"),
        address: z.string().nullable().describe("of the peer; null: there is none"),
        act: z.string(),
        subject: z.string(),
        tenant: z.string().nullable(),
        why: z.string().nullable().describe("the reason that was given; null: none"),
        before: json.describe("null: it was not there; values of secrets are left out"),
        after: json,
        link: z
          .object({ sequence: z.number(), previous: z.string(), hash: z.string() })
          .nullable()
          .describe("place in the chain: the hash of the entry before it and its own; null: older"),
      }),
    ),
    nextCursor: z.string().optional(),
  }),
  example: { acts: ["feed.stop"], limit: 5 },
  async run({ from, to, cursor: after, ...asked }, { engine, caller }) {
    const query = { ...asked, fromMs: from, toMs: to, cursor: after };
    const { acts: found, next } = await engine.acts.find(query, caller.scope);
    return {
      acts: found.map(({ atMs, link, ...act }) => ({
        ...act,
        link: link && { sequence: link.sequence, previous: link.previous, hash: link.hash },
        at: new Date(atMs).toISOString(),
      })),
      ...(next === undefined ? {} : { nextCursor: next }),
    };
  },
});
