// JSON-RPC: a retail deck made again from what carriers charge, by a rule that the plan keeps.
import { z } from "zod";
import { method } from "../../method.ts";
import { decimalText, instant, name } from "../../shapes.ts";
import { changedBase, changedTariff, tenantOf, viewChanged } from "./changed.ts";

const rule = z
  .strictObject({
    of: z.array(name).min(1).max(100).describe("carrier plans"),
    take: z
      .enum(["dearest", "cheapest"])
      .default("dearest")
      .describe("of the carriers that take a code"),
    percent: decimalText.default("0").describe("on what it charges, fees too"),
    add: decimalText.default("0").describe("money a minute besides"),
    atLeast: decimalText.default("0").describe("money a minute, at least"),
    rounding: z
      .strictObject({
        decimals: z.int().min(0).max(10).default(4),
        mode: z.enum(["up", "half-up", "down"]).default("up"),
      })
      .default({ decimals: 4, mode: "up" }),
  })
  .optional();

export const markupMethod = method({
  name: "tariff.markup",
  summary:
    "A retail plan's deck from what carriers charge: percent, fixed amount, floor, rounding. The rule stays in the tariff, so that it is applied again without it: a new version.",
  permission: "tariff.load",
  writes: true,
  repeatable: true,
  heavy: false,
  errors: ["tariff-faults", "not-found", "timeout"],
  params: z.strictObject({
    ...changedBase,
    plan: name.describe("the retail plan whose deck is made"),
    rule: rule.describe(
      "carriers, percent, add, atLeast, rounding; absent: the one that the plan has",
    ),
    at: instant.optional().describe("prices of carriers as in force then; absent: now"),
  }),
  result: z.object({ ...changedTariff, rates: z.number() }),
  example: { plan: "standard", rule: { of: ["alpha", "beta"], percent: "25" } },
  async run({ at, ...asked }, { engine, caller }) {
    const act = { by: caller, act: "tariff.markup", subject: asked.plan };
    const made = await engine.acts.noted(act, {
      run: () => engine.tariffChanges.markup({ ...asked, by: caller.name, atMs: at }, caller.scope),
      after: ({ version, from, files }) => ({ version, from, files, rule: asked.rule ?? null }),
      tenantOf,
    });
    return { ...viewChanged(made), rates: made.rates };
  },
});
