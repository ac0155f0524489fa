// JSON-RPC: rollup.rebuild, the sums that reports are answered from made anew.
import { z } from "zod";
import { toFilter } from "../../filter-shape.ts";
import { method } from "../../method.ts";
import { instant } from "../../shapes.ts";

export const rebuildMethod = method({
  name: "rollup.rebuild",
  summary:
    "Begins a job that makes the kept sums of reports anew from the CDRs and ends `done`; until a quarter hour is made, reports read its CDRs.",
  permission: "rollup.rebuild",
  writes: true,
  heavy: true,
  errors: ["forbidden", "too-busy", "store-unavailable"],
  params: z.strictObject({
    period: z
      .strictObject({ from: instant.optional(), to: instant.optional() })
      .optional()
      .describe("of the call time, in whole quarter hours; everything when it is left out"),
  }),
  result: z.object({ job: z.string() }),
  example: { period: { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" } },
  async run({ period = {} }, { engine, caller }) {
    const { callTime = {} } = toFilter({ callTime: period });
    const { name: by, scope } = caller;
    return { job: (await engine.rebuilds.begin(callTime, { by, scope })).id };
  },
});
