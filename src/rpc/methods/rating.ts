// JSON-RPC: what a call would cost, and by which routes; nothing is stored.

import { z } from "zod";
import { method } from "../method.ts";
import { ofBuySide } from "../request/seen-params.ts";
import { json, margin, name, side, usageParameter, versionId } from "../shapes.ts";

/** What describes a call that is not stored. */
export const callMembers = {
  tenant: name.optional(),
  category: name.optional(),
  tor: name.optional(),
  account: z.string().max(256).optional(),
  subject: z.string().max(256).optional(),
  destination: z.string().max(256).optional(),
  callerNumber: z.string().max(256).optional(),
  /** RFC 3339 and the other forms that feeds take; absent: now. */
  answerTime: z.string().max(64).optional(),
  usage: usageParameter,
  /** What the usage is held against; it needs the answer time. */
  endTime: z.string().max(64).optional(),
  /** The carrier that took the call. */
  carrier: ofBuySide(name.optional()),
};
/** The CDR's ID, by which the strategy `weight` draws; absent: the empty text. */
const id = z.string().max(1024).optional();
/** A loaded version instead of the one in force. */
const tariffVersion = versionId.optional();

/** What versions of CGRateS folders answer besides. */
const CGRATES_ANSWER = {
  runs: z.record(z.string(), side).optional(),
  cost: z.string().optional(),
  eventCost: z.string().optional(),
  ratedUsageSeconds: z.number().optional(),
  connectFee: z.string().optional(),
  matchedPrefix: z.string().optional(),
  ratingPlan: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  /** CGRateS's word, with what it means here. */
  error: z.string().optional(),
  detail: z.string().optional(),
};

const EXAMPLE = {
  account: "1001",
  destination: "34650123456",
  answerTime: "2026-03-02T09:00:00Z",
  usage: 95,
};

export const priceMethod = method({
  name: "rating.price",
  summary: "What a call would cost on both sides; nothing is stored.",
  permission: "rating.price",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["not-found"],
  params: z.strictObject({ ...callMembers, id, tariffVersion, trace: z.boolean().default(false) }),
  result: z.looseObject({
    outcome: z.enum(["rated", "partial", "unrated"]),
    reason: z.string().optional(),
    tariffVersion: z.string().nullable(),
    semantics: z.enum(["native", "cgrates", "exact"]),
    sell: side.nullable(),
    buy: side.nullable(),
    margin: margin.nullable(),
    assignment: z
      .object({
        account: z.string(),
        voipPlan: z.string(),
        /** `account.set`, or the accounts file and its key. */
        origin: z.string(),
        fromMs: z.number().optional(),
        numbering: z.string().optional(),
      })
      .nullable(),
    normalized: z.looseObject({}),
    /** A rival that is cheaper than the carrier that the call names. */
    cheapest: z
      .object({ carrier: z.string(), amount: z.string(), currency: z.string() })
      .optional(),
    trace: z.record(z.string(), json).optional(),
    ...CGRATES_ANSWER,
  }),
  example: EXAMPLE,
  run: (params, { engine, caller }) => engine.prices.price(params, caller.scope),
});

export const routesMethod = method({
  name: "rating.routes",
  summary:
    "The carriers that could take a call, best first, and those that could not and why. " +
    "Without a usage, or with 0, a call of one minute (60 units) is priced.",
  permission: "rating.price",
  writes: false,
  repeatable: true,
  heavy: false,
  errors: ["no-active-tariff", "not-supported", "not-found"],
  params: z.strictObject({ ...callMembers, usage: usageParameter.default(0), id, tariffVersion }),
  result: z.looseObject({
    routes: z.array(
      z.object({
        carrier: z.string(),
        gateway: z.string().nullable(),
        plan: z.string(),
        prefix: z.string().nullable(),
        amount: z.string().nullable(),
        currency: z.string(),
        ratePerMinute: z.string(),
        margin: z.string().nullable(),
      }),
    ),
    rejected: z.array(z.object({ carrier: z.string(), plan: z.string(), reason: z.string() })),
    reason: z.string().optional(),
    tariffVersion: z.string(),
  }),
  example: EXAMPLE,
  async run(params, { engine, caller }) {
    const answer = await engine.prices.routes(params, caller.scope);
    return { ...answer, routes: answer.routes.map((route) => ({ ...route })) };
  },
});
