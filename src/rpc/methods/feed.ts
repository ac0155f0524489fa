// JSON-RPC: the feeds of the settings, their state, and whether they run.
import { z } from "zod";
import { type MethodContext, method } from "../method.ts";
import { cursor, instant, json, MOST_IN_LIST, name, pageLimit } from "../shapes.ts";

const feedState = z.object({
  connected: z
    .boolean()
    .describe("its other end is there: the file is open, the manager has taken the login"),
  since: z.string().nullable().describe("connected since"),
  lastRecord: z.string().nullable().describe("when its last record came"),
  lagSeconds: z.number().nullable().describe("from the end of that call to its coming"),
  records: z.number().describe("records that it handed over, repeats among them"),
  faults: z.number().describe("those of them that are in suspense"),
  repeats: z.number().describe("those that were there already"),
  firsts: z.number().describe("those that it told first"),
  onlyHere: z
    .number()
    .nullable()
    .describe("at least so many that no other feed of the source has told; null: there is none"),
  silentSince: z
    .string()
    .nullable()
    .describe("it has told nothing since then, for longer than its `expectMinutes`"),
  lastCallEnd: z.string().nullable().describe("when the call of its last record ended"),
  fault: z.string().nullable().describe("why it is not connected"),
  warnings: z.array(z.string()).describe("what is not as it should be though it is connected"),
  position: z
    .record(z.string(), json)
    .nullable()
    .describe("where it goes on: everything before it is durable"),
  gaps: z
    .array(
      z.object({
        from: z.string().nullable(),
        to: z.string(),
        reason: z.string(),
        filledBy: z
          .string()
          .nullable()
          .describe("another feed of the source that came past it and missed nothing"),
      }),
    )
    .describe("what went by unseen, the latest last, 100 at most"),
  counts: z
    .record(z.string(), z.number())
    .describe("what its kind counts besides, since it was set up: connections, bytes …"),
  calls: z.number().nullable().describe("calls under way; null: it does not tell of them now"),
});

export const feedView = z
  .object({
    name: z.string(),
    kind: z.string(),
    source: z.string(),
    stopped: z.boolean().describe("somebody stopped it"),
    runs: z
      .enum(["here", "elsewhere", "nowhere"])
      .describe("in this process, in another one on the same store, or in none"),
    state: feedState,
  })
  .meta({ id: "Feed" });

const named = z.strictObject({ name });

/** Starts or stops it, with a line in the log of admin acts. */
function noted({ engine, caller }: MethodContext, what: "start" | "stop", feed: string) {
  const { scope } = caller;
  const stateOf = ({ stopped }: { stopped: boolean }) => ({ stopped });
  return engine.acts.noted(
    { by: caller, act: `feed.${what}`, subject: feed },
    {
      look: async () => stateOf(await engine.feeds.get(feed, scope)),
      run: () => engine.feeds[what](feed, scope),
      after: stateOf,
    },
  );
}

export const listMethod = method({
  name: "feed.list",
  summary: "The feeds of the settings, each with its state.",
  permission: "feed.read",
  repeatable: true,
  writes: false,
  heavy: false,
  errors: ["store-unavailable"],
  params: z.strictObject({}),
  result: z.object({ feeds: z.array(feedView) }),
  example: {},
  async run(_params, { engine, caller }) {
    return { feeds: await engine.feeds.list(caller.scope) };
  },
});

export const getMethod = method({
  name: "feed.get",
  summary: "One feed with its state.",
  permission: "feed.read",
  repeatable: true,
  writes: false,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: named,
  result: feedView,
  example: { name: "master" },
  run: ({ name: feed }, { engine, caller }) => engine.feeds.get(feed, caller.scope),
});

/** Starting and stopping differ in nothing but what is done. */
function control<const Name extends string>(name: Name, summary: string, act: "start" | "stop") {
  return method({
    name,
    summary,
    permission: "feed.control",
    writes: true,
    heavy: false,
    errors: ["not-found", "store-unavailable"],
    params: named,
    result: feedView,
    example: { name: "master" },
    run: ({ name: feed }, context) => noted(context, act, feed),
  });
}

export const startMethod = control(
  "feed.start",
  "Starts a feed that was stopped: a service on the store takes it up within seconds.",
  "start",
);

export const stopMethod = control(
  "feed.stop",
  "Stops a feed in whatever process it runs; it goes on from its position when started.",
  "stop",
);

const some = z.array(name).min(1).max(MOST_IN_LIST).optional();

export const queueEventsMethod = method({
  name: "feed.queueEvents",
  summary: "What happened in the queues of switches, in the order of time.",
  permission: "feed.read",
  repeatable: true,
  writes: false,
  heavy: false,
  errors: ["invalid-params", "store-unavailable"],
  params: z.strictObject({
    from: instant.describe("events from this moment on"),
    to: instant.describe("events before this moment"),
    sources: some.describe("names of sources"),
    queues: some.describe("names of queues"),
    agents: some.describe("members of queues, as the switch names them"),
    events: some.describe("kinds of events, as the switch names them: `AgentConnect` …"),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({
    events: z.array(
      z.object({
        id: z
          .string()
          .describe("of source, call, event, time and member: told again it is the same"),
        source: z.string(),
        at: z.string().describe("by the switch's own clock where it says so"),
        event: z.string(),
        queue: z.string(),
        agent: z.string().nullable().describe("the member that it is about"),
        uniqueId: z.string().describe("of the caller's channel, as in CDRs"),
        linkedId: z.string().nullable(),
        account: z.string().nullable(),
        facts: z.record(z.string(), json).describe("holdTime, ringTime and talkTime in seconds …"),
      }),
    ),
    nextCursor: z.string().optional(),
  }),
  example: { from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z", queues: ["support"] },
  async run({ from, to, ...rest }, { engine, caller }) {
    const query = { ...rest, fromMs: from, toMs: to };
    const { events, ...next } = await engine.feeds.queueEvents(query, caller.scope);
    const shown = events.map(({ atMs, ...event }) => ({
      ...event,
      at: new Date(atMs).toISOString(),
    }));
    return { events: shown, ...next };
  },
});
