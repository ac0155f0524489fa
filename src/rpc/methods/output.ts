// JSON-RPC: the outputs of the settings, their state, and whether they run.
import { z } from "zod";
import type { OutputView } from "../../engine/outputs.ts";
import { type MethodContext, method } from "../method.ts";
import { json, name } from "../shapes.ts";

const outputState = z.object({
  sent: z.number().describe("CDRs and revisions that were taken, repeats after a crash among them"),
  lastSent: z.string().nullable().describe("when the last ones were taken"),
  lagSeconds: z.number().nullable().describe("from the rating of the last one to its being taken"),
  caughtUp: z.boolean().describe("at the last look nothing was left to be sent"),
  failures: z.number().describe("tries that failed, since it was set up"),
  fault: z.string().nullable().describe("why the last try failed"),
  warning: z.string().nullable().describe("what is not as it should be though it goes on"),
  position: z
    .record(z.string(), json)
    .nullable()
    .describe("where it goes on: everything before it was taken"),
});

export const outputView = z
  .object({
    name: z.string(),
    kind: z.string(),
    stopped: z.boolean().describe("somebody stopped it"),
    runs: z
      .enum(["here", "elsewhere", "nowhere"])
      .describe("in this process, in another one on the same store, or in none"),
    state: outputState,
  })
  .meta({ id: "Output" });

const named = z.strictObject({ name });

/** Does it with a line in the log of admin acts. */
function noted(
  { engine, caller }: MethodContext,
  { act, output }: { act: string; output: string },
  run: () => Promise<OutputView>,
) {
  const stateOf = ({ stopped, state }: OutputView) => ({ stopped, position: state.position });
  return engine.acts.noted(
    { by: caller, act, subject: output },
    {
      look: async () => stateOf(await engine.outputs.get(output, caller.scope)),
      run,
      after: stateOf,
    },
  );
}

export const listMethod = method({
  name: "output.list",
  summary: "The outputs of the settings, each with its state.",
  permission: "output.read",
  repeatable: true,
  writes: false,
  heavy: false,
  errors: ["store-unavailable"],
  params: z.strictObject({}),
  result: z.object({ outputs: z.array(outputView) }),
  example: {},
  async run(_params, { engine, caller }) {
    return { outputs: await engine.outputs.list(caller.scope) };
  },
});

export const getMethod = method({
  name: "output.get",
  summary: "One output with its state.",
  permission: "output.read",
  repeatable: true,
  writes: false,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: named,
  result: outputView,
  example: { name: "billing" },
  run: ({ name: output }, { engine, caller }) => engine.outputs.get(output, caller.scope),
});

export const startMethod = method({
  name: "output.start",
  summary: "Starts an output that was stopped, from where it came to or anew.",
  permission: "output.control",
  writes: true,
  heavy: false,
  errors: ["not-found", "conflict", "store-unavailable"],
  params: named.extend({
    from: z
      .enum(["now", "beginning"])
      .optional()
      .describe(
        "begins anew: with what changes from now on, or with all that the store has; only while it is stopped",
      ),
  }),
  result: outputView,
  example: { name: "billing" },
  run: ({ name: output, from }, context) =>
    noted(context, { act: "output.start", output }, () =>
      context.engine.outputs.start(output, from, context.caller.scope),
    ),
});

export const stopMethod = method({
  name: "output.stop",
  summary:
    "Stops an output in whatever process it runs; it goes on from its position when started.",
  permission: "output.control",
  writes: true,
  heavy: false,
  errors: ["not-found", "store-unavailable"],
  params: named,
  result: outputView,
  example: { name: "billing" },
  run: ({ name: output }, context) =>
    noted(context, { act: "output.stop", output }, () =>
      context.engine.outputs.stop(output, context.caller.scope),
    ),
});
