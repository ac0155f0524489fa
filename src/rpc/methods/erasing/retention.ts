// JSON-RPC: retention: what is old is counted and summed, then erased.
import { z } from "zod";
import {
  RETENTION_KINDS,
  type RetentionFigures,
  type RetentionJob,
} from "../../../engine/retention/job.ts";
import { engineError } from "../../../errors.ts";
import { method } from "../../method.ts";
import { instant, name } from "../../shapes.ts";

const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

const figures = z.object({
  cdrs: z.number(),
  sums: z
    .array(
      z.object({
        tenant: z.string().nullable(),
        outcome: z.string().nullable(),
        currency: z.string().nullable(),
        buyCurrency: z.string().nullable(),
        calls: z.number(),
        seconds: z.number(),
        sell: z.string().nullable(),
        buy: z.string().nullable(),
        margin: z.string().nullable(),
      }),
    )
    .describe("of the CDRs, by tenant and outcome, one a pair of currencies"),
  suspense: z.number().describe("records that were retried or discarded"),
  suspenseLeft: z.number().describe("open records, and those of imports: they stay"),
  queueEvents: z.number(),
});

const shape = z.object({
  job: z.string(),
  state: z.enum(["planned", "applying", "applied", "cancelled", "failed"]),
  kinds: z.array(z.enum(RETENTION_KINDS)),
  before: z.string(),
  tenants: z.array(z.string()).optional().describe("absent: every tenant"),
  figures: figures.describe("what is older, as it was planned"),
  heldBy: z
    .array(z.string())
    .describe("what held CDRs when it was planned: they stay while it does"),
  done: z.object({
    cdrs: z.number(),
    left: z.number().describe("CDRs that were met and stay"),
    suspense: z.number(),
    queueEvents: z.number(),
  }),
  held: z
    .array(z.object({ from: z.string(), to: z.string(), reason: z.string() }))
    .describe("days of which CDRs stay, and why"),
  fault: z.string().optional(),
});

function figuresView({ sums, ...counts }: RetentionFigures) {
  return {
    ...counts,
    sums: sums.map(({ keys, currency, buyCurrency, calls, usageMs, sell, buy, margin }) => {
      const { tenant = null, outcome = null } = keys;
      const seconds = usageMs / 1000;
      return { tenant, outcome, currency, buyCurrency, calls, seconds, sell, buy, margin };
    }),
  };
}

function view({ id, state, body }: RetentionJob) {
  const { request, done, held, heldBy, fault } = body;
  const { kinds, beforeMs, tenants } = request;
  const text = (atMs: number) => new Date(atMs).toISOString();
  return {
    ...{ job: id, state, kinds, before: text(beforeMs), figures: figuresView(body.figures), done },
    ...(tenants && { tenants }),
    heldBy,
    held: held.map(({ fromMs, toMs, reason }) => ({ from: text(fromMs), to: text(toMs), reason })),
    ...(fault !== undefined && { fault }),
  };
}

const job = z.string().min(1).max(64);

export const planMethod = method({
  name: "retention.plan",
  summary: "Counts and sums what is older than a time, by kind; nothing is erased.",
  permission: "retention.plan",
  writes: true,
  heavy: true,
  errors: ["invalid-params", "forbidden", "store-unavailable"],
  params: z.strictObject({
    kinds: z
      .array(z.enum(RETENTION_KINDS))
      .min(1)
      .max(RETENTION_KINDS.length)
      .optional()
      .describe("all of them when it is left out; events of queues not where tenants are named"),
    before: instant
      .optional()
      .describe("CDRs by call time, the rest by receipt; the begin of its quarter hour is taken"),
    olderThanDays: z.int().min(1).max(MOST_DAYS).optional().describe("instead of `before`"),
    tenants: z.array(name).min(1).max(1000).optional(),
  }),
  result: shape,
  example: { olderThanDays: 400 },
  async run({ kinds, before, olderThanDays, tenants }, { engine, caller }) {
    if ((before === undefined) === (olderThanDays === undefined)) {
      throw engineError("invalid-params", "Say one of `before` and `olderThanDays`.", {
        path: "before",
      });
    }
    const beforeMs = before ?? engine.clock() - Number(olderThanDays) * DAY_MS;
    const { name: by, scope } = caller;
    return view(await engine.retentions.plan({ kinds, beforeMs, tenants }, { by, scope }));
  },
});

export const applyMethod = method({
  name: "retention.apply",
  summary:
    "Erases what was planned, in steps that a crash does not break; refused where the plan does not hold any more.",
  permission: "retention.apply",
  writes: true,
  heavy: true,
  errors: ["not-found", "conflict", "forbidden", "store-unavailable"],
  params: z.strictObject({
    job,
    within: z
      .int()
      .min(0)
      .default(0)
      .describe("by so many records of a kind the plan may differ from what is there"),
  }),
  result: shape,
  example: { job: "$retention" },
  async run({ job: id, within }, { engine, caller }) {
    const { scope } = caller;
    return engine.acts.noted(
      { by: caller, act: "retention.apply", subject: id },
      {
        run: async () => view(await engine.retentions.apply(id, { within, scope })),
        after: ({ kinds, before, tenants, figures: planned }) => {
          return { kinds, before, tenants, planned };
        },
      },
    );
  },
});

export const showMethod = method({
  name: "retention.show",
  summary: "A retention job: what it found, what it erased so far, what stays and why.",
  permission: "retention.plan",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: z.strictObject({ job }),
  result: shape,
  example: { job: "$retention" },
  run: async ({ job: id }, { engine, caller }) =>
    view(await engine.retentions.get(id, caller.scope)),
});
