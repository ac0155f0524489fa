// JSON-RPC: one rate of a native deck, with the reason of its change.
import { z } from "zod";
import type { RateCells } from "../../../engine/tariffs/changes/changes.ts";
import { method } from "../../method.ts";
import { name, note } from "../../shapes.ts";
import { changedBase, changedTariff, tenantOf, viewChanged } from "./changed.ts";

const cellText = z.string().max(256);
const COLUMNS = [
  ...["destination", "rate", "connect_fee", "first_interval", "next_interval", "minimum_seconds"],
  ...["grace_seconds", "from_second", "band", "effective_from", "effective_to", "status"],
  ...["minimum_amount", "maximum_amount", "caller_prefix", "tor", "unit_seconds", "interval_price"],
] as const;
const optional = Object.fromEntries(COLUMNS.map((column) => [column, cellText.optional()]));
const cells = z.record(z.string(), z.string()).nullable();

export const editMethod = method({
  name: "tariff.edit",
  summary:
    "One rate of a native deck changed, added or taken out: a new version that differs only there; the reason is kept in the log.",
  permission: "tariff.load",
  writes: true,
  heavy: false,
  errors: ["tariff-faults", "not-found", "timeout"],
  params: z.strictObject({
    ...changedBase,
    plan: name.describe("in whose deck the rate is; a deck of several plans becomes its own"),
    rate: z
      .strictObject({ prefix: cellText, ...optional })
      .describe("columns that tell the rate apart: its prefix, and others where it has several"),
    set: z
      .strictObject({ prefix: cellText.optional(), ...optional })
      .default({})
      .describe("columns and their new texts, as a deck has them"),
    how: z
      .enum(["set", "add", "remove"])
      .default("set")
      .describe(
        "change it, or make it where it is not there; add one that differs in `set` beside it; take it out",
      ),
    reason: note.describe("why, in your words; kept in the log with the rate before and after"),
  }),
  result: z.object({
    ...changedTariff,
    before: cells.describe("the rate as it was; null: it is new"),
    after: cells.describe("the rate as it is; null: it is gone"),
  }),
  example: {
    plan: "standard",
    rate: { prefix: "33" },
    set: { rate: "0.0205" },
    reason: "agreed with the customer",
  },
  async run({ rate, set, how, reason, ...asked }, { engine, caller }) {
    const edit = {
      rate: given(rate) as RateCells & { prefix: string },
      cells: given(set) as RateCells,
      how,
    };
    const act = {
      by: caller,
      act: "tariff.edit",
      subject: `${asked.plan} ${rate.prefix}`,
      why: reason,
    };
    const made = await engine.acts.noted(act, {
      run: () => engine.tariffChanges.edit({ ...asked, by: caller.name, edit }, caller.scope),
      after: ({ version, from, before, after }) => ({ version, from, before, after, reason }),
      tenantOf,
    });
    const { before, after } = made;
    return { ...viewChanged(made), before: shown(before), after: shown(after) };
  },
});

function given(sent: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(sent).filter(([, text]) => text !== undefined));
}

function shown(rate: RateCells | null): Record<string, string> | null {
  return rate === null ? null : (rate as Record<string, string>);
}
