// JSON-RPC: a carrier's new file in place of the deck of a plan.
import { z } from "zod";
import { dialectSchema } from "../../../tables/dialect.ts";
import { fileContent, fileParams, requireOneFile } from "../../file-params.ts";
import { method } from "../../method.ts";
import { name } from "../../shapes.ts";
import { changedBase, changedTariff, tenantOf, viewChanged } from "./changed.ts";

export const replaceMethod = method({
  name: "tariff.replaceDeck",
  summary:
    "A carrier's new file in place of the deck of a plan: read by its dialect, checked, and loaded as a version that differs only there.",
  permission: "tariff.load",
  writes: true,
  repeatable: true,
  heavy: false,
  errors: ["tariff-faults", "not-found", "too-large", "timeout"],
  params: z.strictObject({
    ...changedBase,
    plan: name.describe("whose deck the file is"),
    ...fileParams,
    dialect: z
      .union([name, dialectSchema])
      .optional()
      .describe("of the file: a stored name, or the dialect; absent: the one that the plan has"),
  }),
  result: z.object(changedTariff),
  example: { plan: "alpha", content: "prefix,rate\n34,0.0079\n346,0.02\n" },
  async run({ content, base64, upload, dialect, ...asked }, { engine, caller }) {
    const file = { content, base64, upload };
    requireOneFile(file);
    const { scope } = caller;
    const known =
      dialect === undefined
        ? undefined
        : typeof dialect === "string"
          ? { name: dialect, dialect: (await engine.files.dialects.get(dialect, scope)).dialect }
          : { name: asked.plan, dialect };
    const pieces = await fileContent(file, { engine, by: caller.name });
    const act = { by: caller.name, act: "tariff.replaceDeck", subject: asked.plan };
    const made = await engine.acts.noted(act, {
      run: () =>
        engine.tariffChanges.replaceDeck({ ...asked, by: act.by, pieces, dialect: known }, scope),
      after: ({ version, from, files }) => ({ version, from, files }),
      tenantOf,
    });
    return viewChanged(made);
  },
});
