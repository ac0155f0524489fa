// JSON-RPC: the state of the service.
import { z } from "zod";
import { unpricedHint } from "../../engine/records/unpriced.ts";
import { systemStatus } from "../../engine/system-status.ts";
import { method } from "../method.ts";

export const statusMethod = method({
  name: "system.status",
  summary: "Version, uptime, store, active tariffs and counters of this process.",
  role: "read",
  errors: [],
  params: z.strictObject({}),
  result: z.object({
    version: z.string(),
    uptimeSeconds: z.number(),
    store: z.object({ kind: z.string(), ok: z.boolean(), fault: z.string().optional() }),
    tariffs: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        tenant: z.string(),
        activatedAt: z.string(),
        prefixes: z.number(),
      }),
    ),
    /** Calls of the last seven days without a price, or with one of two; a minute old at most. */
    unpriced: z.array(
      z.object({
        tenant: z.string(),
        outcome: z.string(),
        reason: z.string().nullable(),
        calls: z.number(),
      }),
    ),
    hint: z.string().optional(),
    counters: z.record(z.string(), z.number()),
  }),
  example: {},
  async run(_params, { engine, caller }) {
    const status = await systemStatus(engine);
    const { tenants } = caller;
    const isOwn = ({ tenant }: { tenant: string }) => tenants?.includes(tenant) ?? true;
    const unpriced = status.unpriced.filter(isOwn);
    const hint = unpricedHint(unpriced);
    return {
      ...status,
      tariffs: status.tariffs.filter(isOwn),
      unpriced,
      ...(hint === undefined ? {} : { hint }),
    };
  },
});
