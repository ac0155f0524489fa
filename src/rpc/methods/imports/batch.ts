// JSON-RPC: batches: what arrived together, and whether every line of it is accounted for.
import { z } from "zod";
import { BATCH_STATES, type Batch, isComplete } from "../../../engine/imports/batch.ts";
import type { RollbackJob } from "../../../engine/imports/rollback/job.ts";
import { type MethodContext, method } from "../../method.ts";
import { cursor, name, note, pageLimit } from "../../shapes.ts";

const outcomes = z.record(z.string(), z.number());

const batch = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(BATCH_STATES),
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
  completeness: z
    .object({
      complete: z.boolean().nullable().describe("null: nothing tells"),
      expected: z.number().nullable().describe("records that the file was to have"),
      sequence: z
        .object({
          field: z.string(),
          first: z.number().nullable(),
          last: z.number().nullable(),
          missing: z.number().describe("numbers that are not there"),
          gaps: z.array(z.object({ from: z.number(), to: z.number() })).describe("the first 100"),
          without: z.number().describe("records without such a number"),
          before: z.string().nullable().describe("the batch of the source that it is held against"),
        })
        .nullable(),
    })
    .describe("whether the source sent all that it has"),
  rollback: z.string().nullable().describe("the job that took it back last; null: none did"),
});

const sums = z.array(
  z.object({
    currency: z.string().nullable(),
    buyCurrency: z.string().nullable(),
    calls: z.number(),
    seconds: z.number(),
    sell: z.string().nullable(),
    buy: z.string().nullable(),
    margin: z.string().nullable(),
  }),
);

function batchView({ id, state, hash, createdAtMs, body }: Batch): z.input<typeof batch> {
  const { firstCallMs, lastCallMs, rollback, expect, sequence, ...own } = body;
  return {
    id,
    state,
    hash,
    at: timeText(createdAtMs) ?? "",
    ...own,
    firstCall: timeText(firstCallMs),
    lastCall: timeText(lastCallMs),
    rollback: rollback?.job ?? null,
    completeness: {
      complete: state === "running" ? null : isComplete(body),
      expected: expect ?? null,
      sequence:
        sequence === undefined
          ? null
          : { ...sequence, gaps: sequence.gaps.map(([from, to]) => ({ from, to })) },
    },
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
  summary:
    "A batch with what became of its lines when they came, and the sums of its CDRs as they are now.",
  permission: "batch.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found", "store-unavailable"],
  params: z.strictObject({ id: name }),
  result: batch.extend({
    sums: sums.describe("one a pair of currencies; voided calls are in none"),
  }),
  example: { id: "march" },
  async run({ id }, { engine, caller, signal }) {
    const { batches } = engine;
    const view = batchView(await batches.get(id, caller.scope));
    return { ...view, sums: await batches.sums(id, caller.scope, signal) };
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
    sums,
    ok: z.boolean(),
    faults: z.array(z.string()),
  }),
  example: { id: "march" },
  async run({ id }, { engine, caller, signal }) {
    const { batch: found, ...rest } = await engine.batches.reconcile(id, caller.scope, signal);
    return { batch: batchView(found), ...rest };
  },
});

const walk = {
  total: z.number().describe("CDRs that are to be written"),
  done: z.number(),
  left: z.number().describe("not written, since somebody else changed them meanwhile"),
};

const rollbackShape = z.object({
  job: z.string(),
  batch: z.string(),
  state: z.enum(["rolling-back", "rolled-back", "restoring", "restored", "failed"]),
  by: z.string(),
  rolledBack: z.object({
    ...walk,
    changed: z.number().describe("of those done: corrected or rated anew since they came"),
  }),
  restored: z.object(walk),
  fault: z.string().nullable(),
});

function rollbackView({ id, state, body }: RollbackJob): z.input<typeof rollbackShape> {
  const { batch: of, by, rollback, restore, fault } = body;
  return {
    ...{ job: id, batch: of, state, by, rolledBack: rollback, restored: restore },
    fault: fault ?? null,
  };
}

/** What changes a batch stands in the log of admin acts, with its state before and after. */
async function noted(
  { engine, caller }: MethodContext,
  { act, id, why }: { act: string; id: string; why?: string | undefined },
  run: () => Promise<RollbackJob>,
) {
  const { scope } = caller;
  const look = async () => ({ state: (await engine.batches.get(id, scope)).state });
  return rollbackView(
    await engine.acts.noted({ by: caller, act, subject: id, why }, { look, run }),
  );
}

export const rollbackMethod = method({
  name: "batch.rollback",
  summary:
    "Voids what a batch brought, in the background, whatever was done to it since; batch.restore gives it back. What is in suspense stays there.",
  permission: "batch.rollback",
  writes: true,
  heavy: false,
  errors: ["not-found", "conflict", "store-unavailable"],
  params: z.strictObject({
    id: name,
    reason: note.optional().describe("kept with each CDR"),
  }),
  result: rollbackShape,
  example: { id: "march", reason: "wrong columns" },
  run({ id, reason = "" }, context) {
    const { engine, caller } = context;
    const asked = { note: reason, by: caller.name, scope: caller.scope };
    return noted(context, { act: "batch.rollback", id, why: reason }, () =>
      engine.rollbacks.begin(id, asked),
    );
  },
});

export const restoreMethod = method({
  name: "batch.restore",
  summary:
    "Gives back what batch.rollback voided, each CDR as it was just before, unless it was changed since.",
  permission: "batch.rollback",
  writes: true,
  heavy: false,
  errors: ["not-found", "conflict", "store-unavailable"],
  params: z.strictObject({ id: name }),
  result: rollbackShape,
  example: { id: "march" },
  run({ id }, context) {
    const { engine, caller } = context;
    return noted(context, { act: "batch.restore", id }, () =>
      engine.rollbacks.restore(id, caller.scope),
    );
  },
});
