// JSON-RPC: process, get, find, count and explain CDRs.
import { z } from "zod";
import type { JsonObject } from "../../../cdr/json.ts";
import type { CdrAnswer } from "../../../engine/intake/answers.ts";
import type { Arrival } from "../../../engine/intake/arrival.ts";
import type { ReadRecord } from "../../../engine/intake/batch-lines.ts";
import type { Intake } from "../../../engine/intake/receive.ts";
import { readArrival } from "../../../engine/intake/record-formats.ts";
import { isTurnOver, ownTurn, turnFor } from "../../../event-loop.ts";
import { FORMATS } from "../../../formats/formats.ts";
import { jsonText } from "../../../formats/json-writer.ts";
import { SORT_KEYS } from "../../../queries/cdr-query.ts";
import { cdrView, ratingView } from "../../cdr-view.ts";
import { filterParameter, toFilter } from "../../filter-shape.ts";
import { type MethodContext, method } from "../../method.ts";
import {
  cdrAnswer,
  cdrId,
  cdrView as cdrShape,
  cursor,
  instant,
  json,
  jsonObject,
  margin,
  name,
  pageLimit,
  side,
  tenantOfId,
} from "../../shapes.ts";

const EXAMPLE_CDR = {
  originId: "example-1",
  originHost: "192.0.2.7",
  account: "1001",
  destination: "34650123456",
  answerTime: "2026-03-02T09:00:00Z",
  usage: "95s",
};

/** A CDR that came over RPC is kept, if it must be, as the JSON of its object. */
function arrivalOf(cdr: JsonObject, format: string, context: MethodContext): Arrival {
  const { engine, caller } = context;
  const { address, credential } = caller;
  return {
    source: engine.sourceOf({ path: "/jsonrpc", address, credential }),
    format,
    bytes: Buffer.from(jsonText(cdr), "utf8"),
    scope: caller.scope,
  };
}

/** Formats that a JSON object may have. */
const OBJECT_FORMATS = Object.entries(FORMATS).flatMap(([name, { byRpc }]) =>
  byRpc ? [name] : [],
);

export const processMethod = method({
  name: "cdr.process",
  summary: "Mediates, rates and stores one CDR; answers after it is durable.",
  permission: "cdr.write",
  writes: true,
  repeatable: true,
  heavy: false,
  records: ["cdr"],
  errors: ["store-unavailable", "forbidden"],
  params: z.strictObject({
    cdr: jsonObject,
    format: z.enum(OBJECT_FORMATS).default("cdr-object"),
  }),
  result: cdrAnswer,
  example: { cdr: EXAMPLE_CDR },
  async run({ cdr, format }, context) {
    if (isTurnOver()) await ownTurn();
    const arrival = arrivalOf(cdr, format, context);
    const { length } = arrival.bytes;
    await turnFor(length);
    const read = readArrival(arrival);
    await turnFor(length);
    return context.engine.intake.process(arrival, read);
  },
});

export const processManyMethod = method({
  name: "cdr.processMany",
  summary: "The same for up to 1000 CDRs; one result each, in order.",
  permission: "cdr.write",
  writes: true,
  repeatable: true,
  heavy: false,
  records: ["cdrs"],
  errors: ["store-unavailable", "forbidden", "conflict"],
  params: z.strictObject({
    cdrs: z.array(jsonObject).min(1).max(1000),
    batch: name.optional(),
    /** Line of the first of these CDRs in its batch, for a batch that is sent in parts. */
    firstLine: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe("else 1, and refused when those lines are other CDRs already"),
  }),
  result: z.object({ results: z.array(cdrAnswer) }),
  example: { cdrs: [{ ...EXAMPLE_CDR, originId: "example-2" }] },
  async run({ cdrs, batch, firstLine }, context) {
    if (batch !== undefined) await context.engine.batchNames.claim(batch);
    const records: ReadRecord[] = [];
    for (const [index, cdr] of cdrs.entries()) {
      if (isTurnOver()) await ownTurn();
      const arrival = { ...arrivalOf(cdr, "cdr-object", context), isPatient: true };
      if (batch !== undefined) arrival.batch = { id: batch, line: (firstLine ?? 1) + index };
      await turnFor(arrival.bytes.length);
      records.push({ arrival, read: readArrival(arrival) });
    }
    const { intake, batchLines } = context.engine;
    const take = () => takeInOrder(intake, records);
    const isCounted = batch !== undefined && firstLine === undefined;
    const results = await (isCounted ? batchLines.fromFirst(batch, records, take) : take());
    return { results };
  },
});

/** Each record is given to the store after those before it; they are written together. */
async function takeInOrder(intake: Intake, records: readonly ReadRecord[]): Promise<CdrAnswer[]> {
  const taken: Promise<CdrAnswer>[] = [];
  for (const { arrival, read } of records) {
    if (isTurnOver()) await ownTurn();
    await turnFor(arrival.bytes.length);
    const answer = intake.process(arrival, read);
    // A fault is told when all have been taken.
    answer.catch(() => undefined);
    taken.push(answer);
  }
  return Promise.all(taken);
}

export const getMethod = method({
  name: "cdr.get",
  summary: "One CDR with its primary and extra fields, its rating and its history.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: false,
  large: true,
  errors: ["not-found", "ambiguous"],
  params: z.strictObject({
    id: cdrId,
    /** As it was at this moment: its facts, rating and history of then. */
    asOf: instant.optional(),
    tenant: tenantOfId,
  }),
  result: cdrShape,
  example: { id: "$id" },
  async run({ id, tenant, asOf }, { engine, caller }) {
    return cdrView(await engine.cdrs.one({ id, tenant, asOf, scope: caller.scope }));
  },
});

const sortParameter = z
  .strictObject({
    by: z.enum(SORT_KEYS),
    descending: z.boolean().default(false),
  })
  .default({ by: "callTime", descending: false });

export const findMethod = method({
  name: "cdr.find",
  summary: "CDRs that a filter selects, page by page; the cursor stays right while CDRs arrive.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["timeout"],
  params: z.strictObject({
    filter: filterParameter.optional(),
    sort: sortParameter,
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({ cdrs: z.array(cdrShape), nextCursor: z.string().optional() }),
  example: { filter: { accounts: ["1001"] }, limit: 10 },
  async run({ filter, sort, limit, cursor: after }, { engine, caller, signal }) {
    const { scope } = caller;
    const position = after === undefined ? {} : { cursor: after };
    const query = { filter: toFilter(filter), sort, limit, ...position };
    const page = await engine.cdrs.find(query, { scope, signal });
    return {
      cdrs: page.cdrs.map(cdrView),
      ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
    };
  },
});

export const countMethod = method({
  name: "cdr.count",
  summary: "How many CDRs a filter selects.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["timeout"],
  params: z.strictObject({ filter: filterParameter.optional() }),
  result: z.object({ count: z.number() }),
  example: { filter: { outcomes: ["rated"] } },
  async run({ filter }, { engine, caller, signal }) {
    return { count: await engine.cdrs.count(toFilter(filter), { scope: caller.scope, signal }) };
  },
});

export const explainMethod = method({
  name: "cdr.explain",
  summary:
    "How the amounts came about, priced again from the stored version by the rules of then and compared.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: false,
  large: true,
  errors: ["not-found", "ambiguous"],
  params: z.strictObject({
    id: cdrId,
    revision: z.int().min(1).max(1_000_000_000).optional(),
    tenant: tenantOfId,
  }),
  result: z.object({
    id: z.string(),
    revision: z.number(),
    /** Of `*voice` the figures of the basis are seconds, of every other type of record units. */
    tor: z.string(),
    rules: z.string().describe("edition of the rules of pricing that made it, and priced it again"),
    matches: z.boolean(),
    differences: z.array(z.object({ path: z.string(), stored: json, again: json })),
    rating: z.looseObject({}),
    trace: z.record(z.string(), json),
    masked: z
      .literal(true)
      .optional()
      .describe("its numbers are masked: explained from the stored prefix and the basis"),
    today: z
      .object({
        rules: z.string(),
        changes: z.boolean().describe("a member of the rating would be another one"),
        outcome: z.enum(["rated", "partial", "unrated"]),
        reason: z.string().optional(),
        sell: side.nullable(),
        buy: side.nullable(),
        margin: margin.nullable(),
      })
      .optional()
      .describe("what today's rules give, where an older edition made the rating"),
  }),
  example: { id: "$id" },
  async run({ id, tenant, revision }, { engine, caller }) {
    const { scope } = caller;
    const explanation = await engine.cdrs.explain({ id, tenant, scope, revision });
    return { ...explanation, rating: { ...ratingView(explanation.rating) } };
  },
});
