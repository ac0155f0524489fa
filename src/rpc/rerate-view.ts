// A rerate job as the API shows it.
import { z } from "zod";
import { closedRows } from "../engine/periods/touched.ts";
import type { RerateJob } from "../engine/rerate/job.ts";
import { createRerateTotals, DIMENSIONS } from "../engine/rerate/totals.ts";
import type { CdrFilter, TimeRange } from "../queries/cdr-query.ts";
import { instantText } from "./cdr-view.ts";

export const moveShape = z.object({ old: z.string(), new: z.string(), difference: z.string() });
const totalMove = z.object({
  currency: z.string().nullable(),
  old: z.string().nullable(),
  new: z.string().nullable(),
  difference: z.string().nullable(),
});
const moves = { sell: moveShape, buy: moveShape, margin: moveShape };

const moved = { currency: z.string(), cdrs: z.number(), ...moves };
/** Rows add up to the totals of their currency: the last one of each may be `*others`. */
function movers<const Name extends (typeof DIMENSIONS)[number]>(dimension: Name) {
  return z.array(z.looseObject({ [dimension]: z.string().nullable(), ...moved }));
}

/** An account is one of its tenant; `*others` may be of any, so that its tenant is null. */
const accountMovers = z.array(
  z.looseObject({ account: z.string().nullable(), tenant: z.string().nullable(), ...moved }),
);

const outcome = z.object({ outcome: z.string(), reason: z.string().optional() });

export const rerateSummary = z
  .object({
    job: z.string(),
    state: z.enum([
      "planning",
      "planned",
      "applying",
      "applied",
      "undoing",
      "undone",
      "cancelled",
      "failed",
    ]),
    createdAt: z.string(),
    updatedAt: z.string(),
    /** CDRs while it is planned, lines while it is applied or undone. */
    progress: z.object({ done: z.number(), total: z.number() }),
    /** Of the plan; `rerate.apply` refuses another. */
    hash: z.string(),
    lines: z.number(),
    masked: z
      .number()
      .describe("CDRs whose numbers are masked: they stay as they are, and are the list `masked`"),
    applied: z.object({ done: z.number(), left: z.number() }),
    undone: z.object({ done: z.number(), left: z.number() }),
    request: z.looseObject({}),
    fault: z.string().optional(),
  })
  .meta({ id: "Rerate" });

/** The money of calls before and after, as rerates and back-tests tell it. */
export const moneyShape = {
  totals: z.object({
    cdrs: z.number(),
    changed: z.number(),
    sell: totalMove,
    buy: totalMove,
    margin: totalMove,
    currencies: z.array(z.object({ currency: z.string(), ...moves })),
  }),
  by: z.object({
    account: accountMovers,
    prefix: movers("prefix"),
    carrier: movers("carrier"),
    day: movers("day"),
  }),
  incomplete: z
    .array(z.enum(DIMENSIONS))
    .describe("more than 2000 keys were met: a row may lack what was added to *others before"),
  reasons: z.array(z.object({ reason: z.string(), from: outcome, to: outcome, cdrs: z.number() })),
};

export const rerateShape = rerateSummary.extend(moneyShape).extend({
  closed: z
    .array(
      z.object({
        number: z.string(),
        tenant: z.string(),
        account: z.string().optional(),
        carrier: z.string().optional(),
        currency: z.string(),
        cdrs: z.number(),
        ...moveShape.shape,
      }),
    )
    .describe("what it would change of closed periods: `rerate.apply` is to accept it"),
});

export function rerateSummaryView({ id, state, createdAtMs, body }: RerateJob) {
  const { plan, apply, undo, request, fault } = body;
  const { filter, asOfMs, ...asked } = request;
  return {
    job: id,
    state,
    createdAt: instantText(createdAtMs),
    updatedAt: instantText(body.updatedAtMs),
    progress: progressOf({ state, body }),
    hash: plan.hash,
    lines: plan.lines,
    masked: plan.masked ?? 0,
    applied: { done: apply.done, left: apply.left },
    undone: { done: undo.done, left: undo.left },
    request: {
      ...asked,
      filter: filterView(filter),
      ...(asOfMs === undefined ? {} : { asOf: instantText(asOfMs) }),
    },
    ...(fault === undefined ? {} : { fault }),
  };
}

/** The whole view: money by account, prefix, carrier and day, and why. */
export function rerateView(job: RerateJob, top: number) {
  const { plan } = job.body;
  const totals = createRerateTotals(plan.totals);
  const closed = closedRows(plan.closed ?? {}).map(({ side, party, ...row }) => ({
    ...row,
    ...(side === "sell" ? { account: party } : { carrier: party }),
  }));
  return { ...rerateSummaryView(job), ...totals.view(plan.cdrs, top), closed };
}

function progressOf({ state, body }: Pick<RerateJob, "state" | "body">) {
  const { plan, apply, undo, isBegun, isPlanned } = body;
  if (state === "undoing" || state === "undone") return { done: undo.line, total: plan.lines };
  if (isBegun) return { done: apply.line, total: plan.lines };
  return { done: plan.cdrs, total: isPlanned ? plan.cdrs : Math.max(plan.total, plan.cdrs) };
}

/** Times as they were given, not as milliseconds. */
export function filterView(filter: CdrFilter): Record<string, unknown> {
  const shown: Record<string, unknown> = { ...filter };
  for (const name of ["callTime", "answerTime", "setupTime", "receivedAt"] as const) {
    const range = filter[name];
    if (range !== undefined) shown[name] = rangeView(range);
  }
  if (filter.not !== undefined) shown["not"] = filterView(filter.not);
  return shown;
}

function rangeView({ fromMs, toMs }: TimeRange) {
  return {
    ...(fromMs === undefined ? {} : { from: instantText(fromMs) }),
    ...(toMs === undefined ? {} : { to: instantText(toMs) }),
  };
}
