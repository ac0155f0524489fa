// JSON-RPC: the state of the service.
import { z } from "zod";
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
    counters: z.record(z.string(), z.number()),
  }),
  example: {},
  async run(_params, { engine, caller }) {
    const status = await systemStatus(engine);
    const { tenants } = caller;
    if (tenants === undefined) return status;
    return { ...status, tariffs: status.tariffs.filter((entry) => tenants.includes(entry.tenant)) };
  },
});
