// JSON-RPC: a loaded tariff as files: whole, one plan, or a customer's price list.
import { z } from "zod";
import { engineError } from "../../../errors.ts";
import { dialectSchema } from "../../../tables/dialect.ts";
import { method } from "../../method.ts";
import { instant, name, versionId } from "../../shapes.ts";

export const exportMethod = method({
  name: "tariff.export",
  summary:
    "A loaded native tariff as its files, one plan as a deck (native or by a dialect), or the price list of a VoIP plan with dates and changes.",
  permission: "tariff.read",
  writes: false,
  repeatable: true,
  heavy: true,
  large: true,
  errors: ["not-found", "tariff-faults", "too-large", "timeout"],
  params: z.strictObject({
    version: versionId.optional().describe("absent: the one in force"),
    tenant: name.optional().describe("whose version in force; absent: the only one of the caller"),
    plan: name.optional().describe("the deck of this plan"),
    dialect: z
      .union([name, dialectSchema])
      .optional()
      .describe("how it is written: a stored name, a dialect, or `own`; absent: a native deck"),
    voipPlan: name.optional().describe("the price list of its customers"),
    account: name.optional().describe("the same, by the account that has the plan then"),
    before: versionId.optional().describe("with a price list: what its changes are held against"),
    xlsx: z
      .boolean()
      .default(false)
      .describe("a price list as a workbook besides, to 100,000 rates; changes are coloured"),
    at: instant.optional().describe("of a price list: what holds then or later; absent: now"),
  }),
  result: z.object({
    version: z.string(),
    rates: z.number().optional(),
    csv: z.string().optional().describe("of a plan or a price list"),
    xlsx: z.string().optional().describe("base64; codes are texts, money numbers"),
    files: z.record(z.string(), z.string()).optional().describe("name → text, of a whole version"),
  }),
  example: { plan: "business" },
  async run({ plan, dialect, voipPlan, account, before, at, xlsx, ...asked }, { engine, caller }) {
    const { scope } = caller;
    const lists = [voipPlan, account].filter((one) => one !== undefined);
    if (lists.length + (plan === undefined ? 0 : 1) > 1) {
      throw engineError("invalid-params", "Give one of plan, voipPlan and account.", {
        path: "plan",
      });
    }
    if (xlsx && lists.length === 0) {
      throw engineError("invalid-params", "xlsx: it is of a price list (voipPlan, account).", {
        path: "xlsx",
      });
    }
    const exports = engine.tariffExports;
    if (plan !== undefined) {
      const written =
        typeof dialect !== "string" || dialect === "own"
          ? dialect
          : (await engine.files.dialects.get(dialect, scope)).dialect;
      const { text, ...found } = await exports.plan({ ...asked, plan, dialect: written }, scope);
      return { ...found, csv: text };
    }
    if (lists.length === 0) return exports.files(asked, scope);
    const named =
      voipPlan ??
      (
        await engine.rates.find(
          { tenant: asked.tenant, account, side: "sell", atMs: at, limit: 1 },
          scope,
        )
      ).voipPlan;
    const { text, ...found } = await exports.prices(
      { ...asked, voipPlan: named, before, atMs: at, xlsx },
      scope,
    );
    return { ...found, csv: text };
  },
});
