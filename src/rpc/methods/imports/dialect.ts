// JSON-RPC: dialects of foreign tables: proposed from a file, set, got, listed.
import { z } from "zod";
import type { StoredDialect } from "../../../engine/files/dialects.ts";
import { dialectSchema, type KnownDialect, knownDialect } from "../../../tables/dialect.ts";
import { asJsonObject } from "../../dialect-view.ts";
import { fileContent, fileParams, requireOneFile } from "../../file-params.ts";
import { method } from "../../method.ts";
import { cursor, jsonObject, name, pageLimit } from "../../shapes.ts";

const stored = z.object({
  name: z.string(),
  dialect: jsonObject.describe("every member of the dialect, defaults too"),
  setAt: z.string(),
  by: z.string(),
});

function view({ name: own, dialect, setAtMs, by }: StoredDialect): z.input<typeof stored> {
  return { name: own, dialect: asJsonObject(dialect), setAt: new Date(setAtMs).toISOString(), by };
}

export const sniffMethod = method({
  name: "dialect.sniff",
  summary:
    "Proposes how a foreign table is written: its dialect, how certain that is, and what it cannot tell, as questions whose answers are members of the dialect.",
  permission: "dialect.sniff",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found", "conflict", "too-large"],
  params: z.strictObject({
    ...fileParams,
    name: name.optional().describe("a stored dialect to begin with"),
    dialect: knownDialect.optional().describe("what is known: answers to doubts"),
    target: z.enum(["cdr", "deck"]).default("cdr"),
  }),
  result: z.object({
    dialect: jsonObject,
    confidence: z.number().describe("0 to 1: that of the least certain part"),
    doubts: z.array(
      z.object({
        code: z
          .string()
          .describe("member of the dialect that an answer is, map.FIELD, or deck.MEMBER"),
        question: z.string(),
        answers: z.array(z.union([z.string(), z.number(), z.boolean()])),
      }),
    ),
    columns: z.array(z.string()),
    rows: z.array(z.record(z.string(), z.string())).describe("the first rows: column → cell"),
    understood: z
      .array(z.record(z.string(), z.string()))
      .optional()
      .describe(
        "of a deck: the first rates as rows of a native deck, if the answers are as proposed",
      ),
  }),
  example: {
    content: "Call ID;B-Number;Start;Seconds\nc1;34650123456;03/04/2026 10:00;60\n",
    dialect: { dateOrder: "dmy" },
  },
  async run({ name: begun, dialect = {}, target, ...file }, { engine, caller }) {
    requireOneFile(file);
    const { scope, name: by } = caller;
    const base: KnownDialect =
      begun === undefined ? {} : (await engine.files.dialects.get(begun, scope)).dialect;
    const deck = { ...base.deck, ...dialect.deck };
    const known = {
      ...base,
      ...dialect,
      ...(base.deck === undefined && dialect.deck === undefined ? {} : { deck }),
    };
    const pieces = await fileContent(file, { engine, by });
    const { dialect: found, ...answer } = await engine.files.dialects.sniff(pieces, {
      known,
      target,
    });
    return { dialect: asJsonObject(found), ...answer };
  },
});

export const setMethod = method({
  name: "dialect.set",
  summary: "Stores a dialect by name; the same name again replaces it.",
  permission: "dialect.write",
  writes: true,
  heavy: false,
  errors: ["forbidden", "store-unavailable"],
  params: z.strictObject({ name, dialect: dialectSchema }),
  result: stored,
  example: {
    name: "carrier-x",
    dialect: { delimiter: ";", dateOrder: "dmy", map: { originId: "Call ID" } },
  },
  async run({ name: own, dialect }, { engine, caller }) {
    return view(await engine.files.dialects.set(own, dialect, caller));
  },
});

export const getMethod = method({
  name: "dialect.get",
  summary: "A stored dialect.",
  permission: "dialect.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["not-found", "conflict", "store-unavailable"],
  params: z.strictObject({ name }),
  result: stored,
  example: { name: "carrier-x" },
  async run({ name: own }, { engine, caller }) {
    return view(await engine.files.dialects.get(own, caller.scope));
  },
});

export const listMethod = method({
  name: "dialect.list",
  summary: "The stored dialects, by name.",
  permission: "dialect.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["store-unavailable"],
  params: z.strictObject({ limit: pageLimit, cursor: cursor.optional() }),
  result: z.object({ dialects: z.array(stored), nextCursor: z.string().optional() }),
  example: {},
  async run({ limit, cursor: after }, { engine, caller }) {
    const { dialects, next } = await engine.files.dialects.list({ limit, after }, caller.scope);
    return { dialects: dialects.map(view), ...(next === undefined ? {} : { nextCursor: next }) };
  },
});
