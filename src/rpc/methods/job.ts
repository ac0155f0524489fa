// JSON-RPC: long work of every kind: how it stands, its lines, its end.
import { z } from "zod";
import type { JobView } from "../../engine/job-desk.ts";
import { lineAfter, nextLines } from "../line-cursor.ts";
import { method } from "../method.ts";
import { cursor, name, pageLimit } from "../shapes.ts";
import { backtestShape, backtestView } from "./backtest/view.ts";

const jobId = z.string().min(1).max(64);

const jobShape = z.object({
  job: z.string(),
  kind: z.string().describe("rerate, backtest, import, rollback, audit or rebuild"),
  state: z.string().describe("the states are those of its kind"),
  underWay: z.boolean().describe("a process works on it, or is to"),
  subject: z.string().describe("what it is about"),
  by: z.string().nullable().describe("who began it; null: nobody is noted"),
  createdAt: z.string(),
  updatedAt: z.string(),
  progress: z.object({
    done: z.number().describe("records or lines that are done in this state"),
    total: z.number().nullable().describe("null: not known yet"),
    secondsLeft: z.number().nullable().describe("null: it is not under way, or not long enough"),
  }),
  fault: z.string().nullable().describe("why it failed"),
});

function jobView({ id, isUnderWay, createdAtMs, updatedAtMs, ...own }: JobView) {
  return {
    job: id,
    underWay: isUnderWay,
    createdAt: new Date(createdAtMs).toISOString(),
    updatedAt: new Date(updatedAtMs).toISOString(),
    ...own,
  };
}

export const listMethod = method({
  name: "job.list",
  summary:
    "Rerates, back-tests, imports, rollbacks, nightly audits, closings of periods and rebuilds of kept sums, latest first, as of their last checkpoint.",
  permission: "job.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["store-unavailable"],
  params: z.strictObject({
    kinds: z.array(name).min(1).max(100).optional().describe("those of these kinds"),
    states: z.array(name).min(1).max(100).optional().describe("those in these states"),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({ jobs: z.array(jobShape), nextCursor: z.string().optional() }),
  example: { kinds: ["rollback"] },
  async run({ limit, cursor: after, ...wanted }, { engine, caller }) {
    const page = await engine.jobs.list({ ...wanted, limit, cursor: after }, caller.scope);
    return { ...page, jobs: page.jobs.map(jobView) };
  },
});

export const showMethod = method({
  name: "job.show",
  summary:
    "A job of any kind: its state, and how far it came; of a back-test what it found as well; `rerate.show` and `import.get` tell more.",
  permission: "job.read",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: z.strictObject({
    job: jobId,
    top: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(50)
      .describe("of a back-test: rows of each table before the others"),
  }),
  result: jobShape.extend({ backtest: backtestShape.optional() }),
  example: { job: "$job" },
  async run({ job, top }, { engine, caller }) {
    const { scope } = caller;
    const found = jobView(await engine.jobs.get(job, scope));
    if (found.kind !== "backtest") return found;
    return { ...found, backtest: backtestView(await engine.backtests.get(job, scope), top) };
  },
});

export const linesMethod = method({
  name: "job.lines",
  summary:
    "What a job noted line by line: of a rerate `planned`, `left` and `undo-left`; of a back-test `unpriced` and `losing`, the calls that lose a price or money; of an import `not-stored`, the lines that became no CDR, and `moved`, those whose CDR another arrival took over.",
  permission: "job.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["not-found", "store-unavailable"],
  params: z.strictObject({
    job: jobId,
    list: name.optional().describe("absent: the first list of its kind"),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({
    lines: z.array(z.looseObject({ line: z.number() })),
    nextCursor: z.string().optional(),
  }),
  example: { job: "$job" },
  async run({ job, list, limit, cursor: after }, { engine, caller }) {
    const page = { list, after: lineAfter(after), limit };
    const { lines, next } = await engine.jobs.lines(job, page, caller.scope);
    return { lines, ...nextLines(next) };
  },
});

export const cancelMethod = method({
  name: "job.cancel",
  summary:
    "Ends a rerate, a back-test, an import or a rebuild; what it wrote stays, and can be undone or gone on with. Rollbacks and audits end by themselves.",
  permission: "job.cancel",
  writes: true,
  heavy: false,
  errors: ["not-found", "conflict", "store-unavailable"],
  params: z.strictObject({ job: jobId }),
  result: jobShape,
  example: { job: "$plannedJob" },
  async run({ job }, { engine, caller }) {
    const { scope } = caller;
    const look = async () => ({ state: (await engine.jobs.get(job, scope)).state });
    const run = () => engine.jobs.cancel(job, scope);
    return jobView(
      await engine.acts.noted({ by: caller, act: "job.cancel", subject: job }, { look, run }),
    );
  },
});
