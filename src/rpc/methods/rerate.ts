// JSON-RPC: rerate jobs: plan, show, lines, apply, undo, cancel, list.

import { z } from "zod";
import type { Scope } from "../../access/scope.ts";
import type { Engine } from "../../engine/engine.ts";
import type { RerateJob, RerateRequest } from "../../engine/rerate/job.ts";
import { filterParameter, toFilter } from "../filter-shape.ts";
import { lineAfter, nextLines } from "../line-cursor.ts";
import { type MethodContext, method } from "../method.ts";
import { rerateShape, rerateSummary, rerateSummaryView, rerateView } from "../rerate-view.ts";
import { cursor, instant, margin, name, pageLimit, side, versionId } from "../shapes.ts";

const jobId = z.string().min(1).max(64);

const override = z.strictObject({
  account: name,
  tenant: name.optional(),
  tariffVersion: versionId,
});

/** What changes a job stands in the log of admin acts, with its state before and after. */
async function noted(
  { engine, caller }: MethodContext,
  { act, job }: { act: string; job: string },
  change: (engine: Engine, scope: Scope) => Promise<RerateJob>,
) {
  const { scope } = caller;
  const stateOf = ({ state }: RerateJob) => ({ state });
  const look = async () => stateOf(await engine.rerates.get(job, scope));
  const run = () => change(engine, scope);
  const work = { look, run, after: stateOf };
  return rerateSummaryView(await engine.acts.noted({ by: caller, act, subject: job }, work));
}

const acceptClosed = z
  .boolean()
  .default(false)
  .describe("what it changes of closed periods goes into their corrections");

export const planMethod = method({
  name: "rerate.plan",
  summary:
    "Begins a job that prices every CDR of a filter again and notes what would change; nothing is changed.",
  permission: "rerate.plan",
  writes: true,
  heavy: true,
  errors: ["not-found", "forbidden", "too-busy"],
  params: z.strictObject({
    filter: filterParameter.optional(),
    /** One version for all, instead of the one in force at each call's time. */
    tariffVersion: versionId.optional(),
    /** The time line as it was known then. */
    asOf: instant.optional(),
    /** The calls of an account by another version. */
    overrides: z.array(override).min(1).max(1000).optional(),
  }),
  result: z.object({ job: z.string() }),
  example: { filter: { accounts: ["1001"] } },
  async run({ filter, tariffVersion, asOf, overrides }, { engine, caller }) {
    const request: RerateRequest = {
      filter: toFilter(filter),
      ...(tariffVersion === undefined ? {} : { tariffVersion }),
      ...(asOf === undefined ? {} : { asOfMs: asOf }),
      ...(overrides === undefined
        ? {}
        : {
            overrides: overrides.map(({ tenant, ...rest }) =>
              tenant === undefined ? rest : { ...rest, tenant },
            ),
          }),
    };
    return { job: (await engine.rerates.plan(request, caller.scope)).id };
  },
});

export const showMethod = method({
  name: "rerate.show",
  summary:
    "State, progress and the money: totals, counts by reason, and by account, prefix, carrier and day the largest changes; what is not among them is `*others`.",
  permission: "rerate.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found"],
  params: z.strictObject({
    job: jobId,
    /** Rows by each key; the sum of all others comes after them. */
    top: z.number().int().min(1).max(1000).default(50),
  }),
  result: rerateShape,
  example: { job: "$job" },
  run: async ({ job, top }, { engine, caller }) =>
    rerateView(await engine.rerates.get(job, caller.scope), top),
});

const pricedPart = z.looseObject({
  outcome: z.string(),
  reason: z.string().optional(),
  tariffVersion: z.string().nullable(),
  sell: side.nullable(),
  buy: side.nullable(),
  margin: margin.nullable(),
});

export const linesMethod = method({
  name: "rerate.lines",
  summary: "The planned lines, old beside new; or those that apply or undo left, and why.",
  permission: "rerate.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found"],
  params: z.strictObject({
    job: jobId,
    list: z.enum(["planned", "left", "undo-left"]).default("planned"),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({
    lines: z.array(
      z.looseObject({
        line: z.number(),
        id: z.string(),
        tenant: z.string().optional(),
        account: z.string().optional(),
        /** The revision that the CDR had; it is rewritten only while it has it. */
        revision: z.number().optional(),
        reason: z.string(),
        old: pricedPart.optional(),
        new: pricedPart.optional(),
      }),
    ),
    nextCursor: z.string().optional(),
  }),
  example: { job: "$job" },
  async run({ job, list, limit, cursor: after }, { engine, caller }) {
    const { rerates } = engine;
    const { scope } = caller;
    const page = { after: lineAfter(after), limit };
    if (list !== "planned") {
      const of = list === "left" ? "apply" : "undo";
      const left = await rerates.left(job, { ...page, of }, scope);
      return { lines: left.lines.map((line) => ({ ...line })), ...nextLines(left.next) };
    }
    const { lines, next } = await rerates.lines(job, page, scope);
    return {
      lines: lines.map(({ cause, seen, ...line }) => ({ ...line, revision: seen, reason: cause })),
      ...nextLines(next),
    };
  },
});

export const applyMethod = method({
  name: "rerate.apply",
  summary:
    "Writes exactly the planned lines as new revisions; what changed meanwhile is left and listed.",
  permission: "rerate.apply",
  writes: true,
  heavy: true,
  errors: ["not-found", "conflict"],
  params: z.strictObject({
    job: jobId,
    /** That of `rerate.show`: refused when the plan is another one. */
    hash: z.string().min(1).max(64).optional(),
    acceptClosed,
  }),
  result: rerateSummary,
  example: { job: "$job" },
  run: ({ job, hash, acceptClosed: accepted }, context) =>
    noted(context, { act: "rerate.apply", job }, ({ rerates }, scope) =>
      rerates.apply(job, { hash, acceptClosed: accepted, scope }),
    ),
});

export const undoMethod = method({
  name: "rerate.undo",
  summary: "Restores by new revisions what the job replaced, unless the CDR changed since.",
  permission: "rerate.apply",
  writes: true,
  heavy: true,
  errors: ["not-found", "conflict"],
  params: z.strictObject({ job: jobId, acceptClosed }),
  result: rerateSummary,
  example: { job: "$appliedJob" },
  run: ({ job, acceptClosed: accepted }, context) =>
    noted(context, { act: "rerate.undo", job }, ({ rerates }, scope) =>
      rerates.undo(job, { acceptClosed: accepted, scope }),
    ),
});

export const cancelMethod = method({
  name: "rerate.cancel",
  summary: "Ends a job that is planned, being planned or applied; what was applied can be undone.",
  permission: "rerate.plan",
  writes: true,
  heavy: true,
  errors: ["not-found", "conflict"],
  params: z.strictObject({ job: jobId }),
  result: rerateSummary,
  example: { job: "$plannedJob" },
  run: ({ job }, context) =>
    noted(context, { act: "rerate.cancel", job }, ({ rerates }, scope) =>
      rerates.cancel(job, scope),
    ),
});

export const listMethod = method({
  name: "rerate.list",
  summary: "Rerate jobs, latest first.",
  permission: "rerate.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: [],
  params: z.strictObject({ limit: pageLimit, cursor: cursor.optional() }),
  result: z.object({ jobs: z.array(rerateSummary), nextCursor: z.string().optional() }),
  example: {},
  async run({ limit, cursor: after }, { engine, caller }) {
    const { scope } = caller;
    const { jobs, ...rest } = await engine.rerates.list({ limit, cursor: after, scope });
    return { jobs: jobs.map(rerateSummaryView), ...rest };
  },
});
