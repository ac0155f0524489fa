// JSON-RPC: batches: what arrived together, and whether every line of it is accounted for.
import { z } from "zod";
import type { Batch } from "../../../engine/imports/batches.ts";
import { method } from "../../method.ts";
import { cursor, name, pageLimit } from "../../shapes.ts";

const outcomes = z.record(z.string(), z.number());

const batch = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(["running", "done", "cancelled"]),
  hash: z.string().nullable().describe("sha256 of the file"),
  file: z.string(),
  format: z.string(),
  source: z.string(),
  job: z.string().describe("the import that brings it"),
  by: z.string(),
  at: z.string(),
  lines: z.number(),
  outcomes: outcomes.describe("what became of its lines when they came"),
  firstCall: z.string().nullable(),
  lastCall: z.string().nullable(),
});

function batchView({ id, state, hash, createdAtMs, body }: Batch): z.input<typeof batch> {
  const { firstCallMs, lastCallMs, ...own } = body;
  return {
    id,
    state: state as "running" | "done" | "cancelled",
    hash,
    at: timeText(createdAtMs) ?? "",
    ...own,
    firstCall: timeText(firstCallMs),
    lastCall: timeText(lastCallMs),
  };
}

function timeText(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

export const listMethod = method({
  name: "batch.list",
  summary: "Batches of imports, latest first.",
  permission: "batch.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["store-unavailable"],
  params: z.strictObject({
    limit: pageLimit,
    cursor: cursor.optional(),
    hash: z.string().length(64).optional().describe("those of the file with this sha256"),
  }),
  result: z.object({ batches: z.array(batch), nextCursor: z.string().optional() }),
  example: {},
  async run({ limit, cursor: after, hash }, { engine, caller }) {
    const page = await engine.batches.list({ limit, cursor: after, hash }, caller.scope);
    return { ...page, batches: page.batches.map(batchView) };
  },
});

export const getMethod = method({
  name: "batch.get",
  summary: "A batch with what became of its lines when they came.",
  permission: "batch.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: z.strictObject({ id: name }),
  result: batch,
  example: { id: "march" },
  async run({ id }, { engine, caller }) {
    return batchView(await engine.batches.get(id, caller.scope));
  },
});

export const reconcileMethod = method({
  name: "batch.reconcile",
  summary:
    "Counts every line of a batch anew, each once: CDRs by their outcome now, and lines that became none; with the sums of its CDRs.",
  permission: "batch.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found", "store-unavailable"],
  params: z.strictObject({ id: name }),
  result: z.object({
    batch,
    outcomes,
    sums: z.array(
      z.object({
        currency: z.string().nullable(),
        buyCurrency: z.string().nullable(),
        calls: z.number(),
        seconds: z.number(),
        sell: z.string().nullable(),
        buy: z.string().nullable(),
        margin: z.string().nullable(),
      }),
    ),
    ok: z.boolean(),
    faults: z.array(z.string()),
  }),
  example: { id: "march" },
  async run({ id }, { engine, caller, signal }) {
    const { batch: found, ...rest } = await engine.batches.reconcile(id, caller.scope, signal);
    return { batch: batchView(found), ...rest };
  },
});
