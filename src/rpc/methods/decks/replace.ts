// JSON-RPC: a carrier's new file in place of the deck of a plan.
import { z } from "zod";
import {
  fileContent,
  fileDialect,
  fileList,
  fileParams,
  namedDialect,
  requireOneFile,
} from "../../file-params.ts";
import { method } from "../../method.ts";
import { name } from "../../shapes.ts";
import { changedBase, changedTariff, tenantOf, viewChanged } from "./changed.ts";

export const replaceMethod = method({
  name: "tariff.replaceDeck",
  summary:
    "A carrier's new file in place of the deck of a plan, or as an amendment of it: read by its dialect, checked, and loaded as a version that differs only there.",
  permission: "tariff.load",
  writes: true,
  repeatable: true,
  heavy: false,
  errors: ["tariff-faults", "not-found", "too-large", "timeout"],
  params: z.strictObject({
    ...changedBase,
    plan: name.describe("whose deck the file is"),
    ...fileParams,
    dialect: fileDialect,
    list: fileList,
  }),
  result: z.object(changedTariff),
  example: { plan: "alpha", content: "prefix,rate\n34,0.0079\n346,0.02\n" },
  async run({ content, base64, upload, dialect, ...asked }, { engine, caller }) {
    const file = { content, base64, upload };
    requireOneFile(file);
    const { scope } = caller;
    const known = await namedDialect(dialect, { engine, plan: asked.plan, scope });
    const pieces = await fileContent(file, { engine, by: caller.name });
    const act = { by: caller, act: "tariff.replaceDeck", subject: asked.plan };
    const made = await engine.acts.noted(act, {
      run: () =>
        engine.tariffChanges.replaceDeck(
          { ...asked, by: caller.name, pieces, dialect: known },
          scope,
        ),
      after: ({ version, from, files }) => ({ version, from, files }),
      tenantOf,
    });
    return viewChanged(made);
  },
});
