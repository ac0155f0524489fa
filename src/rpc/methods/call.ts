// JSON-RPC: calls that are under way.
import { z } from "zod";
import { CALL_DIRECTIONS } from "../../cdr/cdr.ts";
import { method } from "../method.ts";
import { ofStaff } from "../request/seen-params.ts";
import { cursor, MOST_IN_LIST, name, pageLimit } from "../shapes.ts";

const some = z.array(name).min(1).max(MOST_IN_LIST).optional();
const STATES = ["ringing", "up"] as const;

const liveCall = z.object({
  callId: z
    .string()
    .optional()
    .describe("as CDRs have it: joins it with those that the call becomes"),
  source: z.string().optional(),
  state: z.enum(STATES).describe("`up`: the channel that called is answered"),
  since: z.string().describe("when it began, by the clock of cdrate"),
  answeredAt: z
    .string()
    .nullable()
    .describe("null: it is not answered, or was before the feed listened"),
  tenant: z.string().nullable().describe("null: the switch's fields cannot be read by the source"),
  account: z.string().nullable(),
  callerNumber: z.string().nullable(),
  callerName: z.string().nullable().optional(),
  destination: z.string().nullable(),
  callDirection: z.enum(CALL_DIRECTIONS).nullable().optional(),
  trunk: z.string().nullable().optional(),
  channels: z.array(z.string()).optional().describe("the switch's names, the caller's first"),
});

export const listMethod = method({
  name: "call.list",
  summary: "Calls that are under way, the longest first, as far as feeds tell of them.",
  permission: "cdr.read",
  repeatable: true,
  writes: false,
  heavy: false,
  errors: ["invalid-params", "store-unavailable"],
  params: z.strictObject({
    states: z
      .array(z.enum(STATES))
      .min(1)
      .max(STATES.length)
      .optional()
      .describe("which states; both if absent"),
    tenants: some.describe("of these tenants"),
    accounts: some.describe("of these accounts"),
    sources: ofStaff(some.describe("names of sources")),
    callerNumbers: some.describe("calling numbers, as sent"),
    destinations: some.describe("called numbers, as dialled"),
    directions: ofStaff(
      z
        .array(z.enum(CALL_DIRECTIONS))
        .min(1)
        .max(MOST_IN_LIST)
        .optional()
        .describe("of `callDirection`"),
    ),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({
    calls: z.array(liveCall),
    total: z.number().describe("all that match"),
    asOf: z
      .string()
      .nullable()
      .describe("the oldest news among the feeds; null: none has told of calls"),
    current: z
      .boolean()
      .describe("false: a feed has lost its switch, and its calls are those of before"),
    complete: z
      .boolean()
      .describe("false: calls that began before a switch was listened to may be missing"),
    feeds: z
      .array(
        z.object({
          feed: z.string(),
          source: z.string(),
          asOf: z.string().nullable(),
          current: z.boolean(),
          complete: z.boolean(),
          dropped: z.number().describe("channels that were too many to be kept"),
          calls: z.number(),
        }),
      )
      .describe("those that can tell of calls; told to who sees every tenant"),
    nextCursor: z.string().optional(),
  }),
  example: { states: ["up"], limit: 10 },
  async run(params, { engine, caller }) {
    const page = await engine.feeds.calls(params, caller.scope);
    const { calls, total, asOfMs, isCurrent, isComplete, feeds, ...next } = page;
    return {
      calls: calls.map(({ sinceMs, answeredMs, ...call }) => ({
        ...call,
        since: new Date(sinceMs).toISOString(),
        answeredAt: instantOf(answeredMs),
      })),
      total,
      asOf: instantOf(asOfMs),
      current: isCurrent,
      complete: isComplete,
      feeds: feeds.map(({ feed, source, dropped, count, ...told }) => ({
        ...{ feed, source, dropped, calls: count },
        asOf: instantOf(told.asOfMs),
        current: told.isCurrent,
        complete: told.isComplete,
      })),
      ...next,
    };
  },
});

function instantOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
