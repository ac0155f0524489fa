// JSON-RPC: records kept aside with a reason, and their bytes.
import { z } from "zod";
import { discardSuspended, retrySuspended } from "../../engine/intake/suspense.ts";
import { engineError } from "../../errors.ts";
import type { SuspenseRecord } from "../../stores/ports/suspense.ts";
import { instantText } from "../cdr-view.ts";
import { type Caller, type MethodContext, method } from "../method.ts";
import { cdrAnswer, cursor, instant, json, MOST_IN_LIST, name, pageLimit } from "../shapes.ts";

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

function viewSuspense(
  { bytes, receivedAtMs, discardedAtMs, retriedAs, owners: _others, ...same }: SuspenseRecord,
  { tenants }: Caller,
) {
  const isSeen = retriedAs !== undefined && (tenants?.includes(retriedAs.tenant) ?? true);
  return {
    ...same,
    receivedAt: instantText(receivedAtMs),
    byteLength: bytes.length,
    ...(isSeen ? { retriedAs } : {}),
    ...(discardedAtMs === undefined ? {} : { discardedAt: instantText(discardedAtMs) }),
  };
}

export const findMethod = method({
  name: "suspense.find",
  summary: "Suspended records, oldest first, page by page.",
  role: "read",
  writes: false,
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
    const page = await engine.store.suspense.find({
      limit,
      ...(states === undefined ? {} : { states }),
      ...(reasons === undefined ? {} : { reasons }),
      ...(sources === undefined ? {} : { sources }),
      ...(after === undefined ? {} : { cursor: after }),
      ...(caller.tenants === undefined ? {} : { tenants: [...caller.tenants] }),
      ...(receivedAt === undefined
        ? {}
        : {
            receivedAt: {
              ...(receivedAt.from === undefined ? {} : { fromMs: receivedAt.from }),
              ...(receivedAt.to === undefined ? {} : { toMs: receivedAt.to }),
            },
          }),
    });
    return {
      records: page.records.map((record) => viewSuspense(record, caller)),
      ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
    };
  },
});

/** A record that says no tenant is of those whose credentials sent it. */
function isOwn({ tenant, owners = [] }: SuspenseRecord, { tenants }: Caller): boolean {
  if (tenants === undefined) return true;
  return (tenant === undefined ? owners : [tenant]).some((one) => tenants.includes(one));
}

/** @throws `not-found`, also for a record of a tenant that the caller may not see */
async function visibleRecord(id: string, { engine, caller }: MethodContext) {
  const record = await engine.store.suspense.get(id);
  if (record !== null && isOwn(record, caller)) return record;
  throw engineError("not-found", `There is no suspense record ${id}.`, { path: "id" });
}

export const getMethod = method({
  name: "suspense.get",
  summary: "One suspended record with its bytes as they came.",
  role: "read",
  writes: false,
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
    const record = await visibleRecord(id, context);
    return {
      ...viewSuspense(record, context.caller),
      text: utf8Text(record.bytes),
      base64: Buffer.from(record.bytes).toString("base64"),
    };
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
  role: "ingest",
  roleOf: ({ conflict }) => (conflict === "replace" ? "rate" : "ingest"),
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
    const record = await visibleRecord(id, context);
    const { tenants, name: by } = context.caller;
    return {
      id,
      ...(await retrySuspended(context.engine, record, { fields, conflict, tenants, by })),
    };
  },
});

export const discardMethod = method({
  name: "suspense.discard",
  summary: "Closes a suspended record; its bytes stay, and it opens again when it comes again.",
  role: "rate",
  writes: true,
  heavy: false,
  errors: ["not-found", "conflict"],
  params: z.strictObject({ id: suspenseId }),
  result: z.object({ id: z.string(), state: z.literal("discarded") }),
  example: { id: "$openSuspenseId" },
  async run({ id }, context) {
    await discardSuspended(context.engine, await visibleRecord(id, context), context.caller.name);
    return { id, state: "discarded" as const };
  },
});
