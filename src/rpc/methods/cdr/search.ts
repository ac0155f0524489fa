// JSON-RPC: saved searches, by owner.
import { z } from "zod";
import { ownerText, SHARING } from "../../../access/owner.ts";
import type { JsonObject } from "../../../cdr/json.ts";
import type { SavedSearch } from "../../../engine/searches/model.ts";
import { SORT_KEYS } from "../../../queries/cdr-query.ts";
import { isZone } from "../../../reports/language/languages.ts";
import { column } from "../../export-request.ts";
import { filterParameter, toFilter } from "../../filter-shape.ts";
import { type MethodContext, method } from "../../method.ts";
import { cursor, instant, json, jsonObject, name, pageLimit } from "../../shapes.ts";

export const searchName = z
  .string()
  .regex(/^[\w.-]{1,64}$/, "1 to 64 letters, digits, `.`, `_` or `-`");
export const searchOwner = z
  .string()
  .max(270)
  .regex(/^(token .+|user .+|loopback)$/, "`token NAME`, `user NAME` or `loopback`")
  .describe("Whose: as `search.list` says it; absent: your own.");

const view = z.object({
  name: z.string(),
  owner: z.string().describe("`token NAME`, `user NAME` or `loopback`"),
  filter: jsonObject,
  columns: z.array(z.string()).nullable().describe("null: every one that the caller may see"),
  sort: z.object({ by: z.string(), descending: z.boolean() }),
  zone: z.string(),
  shared: z.enum(SHARING),
  savedAt: z.string(),
});

function viewOf(search: SavedSearch): z.output<typeof view> {
  const { name: own, given, columns, sort, zone, shared, owner, savedAtMs } = search;
  return {
    ...{ name: own, owner: ownerText(owner), filter: given, columns, sort, zone, shared },
    savedAt: new Date(savedAtMs).toISOString(),
  };
}

function noted<Result>(
  { engine, caller }: MethodContext,
  { act, subject }: { act: string; subject: string },
  work: { run: () => Promise<Result>; after: (result: Result) => unknown },
) {
  const { tenants } = caller.scope;
  const tenant = tenants?.length === 1 ? (tenants[0] ?? null) : null;
  return engine.acts.noted({ by: caller, act, subject, tenant }, work);
}

const named = z.strictObject({ name: searchName, owner: searchOwner.optional() });

export const saveMethod = method({
  name: "search.save",
  summary: "Keeps a filter with its columns, order and zone by a name; the same name replaces it.",
  permission: "cdr.read",
  writes: true,
  heavy: false,
  errors: ["forbidden", "conflict", "too-large", "store-unavailable"],
  params: z.strictObject({
    name: searchName,
    filter: filterParameter.optional(),
    columns: z.array(column).min(1).max(200).optional(),
    sort: z
      .strictObject({
        by: z.enum(SORT_KEYS),
        descending: z.boolean().default(false),
      })
      .default({ by: "callTime", descending: false }),
    zone: name
      .refine(isZone, "an IANA zone, e.g. Europe/Madrid")
      .default("UTC")
      .describe("IANA zone by whose clocks its times are written."),
    shared: z
      .enum(SHARING)
      .default("nobody")
      .describe(
        "`peers`: whoever sees at least what you see may see and run it; `everyone`: whoever has one of your tenants, unless it names a tenant, an account or a buy side that they may not see.",
      ),
  }),
  result: view,
  example: {
    name: "spain",
    filter: { countries: ["ES"] },
    columns: ["answerTime", "account", "destination", "usage", "sellAmount"],
    zone: "Europe/Madrid",
  },
  async run({ filter, columns = null, ...same }, context) {
    const given = filterParameter.encode(filter ?? {}) as JsonObject;
    const wanted = { ...same, columns, given, filter: toFilter(filter) };
    const { engine, caller } = context;
    return noted(
      context,
      { act: "search.save", subject: same.name },
      {
        run: async () => viewOf(await engine.searches.save(wanted, caller)),
        after: (saved) => saved,
      },
    );
  },
});

export const getMethod = method({
  name: "search.get",
  summary: "One saved search, your own or one that is shared with you.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: named,
  result: view,
  example: { name: "spain" },
  run: async (asked, { engine, caller }) => viewOf(await engine.searches.get(asked, caller)),
});

export const listMethod = method({
  name: "search.list",
  summary: "Your saved searches and those that are shared with you, by owner and name.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["store-unavailable"],
  params: z.strictObject({ limit: pageLimit, cursor: cursor.optional() }),
  result: z.object({ searches: z.array(view), nextCursor: z.string().optional() }),
  example: {},
  async run({ limit, cursor: after }, { engine, caller }) {
    const { searches, next } = await engine.searches.list({ limit, after }, caller);
    return { searches: searches.map(viewOf), ...(next !== undefined && { nextCursor: next }) };
  },
});

export const runMethod = method({
  name: "search.run",
  summary: "A page of the CDRs of a saved search, as rows of its columns, of what you may see.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found", "timeout", "store-unavailable"],
  params: named.extend({
    callTime: z
      .strictObject({ from: instant.optional(), to: instant.optional() })
      .optional()
      .describe("Takes the place of the call time of the search."),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({
    columns: z.array(z.string()),
    rows: z.array(z.array(json)),
    nextCursor: z.string().optional(),
  }),
  example: { name: "spain", limit: 10 },
  async run({ callTime, ...asked }, { engine, caller, signal }) {
    const { from, to } = callTime ?? {};
    const time = {
      ...(from !== undefined && { fromMs: from }),
      ...(to !== undefined && { toMs: to }),
    };
    const page = { ...asked, callTime: callTime && time };
    const { columns, ...rows } = await engine.searches.run(page, caller, signal);
    return { columns: [...columns], ...rows };
  },
});

export const removeMethod = method({
  name: "search.remove",
  summary: "Takes a saved search away; whoever sees all that its owner sees may, too.",
  permission: "cdr.read",
  writes: true,
  heavy: false,
  errors: ["not-found", "forbidden", "store-unavailable"],
  params: named,
  result: view,
  example: { name: "spain" },
  async run(asked, context) {
    const { engine, caller } = context;
    return noted(
      context,
      { act: "search.remove", subject: asked.name },
      { run: async () => viewOf(await engine.searches.remove(asked, caller)), after: () => null },
    );
  },
});
