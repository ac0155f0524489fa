// JSON-RPC: records kept aside with a reason, and their bytes.

import { z } from "zod";
import { turnFor } from "../../event-loop.ts";
import type { SuspenseRecord } from "../../stores/ports/suspense.ts";
import { instantText } from "../cdr-view.ts";
import { type MethodContext, method } from "../method.ts";
import { cdrAnswer, cursor, instant, json, MOST_IN_LIST, name, pageLimit } from "../shapes.ts";

/** What closing a record changes, for the log. */
async function stateOf({ engine, caller }: MethodContext, id: string) {
  const { state, reason } = await engine.suspense.get(id, caller.scope);
  return { state, reason };
}

async function ownerOf({ engine, caller }: MethodContext, id: string): Promise<string | null> {
  return (await engine.suspense.get(id, caller.scope)).tenant ?? null;
}

const suspenseId = z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits");

const suspenseView = z.object({
  id: z.string(),
  source: z.string(),
  state: z.enum(["open", "retried", "discarded"]),
  reason: z.string(),
  detail: z.string(),
  format: z.string(),
  contentType: z.string().optional(),
  query: z.string().optional(),
  receivedAt: z.string(),
  tenant: z.string().optional(),
  cdrId: z.string().optional(),
  batchId: z.string().optional(),
  batchLine: z.number().optional(),
  byteLength: z.number(),
  retriedAs: z
    .object({ tenant: z.string(), id: z.string() })
    .optional()
    .describe("the CDR that a retry made of it"),
  discardedBy: z.string().optional().describe("who discarded it last, kept when it opens again"),
  discardedAt: z.string().optional(),
  reopened: z
    .number()
    .optional()
    .describe("how often it came again after it was discarded, and was opened"),
});

function viewSuspense({ bytes, receivedAtMs, discardedAtMs, ...same }: SuspenseRecord) {
  return {
    ...same,
    receivedAt: instantText(receivedAtMs),
    byteLength: bytes.length,
    ...(discardedAtMs === undefined ? {} : { discardedAt: instantText(discardedAtMs) }),
  };
}

export const findMethod = method({
  name: "suspense.find",
  summary: "Suspended records, oldest first, page by page.",
  permission: "suspense.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: [],
  params: z.strictObject({
    states: z
      .array(z.enum(["open", "retried", "discarded"]))
      .min(1)
      .max(MOST_IN_LIST)
      .optional(),
    reasons: z.array(name).min(1).max(MOST_IN_LIST).optional(),
    sources: z.array(name).min(1).max(MOST_IN_LIST).optional(),
    receivedAt: z.strictObject({ from: instant.optional(), to: instant.optional() }).optional(),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({ records: z.array(suspenseView), nextCursor: z.string().optional() }),
  example: { states: ["open"] },
  async run({ receivedAt, limit, ...wanted }, { engine, caller }) {
    const { states, reasons, sources, cursor: after } = wanted;
    const query = {
      limit,
      ...(states === undefined ? {} : { states }),
      ...(reasons === undefined ? {} : { reasons }),
      ...(sources === undefined ? {} : { sources }),
      ...(after === undefined ? {} : { cursor: after }),
      ...(receivedAt === undefined
        ? {}
        : {
            receivedAt: {
              ...(receivedAt.from === undefined ? {} : { fromMs: receivedAt.from }),
              ...(receivedAt.to === undefined ? {} : { toMs: receivedAt.to }),
            },
          }),
    };
    const page = await engine.suspense.find(query, caller.scope);
    return {
      records: page.records.map(viewSuspense),
      ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
    };
  },
});

export const getMethod = method({
  name: "suspense.get",
  summary: "One suspended record with its bytes as they came.",
  permission: "suspense.read",
  writes: false,
  repeatable: true,
  heavy: false,
  large: true,
  errors: ["not-found"],
  params: z.strictObject({ id: suspenseId }),
  result: suspenseView.extend({
    /** The bytes as UTF-8, or null when they are not UTF-8. */
    text: z.string().nullable(),
    base64: z.string(),
  }),
  example: { id: "$suspenseId" },
  async run({ id }, context) {
    const record = await context.engine.suspense.get(id, context.caller.scope);
    await turnFor(record.bytes.length);
    const text = utf8Text(record.bytes);
    await turnFor(record.bytes.length);
    const base64 = Buffer.from(record.bytes).toString("base64");
    return { ...viewSuspense(record), text, base64 };
  },
});

function utf8Text(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes).toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : null;
}

const stateAfter = z.enum(["open", "retried", "discarded"]);

export const retryMethod = method({
  name: "suspense.retry",
  summary:
    "Reads a suspended record again, with corrected fields; `retried` only when its CDR is stored. `replace` changes what was billed: it needs the role rate.",
  permission: "suspense.retry",
  permissionOf: ({ conflict }) => (conflict === "replace" ? "suspense.replace" : "suspense.retry"),
  writes: true,
  heavy: false,
  errors: ["not-found", "conflict", "store-unavailable"],
  params: z.strictObject({
    id: suspenseId,
    /** Named as in cdr.process; each takes the place of what the record says. */
    fields: z.record(name, json).optional(),
    /** For a conflict: keep the stored CDR (the record is discarded), or replace its facts. */
    conflict: z.enum(["keep", "replace"]).optional(),
  }),
  result: z.object({ id: z.string(), state: stateAfter, answer: cdrAnswer.nullable() }),
  example: {
    id: "$suspenseId",
    fields: {
      originId: "corrected-1",
      destination: "34650123456",
      answerTime: "2026-03-02T09:00:00Z",
      usage: "95s",
    },
  },
  async run({ id, fields, conflict }, context) {
    const { engine } = context;
    const { scope, name: by } = context.caller;
    const retried = await engine.acts.noted(
      {
        by: context.caller,
        act: "suspense.retry",
        subject: id,
        tenant: await ownerOf(context, id),
      },
      {
        look: () => stateOf(context, id),
        run: () => engine.suspense.retry(id, { fields, conflict, scope, by }),
      },
    );
    return { id, ...retried };
  },
});

export const discardMethod = method({
  name: "suspense.discard",
  summary: "Closes a suspended record; its bytes stay, and it opens again when it comes again.",
  permission: "suspense.discard",
  writes: true,
  heavy: false,
  errors: ["not-found", "conflict"],
  params: z.strictObject({ id: suspenseId }),
  result: z.object({ id: z.string(), state: z.literal("discarded") }),
  example: { id: "$openSuspenseId" },
  async run({ id }, context) {
    const { engine, caller } = context;
    await engine.acts.noted(
      { by: caller, act: "suspense.discard", subject: id, tenant: await ownerOf(context, id) },
      { look: () => stateOf(context, id), run: () => engine.suspense.discard(id, caller) },
    );
    return { id, state: "discarded" as const };
  },
});
