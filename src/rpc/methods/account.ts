// JSON-RPC: dated assignments of accounts to VoIP plans.

import { z } from "zod";
import type { Scope } from "../../access/scope.ts";
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import type { Assignment } from "../../cdr/rating.ts";
import type { Engine } from "../../engine/engine.ts";
import { engineError } from "../../errors.ts";
import { accountFields, changesOf } from "../../master/fields.ts";
import { instantText } from "../cdr-view.ts";
import { method } from "../method.ts";
import { cursor, instant, name, pageLimit } from "../shapes.ts";
import { accountEntry, ifRevision, saysSomething, viewAccount } from "./master/entry.ts";

const assignmentView = z.object({
  tenant: z.string(),
  account: z.string(),
  voipPlan: z
    .string()
    .nullable()
    .describe("null: from then on no assignment, the tariff's accounts file decides"),
  numbering: z.string().optional(),
  from: z.string(),
});

function viewAssignment({ fromMs, ...same }: Assignment) {
  return { ...same, from: instantText(fromMs) };
}

/** The assignment that holds at a time, for the log; null: none does. */
async function heldAt(
  engine: Engine,
  { atMs, ...account }: { tenant: string; account: string; atMs: number },
  scope: Scope,
) {
  const assignments = await engine.accounts.of(account, scope);
  const held = assignments.findLast(({ fromMs }) => fromMs <= atMs);
  return held === undefined ? null : viewAssignment(held);
}

export const setMethod = method({
  name: "account.set",
  summary:
    "Assigns an account to a VoIP plan from a time on, which wins over the tariff's accounts file; or says who it is: name, description, contact, parent, time zone.",
  permission: "account.write",
  writes: true,
  heavy: false,
  errors: ["forbidden", "conflict", "store-unavailable"],
  params: z.strictObject({
    tenant: name.default(DEFAULT_TENANT),
    account: name,
    voipPlan: name.optional().describe("absent: the assignment stays as it is"),
    /** Name of a rule set of the tariff, or of a preset. */
    numbering: name.optional(),
    /** Absent: from now on. */
    from: instant.optional(),
    allowUnknown: z
      .boolean()
      .default(false)
      .describe("take a VoIP plan or rule set that no loaded version of the tenant has"),
    ...changesOf(accountFields),
    ifRevision,
  }),
  result: assignmentView.partial({ voipPlan: true, from: true }).extend({
    warnings: z.array(
      z.object({ code: z.enum(["unknown-voip-plan", "unknown-rule-set"]), message: z.string() }),
    ),
    entry: accountEntry.optional().describe("what is said of the account, where that was set"),
  }),
  example: { account: "1003", voipPlan: "gold", from: "2026-01-01T00:00:00Z" },
  async run(params, { engine, caller }) {
    const { tenant, account, voipPlan, numbering, from, allowUnknown, ...said } = params;
    const { ifRevision: revision, ...members } = said;
    const { scope } = caller;
    const says = saysSomething(members);
    if (voipPlan === undefined && (!says || numbering !== undefined || from !== undefined)) {
      throw engineError("invalid-params", "Give a VoIP plan, or what is said of the account.", {
        path: "voipPlan",
      });
    }
    const change = { tenant, id: account, members, ifRevision: revision };
    const entry = says
      ? { entry: viewAccount(await engine.master.accounts.set(change, caller)) }
      : {};
    if (voipPlan === undefined) return { tenant, account, warnings: [], ...entry };
    const assignment = {
      tenant,
      account,
      voipPlan,
      ...(numbering === undefined ? {} : { numbering }),
      fromMs: from ?? engine.clock(),
    };
    const warnings = await engine.acts.noted(
      { by: caller, act: "account.set", subject: account, tenant },
      {
        look: () => heldAt(engine, { tenant, account, atMs: assignment.fromMs }, scope),
        run: () => engine.accounts.set(assignment, { scope, allowUnknown }),
      },
    );
    return { ...viewAssignment(assignment), warnings, ...entry };
  },
});

export const getMethod = method({
  name: "account.get",
  summary:
    "Every dated assignment of an account, which one holds at a time (now by default), and what is said of it.",
  permission: "account.read",
  writes: false,
  repeatable: true,
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
    entry: accountEntry.nullable().describe("what is said of the account; null: nothing"),
  }),
  example: { account: "1003" },
  async run({ tenant, account, at }, { engine, caller }) {
    const assignments = await engine.accounts.of({ tenant, account }, caller.scope);
    const held = await engine.master.accounts.get({ tenant, account }, caller.scope);
    const atMs = at ?? engine.clock();
    const latest = assignments.findLast((entry) => entry.fromMs <= atMs);
    const current = latest?.voipPlan === null ? undefined : latest;
    return {
      assignments: assignments.map(viewAssignment),
      current: current === undefined ? null : viewAssignment(current),
      entry: held === null ? null : viewAccount(held),
    };
  },
});

export const removeMethod = method({
  name: "account.remove",
  summary:
    "Ends the assignment that holds for an account at a time: from then on the tariff's accounts file decides, until a later account.set. With `what: entry` it takes away what the store says of the account instead.",
  permission: "account.write",
  writes: true,
  heavy: false,
  errors: ["forbidden", "conflict", "not-found", "store-unavailable"],
  params: z.strictObject({
    tenant: name.default(DEFAULT_TENANT),
    account: name,
    what: z
      .enum(["assignment", "entry"])
      .default("assignment")
      .describe("the assignment, or what is said of the account"),
    at: instant.optional().describe("absent: now; of assignments alone"),
    ifRevision,
  }),
  result: z.object({
    tenant: z.string(),
    account: z.string(),
    at: z.string(),
    ended: assignmentView
      .nullable()
      .describe("what held until then; null: no assignment was ended"),
    next: assignmentView.nullable().describe("a later assignment, which stays"),
    removed: accountEntry.optional().describe("what was said of the account"),
  }),
  example: { account: "1003", at: "2027-01-01T00:00:00Z" },
  async run({ tenant, account, what, at, ifRevision: revision }, { engine, caller }) {
    const atMs = at ?? engine.clock();
    const { scope } = caller;
    if (what === "entry") {
      const gone = { tenant, id: account, ifRevision: revision };
      const removed = viewAccount(await engine.master.accounts.remove(gone, caller));
      return { tenant, account, at: instantText(atMs), ended: null, next: null, removed };
    }
    const { ended, next } = await engine.acts.noted(
      { by: caller, act: "account.remove", subject: account, tenant },
      {
        look: () => heldAt(engine, { tenant, account, atMs }, scope),
        run: () => engine.accounts.end({ tenant, account }, atMs, scope),
      },
    );
    return {
      tenant,
      account,
      at: instantText(atMs),
      ended: viewAssignment(ended),
      next: next === null ? null : viewAssignment(next),
    };
  },
});

export const findMethod = method({
  name: "account.find",
  summary: "Dated assignments by tenant, account and time, page by page.",
  permission: "account.read",
  writes: false,
  repeatable: true,
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
    const page = { tenant, limit, cursor: after };
    const { assignments, ...next } = await engine.accounts.find(page, caller.scope);
    return { assignments: assignments.map(viewAssignment), ...next };
  },
});
