// JSON-RPC: correct the facts of a stored CDR, or void it.
import { z } from "zod";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import { OUTCOMES } from "../../../cdr/rating.ts";
import { method } from "../../method.ts";
import { cdrId, json, note, side, tenantOfId } from "../../shapes.ts";

const revised = z.object({
  id: z.string(),
  revision: z.number(),
  outcome: z.enum(OUTCOMES),
  reason: z.string().optional(),
  sell: side.nullable(),
  buy: side.nullable(),
});

function revisedView({ id, rating }: StoredCdr) {
  const { revision, outcome, reason, sell, buy } = rating;
  return { id, revision, outcome, ...(reason === undefined ? {} : { reason }), sell, buy };
}

export const correctMethod = method({
  name: "cdr.correct",
  summary:
    "New facts for a stored CDR: a new content revision, rated anew; the old one stays in its history.",
  permission: "cdr.correct",
  writes: true,
  heavy: false,
  errors: ["not-found", "ambiguous", "conflict", "store-unavailable"],
  params: z.strictObject({
    id: cdrId,
    /** By any accepted spelling, primary or extra; null takes a field away. */
    fields: z
      .record(z.string().min(1), json)
      .refine((fields) => Object.keys(fields).length > 0, "at least one field"),
    reason: note.optional(),
    tenant: tenantOfId,
  }),
  result: revised,
  example: { id: "$id", fields: { usage: "64s" }, reason: "clock of the switch was wrong" },
  async run({ id, tenant, fields, reason }, { engine, caller }) {
    const question = { id, tenant, scope: caller.scope };
    const revised = await engine.acts.noted(
      { by: caller, act: "cdr.correct", subject: id, tenant: tenant ?? null, why: reason },
      {
        run: () => engine.corrections.correct(question, { fields, note: reason }),
        after: () => ({ fields, reason }),
      },
    );
    return revisedView(revised);
  },
});

export const voidMethod = method({
  name: "cdr.void",
  summary: "Takes a CDR out of every sum and query; its history stays, and it may arrive again.",
  permission: "cdr.correct",
  writes: true,
  heavy: false,
  errors: ["not-found", "ambiguous", "conflict", "store-unavailable"],
  params: z.strictObject({ id: cdrId, reason: note, tenant: tenantOfId }),
  result: revised,
  example: { id: "$id", reason: "test call" },
  async run({ id, tenant, reason }, { engine, caller }) {
    const question = { id, tenant, scope: caller.scope };
    const revised = await engine.acts.noted(
      { by: caller, act: "cdr.void", subject: id, tenant: tenant ?? null, why: reason },
      { run: () => engine.corrections.void(question, reason), after: () => ({ reason }) },
    );
    return revisedView(revised);
  },
});
