// JSON-RPC: dated assignments of accounts to VoIP plans.
import { z } from "zod";
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import type { Assignment } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import { instantText } from "../cdr-view.ts";
import { type Caller, method } from "../method.ts";
import { cursor, instant, name, pageLimit } from "../shapes.ts";

const assignmentView = z.object({
  tenant: z.string(),
  account: z.string(),
  voipPlan: z.string(),
  numbering: z.string().optional(),
  from: z.string(),
});

function viewAssignment({ fromMs, ...same }: Assignment) {
  return { ...same, from: instantText(fromMs) };
}

export function requireTenant(tenant: string, caller: Caller): void {
  if (caller.tenants === undefined || caller.tenants.includes(tenant)) return;
  throw engineError("forbidden", `These credentials are not for the tenant ${tenant}.`, {
    path: "tenant",
  });
}

export const setMethod = method({
  name: "account.set",
  summary:
    "Assigns an account to a VoIP plan from a time on; wins over the tariff's accounts file.",
  role: "rate",
  writes: true,
  heavy: false,
  errors: ["forbidden"],
  params: z.strictObject({
    tenant: name.default(DEFAULT_TENANT),
    account: name,
    voipPlan: name,
    /** Name of a rule set of the tariff, or of a preset. */
    numbering: name.optional(),
    /** Absent: from now on. */
    from: instant.optional(),
  }),
  result: assignmentView,
  example: { account: "1003", voipPlan: "gold", from: "2026-01-01T00:00:00Z" },
  async run({ tenant, account, voipPlan, numbering, from }, { engine, caller }) {
    requireTenant(tenant, caller);
    const assignment: Assignment = {
      tenant,
      account,
      voipPlan,
      ...(numbering === undefined ? {} : { numbering }),
      fromMs: from ?? engine.clock(),
    };
    await engine.setAssignment(assignment);
    return viewAssignment(assignment);
  },
});

export const getMethod = method({
  name: "account.get",
  summary: "Every dated assignment of an account, and which one holds at a time (now by default).",
  role: "read",
  writes: false,
  heavy: false,
  errors: ["forbidden"],
  params: z.strictObject({
    tenant: name.default(DEFAULT_TENANT),
    account: name,
    at: instant.optional(),
  }),
  result: z.object({
    assignments: z.array(assignmentView),
    /** Null: the tariff's accounts file decides. */
    current: assignmentView.nullable(),
  }),
  example: { account: "1003" },
  async run({ tenant, account, at }, { engine, caller }) {
    requireTenant(tenant, caller);
    const assignments = await engine.store.accounts.getFor([{ tenant, account }]);
    const atMs = at ?? engine.clock();
    const current = assignments.findLast((entry) => entry.fromMs <= atMs);
    return {
      assignments: assignments.map(viewAssignment),
      current: current === undefined ? null : viewAssignment(current),
    };
  },
});

export const findMethod = method({
  name: "account.find",
  summary: "Dated assignments by tenant, account and time, page by page.",
  role: "read",
  writes: false,
  heavy: true,
  errors: ["forbidden"],
  params: z.strictObject({
    /** Absent: every tenant that the caller may see. */
    tenant: name.optional(),
    limit: pageLimit,
    cursor: cursor.optional(),
  }),
  result: z.object({ assignments: z.array(assignmentView), nextCursor: z.string().optional() }),
  example: { limit: 10 },
  async run({ tenant, limit, cursor: after }, { engine, caller }) {
    if (tenant !== undefined) requireTenant(tenant, caller);
    const tenants = tenant === undefined ? caller.tenants : [tenant];
    const { assignments, ...next } = await engine.store.accounts.find({
      limit,
      ...(tenants === undefined ? {} : { tenants: [...tenants] }),
      ...(after === undefined ? {} : { cursor: after }),
    });
    return { assignments: assignments.map(viewAssignment), ...next };
  },
});
