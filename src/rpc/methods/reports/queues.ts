// JSON-RPC: queues and agents of switches.
import { z } from "zod";
import { UNITS } from "../../../reports/calendar.ts";
import { QUEUE_BASES, SERVICE_LEVELS } from "../../../reports/queues/figures.ts";
import { method } from "../../method.ts";
import { instant, MOST_IN_LIST, name } from "../../shapes.ts";

const LONGEST_THRESHOLD_SECONDS = 86_400;
const some = z.array(name).min(1).max(MOST_IN_LIST).optional();
const count = z.number();
const mean = z.number().nullable();

const asked = {
  from: instant.describe("the first instant"),
  to: instant.describe("the instant after the last; 400 days at most"),
  step: z.enum(UNITS).optional().describe("rows for each bucket apart, empty ones too"),
  timeZone: name.default("UTC"),
  basis: z
    .enum(QUEUE_BASES)
    .default("events")
    .describe(
      "`events`: what the switch tells of its queues, for those who see everything; `cdrs`: what CDRs with a queue or an agent tell",
    ),
  sources: some.describe("names of sources"),
  queues: some.describe("names of queues"),
};

const placed = {
  bucket: z.string().nullable().describe("of `step`; null: the whole range"),
  from: z.string(),
  to: z.string(),
  source: z.string(),
};

const queueFigures = z.object({
  offered: count.describe("callers who joined"),
  answered: count.describe("whom an agent took"),
  completed: count.describe("answered ones whose talk is over"),
  abandoned: count.describe("who hung up while they waited"),
  left: count.describe("sent on by the queue: its timeout, a key"),
  open: count.describe("of whom no end is known"),
  wait: mean.describe("mean seconds until the answer"),
  longestWait: count.describe("seconds, whatever the end"),
  abandonWait: mean.describe("mean seconds until they hung up"),
  talkSeconds: count,
  talk: mean.describe("mean seconds"),
  longestTalk: count,
  answeredWithin: count.describe("answered within the threshold"),
  abandonedWithin: count,
  serviceLevel: mean.describe("0 to 1, by `formula`; null without a base"),
  abandonmentRate: mean.describe("abandoned ⁄ offered"),
});

export const queuesMethod = method({
  name: "report.queues",
  summary:
    "Callers of queues: offered, answered, abandoned, waits, talks and the service level, by queue and time.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["timeout", "too-large", "forbidden"],
  params: z.strictObject({
    ...asked,
    threshold: z
      .number()
      .min(0)
      .max(LONGEST_THRESHOLD_SECONDS)
      .default(20)
      .describe("seconds of the service level"),
    formula: z
      .enum(SERVICE_LEVELS)
      .default("offered")
      .describe("what the service level is a share of"),
    everyCall: z
      .boolean()
      .default(false)
      .describe("by CDRs: calls of no queue too, in rows whose queue is null"),
  }),
  result: z.object({
    basis: z.enum(QUEUE_BASES),
    formula: z.enum(SERVICE_LEVELS),
    threshold: z.number(),
    timeZone: z.string(),
    rows: z.array(queueFigures.extend({ ...placed, queue: z.string().nullable() })),
    totals: queueFigures,
  }),
  example: {
    ...{ from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z", basis: "cdrs" },
    threshold: 30,
  },
  async run({ from: fromMs, to: toMs, threshold, formula, ...rest }, context) {
    const { engine, caller, signal } = context;
    const level = { formula, thresholdMs: threshold * 1000 };
    const request = { fromMs, toMs, level, ...rest };
    const report = await engine.reports.queues(request, { scope: caller.scope, signal });
    return { basis: rest.basis, formula, threshold, timeZone: rest.timeZone, ...report };
  },
});

const agentFigures = z.object({
  rung: count.describe("calls that the agent was rung for"),
  answered: count,
  completed: count.describe("answered ones whose talk is over"),
  missed: count.describe("rung in vain"),
  wait: mean.describe("mean seconds that the callers had waited: Asterisk's hold time"),
  longestWait: count,
  ring: mean.describe("mean seconds of ringing before the answer"),
  talkSeconds: count,
  talk: mean.describe("mean seconds"),
  longestTalk: count,
  wrapSeconds: count.describe("paused for one of `wrapReasons`"),
  handle: mean.describe("mean seconds of talk and wrap a call"),
  staffedSeconds: mean.describe("in a queue; null: not known"),
  pausedSeconds: count.describe("for other reasons than wrapping up"),
  occupancy: mean.describe("in calls or wrapping up ⁄ there and not paused"),
});

export const agentsMethod = method({
  name: "report.agents",
  summary: "Agents of queues: calls taken and missed, talk, wrap and handle time, occupancy.",
  permission: "cdr.read",
  writes: false,
  repeatable: true,
  heavy: true,
  errors: ["timeout", "too-large", "forbidden"],
  params: z.strictObject({
    ...asked,
    agents: some.describe("members of queues, as the switch names them"),
    byQueue: z.boolean().default(false).describe("rows for each queue of an agent apart"),
    wrapReasons: z
      .array(name)
      .max(100)
      .default(["wrapup", "wrap-up", "acw"])
      .describe("reasons of a pause that is wrapping up, in any case"),
  }),
  result: z.object({
    basis: z.enum(QUEUE_BASES),
    timeZone: z.string(),
    rows: z.array(
      agentFigures.extend({
        ...placed,
        agent: z.string(),
        queue: z.string().nullable().optional(),
      }),
    ),
    totals: agentFigures,
  }),
  example: { from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z", basis: "cdrs" },
  async run({ from: fromMs, to: toMs, ...rest }, { engine, caller, signal }) {
    const request = { fromMs, toMs, ...rest };
    const report = await engine.reports.agents(request, { scope: caller.scope, signal });
    return { basis: rest.basis, timeZone: rest.timeZone, ...report };
  },
});
